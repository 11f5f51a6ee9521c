"""What can be asked for about a node."""

from __future__ import annotations

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions import Demote, Promote, SetAvailability
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Node
from swarmtui.ui.dialogs.availability import AvailabilityDialog
from swarmtui.ui.openers.opening import Dialog, Ground, Opening, confirm

__all__ = ["OPENINGS"]


def _availability(node: Node, ground: Ground) -> Dialog:
    return AvailabilityDialog(node, ground.observation, read_only=ground.read_only)


def _same_availability(node: Node, action: Action, _: Cluster | None) -> Action:
    return SetAvailability.of(node, action.wanted) if isinstance(action, SetAvailability) else action


def _drain(node: Node, _: Cluster | None) -> Action:
    if node.spec.availability == "drain":
        raise ChangeRefused(f"{node.name} is drained already; a sets it back to active.")
    return SetAvailability.of(node, "drain")


OPENINGS: dict[str, Opening] = {
    "node.availability": Opening(Node, _availability, again=_same_availability),
    "node.drain": Opening(Node, confirm(_drain)),
    "node.promote": Opening(Node, confirm(lambda node, _: Promote.of(node))),
    "node.demote": Opening(Node, confirm(Demote.of)),
}
