"""Cluster: one immutable snapshot of a swarm, with its indexes.

A new snapshot is made from the one before by replacing what was asked again (`with_all`, `with_tasks_of`, …);
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
from typing import Any, TypeVar

from swarmtui.swarm.kinds import Kind, Named
from swarmtui.swarm.objects.cluster_volume import ClusterVolume
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.swarm import Swarm
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.placement_index import PlacementIndex

__all__ = ["Cluster", "in_slot_order"]

T = TypeVar("T")
Listed = TypeVar("Listed", bound=Named)

NO_TASKS: tuple[Task, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """A swarm at one moment, as far as it has been asked for. What has a list is an attribute named as its kind.

    Attributes:
        info: the engine that was asked.
        swarm: the swarm's own object; None until it was asked for.
        nodes: by ID.
        services: by ID.
        tasks_by_service: by service ID, each as `in_slot_order` sorts them; tasks of removed services too. A service
            that is missing here has not been asked for, unless `tasks_complete`.
        tasks_complete: whether the whole task list has been fetched, so that a task that is not here is not there.
        secrets, configs, networks: by ID; None until they were asked for. Of networks only those of the whole swarm.
        volumes: the cluster volumes by ID; None until they were asked for, which is done where a service mounts any.
        elsewhere: names of networks that services are on and that are in no list, by ID: those that every engine has by
            itself ("host", "bridge"); "" for one that the engine does not know either.
        refused: the lists that the engine does not give (a proxy before its socket forbids them), with its words. What
            would be in them is not known; it is empty or None here.
    """

    info: EngineInfo = field(default_factory=EngineInfo)
    swarm: Swarm | None = None
    nodes: Mapping[str, Node] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    tasks_by_service: Mapping[str, tuple[Task, ...]] = field(default_factory=dict)
    tasks_complete: bool = False
    secrets: Mapping[str, SecretFile] | None = None
    configs: Mapping[str, ConfigFile] | None = None
    networks: Mapping[str, Network] | None = None
    volumes: Mapping[str, ClusterVolume] | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    refused: Mapping[Kind, str] = field(default_factory=dict)
    _placements: PlacementIndex = field(default_factory=PlacementIndex, repr=False, compare=False)

    # -------------------------------------------------------------------------------- making the next one

    def with_info(self, info: EngineInfo) -> Cluster:
        return self if info == self.info else replace(self, info=info)

    def with_swarm(self, swarm: Swarm | None) -> Cluster:
        return self if swarm == self.swarm else replace(self, swarm=swarm)

    def with_all(self, of: type[Listed], things: Iterable[Listed]) -> Cluster:
        """Replace all nodes, services, … by what their list gave; what did not change stays the same object."""
        known = self.objects(of.kind)
        fresh: dict[str, Any] = {of.kind.value: _keep_unchanged(known or {}, things)}
        return self if fresh[of.kind.value] == known else replace(self, **fresh)

    def with_some(self, of: type[Listed], ids: Iterable[str], things: Iterable[Listed]) -> Cluster:
        """Replace single nodes or services by what a list of only these gave; those of `ids` that it lacks are gone."""
        known: Mapping[str, Listed] = self.objects(of.kind) or {}
        fresh = _keep_unchanged(known, things)
        gone = known.keys() & (set(ids) - fresh.keys())
        if not gone and all(known.get(each) is thing for each, thing in fresh.items()):
            return self
        merged = {**known, **fresh}
        for each in gone:
            del merged[each]
        changed: dict[str, Any] = {of.kind.value: merged}
        return replace(self, **changed)

    def with_volumes(self, volumes: Mapping[str, ClusterVolume]) -> Cluster:
        """Replace the cluster volumes."""
        return self if volumes == self.volumes else replace(self, volumes=volumes)

    def with_node(self, node: Node) -> Cluster:
        """Replace one node."""
        return replace(self, nodes={**self.nodes, node.id: node})

    def without_node(self, node_id: str) -> Cluster:
        """Leave one node out."""
        return replace(self, nodes={key: node for key, node in self.nodes.items() if key != node_id})

    def with_refusal(self, kind: Kind, words: str) -> Cluster:
        """The engine refuses a list: what was in it is not known any more."""
        if self.refused.get(kind) == words:
            return self
        refused = {**self.refused, kind: words}
        if kind is Kind.TASK:
            return replace(self, refused=refused, tasks_by_service={}, tasks_complete=False)
        return replace(self, refused=refused, **{kind.value: getattr(NOTHING_KNOWN, kind.value)})

    def without_refusal(self, kind: Kind) -> Cluster:
        """The engine gives the list after all."""
        if kind not in self.refused:
            return self
        return replace(self, refused={key: words for key, words in self.refused.items() if key is not kind})

    def with_service(self, service: Service) -> Cluster:
        """Replace one service, or add it."""
        return replace(self, services={**self.services, service.id: service})

    def without_service(self, service_id: str) -> Cluster:
        """Leave one service out."""
        return replace(self, services={key: each for key, each in self.services.items() if key != service_id})

    def with_network_elsewhere(self, network_id: str, name: str) -> Cluster:
        """What a network is called that is in no list; "" when the engine does not know it."""
        if self.elsewhere.get(network_id) == name:
            return self
        return replace(self, elsewhere={**self.elsewhere, network_id: name})

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
        """The group in order; the same tuple that is held already when no task of it changed."""
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
        return tuple(chain.from_iterable(self.groups_on(node_id).values()))

    @property
    def groups_by_node(self) -> Mapping[str, Mapping[str, tuple[Task, ...]]]:
        """The known tasks of each node, by service; of a node whose tasks are the same, the very same mapping."""
        return self._placements.of(self.tasks_by_service)

    def groups_on(self, node_id: str) -> Mapping[str, tuple[Task, ...]]:
        """The known tasks on a node, by service."""
        return self._placements.of(self.tasks_by_service).get(node_id, {})

    def standing_on(self, node_id: str) -> Mapping[str, int]:
        """How many known tasks of each service have their place on a node."""
        return self._placements.standing(self.tasks_by_service, node_id)

    def all_tasks(self) -> Iterator[Task]:
        """Every known task, by service."""
        for group in self.tasks_by_service.values():
            yield from group

    def objects(self, kind: Kind) -> Mapping[str, Any] | None:
        """All of a kind that is asked for by a list of its own, by ID; None while they are not known, and of tasks and
        stacks, which are found in other ways."""
        found: Mapping[str, Any] | None = getattr(self, kind.value, None)
        return found

    def awaits(self, kind: Kind) -> bool:
        """Whether a kind's list (of `objects`) is still to come: it is not known, and the engine does not refuse it."""
        return self.objects(kind) is None and kind not in self.refused

    def version_of(self, kind: Kind, object_id: str) -> int | None:
        """The version of an object as it is known; None when it is not (any more), or its kind has no versions."""
        if kind is Kind.SWARM:
            return self.swarm.version.index if self.swarm is not None and self.swarm.id == object_id else None
        version = getattr((self.objects(kind) or {}).get(object_id), "version", None)
        return None if version is None else int(version.index)

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

    def network_name(self, target: str) -> str:
        """A network's name, by its ID or name. The swarm's own list leaves out the networks that every engine has."""
        known = (self.networks or {}).get(target)
        if known is not None:
            return known.name or target
        name = self.elsewhere.get(target)
        if name is None:
            return target
        return name or f"network {target[:12]}… (not a swarm network)"

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


NOTHING_KNOWN = Cluster()


def in_slot_order(tasks: list[Task]) -> list[Task]:
    """Sort in place by slot (global tasks by node), newest first within it.

    The RFC 3339 times of one engine sort as text once their "Z" is gone, since Go cuts trailing zeros.
    """
    tasks.sort(key=lambda task: task.created_at.rstrip("Z"), reverse=True)
    tasks.sort(key=lambda task: (task.slot, "" if task.slot else task.node_id))
    return tasks


def _unchanged(known: T | None, fresh: T) -> T:
    return known if known is not None and known == fresh else fresh


def _keep_unchanged(known: Mapping[str, Listed], fresh: Iterable[Listed]) -> dict[str, Listed]:
    return {item.id: _unchanged(known.get(item.id), item) for item in fresh}


def _same_values(a: Mapping[str, object], b: Mapping[str, object]) -> bool:
    return len(a) == len(b) and all(b.get(key) is value for key, value in a.items())
