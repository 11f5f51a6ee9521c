"""SnapshotStore: the newest Cluster, put together from the engine's answers as they come in."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Set

import msgspec

from swarmtui.engine.polling.endings import given_up
from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.service_watches import ServiceState
from swarmtui.errors import ConnectionBroken
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import OBJECT_KINDS
from swarmtui.swarm.objects.cluster_volume import decode_cluster_volumes
from swarmtui.swarm.objects.decoding import decode_info, decode_list, decode_swarm
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.struct_decoders import json_decoder
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_list import TaskList, TaskReader
from swarmtui.swarm.tasks.failures import steady_at

__all__ = ["News", "SnapshotStore", "is_moving", "not_promised", "service_states", "unnamed_networks"]

ON_ITS_WAY = frozenset({"new", "allocated", "assigned", "accepted", "preparing", "ready", "starting"})
"""States that a task passes through quickly. Not "pending": a task may wait there for ever."""
STILL_THERE = ON_ITS_WAY | {"running"}
JOBS = frozenset({"replicated-job", "global-job"})
BEING_UPDATED = frozenset({"updating", "rollback_started"})
_ID = re.compile(r"[a-z0-9]{25}|[0-9a-f]{64}")
"""Of a network, the swarm's or an engine's own. What else services call one by is its name."""
MOST_TAKEN = 64
"""Questions whose last answers are remembered; which services are asked about together changes often."""


class News(msgspec.Struct, frozen=True):
    """What an answer has changed.

    Attributes:
        before: the snapshot that was there.
        cluster: the snapshot that is now; the very same when the answer told nothing new.
        changed: services whose tasks are not the same as before.
        sizes: bytes of each service's tasks, as far as this answer tells.
        moving: of the services in `changed`, whether a task is on its way.
        leaving: of the services in `changed`, those with a task that is still there though it has been given up.
        steady_at: of the services in `changed`, when what runs will have been steady since the last failure, in seconds
            since 1970 by the managers' clock.
        info: the engine's own word, when that was the question.
        reset: the engine has become another swarm's: nothing that was known is left.
        ended: services of which tasks have ended that still ran in this snapshot.
    """

    before: Cluster
    cluster: Cluster
    changed: frozenset[str] = frozenset()
    sizes: Mapping[str, float] = msgspec.field(default_factory=dict)
    moving: Mapping[str, bool] = msgspec.field(default_factory=dict)
    leaving: frozenset[str] = frozenset()
    steady_at: Mapping[str, float] = msgspec.field(default_factory=dict)
    info: EngineInfo | None = None
    reset: bool = False
    ended: frozenset[str] = frozenset()

    @property
    def differs(self) -> bool:
        return self.cluster is not self.before


class _Taken(msgspec.Struct, frozen=True):
    """The last answer to a question: its fingerprint, the tasks that were known after it, and the bytes of each
    service's tasks in it."""

    fingerprint: tuple[int, int]
    told: tuple[object, ...]
    sizes: Mapping[str, float]

    def told_what_is_in(self, cluster: Cluster, question: Question) -> bool:
        now = _told(cluster, question)
        return len(now) == len(self.told) and all(a is b for a, b in zip(now, self.told, strict=True))


def _told(cluster: Cluster, question: Question) -> tuple[object, ...]:
    """The part of a snapshot that a question is about, where several questions tell about it: identity tells change."""
    tasks = cluster.tasks_by_service
    match question.topic:
        case Topic.TASKS_OF | Topic.STANDING_OF:
            return tuple(tasks.get(service_id) for service_id in question.ids)
        case Topic.ALL_TASKS | Topic.TASKS_ON:
            return (tasks,)
        case Topic.NODES | Topic.SOME_NODES:
            return (cluster.nodes,)
        case Topic.SERVICES | Topic.SOME_SERVICES:
            return (cluster.services,)
        case _:
            return ()


class SnapshotStore:
    """Answers in, snapshots out. Several threads may bring answers; decoding holds no lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cluster = Cluster()
        self._taken: dict[Question, _Taken] = {}
        self._asked_of: dict[str, float] = {}
        self._reader = TaskReader()

    @property
    def cluster(self) -> Cluster:
        return self._cluster

    def forget(self) -> None:
        """The engine is in no swarm any more, by the user's own wish: nothing of it is left but the engine itself."""
        with self._lock:
            self._cluster = Cluster(info=self._cluster.info)
            self._taken.clear()
            self._asked_of.clear()
            self._reader.forget()

    def refuse(self, topic: Topic, words: str) -> None:
        """The engine refuses a list, in these words."""
        kind = topic.kind
        if kind is not None:
            with self._lock:
                self._cluster = self._cluster.with_refusal(kind, words)
                self._taken = {each: taken for each, taken in self._taken.items() if each.topic.kind is not kind}
                if kind is Kind.TASK:
                    self._asked_of.clear()

    def unknown_network(self, network_id: str) -> None:
        """The engine does not know a network that services are on: another one's own, or one that was removed."""
        with self._lock:
            self._cluster = self._cluster.with_network_elsewhere(network_id, "")

    def read_tasks(self, pieces: Iterable[bytes]) -> TaskList:
        """Read the whole list of tasks while it comes, for `take`. Raises msgspec.DecodeError, see `not_promised`."""
        return self._reader.whole(pieces, self._cluster.tasks_by_service)

    def take(self, question: Question, body: bytes | TaskList, fingerprint: tuple[int, int], started: float) -> News:
        """Take an answer in.

        An answer that is the same to the byte as the last one to the same question is not decoded again, if what it
        told then is still what is known: another question may have told something else in between.

        Args:
            question: what was asked.
            body: the answer, or what `read_tasks` made of it.
            fingerprint: of the answer.
            started: when the question was sent; an older answer does not overwrite what a newer one told.

        Raises:
            ConnectionBroken: it is not what the API promises.
        """
        with self._lock:
            kind = question.topic.kind
            if kind is not None:
                self._cluster = self._cluster.without_refusal(kind)
            taken = self._taken.get(question)
            if (
                taken is not None
                and taken.fingerprint == fingerprint
                and taken.told_what_is_in(self._cluster, question)
            ):
                if question.topic is Topic.TASKS_OF:
                    self._asked_of.update(dict.fromkeys(question.ids, started))
                return News(self._cluster, self._cluster, sizes=taken.sizes)
        try:
            news = self._decode_and_merge(question, body, fingerprint[0], started)
        except msgspec.DecodeError as error:
            raise not_promised(question.topic) from error
        with self._lock:
            if len(self._taken) > MOST_TAKEN:
                self._taken.clear()
            self._taken[question] = _Taken(fingerprint, _told(news.cluster, question), news.sizes)
        return news

    def _decode_and_merge(self, question: Question, body: bytes | TaskList, size: int, started: float) -> News:
        if isinstance(body, TaskList):
            return self._take_tasks(question, body.tasks, size, started)
        match question.topic:
            case Topic.INFO:
                return self._take_info(decode_info(body))
            case Topic.SWARM:
                return self._take_swarm(body)
            case Topic.VOLUMES:
                volumes = decode_cluster_volumes(body)
                return self._replace(lambda cluster: cluster.with_volumes(volumes))
            case Topic.NETWORK:
                name = json_decoder(Network).decode(body).name
                return self._replace(lambda cluster: cluster.with_network_elsewhere(question.ids[0], name))
            case Topic.STANDING_OF:
                return self._take_standing(question, self._reader.some(body))
            case Topic.ALL_TASKS | Topic.TASKS_OF | Topic.TASKS_ON:
                return self._take_tasks(question, self._reader.some(body), size, started)
            case Topic.ENDED | Topic.ENDED_OF:
                return self._take_ended(self._reader.some(body))
            case Topic.SOME_NODES | Topic.SOME_SERVICES as topic:
                assert topic.kind is not None
                some = OBJECT_KINDS[topic.kind].type
                found = decode_list(some, body)
                return self._replace(lambda cluster: cluster.with_some(some, question.ids, found))
            case topic:
                assert topic.kind is not None
                of = OBJECT_KINDS[topic.kind].type
                things = decode_list(of, body)
                return self._replace(lambda cluster: cluster.with_all(of, things))

    def _take_info(self, info: EngineInfo) -> News:
        # The clock goes into the connection's offset: here it would make every answer differ from the last.
        quiet = msgspec.structs.replace(info, system_time="")
        with self._lock:
            before, self._cluster = self._cluster, self._cluster.with_info(quiet)
            return News(before, self._cluster, info=info)

    def _take_swarm(self, body: bytes) -> News:
        swarm = decode_swarm(body)
        with self._lock:
            before = self._cluster
            reset = before.swarm is not None and before.swarm.id != swarm.id
            if reset:
                self._cluster = Cluster(info=before.info)
                self._taken.clear()
                self._asked_of.clear()
            self._cluster = self._cluster.with_swarm(swarm)
            return News(before, self._cluster, reset=reset)

    def _replace(self, step: Callable[[Cluster], Cluster]) -> News:
        with self._lock:
            before, self._cluster = self._cluster, step(self._cluster)
            return News(before, self._cluster)

    def _take_tasks(self, question: Question, tasks: list[Task], size: int, started: float) -> News:
        with self._lock:
            before = self._cluster
            match question.topic:
                case Topic.TASKS_OF:
                    self._cluster = before.with_tasks_of(question.ids, tasks)
                    self._asked_of.update(dict.fromkeys(question.ids, started))
                case Topic.TASKS_ON:
                    self._cluster = before.with_tasks_on(question.ids, tasks)
                case _:
                    self._cluster = before.with_all_tasks(self._with_newer(tasks, started))
                    self._asked_of.clear()
            cluster = self._cluster
        sizes = {} if question.topic is Topic.TASKS_ON else _sizes(question, tasks, size)
        return self._news_of_tasks(question, before, cluster, sizes)

    def _take_standing(self, question: Question, tasks: list[Task]) -> News:
        """Put the tasks that stand beside the ended ones that are known. A service that lacks one which stood before is
        left as it is: what became of that task is asked next."""
        with self._lock:
            before = self._cluster
            found = {task.id for task in tasks}
            groups = {each: before.tasks_by_service.get(each, ()) for each in question.ids}
            ended = {
                each
                for each, group in groups.items()
                if any(not given_up(task) and task.id not in found for task in group)
            }
            merged = [task for each in groups.keys() - ended for task in groups[each] if given_up(task)]
            merged += [task for task in tasks if task.service_id in groups and task.service_id not in ended]
            # A service can have both forms of one task only when it was given up before this answer came.
            self._cluster = before.with_tasks_of(groups.keys() - ended, {task.id: task for task in merged}.values())
            cluster = self._cluster
        return self._news_of_tasks(question, before, cluster, {}, frozenset(ended))

    def _news_of_tasks(
        self,
        question: Question,
        before: Cluster,
        cluster: Cluster,
        sizes: Mapping[str, float],
        ended: frozenset[str] = frozenset(),
    ) -> News:
        if question.topic is Topic.ALL_TASKS:
            _ = cluster.groups_by_node  # indexed in this thread: with 150,000 tasks it would hold up the screen's
        changed = _changed_services(before, cluster)
        not_ready = cluster.nodes_not_ready
        moving = {each: is_moving(cluster.tasks_by_service.get(each, ()), not_ready) for each in changed}
        leaving = frozenset(each for each in changed if is_leaving(cluster.tasks_by_service.get(each, ()), not_ready))
        steady = {
            each: steady_at(cluster.services[each], cluster.tasks_by_service.get(each, ()))
            for each in changed
            if each in cluster.services
        }
        return News(
            before,
            cluster,
            frozenset(changed),
            sizes,
            moving=moving,
            leaving=leaving,
            steady_at=steady,
            ended=ended,
        )

    def _take_ended(self, tasks: list[Task]) -> News:
        """Whose tasks have ended since they were asked for; what became of them is asked next."""
        with self._lock:
            cluster = self._cluster
        groups = cluster.tasks_by_service
        known = {each.service_id: {task.id: task for task in groups.get(each.service_id, ())} for each in tasks}
        ended = {
            task.service_id
            for task in tasks
            if (before := known[task.service_id].get(task.id)) is None or not given_up(before)
        }
        return News(cluster, cluster, ended=frozenset(ended))

    def _with_newer(self, tasks: Iterable[Task], started: float) -> Iterable[Task]:
        """The whole list as it came, except for the services that were answered about after it was asked for."""
        newer = {service_id for service_id, asked in self._asked_of.items() if asked > started}
        if not newer:
            return tasks
        kept = [task for task in tasks if task.service_id not in newer]
        return kept + [task for each in newer for task in self._cluster.tasks_by_service.get(each, ())]


def not_promised(topic: Topic) -> ConnectionBroken:
    """What is said of an answer that cannot be decoded."""
    return ConnectionBroken(f"The answer to {topic.path} is not what the Engine API promises.")


def unnamed_networks(before: Cluster, cluster: Cluster) -> set[str]:
    """IDs of networks that services are on and that are in no list: those of services that are new or have changed, or
    of all when the list of networks is another one."""
    if cluster.networks is None:
        return set()
    old = before.services if before.networks is cluster.networks else {}
    targets = {
        target
        for service in cluster.services.values()
        if service is not old.get(service.id)
        for target in service.network_ids
    }
    known = {*cluster.networks, *cluster.elsewhere}
    return {each for each in targets - known if _ID.fullmatch(each)}


def service_states(cluster: Cluster) -> dict[str, ServiceState]:
    """What the schedule must know of each service."""
    return {service.id: _service_state(service) for service in cluster.services.values()}


def _service_state(service: Service) -> ServiceState:
    status = service.service_status
    counts = (status.running_tasks, status.desired_tasks, status.completed_tasks) if status else ()
    short = status is not None and status.running_tasks != status.desired_tasks
    updating = service.update_status is not None and service.update_status.state in BEING_UPDATED
    volumes = any(mount.type == "cluster" for mount in service.mounts)
    silent = status is not None and bool(status.running_tasks) and service.spec.mode.name in JOBS
    return ServiceState((service.version.index, counts), short or updating, volumes, silent)


def is_moving(tasks: Iterable[Task], not_ready: Set[str]) -> bool:
    """Whether a task is on its way from one state to another, so that it is worth asking again soon.

    Args:
        not_ready: IDs of nodes that are down: nothing moves there.
    """
    for task in tasks:
        if task.node_id in not_ready:
            continue
        if given_up(task):
            if _is_leaving(task):
                return True
        elif task.status.state in ON_ITS_WAY:
            return True
    return False


def is_leaving(tasks: Iterable[Task], not_ready: Set[str]) -> bool:
    """Whether a task that has been given up is still there."""
    return any(given_up(task) and _is_leaving(task) and task.node_id not in not_ready for task in tasks)


def _is_leaving(task: Task) -> bool:
    return bool(task.node_id) and task.status.state in STILL_THERE


def _changed_services(before: Cluster, after: Cluster) -> set[str]:
    old, new = before.tasks_by_service, after.tasks_by_service
    if old is new:
        return set()
    return {each for each in old.keys() | new.keys() if old.get(each) is not new.get(each)}


def _sizes(question: Question, tasks: list[Task], size: int) -> dict[str, float]:
    """Bytes of each service's tasks, taking all tasks of an answer for equally long."""
    counts: dict[str, float] = dict.fromkeys(question.ids, 0.0)
    for task in tasks:
        counts[task.service_id] = counts.get(task.service_id, 0.0) + 1
    each = size / len(tasks) if tasks else 0.0
    return {service_id: count * each for service_id, count in counts.items()}
