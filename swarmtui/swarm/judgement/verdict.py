"""What comes of a change: one judge for every action, and for several as a set.

It is given the swarm before and after (the nodes and services as they will be, the tasks as they are), and the updates
that changed services start. It does not ask which key was pressed. Only the services are looked at that a change can
reach: those that are changed, have a task on a changed node, are global, or have tasks that wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate, chain

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.capacity import Demand, FreeCapacity
from swarmtui.swarm.judgement.fates import Fates, fates_of, must_leave
from swarmtui.swarm.judgement.replacement import Replacement, Replacements, Restart
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.constraints import Obstacle, obstacle, placement_met
from swarmtui.swarm.services.replicas import completions_wanted, replicas_wanted
from swarmtui.swarm.tasks.states import is_waiting

__all__ = ["ServiceVerdict", "Verdict", "judge"]

NO_UPDATES: Replacements = {}


@dataclass(frozen=True)
class ServiceVerdict:
    """What comes of a change for one service.

    Attributes:
        service: as it will be; as it was, when it is removed.
        is_changed: whether its spec is what changes.
        fates: its tasks, by what becomes of them.
        running: how many of its tasks run now, on nodes that are ready; None while its tasks are not known.
        wanted: how many tasks it should have; of a global service, those that stay or start.
        starting: how many tasks get a place: as replacements, as additional ones, or because they were waiting.
        starting_on: of a global service, the IDs of the nodes that get a task.
        waiting: how many tasks have no place afterwards.
        waited: how many have none now.
        obstacles: what keeps the waiting ones off the nodes, if any wait.
        not_restarted: how many of those that stop the restart policy does not replace.
        may_move: whether tasks that are replaced could start on another node.
        must_move: whether they have to, because their own node no longer takes them.
        stuck: an update by start-first would find no place for a new task beside the old ones: the one that this
            starts, or any later one.
        starts_update: whether the change replaces tasks.
        starts_first: whether a new task of the update starts before the old one stops.
        has_nodes: whether the nodes are known, so that places could be looked for.
    """

    service: Service
    is_changed: bool
    fates: Fates
    running: int | None
    wanted: int
    starting: int = 0
    starting_on: tuple[str, ...] = ()
    waiting: int = 0
    waited: int = 0
    obstacles: Counter[Obstacle] = field(default_factory=Counter)
    not_restarted: int = 0
    may_move: bool = False
    must_move: bool = False
    stuck: bool = False
    starts_update: bool = False
    starts_first: bool = False
    has_nodes: bool = True

    @property
    def outage(self) -> bool:
        """Whether all of its tasks that run stop at the same moment, because of their nodes."""
        stopping = sum(1 for task in self.fates.stopping_at_once if task.status.state == "running")
        return bool(self.running) and stopping > 0 and stopping >= (self.running or 0)

    @property
    def moving(self) -> list[Task]:
        """The tasks that leave their node and are to start elsewhere."""
        return self.fates.stopping_at_once if self.service.spec.mode.name.startswith("replicated") else []

    @property
    def matters(self) -> bool:
        """Whether there is anything to tell."""
        return self.is_changed or bool(
            self.fates.gone or self.starting_on or self.waiting != self.waited or self.starting
        )


@dataclass(frozen=True)
class Verdict:
    """What comes of a change, or of several.

    Attributes:
        before, after: the swarm.
        services: those that are affected, by name.
        lost: IDs of the nodes that tasks must leave because of it.
        opened: IDs of the nodes that take tasks because of it.
    """

    before: Cluster
    after: Cluster
    services: tuple[ServiceVerdict, ...]
    lost: frozenset[str]
    opened: frozenset[str]

    @cached_property
    def quorum_before(self) -> Quorum:
        return Quorum.of(self.before)

    @cached_property
    def quorum_after(self) -> Quorum:
        return Quorum.of(self.after)

    @property
    def loses_quorum(self) -> bool:
        return self.quorum_before.has_quorum and not self.quorum_after.has_quorum

    @cached_property
    def leaves_no_taker(self) -> bool:
        """Whether nodes take tasks now, and none will."""
        return any(map(_takes_tasks, self.before.nodes.values())) and not any(
            map(_takes_tasks, self.after.nodes.values())
        )

    def of(self, service_id: str) -> ServiceVerdict | None:
        return next((each for each in self.services if each.service.id == service_id), None)


def judge(before: Cluster, after: Cluster, replacements: Replacements = NO_UPDATES) -> Verdict:
    """Tell what comes of a change.

    Args:
        before: the swarm as it is.
        after: the same, with the nodes and services that are changed as they will be.
        replacements: which tasks of a changed service an update replaces, by service ID.
    """
    return _Judging(before, after, replacements).verdict()


class _Judging:
    """The work of one judgement."""

    def __init__(self, before: Cluster, after: Cluster, replacements: Replacements) -> None:
        self._before, self._after, self._replacements = before, after, replacements
        ids = before.nodes.keys() | after.nodes.keys() if before.nodes is not after.nodes else set[str]()
        self._nodes = {each for each in ids if before.nodes.get(each) is not after.nodes.get(each)}
        ids = before.services.keys() | after.services.keys() if before.services is not after.services else set[str]()
        self._services = {each for each in ids if before.services.get(each) is not after.services.get(each)}

    def verdict(self) -> Verdict:
        before, after = self._before, self._after
        reached = {service.id: (service, self._fates(service)) for service in self._reached()}
        gone = [task for _, fates in reached.values() for task in fates.gone]
        places = FreeCapacity(after, gone, before.services)
        found = [self._of_service(service, fates, places, gone) for service, fates in reached.values()]
        changed = [(before.nodes.get(each), after.nodes.get(each), each) for each in self._nodes]
        return Verdict(
            before,
            after,
            tuple(sorted((each for each in found if each.matters), key=lambda each: each.service.name)),
            frozenset(each for old, new, each in changed if must_leave(new) and not must_leave(old)),
            frozenset(each for old, new, each in changed if _takes(new) and not _takes(old)),
        )

    # -------------------------------------------------------------------------------- which services

    def _reached(self) -> Iterator[Service]:
        """The services that the change can reach; those that wait last, since the others have their places before."""
        before, after = self._before, self._after
        ids = dict.fromkeys(sorted(self._services))
        for node_id in sorted(self._nodes):
            ids.update(dict.fromkeys(before.groups_on(node_id)))
        if self._nodes:
            ids.update((each.id, None) for each in after.services.values() if each.spec.mode.name == "global")
        if self._nodes or self._services:
            ids.update((each.id, None) for each in before.services.values() if self._waits(each))
        for service_id in ids:
            service = after.services.get(service_id) or before.services.get(service_id)
            if service is not None:
                yield service

    def _waits(self, service: Service) -> bool:
        """Whether tasks of the service wait for a place. The manager's own count tells cheaply where none can."""
        status = service.service_status
        if status is not None and status.running_tasks >= status.desired_tasks:
            return False
        return any(is_waiting(task) for task in self._before.tasks_of(service.id) or ())

    def _fates(self, service: Service) -> Fates:
        tasks = self._before.tasks_of(service.id) or ()
        replacement = self._replacements.get(service.id)
        return fates_of(self._before, self._after, service, replacement, tasks, self._nodes)

    # -------------------------------------------------------------------------------- one service

    def _of_service(self, service: Service, fates: Fates, places: FreeCapacity, gone: list[Task]) -> ServiceVerdict:
        running = self._running(service, fates)
        changed, replacement = service.id in self._services, self._replacements.get(service.id)
        whole = ServiceVerdict(service, changed, fates, running, len(fates.staying), has_nodes=False)
        if service.id not in self._after.services or not self._before.nodes:
            return whole
        mode = service.spec.mode.name
        if mode == "global":
            whole = self._of_global(service, fates, running, places)
        elif mode != "global-job":
            whole = self._of_replicated(service, fates, running, places)
        return self._with_update(whole, replacement, places, gone) if changed else whole

    def _running(self, service: Service, fates: Fates) -> int | None:
        nodes, away = self._before.nodes, self._before.nodes_not_ready
        if self._before.tasks_of(service.id) is None:
            return None if service.service_status is None else service.service_status.running_tasks
        standing = chain(fates.staying, fates.gone)
        return sum(
            1
            for task in standing
            if task.status.state == "running" and task.node_id in nodes and task.node_id not in away
        )

    def _of_replicated(
        self, service: Service, fates: Fates, running: int | None, places: FreeCapacity
    ) -> ServiceVerdict:
        stops = len(fates.stopping_at_once)
        policy = service.spec.task_template.restart_policy
        not_restarted = stops if policy is not None and policy.condition == "none" else 0
        standing = len(fates.staying)
        if service.spec.mode.name == "replicated":
            wanted = replicas_wanted(service) - not_restarted
            if self._before.tasks_of(service.id) is None and service.id in self._before.services:
                standing = min(running or 0, wanted)
        else:
            wanted = standing + len(fates.waiting) + len(fates.replaced) + stops - not_restarted
            if service.id not in self._before.services:
                wanted = min(completions_wanted(service))
        need = max(wanted - standing, 0)
        if need and not fates.gone and service.id not in self._services and self._starts_anyway(service):
            need = 0
        starting = places.place(service, need)
        waiting = need - starting
        replacement = self._replacements.get(service.id)
        if waiting and fates.replaced and replacement is not None and replacement.parallelism:
            # An update that finds no place waits there, and does not continue to the tasks that it has not reached.
            others = max(waiting - len(fates.replaced), 0)
            waiting = others + min(waiting - others, replacement.parallelism)
        return ServiceVerdict(
            service,
            service.id in self._services,
            fates,
            running,
            wanted,
            starting=starting,
            waiting=waiting,
            waited=len(fates.waiting) if need else 0,
            obstacles=self._obstacles(service, places, waiting, fates),
            not_restarted=not_restarted,
            may_move=bool(fates.replaced) and self._may_move(service, fates, places),
            must_move=bool(fates.replaced) and not any(self._may_return(service, task) for task in fates.replaced),
        )

    def _starts_anyway(self, service: Service) -> bool:
        """Whether a task that waits has a place already, and starts in a moment without any change."""
        return FreeCapacity(self._before, (), self._before.services).has_one_for(service)

    def _obstacles(self, service: Service, places: FreeCapacity, waiting: int, fates: Fates) -> Counter[Obstacle]:
        """Looked for only where more tasks wait than now: it takes a look at every node."""
        if waiting <= len(fates.waiting) and service.id not in self._services:
            return Counter()
        return places.obstacles(service, self._nodes_left) if waiting else Counter()

    @cached_property
    def _nodes_left(self) -> frozenset[str]:
        """IDs of the nodes that take no tasks because of this very change: they are no news as an obstacle."""
        return frozenset(
            each
            for each in self._nodes
            if _takes(self._before.nodes.get(each)) and not _takes(self._after.nodes.get(each))
        )

    def _may_move(self, service: Service, fates: Fates, places: FreeCapacity) -> bool:
        """Whether a task that is replaced could find its successor on another node."""
        own = {task.node_id for task in fates.replaced}
        return any(node.id not in own or len(own) > 1 for node in places.nodes_for(service))

    def _may_return(self, service: Service, task: Task) -> bool:
        """Whether the successor of a task could start on the same node."""
        node = self._after.nodes.get(task.node_id)
        return node is not None and obstacle(service, node) is None

    def _of_global(self, service: Service, fates: Fates, running: int | None, places: FreeCapacity) -> ServiceVerdict:
        """One task on each node that is neither drained nor down nor paused and meets the constraints; whether a
        node has room because it is asked only then (swarmkit manager/orchestrator/global)."""
        changed = service.id in self._services
        replaced = {task.node_id for task in fates.replaced}
        has = {task.node_id for task in fates.staying} | replaced
        pending = {task.node_id for task in fates.waiting}
        for node_id in replaced:
            places.take(service, self._after.nodes[node_id])
        starting, waiting = list[str](), 0
        for node in self._lacking(service, has, pending):
            if self._fits(service, node, places):
                starting.append(node.id)
            else:
                waiting += 1
        return ServiceVerdict(
            service,
            changed,
            fates,
            running,
            len(has) + len(starting) + waiting,
            starting=len(starting),
            starting_on=tuple(starting),
            waiting=waiting,
            waited=len(pending),
            obstacles=self._obstacles(service, places, waiting, fates),
        )

    def _lacking(self, service: Service, has: Collection[str], pending: Set[str]) -> Iterator[Node]:
        """The nodes that are to have a task of a global service, and have none that stays or is replaced there."""
        nodes = self._after.nodes
        changed = service.id in self._services
        checked = set[str]()
        for node in nodes.values() if changed else [nodes[each] for each in sorted(self._nodes) if each in nodes]:
            checked.add(node.id)
            if node.id in has or must_leave(node) or not placement_met(service, node):
                continue
            if node.spec.availability != "pause" or node.id in pending:
                yield node
        yield from (nodes[node_id] for node_id in pending - checked if node_id in nodes)

    def _fits(self, service: Service, node: Node, places: FreeCapacity) -> bool:
        return obstacle(service, node) is None and places.take(service, node)

    # -------------------------------------------------------------------------------- updates by start-first

    def _with_update(
        self, whole: ServiceVerdict, replacement: Replacement | None, places: FreeCapacity, gone: list[Task]
    ) -> ServiceVerdict:
        """Whether an update of a changed service finds places, where new tasks start before the old ones stop."""
        service, fates = whole.service, whole.fates
        starts = replacement is not None and replacement.restart is not Restart.NONE and bool(fates.replaced)
        policy = replacement if starts else Replacement(Restart.ALL, service.spec.update_config)
        stuck = False
        if policy is not None and policy.starts_first and whole.wanted and Demand.of(service).limited:
            if starts:  # the old tasks hold what the old spec says
                replaced = {task.id for task in fates.replaced}
                still = [task for task in gone if task.id not in replaced]
                now = FreeCapacity(self._after, still, self._before.services)
                if service.spec.mode.name != "global":  # the slots that are empty by then take places, too
                    now.place(service, max(whole.wanted - len(fates.staying) - len(fates.replaced), 0))
                stuck = _has_no_second_place(service, fates.replaced, now)
            elif not whole.waiting:
                stuck = _has_no_second_place(service, fates.staying, places)
        return replace(
            whole, stuck=stuck, starts_update=starts, starts_first=policy is not None and policy.starts_first
        )


def _has_no_second_place(service: Service, tasks: list[Task], places: FreeCapacity) -> bool:
    able = {node.id: node for node in places.nodes_for(service)}
    if service.spec.mode.name != "global":
        # A task that may not return to its node takes a place for good; each of the others gives its own back.
        misfits = sum(1 for task in tasks if task.node_id not in able)
        needed = misfits + (0 if tasks and misfits == len(tasks) else 1)
        free = accumulate(places.free_on(service, node) for node in able.values())
        return not any(number >= needed for number in free)
    return any(task.node_id in able and places.free_on(service, able[task.node_id]) <= 0 for task in tasks)


def _takes(node: Node | None) -> bool:
    return node is not None and _takes_tasks(node)


def _takes_tasks(node: Node) -> bool:
    return node.is_ready and node.spec.availability == "active"
