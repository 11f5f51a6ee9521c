"""Set a node's availability: active, pause or drain, with what each would do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import on
from textual.widget import Widget

from swarmtui.engine.polling.observation import Observation
from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.changes.action_dialog import ActionDialog
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible

__all__ = ["AvailabilityDialog"]

CHOICES = {
    "active": "active: takes new tasks",
    "pause": "pause: keeps its tasks, takes no new ones",
    "drain": "drain: its tasks move to other nodes, takes no new ones",
}


class AvailabilityDialog(ActionDialog):
    """Asks for a node's availability."""

    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, node: Node, observation: Observation) -> None:
        super().__init__(observation)
        self._node = node
        self._chosen = node.spec.availability

    def begin_with(self, given: Mapping[str, str]) -> None:
        super().begin_with(given)
        self._chosen = given.get("availability", self._chosen)

    @property
    def heading(self) -> str:
        return f"Availability of {self._node.name}"

    @property
    def target(self) -> Target:
        return Target.of(self._node)

    @property
    def verb(self) -> str:
        verbs = {"active": "Activate", "pause": "Pause", "drain": "Drain"}
        return f"{verbs[self._chosen]} {self._node.name}"

    def action(self) -> Action:
        if self.several is None and self._chosen == self._node.spec.availability:
            raise ChangeRefused(
                f"{visible(self._node.name)} is already set to {self._chosen}. Choose another availability."
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
