"""Cluster: one immutable snapshot of a swarm, with its indexes.

A new snapshot is made from the one before by replacing what was asked anew (`with_nodes`, `with_tasks_of`, …);
everything else is shared, so a change of one service's tasks costs nothing for the 150,000 others. Tasks are held by
service, since that is how they are asked for and how most views want them; the other indexes are made when first
asked for, and kept.

Whoever holds a Cluster may read it from any thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import TypeVar

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import EngineInfo, Node, Service, Swarm, Task
from swarmtui.swarm.placement_index import PlacementIndex
from swarmtui.swarm.shared import Network, StoredConfig, StoredSecret

__all__ = ["Cluster", "in_slot_order"]

T = TypeVar("T", Node, Service, Task, StoredSecret, StoredConfig, Network)

NO_TASKS: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A swarm at one moment, as far as it has been asked for.

    Attributes:
        info: the engine that was asked.
        swarm: the swarm's own object; None until it was asked for.
        nodes: by ID.
        services: by ID.
        tasks_by_service: by service ID, each as `in_slot_order` sorts them; tasks of removed services too. A service
            that is missing here has not been asked for, unless `tasks_complete`.
        tasks_complete: whether the whole task list has been fetched, so that a task that is not here is not there.
        secrets, configs, networks: by ID; None until they were asked for. Of networks only those of the whole swarm.
    """

    info: EngineInfo = field(default_factory=EngineInfo)
    swarm: Swarm | None = None
    nodes: Mapping[str, Node] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    tasks_by_service: Mapping[str, tuple[Task, ...]] = field(default_factory=dict)
    tasks_complete: bool = False
    secrets: Mapping[str, StoredSecret] | None = None
    configs: Mapping[str, StoredConfig] | None = None
    networks: Mapping[str, Network] | None = None
    _placements: PlacementIndex = field(default_factory=PlacementIndex, repr=False, compare=False)

    # -------------------------------------------------------------------------------- making the next one

    def with_info(self, info: EngineInfo) -> Cluster:
        return self if info == self.info else replace(self, info=info)

    def with_swarm(self, swarm: Swarm | None) -> Cluster:
        return self if swarm == self.swarm else replace(self, swarm=swarm)

    def with_nodes(self, nodes: Iterable[Node]) -> Cluster:
        """Replace all nodes; a node that did not change stays the same object."""
        fresh = _keep_unchanged(self.nodes, nodes)
        return self if fresh == self.nodes else replace(self, nodes=fresh)

    def with_node(self, node: Node) -> Cluster:
        """Replace one node."""
        return replace(self, nodes={**self.nodes, node.id: node})

    def without_node(self, node_id: str) -> Cluster:
        """Leave one node out."""
        return replace(self, nodes={key: node for key, node in self.nodes.items() if key != node_id})

    def with_services(self, services: Iterable[Service]) -> Cluster:
        """Replace all services; a service that did not change stays the same object."""
        fresh = _keep_unchanged(self.services, services)
        return self if fresh == self.services else replace(self, services=fresh)

    def with_secrets(self, secrets: Iterable[StoredSecret]) -> Cluster:
        fresh = _keep_unchanged(self.secrets or {}, secrets)
        return self if fresh == self.secrets else replace(self, secrets=fresh)

    def with_configs(self, configs: Iterable[StoredConfig]) -> Cluster:
        fresh = _keep_unchanged(self.configs or {}, configs)
        return self if fresh == self.configs else replace(self, configs=fresh)

    def with_networks(self, networks: Iterable[Network]) -> Cluster:
        fresh = _keep_unchanged(self.networks or {}, networks)
        return self if fresh == self.networks else replace(self, networks=fresh)

    def with_all_tasks(self, tasks: Iterable[Task]) -> Cluster:
        """Replace all tasks, as the whole `GET /tasks` gave them."""
        grouped: dict[str, list[Task]] = {}
        for task in tasks:
            grouped.setdefault(task.service_id, []).append(task)
        fresh = {service_id: self._merged(service_id, group) for service_id, group in grouped.items()}
        if self.tasks_complete and _same_values(fresh, self.tasks_by_service):
            return self
        return replace(self, tasks_by_service=fresh, tasks_complete=True)

    def with_tasks_of(self, service_ids: Iterable[str], tasks: Iterable[Task]) -> Cluster:
        """Replace all tasks of these services, as `GET /tasks?filters={"service": […]}` gave them."""
        grouped: dict[str, list[Task]] = {service_id: [] for service_id in service_ids}
        for task in tasks:
            grouped.setdefault(task.service_id, []).append(task)
        fresh = {service_id: self._merged(service_id, group) for service_id, group in grouped.items()}
        known = self.tasks_by_service
        if all(known.get(service_id) is group for service_id, group in fresh.items()):
            return self
        return replace(self, tasks_by_service={**known, **fresh})

    def with_tasks_on(self, node_ids: Iterable[str], tasks: Iterable[Task]) -> Cluster:
        """Replace all tasks on these nodes, as `GET /tasks?filters={"node": […]}` gave them.

        A service of which only these tasks are known would look complete, so its tasks are merged only where the
        service has been asked for, or the whole list has.
        """
        nodes = frozenset(node_ids)
        arrived: dict[str, list[Task]] = {}
        for task in tasks:
            arrived.setdefault(task.service_id, []).append(task)
        touched = set(arrived) | {
            service_id for service_id, group in self.tasks_by_service.items() if any(t.node_id in nodes for t in group)
        }
        if not self.tasks_complete:
            touched &= set(self.tasks_by_service)
        fresh = dict(self.tasks_by_service)
        for service_id in touched:
            new = arrived.get(service_id, [])
            new_ids = {task.id for task in new}
            kept = [t for t in fresh.get(service_id, NO_TASKS) if t.node_id not in nodes and t.id not in new_ids]
            fresh[service_id] = self._merged(service_id, [*kept, *new])
        if _same_values(fresh, self.tasks_by_service):
            return self
        return replace(self, tasks_by_service=fresh)

    def _merged(self, service_id: str, group: list[Task]) -> tuple[Task, ...]:
        """The group in order; the very tuple that is held already when no task of it changed."""
        known = self.tasks_by_service.get(service_id, NO_TASKS)
        by_id = {task.id: task for task in known}
        merged = [_unchanged(by_id.get(task.id), task) for task in group]
        in_slot_order(merged)
        if len(merged) == len(known) and all(a is b for a, b in zip(merged, known, strict=True)):
            return known
        return tuple(merged)

    # -------------------------------------------------------------------------------- reading

    def tasks_of(self, service_id: str) -> tuple[Task, ...] | None:
        """A service's tasks, newest first in each slot; None when they have not been asked for yet."""
        known = self.tasks_by_service.get(service_id)
        if known is None and self.tasks_complete:
            return NO_TASKS
        return known

    def tasks_on(self, node_id: str) -> tuple[Task, ...]:
        """The known tasks on a node. They are all of them when `tasks_complete`."""
        groups = self._placements.of(self.tasks_by_service).get(node_id, {})
        return tuple(chain.from_iterable(groups.values()))

    def all_tasks(self) -> Iterator[Task]:
        """Every known task, by service."""
        for group in self.tasks_by_service.values():
            yield from group

    def version_of(self, kind: Kind, object_id: str) -> int | None:
        """The version of an object as it is known; None when it is not (any more), or its kind has no versions."""
        if kind is Kind.SWARM:
            return self.swarm.version.index if self.swarm is not None and self.swarm.id == object_id else None
        known: Mapping[Kind, Mapping[str, Node | Service | StoredSecret] | None] = {
            Kind.NODE: self.nodes,
            Kind.SERVICE: self.services,
            Kind.SECRET: self.secrets,
            Kind.CONFIG: self.configs,
        }
        found = (known.get(kind) or {}).get(object_id)
        return None if found is None else found.version.index

    @cached_property
    def task_count(self) -> int:
        return sum(len(group) for group in self.tasks_by_service.values())

    @cached_property
    def managers(self) -> tuple[Node, ...]:
        """The nodes that take part in Raft now (not those that are only meant to)."""
        return tuple(node for node in self.nodes.values() if node.manager_status is not None)

    @cached_property
    def leader(self) -> Node | None:
        return next((node for node in self.managers if node.is_leader), None)

    @cached_property
    def nodes_not_ready(self) -> frozenset[str]:
        """IDs of the nodes whose tasks cannot be trusted to run."""
        return frozenset(node.id for node in self.nodes.values() if not node.is_ready)

    def node_name(self, node_id: str) -> str:
        """A node's name; the start of its ID when the node is not known (any more)."""
        node = self.nodes.get(node_id)
        return node.name if node else node_id[:12]

    def service_name(self, service_id: str) -> str:
        """A service's name; the start of its ID when the service is not known (any more)."""
        service = self.services.get(service_id)
        return service.name if service else service_id[:12]

    def task_name(self, task: Task) -> str:
        """ "web.3" of a replicated service, "agent.NODE" of a global one, as `docker service ps` says it (there with
        the node's ID, which tells a reader nothing). The slots of a replicated job begin at 0 (swarmkit's
        manager/orchestrator/jobs/replicated), all others at 1."""
        name, service = self.service_name(task.service_id), self.services.get(task.service_id)
        has_slot = task.slot or (service is not None and service.spec.mode.name == "replicated-job")
        return f"{name}.{task.slot}" if has_slot else f"{name}.{self.node_name(task.node_id)}"


def in_slot_order(tasks: list[Task]) -> list[Task]:
    """Sort in place by slot (global tasks by node), newest first within it.

    The RFC 3339 times of one engine sort as text once their "Z" is gone, since Go cuts trailing zeros.
    """
    tasks.sort(key=lambda task: task.created_at.rstrip("Z"), reverse=True)
    tasks.sort(key=lambda task: (task.slot, "" if task.slot else task.node_id))
    return tasks


def _unchanged(known: T | None, fresh: T) -> T:
    return known if known is not None and known == fresh else fresh


def _keep_unchanged(known: Mapping[str, T], fresh: Iterable[T]) -> dict[str, T]:
    return {item.id: _unchanged(known.get(item.id), item) for item in fresh}


def _same_values(a: Mapping[str, object], b: Mapping[str, object]) -> bool:
    return len(a) == len(b) and all(b.get(key) is value for key, value in a.items())
