"""An example or more of every action there is, for what holds of all of them. A module for each sort of object."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from tests.unit.swarm.examples import creation, nodes, on_nodes, services, shared, swarm

__all__ = ["EXAMPLES", "Example"]

Example = tuple[Action, tuple[str, ...]]
"""An action, and the path in the spec of the one field that it changes; () for those that change no field."""

EXAMPLES: list[Example] = [
    *nodes.EXAMPLES,
    *on_nodes.EXAMPLES,
    *services.EXAMPLES,
    *creation.EXAMPLES,
    *swarm.EXAMPLES,
    *shared.EXAMPLES,
]
