"""How the commands on a node ask."""

from __future__ import annotations

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.prune import PruneNode
from swarmtui.swarm.nodes.removal import RemoveNode, must_be_demoted
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.services.rolling import ForceUpdate
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm
from swarmtui.ui.nodes.availability import AvailabilityDialog
from swarmtui.ui.nodes.labels import NodeLabelsDialog
from swarmtui.ui.nodes.prune import PruneDialog
from swarmtui.ui.nodes.rebalance import RebalanceDialog
from swarmtui.ui.nodes.removal import DemoteFirstDialog, RemoveNodeDialog

__all__ = ["NodeAskings"]


def _availability(node: Node, context: DialogContext) -> Dialog:
    return AvailabilityDialog(node, context.observation)


def _same_availability(node: Node, action: Action, _: Cluster | None) -> Action:
    if not isinstance(action, SetAvailability):
        return action
    if node.spec.availability == action.wanted:
        raise ChangeRefused(f"{node.name} is already set to {action.wanted}.")
    return SetAvailability.of(node, action.wanted)


def _drain(node: Node, _: Cluster | None) -> Action:
    if node.spec.availability == "drain":
        raise ChangeRefused(f"{node.name} is already drained; a sets it back to active.")
    return SetAvailability.of(node, "drain")


def _rebalance(node: Node, context: DialogContext) -> Dialog:
    assert context.session is not None
    return RebalanceDialog(node, context.observation, context.session)


def _labels(node: Node, context: DialogContext) -> Dialog:
    return NodeLabelsDialog(node, context.observation)


def _remove(node: Node, context: DialogContext) -> Dialog:
    if not must_be_demoted(node):
        if node.is_ready:
            return RemoveNodeDialog(node, context.observation)
        return ConfirmDialog(RemoveNode.of(node), context.observation)
    if not node.is_manager:
        raise ChangeRefused(f"{node.name} is just leaving the managers; try again in a moment.")
    demotion = Demote.of(node, context.observation.cluster)
    return DemoteFirstDialog(demotion, context.observation)


def _prune(node: Node, context: DialogContext) -> Dialog:
    assert context.session is not None
    return PruneDialog(node, context.observation, context.session)


def _same_labels(node: Node, action: Action, _: Cluster | None) -> Action:
    return action.on_another(node) if isinstance(action, SetNodeLabels) else action


def _removed_likewise(node: Node, action: Action, cluster: Cluster | None) -> Action:
    """Of several nodes, those that are as the first one: none is removed by force that was only to be demoted."""
    if isinstance(action, RemoveNode):
        return RemoveNode.of(node, force=action.force)
    return Demote.of(node, cluster)


def _promote(node: Node, _: Cluster | None) -> Action:
    return Promote.of(node)


class NodeAskings:
    availability = Asking(_availability, (SetAvailability,), again=_same_availability)
    drain = Asking(confirm(_drain), (SetAvailability,))
    rebalance = Asking(_rebalance, (ForceUpdate,))
    promote = Asking(confirm(_promote), (Promote,))
    demote = Asking(confirm(Demote.of), (Demote,))
    labels = Asking(_labels, (SetNodeLabels,), again=_same_labels)
    remove = Asking(_remove, (RemoveNode, Demote), again=_removed_likewise)
    prune = Asking(_prune, (PruneNode,))
