"""Edit the labels of an object as a set: a line for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.actions.labels import Labelled, SetLabels
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.set_editor import SetEditor, parsed_line
from swarmtui.ui.kit.texts.text import visible

__all__ = ["LabelsDialog"]


class LabelsDialog(ActionDialog):
    """Asks for the labels of a node, a secret or a config.

    Args:
        kind: the class of the change.
    """

    FIRST_FOCUS: ClassVar = "#labels"

    def __init__(self, kind: type[SetLabels], thing: Labelled, observation: Observation) -> None:
        super().__init__(observation)
        self._kind = kind
        self._thing = thing
        self._first = dict(thing.labels)

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        if "add" in given:
            name, value = parsed_line(given["add"])
            self._first[name] = value
        self._first.pop(given.get("remove", ""), None)

    @property
    def heading(self) -> str:
        return f"Labels of {self._thing.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._thing)

    @property
    def verb(self) -> str:
        return "Set the labels"

    def action(self) -> Action:
        try:
            labels = self.query_one(SetEditor).entries()
        except ValueError as error:
            raise ChangeRefused(str(error)) from error
        if labels == dict(self._thing.labels):
            raise ChangeRefused("These are the labels it has. Change a line, add one, or remove one.")
        return self._kind.of(self._thing, labels)

    @property
    def unsaved(self) -> str:
        editor = self.query_one(SetEditor)
        whose = self._thing.name if self.several is None else f"{len(self.several.names)} {self.target.kind.value}"
        return "" if editor.text == editor.first_text else f"The labels of {whose} have not been sent."

    def meanings(self) -> Mapping[str, str]:
        return {"Labels": "name=value, one per line; empty lines are ignored"}

    def compose_choice(self) -> Iterable[Widget]:
        editor = SetEditor(self._first, id="labels")
        yield editor
        kept = f" Kept unchanged, as no line can express them: {', '.join(editor.kept)}." if editor.kept else ""
        yield Static(Content(visible(f"One label per line, as name=value. Tab moves on.{kept}")), classes="dim")

    @on(TextArea.Changed, "#labels")
    def _edited(self) -> None:
        self.show_action()
