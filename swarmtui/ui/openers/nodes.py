"""What can be asked for about a node."""

from __future__ import annotations

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions import Demote, Promote, RemoveNode, SetAvailability, SetNodeLabels
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.node_removal import must_be_demoted
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Node
from swarmtui.ui.dialogs.action import ConfirmDialog
from swarmtui.ui.dialogs.availability import AvailabilityDialog
from swarmtui.ui.dialogs.labels import NodeLabelsDialog
from swarmtui.ui.dialogs.node_removal import DemoteFirstDialog, RemoveNodeDialog
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


def _labels(node: Node, ground: Ground) -> Dialog:
    return NodeLabelsDialog(node, ground.observation, read_only=ground.read_only)


def _remove(node: Node, ground: Ground) -> Dialog:
    if not must_be_demoted(node):
        if node.is_ready:
            return RemoveNodeDialog(node, ground.observation, read_only=ground.read_only)
        return ConfirmDialog(RemoveNode.of(node), ground.observation, read_only=ground.read_only)
    if not node.is_manager:
        raise ChangeRefused(f"{node.name} is just leaving the managers; try again in a moment.")
    demotion = Demote.of(node, ground.observation.cluster)
    return DemoteFirstDialog(demotion, ground.observation, read_only=ground.read_only)


def _same_labels(node: Node, action: Action, _: Cluster | None) -> Action:
    return action.on_another(node) if isinstance(action, SetNodeLabels) else action


def _removed_likewise(node: Node, action: Action, cluster: Cluster | None) -> Action:
    """Of several nodes, those that are as the first one: none is removed by force that was only to be demoted."""
    if isinstance(action, RemoveNode):
        return RemoveNode.of(node, force=action.force)
    return Demote.of(node, cluster)


OPENINGS: dict[str, Opening] = {
    "node.availability": Opening(Node, _availability, again=_same_availability),
    "node.drain": Opening(Node, confirm(_drain)),
    "node.promote": Opening(Node, confirm(lambda node, _: Promote.of(node))),
    "node.demote": Opening(Node, confirm(Demote.of)),
    "node.labels": Opening(Node, _labels, again=_same_labels),
    "node.remove": Opening(Node, _remove, again=_removed_likewise),
}
