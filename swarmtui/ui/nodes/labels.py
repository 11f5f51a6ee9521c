"""Edit the labels of a node as a set, with the services that gain or lose the node by it."""

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
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.set_editor import SetEditor, parsed_line
from swarmtui.ui.kit.texts.text import visible

__all__ = ["NodeLabelsDialog"]


class NodeLabelsDialog(ActionDialog):
    """Asks for a node's labels."""

    FIRST_FOCUS: ClassVar = "#labels"

    def __init__(self, node: Node, observation: Observation) -> None:
        super().__init__(observation)
        self._node = node
        self._first = dict(node.labels)

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        if "add" in given:
            name, value = parsed_line(given["add"])
            self._first[name] = value
        self._first.pop(given.get("remove", ""), None)

    @property
    def heading(self) -> str:
        return f"Labels of {self._node.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._node)

    @property
    def verb(self) -> str:
        return "Set the labels"

    def action(self) -> Action:
        try:
            labels = self.query_one(SetEditor).entries()
        except ValueError as error:
            raise ChangeRefused(str(error)) from error
        if labels == dict(self._node.labels):
            raise ChangeRefused("These are the labels it has. Change a line, add one, or remove one.")
        return SetNodeLabels.of(self._node, labels)

    @property
    def unsaved(self) -> str:
        editor = self.query_one(SetEditor)
        whose = self._node.name if self.several is None else f"{len(self.several.names)} nodes"
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
