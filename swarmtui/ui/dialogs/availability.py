"""Set a node's availability: active, pause or drain, with what each would do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.widget import Widget

from swarmtui.engine.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Kind, Target
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.objects import Node
from swarmtui.ui.dialogs.action import ActionDialog
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.choice import Choice

__all__ = ["AvailabilityDialog"]

CHOICES = {
    "active": "active: takes new tasks",
    "pause": "pause: keeps its tasks, takes no new ones",
    "drain": "drain: its tasks move to other nodes, takes no new ones",
}


class AvailabilityDialog(ActionDialog):
    """Asks for a node's availability."""

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, node: Node, observation: Observation, *, read_only: bool = False) -> None:
        super().__init__(observation, read_only=read_only)
        self._node = node
        self._chosen = node.spec.availability

    @property
    def heading(self) -> str:
        return f"Availability of {self._node.name}"

    @property
    def target(self) -> Target:
        return Target(Kind.NODE, self._node.id, self._node.name, self._node.version.index)

    @property
    def verb(self) -> str:
        verbs = {"active": "Activate", "pause": "Pause", "drain": "Drain"}
        return f"{verbs[self._chosen]} {self._node.name}"

    def action(self) -> Action:
        if self._chosen == self._node.spec.availability:
            raise ChangeRefused(
                f"{visible(self._node.name)} is set to {self._chosen} now. Choose another availability."
            )
        return SetAvailability.of(self._node, self._chosen)

    def compose_choice(self) -> Iterable[Widget]:
        yield Choice(CHOICES, self._chosen, id="choices")

    @on(Choice.Changed)
    def _choose(self, event: Choice.Changed) -> None:
        self._chosen = event.value
        self.show_action()

    @on(Choice.Accepted)
    def _go_on(self) -> None:
        self.focus_confirm()
