"""Remove a node: only one that is down, unless force is chosen; a manager is demoted first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.changes.action_dialog import ActionDialog, ConfirmDialog
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible

__all__ = ["DemoteFirstDialog", "RemoveNodeDialog"]

CHOICES = {
    "down": "once it is down: drained, then out of the swarm or switched off",
    "force": "by force, now: for a machine that is lost or not trusted",
}


class DemoteFirstDialog(ConfirmDialog):
    """A manager is to be removed: offers the demotion that must come before it."""

    def compose_choice(self) -> Iterable[Widget]:
        name = visible(self.target.name)
        yield Static(
            Content.styled(
                f"▲ {name} is a manager, and the engine does not remove managers. Demote it first, then remove it.",
                "$text-warning",
            ),
            classes="paragraph",
        )


class RemoveNodeDialog(ActionDialog):
    """Asks how a node that is ready should be removed. Force is never what is chosen at first."""

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, node: Node, observation: Observation) -> None:
        super().__init__(observation)
        self._node = node
        self._how = "down"

    @property
    def heading(self) -> str:
        return f"Remove {self._node.name} from the swarm"

    @property
    def target(self) -> Target:
        return Target.of(self._node)

    @property
    def verb(self) -> str:
        return f"Remove {self._node.name}"

    def action(self) -> Action:
        cluster = self._observation.cluster
        now = cluster.nodes.get(self._node.id, self._node) if cluster is not None else self._node
        return RemoveNode.of(now, force=self._how == "force")

    def compose_choice(self) -> Iterable[Widget]:
        yield Choice(CHOICES, self._how, id="choices")

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._how = event.value
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
