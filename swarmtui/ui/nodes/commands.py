"""What can be asked for about a node."""

from __future__ import annotations

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.prune import PruneNode
from swarmtui.swarm.nodes.removal import RemoveNode, must_be_demoted
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.services.rolling import ForceUpdate
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.commands.command import Command, Dialog, DialogContext, confirm
from swarmtui.ui.commands.edit import edit_command
from swarmtui.ui.nodes.availability import AvailabilityDialog
from swarmtui.ui.nodes.labels import NodeLabelsDialog
from swarmtui.ui.nodes.prune import PruneDialog
from swarmtui.ui.nodes.rebalance import RebalanceDialog
from swarmtui.ui.nodes.removal import DemoteFirstDialog, RemoveNodeDialog

__all__ = ["NODE_COMMANDS"]


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


NODE_COMMANDS: tuple[Command, ...] = (
    Command(
        name=SetAvailability.name,
        title="Set the availability of a node",
        label="Avail",
        explanation="Set the node's availability: active, pause or drain",
        docker="node update",
        about=Node,
        dialog=_availability,
        key="a",
        shown=True,
        again=_same_availability,
        actions=(SetAvailability,),
    ),
    Command(
        name="node.drain",
        title="Drain a node",
        label="Drain",
        explanation="Drain the node: Swarm moves its tasks to other nodes",
        docker="node update",
        about=Node,
        dialog=confirm(_drain),
        key="d",
        shown=True,
        actions=(SetAvailability,),
    ),
    Command(
        name="node.rebalance",
        title="Rebalance a node",
        label="Rebalance",
        explanation="Force-update services you choose, one after another, so that Swarm may place tasks on the node",
        about=Node,
        dialog=_rebalance,
        key="b",
        actions=(ForceUpdate,),
    ),
    Command(
        name=Promote.name,
        title="Promote a node",
        label="Promote",
        explanation="Make the worker a manager",
        docker="node promote",
        about=Node,
        dialog=confirm(lambda node, _: Promote.of(node)),
        key="p",
        shown=True,
        actions=(Promote,),
    ),
    Command(
        name=Demote.name,
        title="Demote a node",
        label="Demote",
        explanation="Make the manager a worker",
        docker="node demote",
        about=Node,
        dialog=confirm(Demote.of),
        key="m",
        shown=True,
        actions=(Demote,),
    ),
    Command(
        name=SetNodeLabels.name,
        title="Change the labels of a node",
        label="Labels",
        explanation="Add, change and remove labels of the node",
        docker="node update",
        about=Node,
        dialog=_labels,
        key="L",
        again=_same_labels,
        actions=(SetNodeLabels,),
    ),
    Command(
        name=RemoveNode.name,
        title="Remove a node",
        label="Remove",
        explanation="Remove the node from the swarm (a manager is demoted first)",
        docker="node rm",
        about=Node,
        dialog=_remove,
        key="delete,ctrl+x",
        again=_removed_likewise,
        actions=(RemoveNode, Demote),
    ),
    Command(
        name=PruneNode.name,
        title="Prune a node",
        label="Prune",
        explanation="Remove what nothing uses on the node: dangling images, containers of forgotten tasks, volumes",
        about=Node,
        dialog=_prune,
        key="D",
        actions=(PruneNode,),
    ),
    edit_command(Kind.NODE, Node),
)
"""In the order of their keys on the screen."""
