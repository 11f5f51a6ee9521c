"""Actions on nodes."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.nodes.roles import Demote, Promote
from tests.unit.swarm.builders import node

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (SetAvailability.of(node("a"), "drain"), ("Availability",)),
    (SetAvailability.of(node("a", availability="drain"), "active"), ("Availability",)),
    (Promote.of(node("a")), ("Role",)),
    (Demote.of(node("a", manager=True)), ("Role",)),
    (SetNodeLabels.of(node("a"), {"disk": "ssd", "room": "2nd floor, left"}), ("Labels",)),
    (RemoveNode.of(node("a", state="down")), ()),
    (RemoveNode.of(node("a"), force=True), ()),
]
