"""Update a service's image: its name, and what that means, as it is typed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.images.choice import ImageChoice
from swarmtui.swarm.images.tag_list import repository_of, with_tag
from swarmtui.swarm.services.update_image import UpdateImage
from swarmtui.ui.findings.messages import Witness
from swarmtui.ui.kit.forms.toggle import Toggle
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.services.registry_line import RegistryLine
from swarmtui.ui.services.service_dialog import ServiceDialog
from swarmtui.ui.services.tag_picker import TagPicker, learn_of_tags
from swarmtui.ui.session import SwarmSession

__all__ = ["ImageDialog"]


class ImageDialog(ServiceDialog):
    """Asks for the image that a service should run, and its registry for what it has under that name.

    Args:
        session: asks the registry; None to ask nobody.
    """

    BINDINGS: ClassVar = [
        Binding(
            "ctrl+o", "choose_tag", "Tags", id="image.tags", tooltip="Ask the registry for its tags, and choose one"
        )
    ]
    FIRST_FOCUS: ClassVar = "#image"

    def __init__(self, raw: Mapping[str, Any], observation: Observation, session: SwarmSession | None = None) -> None:
        super().__init__(UpdateImage, raw, observation)
        self._first = UpdateImage.typed(raw)
        self._session = session
        self._begin_with_login = False

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        self._first = given.get("image", self._first)
        self._begin_with_login = "credentials" in given

    def action(self) -> Action:
        return UpdateImage.of(self._raw, self._typed_image, self._choice)

    def meanings(self) -> Mapping[str, str]:
        return {
            "Image": "name:tag or name@digest, as for docker service update --image",
            "pin": "Find out which digest the tag stands for now, and have every node run exactly that",
            "login": "Nodes pull with this machine's docker login; off: with what the service was given before",
        }

    def compose_choice(self) -> Iterable[Widget]:
        image = Input(self._first, id="image", select_on_focus=False, compact=True, classes="long")
        yield Horizontal(Static("Image ", classes="field-label"), image, classes="field")
        if self._session is not None:
            yield Static(Content("ctrl+o asks the registry for its tags, to choose one"), classes="dim")
        yield Toggle("pin: every node runs the digest that the tag stands for now", value=True, id="pin")
        login = Toggle(
            "send this machine's login for the registry (off: the stored one is kept)",
            value=self._begin_with_login,
            id="login",
        )
        login.display = self._begin_with_login
        yield login
        yield RegistryLine(self._session, id="registry")
        yield Static(id="on-nodes", classes="dim")

    def on_mount(self) -> None:
        super().on_mount()
        self._ask(at_once=True)

    # ------------------------------------------------------------------------------------ what is chosen

    @property
    def _typed_image(self) -> str:
        return self.query_one("#image", Input).value.strip()

    @property
    def _choice(self) -> ImageChoice:
        pin, login = self.query_one("#pin", Toggle), self.query_one("#login", Toggle)
        answer = self.query_one(RegistryLine).answer
        return ImageChoice(pin=pin.value, credentials=login.display and login.value, answer=answer)

    def _ask(self, *, at_once: bool = False) -> None:
        login = self.query_one("#login", Toggle)
        with_login = login.display and login.value
        self.query_one(RegistryLine).ask(self._typed_image, with_login=with_login, at_once=at_once)

    @on(RegistryLine.Answered)
    def _registry_answered(self) -> None:
        """Offer the login where there is one; what it was turned to stays while another name is typed."""
        answer = self.query_one(RegistryLine).answer
        login = self.query_one("#login", Toggle)
        login.display = login.value or (answer is not None and answer.has_login)
        self.show_action()

    @on(Toggle.Changed)
    def _toggled(self) -> None:
        self._ask(at_once=True)
        self.show_action()

    @on(Input.Changed, "#image")
    def _image_changed(self) -> None:
        self._ask()
        self._say_where()
        self.show_action()

    def action_choose_tag(self) -> None:
        image = self._typed_image
        if self._session is None:
            return
        if not repository_of(image):
            self.notify("Type the image's name first: repository, or registry/repository.", markup=False)
            return

        def chosen(tag: str | None) -> None:
            if tag:
                field = self.query_one("#image", Input)
                field.value = with_tag(image, tag)
                field.cursor_position = len(field.value)
                field.focus()

        main = self.app.screen_stack[0]
        picker = TagPicker(self._session, image, learned=lambda known: learn_of_tags(main, known))
        self.app.push_screen(picker, chosen)

    def _say_where(self) -> None:
        """Say which of the nodes that somebody has looked at lack the image. No node is asked for it."""
        cluster, words = self._observation.cluster, ""
        told = {key: each for pane in self.app.screen_stack[0].query(Witness) for key, each in pane.told.items()}
        if cluster is not None and told and self.several is None:
            from swarmtui.swarm.nodes.missing_images import where_missing

            now = time.time() + self._observation.connection.clock_offset
            words = where_missing(cluster, self.target.id, self._typed_image, told, now)
        line = self.query_one("#on-nodes", Static)
        line.display = bool(words)
        line.update(Content(visible(words)))

    @on(Input.Submitted, "#image")
    def _image_typed(self) -> None:
        self.focus_confirm()

    @on(Toggle.Accepted)
    def _choice_accepted(self) -> None:
        self.focus_confirm()
