"""In which order several actions are sent, so that no task moves twice and no quorum is lost on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from swarmtui.swarm.actions.action import Action, Removal
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.services.scale import ScaleService

__all__ = ["Sending", "order_of_sending"]


@dataclass(frozen=True)
class Sending:
    """What is sent for a set of actions, in this order.

    Attributes:
        preparations: what is done before, so that the actions do less harm: nodes that are to be drained take no more
            tasks while the first ones are drained.
        actions: what was asked for.
    """

    preparations: tuple[Action, ...]
    actions: tuple[Action, ...]

    @property
    def commands(self) -> tuple[str, ...]:
        """The docker commands for all of it."""
        return tuple(action.docker_command for action in (*self.preparations, *self.actions))


def order_of_sending(actions: Sequence[Action], cluster: Cluster | None) -> Sending:
    """Put a set of actions in order.

    Demotions of managers that are out of reach come first, since each makes the majority smaller; the leader's and that
    of the manager that is asked come last. What gives room (activation, scaling down, a removed service) comes before
    what needs it.
    """
    known = cluster or Cluster()
    ordered = sorted(actions, key=lambda action: _rank(action, known))
    return Sending(tuple(_pauses(ordered, known)), tuple(ordered))


def _rank(action: Action, cluster: Cluster) -> int:
    node = cluster.nodes.get(action.target.id)
    if isinstance(action, Demote):
        if node is None or not node.is_reachable_manager:
            return 0
        return 13 if cluster.info.swarm.node_id == node.id else 12 if node.is_leader else 11
    if isinstance(action, Promote):
        return 1 if node is None or node.is_ready else 3
    if isinstance(action, SetAvailability):
        return {"active": 2, "pause": 4}.get(action.availability, 8)
    if isinstance(action, ScaleService):
        return 5 if action.replicas <= action.replicas_seen else 7
    if isinstance(action, SetNodeLabels):
        return 6 if action.added else 7
    return 10 if isinstance(action, Removal) else 7


def _pauses(ordered: Sequence[Action], cluster: Cluster) -> list[Action]:
    """A drain moves tasks to nodes that take them: to those not that are drained next."""
    drains = [action for action in ordered if isinstance(action, SetAvailability) and action.availability == "drain"]
    pauses = list[Action]()
    for action in drains[1:]:
        node = cluster.nodes.get(action.target.id)
        if node is not None and node.is_ready and node.spec.availability == action.availability_seen == "active":
            pauses.append(SetAvailability(action.target, "pause", action.availability_seen))
    return pauses
