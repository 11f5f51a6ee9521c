"""Room for the tasks of a service: after the loss of a node, and of memory that nobody has set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.health.services import Condition
from swarmtui.swarm.judgement.capacity import Demand, FreeCapacity
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.tasks.states import is_standing
from swarmtui.swarm.units import cpus_text, rough_size, size_text

__all__ = ["no_memory_limit", "no_room_after_loss"]

SHORT = 0.9
"""The share of a node's memory that is reserved from which on memory is short there."""

MOST_TASKS = 50
"""Tasks of a service whose nodes are looked at: a global one has a task on each."""


@service_rule(
    "no-room-after-node-loss", Severity.NOTE, "After the loss of one node its replicas would not fit on the others."
)
def no_room_after_loss(scene: ServiceScene) -> Iterator[Found]:
    service, cluster = scene.service, scene.cluster
    if service.spec.mode.name != "replicated" or scene.health.condition is not Condition.WELL:
        return
    demand = Demand.of(service)
    if demand.nano_cpus <= 0 and demand.memory_bytes <= 0 and not demand.generic:
        return
    standing = Counter(task.node_id for task in cluster.tasks_of(service.id) or () if is_standing(task))
    if not standing:
        return
    lost, number = min(standing.items(), key=lambda item: (-item[1], cluster.node_name(item[0])))
    free, others = 0, 0
    capacity = _capacity.of(cluster)
    for node in capacity.nodes_for(service):
        if node.id != lost:
            others += 1
            free += capacity.free_on(service, node)
            if free >= number:
                return
    if not others:  # its only node is what is wrong then
        return
    name = cluster.node_name(lost)
    yield Found(
        summary=f"without {name} {number - free} of {counted(standing.total(), 'replica')} would not fit anywhere",
        evidence=(
            f"{name} has {counted(number, 'replica')}; each reserves {_reserved_text(demand)}",
            f"the {counted(others, 'other node has', 'other nodes have')} room for {free or 'none'}",
        ),
        cause="What the tasks on the other nodes reserve leaves too little for these.",
        remedies=(
            remedies.change_limits(service, f"Change what {service.name} reserves"),
            *([remedies.scale(service, standing.total() - number + free)] if standing.total() > number - free else []),
        ),
    )


@service_rule(
    "no-memory-limit", Severity.NOTE, "A service without a memory limit runs on a node whose memory is nearly reserved."
)
def no_memory_limit(scene: ServiceScene) -> Iterator[Found]:
    service, cluster = scene.service, scene.cluster
    if not service.image or _has_limit(service) or not _reserved.any_in(cluster):
        return
    running = [task for task in cluster.tasks_of(service.id) or () if task.status.state == "running"][:MOST_TASKS]
    tight = [cluster.nodes[each] for each in {task.node_id for task in running} if _reserved.is_tight(cluster, each)]
    if not tight:
        return
    worst = max(tight, key=lambda node: _reserved.share(cluster, node))
    yield Found(
        summary=f"no memory limit, and {_reserved.share(cluster, worst):.0%} of {worst.name}'s memory is reserved"
        " by others",
        evidence=tuple(_share_text(cluster, node) for node in sorted(tight, key=lambda node: node.name)[:3]),
        cause="If its tasks use more than what is left, the kernel kills programs on that node, of whatever service.",
        remedies=(remedies.change_limits(service, f"Limit the memory of {service.name}"),),
    )


def _share_text(cluster: Cluster, node: Node) -> str:
    size = rough_size(node.description.resources.memory_bytes)
    return f"{node.name}: {_reserved.share(cluster, node):.0%} of {size} of memory reserved"


def _reserved_text(demand: Demand) -> str:
    parts = [cpus_text(demand.nano_cpus)] if demand.nano_cpus > 0 else []
    parts += [f"{size_text(demand.memory_bytes)} of memory"] if demand.memory_bytes > 0 else []
    parts += [f"{amount} {kind}" for kind, amount in demand.generic]
    return listed(parts)


def _has_limit(service: Service) -> bool:
    """Whether its memory is limited, or set aside."""
    return any(_memory(service, of) for of in ("limits", "reservations"))


def _memory(service: Service, of: str) -> int:
    requirements = service.spec.task_template.resources
    part = getattr(requirements, of) if requirements is not None else None
    return part.memory_bytes if part is not None else 0


class _Capacity:
    """What is free in the newest snapshot that was asked about: services looked at one after another share it."""

    def __init__(self) -> None:
        self._kept: tuple[Cluster, FreeCapacity] | None = None

    def of(self, cluster: Cluster) -> FreeCapacity:
        kept = self._kept
        if kept is None or kept[0] is not cluster:
            kept = self._kept = (cluster, FreeCapacity(cluster, (), cluster.services))
        return kept[1]


class _Reserved:
    """The share of each node's memory that is reserved, counted again only when its tasks or the services change."""

    def __init__(self) -> None:
        self._by_node: dict[str, tuple[Mapping[str, int], Mapping[str, Service], float]] = {}
        self._any: tuple[Mapping[str, Service], bool] | None = None
        self._tight: tuple[Cluster, dict[str, bool]] | None = None

    def any_in(self, cluster: Cluster) -> bool:
        """Whether any service reserves memory at all: where none does there is nothing to count."""
        known = self._any
        if known is None or known[0] is not cluster.services:
            known = self._any = (
                cluster.services,
                any(_memory(service, "reservations") for service in cluster.services.values()),
            )
        return known[1]

    def is_tight(self, cluster: Cluster, node_id: str) -> bool:
        """Whether nearly all of a node's memory is reserved; asked for each task, so that it has to be quick."""
        kept = self._tight
        if kept is None or kept[0] is not cluster:
            kept = self._tight = (cluster, {})
        known = kept[1].get(node_id)
        if known is None:
            node = cluster.nodes.get(node_id)
            known = kept[1][node_id] = node is not None and self.share(cluster, node) > SHORT
        return known

    def share(self, cluster: Cluster, node: Node) -> float:
        standing, services = cluster.standing_on(node.id), cluster.services
        known = self._by_node.get(node.id)
        if known is not None and known[0] is standing and known[1] is services:
            return known[2]
        reserved = sum(
            _memory(service, "reservations") * number
            for service_id, number in standing.items()
            if (service := services.get(service_id)) is not None
        )
        if len(self._by_node) > 2 * len(cluster.nodes) + 64:
            self._by_node.clear()
        has = node.description.resources.memory_bytes
        share = reserved / has if has else 0.0
        self._by_node[node.id] = (standing, services, share)
        return share


_capacity = _Capacity()
_reserved = _Reserved()
