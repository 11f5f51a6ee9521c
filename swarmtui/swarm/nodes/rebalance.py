"""Which services could gain from a node that takes tasks again, and what Swarm would place there.

Swarm never moves a running task to a node only because there is room. A force-update replaces a service's tasks, and
the scheduler gives each new task to the node with the fewest tasks of that service, then with the fewest of all
(swarmkit manager/scheduler/scheduler.go, `scheduleTaskGroup`): so the tasks are spread evenly over the nodes that fit.
It may put them back where they were all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import Condition, service_health
from swarmtui.swarm.judgement.capacity import Demand, FreeCapacity
from swarmtui.swarm.judgement.local_data import local_mounts
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import obstacle
from swarmtui.swarm.services.restarts import RollingPolicy
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.states import is_standing

__all__ = ["Gain", "Rebalancing", "has_gainers", "rebalancing_of", "why_not_begun", "why_not_on"]


@dataclass(frozen=True)
class Gain:
    """A service whose tasks a force-update may spread to a node.

    Attributes:
        service: the service.
        tasks: how many of its tasks have a place on some node.
        here: how many of them on this one.
        most: how many the fullest other node has.
        share: how many Swarm places on this node at least and at most, where that can be foreseen.
    """

    service: Service
    tasks: int
    here: int
    most: int
    share: tuple[int, int] | None = None

    @property
    def spreads(self) -> bool:
        """Whether its tasks stand less evenly than they could; else only the load of the nodes evens out."""
        return self.most >= self.here + 2

    @property
    def how(self) -> RollingPolicy:
        return RollingPolicy.of_config(self.service.spec.update_config)

    @property
    def stops_all(self) -> bool:
        """Whether none of its tasks runs for a moment, while they are replaced."""
        return self.how.order != "start-first" and self.how.all_at_once(self.tasks)

    @property
    def is_safe(self) -> bool:
        """Whether nothing is down meanwhile, and no data stays behind on a node."""
        return not self.stops_all and not local_mounts(self.service)

    @property
    def cost(self) -> str:
        """ "3 tasks, 1 at a time, stop-first", "1 task, stop-first: an outage"."""
        outage = ": an outage" if self.stops_all else ""
        data = ", local data" if local_mounts(self.service) else ""
        return f"{counted(self.tasks, 'task')}, {self.how.pace(self.tasks)}{outage}{data}"

    def expected(self, node: str) -> str:
        """ "Swarm may place 1 or 2 of its 5 tasks on wrk1": what the scheduler does, as far as that can be foreseen.

        Args:
            node: its name.
        """
        if self.tasks == 1:
            what = "it"
        elif self.share is None:
            what = f"some of its {self.tasks} tasks"
        else:
            least, most = self.share
            number = str(most) if least == most else f"{least} or {most}" if least else f"up to {most}"
            what = f"{number} of its {self.tasks} tasks"
        now = f" ({self.here} now)" if self.here else ""
        return f"Swarm may place {what} on {node}{now}"


@dataclass(frozen=True)
class Rebalancing:
    """What can be done for a node.

    Attributes:
        node: the node.
        gains: the services that could gain, those whose tasks stand least evenly first.
        left_out: why services that could gain are not among them now: "api is not well: …".
    """

    node: Node
    gains: tuple[Gain, ...]
    left_out: tuple[str, ...]


def rebalancing_of(cluster: Cluster, node: Node, now: float) -> Rebalancing:
    """Tell which services could gain from a node.

    Args:
        now: the managers' time, in seconds since 1970.
    """
    gains, left_out = list[Gain](), list[str]()
    for gain in _gains(cluster, node):
        reason = _why_not_now(cluster, gain.service, now)
        if reason:
            left_out.append(reason)
        else:
            gains.append(gain)
    gains.sort(key=lambda each: (not each.spreads, natural(each.service.name)))
    return Rebalancing(node, tuple(gains), tuple(sorted(left_out, key=natural)))


def has_gainers(cluster: Cluster, node: Node) -> bool:
    """Whether any service could gain from a node."""
    return not why_not_on(node) and next(_gains(cluster, node), None) is not None


def why_not_on(node: Node) -> str:
    """Why no task would go to a node at all; "" when it takes tasks."""
    if not node.is_ready:
        return f"{node.name} is {node.status.state}: it takes no tasks"
    if node.spec.availability != "active":
        word = {"drain": "drained", "pause": "paused"}.get(node.spec.availability, node.spec.availability)
        return f"{node.name} is {word}: it takes no tasks"
    return ""


def why_not_begun(cluster: Cluster, node_id: str, service_id: str) -> str:
    """Why the next service is not begun although the one before is whole; "" when it can be.

    What was agreed on may have passed meanwhile. A service that is gone is no reason: the engine says that better.
    """
    node, service = cluster.nodes.get(node_id), cluster.services.get(service_id)
    if node is None:
        return "the node is no longer in the swarm"
    return why_not_on(node) or ("" if service is None else _of_update(cluster, service))


def _gains(cluster: Cluster, node: Node) -> Iterator[Gain]:
    """The services that have tasks elsewhere, and could have more of them on the node."""
    places = FreeCapacity(cluster, (), cluster.services)
    for service in cluster.services.values():
        tasks = cluster.tasks_of(service.id)
        if service.spec.mode.name != "replicated" or not tasks or obstacle(service, node) is not None:
            continue
        standing = Counter(task.node_id for task in tasks if is_standing(task))
        here = standing.pop(node.id, 0)
        most = max(standing.values(), default=0)
        # Of as many as elsewhere, or one fewer, none more would come.
        if not most or (here and most < here + 2) or places.free_on(service, node) <= 0:
            continue
        number = here + standing.total()
        yield Gain(service, number, here, most, _share(service, number, sum(1 for _ in places.nodes_for(service))))


def _share(service: Service, tasks: int, nodes: int) -> tuple[int, int] | None:
    """How many of a service's tasks each node gets when all are replaced.

    With preferences, limits and reservations, and where old tasks still count while the new ones are placed, it is not
    foreseen.
    """
    placement, policy = service.spec.task_template.placement, service.spec.update_config
    if (placement is not None and placement.preferences) or Demand.of(service).limited or not nodes:
        return None
    if policy is not None and policy.order == "start-first":
        return None
    return tasks // nodes, -(-tasks // nodes)


def _why_not_now(cluster: Cluster, service: Service, now: float) -> str:
    """Why a service is better left alone now: it would not become whole, or another change would be resumed."""
    if reason := _of_update(cluster, service):
        return reason
    health = service_health(cluster, service, now)
    if health.condition in (Condition.WELL, Condition.UNKNOWN):
        return ""
    return f"{service.name} is not well: {health.reason or health.condition.value}"


def _of_update(cluster: Cluster, service: Service) -> str:
    rollout = rollout_of(cluster, service)
    if rollout is None or not (rollout.paused or rollout.under_way):
        return ""
    if rollout.paused:
        return f"the update of {service.name} is paused, and a force-update would resume it"
    return f"{service.name} is being updated ({rollout.text})"
