"""A few settings of a service as a form: a line each, with what may be typed beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.services.form_change import FormChange
from swarmtui.ui.kit.texts.text import fit
from swarmtui.ui.services.service_dialog import ServiceDialog

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

    def __init__(self, kind: type[FormChange], raw: Mapping[str, Any], observation: Observation) -> None:
        super().__init__(kind, raw, observation)
        self._form = kind
        self._texts = kind.texts_of(raw["Spec"])
        self._first = self._texts

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        pairs = zip(self._form.form, self._texts, strict=True)
        self._first = tuple(given.get(setting.label) or text for setting, text in pairs)

    def action(self) -> Action:
        return self._form.of(self._raw, self._settings_typed)

    @property
    def _settings_typed(self) -> tuple[str, ...]:
        return tuple(self.query_one(f"#setting-{place}", Input).value for place in range(len(self._texts)))

    @property
    def unsaved(self) -> str:
        if self._settings_typed == tuple(self._first):
            return ""
        return f"The changes to the {self._form.field} of {self.subject} have not been sent."

    def meanings(self) -> Mapping[str, str]:
        return {setting.label: setting.hint for setting in self._form.form}

    def compose_choice(self) -> Iterable[Widget]:
        rows = [
            Horizontal(
                Static(fit(setting.label, LABEL_ROOM), classes="field-label"),
                Input(text, id=f"setting-{place}", classes="setting", compact=True),
                Static(Content(f"  {setting.hint}"), classes="dim"),
                classes="row",
            )
            for place, (setting, text) in enumerate(zip(self._form.form, self._first, strict=True))
        ]
        yield Vertical(*rows, id="form")

    @on(Input.Changed, ".setting")
    def _setting_changed(self) -> None:
        self.show_action()

    @on(Input.Submitted, ".setting")
    def _setting_typed(self) -> None:
        self.focus_confirm()
