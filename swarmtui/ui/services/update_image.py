"""Update a service's image: its name, and what that means, as it is typed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.ui.findings.messages import Witness
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.service_dialog import ServiceDialog

__all__ = ["ImageDialog"]


class ImageDialog(ServiceDialog):
    """Asks for the image that a service should run."""

    FIRST_FOCUS: ClassVar = "#image"

    def __init__(self, raw: Mapping[str, Any], observation: Observation) -> None:
        super().__init__(UpdateImage, raw, observation)
        self._first = UpdateImage.typed(raw)

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        self._first = given.get("image", self._first)

    def action(self) -> Action:
        return UpdateImage.of(self._raw, self.query_one("#image", Input).value)

    def meanings(self) -> Mapping[str, str]:
        return {"Image": "name:tag or name@digest, as for docker service update --image"}

    def compose_choice(self) -> Iterable[Widget]:
        image = Input(self._first, id="image", select_on_focus=False, compact=True, classes="long")
        yield Horizontal(Static("Image ", classes="field-label"), image, classes="field")
        yield Static(id="on-nodes", classes="dim")

    @on(Input.Changed, "#image")
    def _image_changed(self) -> None:
        self._say_where()
        self.show_action()

    def _say_where(self) -> None:
        """Say which of the nodes that somebody has looked at lack the image. No node is asked for it."""
        cluster, words = self._observation.cluster, ""
        told = {key: each for pane in self.app.screen_stack[0].query(Witness) for key, each in pane.told.items()}
        if cluster is not None and told:
            from swarmtui.swarm.nodes.missing_images import where_missing

            now = time.time() + self._observation.connection.clock_offset
            words = where_missing(cluster, self.target.id, self.query_one("#image", Input).value.strip(), told, now)
        line = self.query_one("#on-nodes", Static)
        line.display = bool(words)
        line.update(Content(visible(words)))

    @on(Input.Submitted, "#image")
    def _image_typed(self) -> None:
        self.focus_confirm()
