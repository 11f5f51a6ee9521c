"""A few settings of a service as a form: a line each, with what may be typed beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.forms import FormChange
from swarmtui.ui.dialogs.service import ServiceDialog
from swarmtui.ui.text import fit

__all__ = ["FormDialog"]

LABEL_ROOM = 16


class FormDialog(ServiceDialog):
    """Asks for the settings of a form.

    Args:
        kind: the change that the form makes.
    """

    BINDINGS: ClassVar = [
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    FIRST_FOCUS: ClassVar = "#setting-0"

    def __init__(
        self, kind: type[FormChange], raw: Mapping[str, Any], observation: Observation, *, read_only: bool = False
    ) -> None:
        super().__init__(kind, raw, observation, read_only=read_only)
        self._form = kind
        self._texts = kind.texts_of(raw["Spec"])

    def action(self) -> Action:
        typed = tuple(self.query_one(f"#setting-{place}", Input).value for place in range(len(self._texts)))
        return self._form.of(self._raw, typed)

    def compose_choice(self) -> Iterable[Widget]:
        rows = [
            Horizontal(
                Static(fit(setting.label, LABEL_ROOM), classes="field-label"),
                Input(text, id=f"setting-{place}", classes="setting", compact=True),
                Static(Content(f"  {setting.hint}"), classes="dim"),
                classes="row",
            )
            for place, (setting, text) in enumerate(zip(self._form.form, self._texts, strict=True))
        ]
        yield VerticalScroll(*rows, id="form", can_focus=False)

    @on(Input.Changed, ".setting")
    def _setting_changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, ".setting")
    def _setting_typed(self) -> None:
        self.focus_confirm()
