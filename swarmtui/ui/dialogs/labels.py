"""Edit the labels of a node as a set, with the services that gain or lose the node by it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static, TextArea

from swarmtui.engine.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.actions.node_labels import SetNodeLabels
from swarmtui.swarm.actions.wording import target_node
from swarmtui.swarm.objects import Node
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.set_editor import SetEditor

__all__ = ["NodeLabelsDialog"]


class NodeLabelsDialog(ActionDialog):
    """Asks for a node's labels."""

    FIRST_FOCUS: ClassVar = "#labels"

    def __init__(self, node: Node, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._node = node

    @property
    def heading(self) -> str:
        return f"Labels of {self._node.name}"

    @property
    def target(self) -> Target:
        return target_node(self._node)

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

    def compose_choice(self) -> Iterable[Widget]:
        editor = SetEditor(self._node.labels, id="labels")
        yield editor
        kept = f" Kept as they are, for no line can say them: {', '.join(editor.kept)}." if editor.kept else ""
        yield Static(Content(visible(f"A label a line, as name=value. Tab goes on.{kept}")), classes="dim")

    @on(TextArea.Changed, "#labels")
    def _edited(self) -> None:
        self.show_action()
