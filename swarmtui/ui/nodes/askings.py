"""How the commands on a node ask. Each imports its own dialog and action when it is asked for, and no other's."""

from __future__ import annotations

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext, confirm

__all__ = ["availability", "demote", "drain", "labels", "promote", "prune", "rebalance", "remove"]


def availability() -> Asking:
    """For one of active, pause and drain."""
    from swarmtui.swarm.nodes.availability import SetAvailability

    def dialog(node: Node, context: DialogContext) -> Dialog:
        from swarmtui.ui.nodes.availability import AvailabilityDialog

        return AvailabilityDialog(node, context.observation)

    def again(node: Node, action: Action, _: Cluster | None) -> Action:
        if not isinstance(action, SetAvailability):
            return action
        if node.spec.availability == action.wanted:
            raise ChangeRefused(f"{node.name} is already set to {action.wanted}.")
        return SetAvailability.of(node, action.wanted)

    return Asking(dialog, (SetAvailability,), again=again)


def drain() -> Asking:
    """Whether to drain it."""
    from swarmtui.swarm.nodes.availability import SetAvailability

    def drained(node: Node, _: Cluster | None) -> Action:
        if node.spec.availability == "drain":
            raise ChangeRefused(f"{node.name} is already drained; a sets it back to active.")
        return SetAvailability.of(node, "drain")

    return Asking(confirm(drained), (SetAvailability,))


def rebalance() -> Asking:
    """Which services are updated by force, so that it gets tasks."""
    from swarmtui.swarm.services.rolling import ForceUpdate

    def dialog(node: Node, context: DialogContext) -> Dialog:
        from swarmtui.ui.nodes.rebalance import RebalanceDialog

        assert context.session is not None
        return RebalanceDialog(node, context.observation, context.session)

    return Asking(dialog, (ForceUpdate,))


def promote() -> Asking:
    """Whether to make it a manager."""
    from swarmtui.swarm.nodes.roles import Promote

    def promoted(node: Node, _: Cluster | None) -> Action:
        return Promote.of(node)

    return Asking(confirm(promoted), (Promote,))


def demote() -> Asking:
    """Whether to make it a worker."""
    from swarmtui.swarm.nodes.roles import Demote

    return Asking(confirm(Demote.of), (Demote,))


def labels() -> Asking:
    """The lines of its labels."""
    from swarmtui.swarm.nodes.labels import SetNodeLabels

    def dialog(node: Node, context: DialogContext) -> Dialog:
        from swarmtui.ui.changes.labels_dialog import LabelsDialog

        return LabelsDialog(SetNodeLabels, node, context.observation)

    def again(node: Node, action: Action, _: Cluster | None) -> Action:
        return action.on_another(node) if isinstance(action, SetNodeLabels) else action

    return Asking(dialog, (SetNodeLabels,), again=again)


def remove() -> Asking:
    """Whether to remove it; a manager is to be demoted first."""
    from swarmtui.swarm.nodes.removal import RemoveNode, must_be_demoted
    from swarmtui.swarm.nodes.roles import Demote

    def dialog(node: Node, context: DialogContext) -> Dialog:
        from swarmtui.ui.changes.action_dialog import ConfirmDialog
        from swarmtui.ui.nodes.removal import DemoteFirstDialog, RemoveNodeDialog

        if not must_be_demoted(node):
            if node.is_ready:
                return RemoveNodeDialog(node, context.observation)
            return ConfirmDialog(RemoveNode.of(node), context.observation)
        if not node.is_manager:
            raise ChangeRefused(f"{node.name} is just leaving the managers; try again in a moment.")
        demotion = Demote.of(node, context.observation.cluster)
        return DemoteFirstDialog(demotion, context.observation)

    def again(node: Node, action: Action, cluster: Cluster | None) -> Action:
        """Of several nodes, those that are as the first one: none is removed by force that was only to be demoted."""
        if isinstance(action, RemoveNode):
            return RemoveNode.of(node, force=action.force)
        return Demote.of(node, cluster)

    return Asking(dialog, (RemoveNode, Demote), again=again)


def prune() -> Asking:
    """What of its own is removed."""
    from swarmtui.swarm.nodes.prune import PruneNode

    def dialog(node: Node, context: DialogContext) -> Dialog:
        from swarmtui.ui.nodes.prune import PruneDialog

        assert context.session is not None
        return PruneDialog(node, context.observation, context.session)

    return Asking(dialog, (PruneNode,))
