"""What the slots of a service went through: the rows of `docker service ps`, crash loops, grouped errors.

A slot is one numbered place of a replicated service, or one node of a global one; it has one current task, and the
tasks before it as its history (as many as the swarm's task history limit keeps, 5 unless changed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Service, Task, seconds_of
from swarmtui.swarm.states import FAILURES, is_finished, is_leaving

__all__ = [
    "CrashLoop",
    "ErrorGroup",
    "Slot",
    "TaskRow",
    "Trouble",
    "crash_loop",
    "errors_of",
    "first_trouble",
    "normalised",
    "rows_of",
    "rows_on",
    "slots_of",
]

_VARIABLE_PARTS = (
    (re.compile(r"\b[a-z0-9-]+:[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "ID"),
    (re.compile(r"\b(?=[a-z]*[0-9])[a-z0-9]{25}\b"), "ID"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "ADDRESS"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?"), "TIME"),
)


@dataclass(frozen=True)
class Slot:
    """One place of a service, with its tasks.

    Attributes:
        number: 1, 2, 3, … of a replicated service; 0 of a global one (and of a replicated job's first place).
        node_id: the node, of a global service; "" of a replicated one.
        tasks: newest first; never empty.
    """

    number: int
    node_id: str
    tasks: tuple[Task, ...]

    @property
    def current(self) -> Task:
        """The newest task that is meant to be there; when none is, the newest."""
        return _current(self.tasks)

    @property
    def earlier(self) -> tuple[Task, ...]:
        """Every task of the slot apart from the current one, newest first."""
        current = self.current
        return tuple(task for task in self.tasks if task is not current)


class TaskRow(msgspec.Struct, frozen=True, gc=False):
    """A line of `docker service ps`.

    Attributes:
        task: the task.
        depth: 0 for a slot's current task, 1 for those before it.
        failures: how many tasks before a current one failed in its slot, as far as they are remembered.
        last_error: what the newest of these said; "" when there is none.
    """

    task: Task
    depth: int
    failures: int = 0
    last_error: str = ""

    @property
    def current(self) -> bool:
        return self.depth == 0


@dataclass(frozen=True)
class CrashLoop:
    """A slot whose tasks fail one after another.

    Attributes:
        failures: how many failed within the window.
        seconds: the time from the first of these failures to the last.
        error: what the newest of them said.
    """

    failures: int
    seconds: float
    error: str


@dataclass(frozen=True)
class Trouble:
    """Why a slot does not run.

    Attributes:
        error: the engine's words.
        lasting: whether it looks as if waiting will not help: no node is suitable, or the third task has failed.
    """

    error: str
    lasting: bool


@dataclass(frozen=True)
class ErrorGroup:
    """Tasks that failed for the same reason.

    Attributes:
        text: the newest one's error, as the engine gave it.
        tasks: newest first.
    """

    text: str
    tasks: tuple[Task, ...]


def slots_of(cluster: Cluster, service_id: str) -> tuple[Slot, ...] | None:
    """A service's slots in order; None while its tasks have not been asked for."""
    groups = _by_slot(cluster, service_id)
    if groups is None:
        return None
    return tuple(Slot(number, node_id, tuple(group)) for (number, node_id), group in groups)


def _by_slot(cluster: Cluster, service_id: str) -> list[tuple[tuple[int, str], list[Task]]] | None:
    """The number and node of each slot with its tasks, newest first; None while they have not been asked for."""
    tasks = cluster.tasks_of(service_id)
    if tasks is None:
        return None
    service = cluster.services.get(service_id)
    # The first place of a replicated job is number 0 (swarmkit jobs/replicated/reconciler.go): the mode tells that
    # from a global service's tasks, which all have number 0.
    numbered = service is not None and service.spec.mode.name.startswith("replicated")
    groups: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        node_id = "" if numbered or task.slot else task.node_id
        groups.setdefault((task.slot, node_id), []).append(task)
    for group in groups.values():
        if len(group) > 1:
            group.sort(key=_created, reverse=True)
    if numbered:
        return sorted(groups.items(), key=itemgetter(0))
    return sorted(groups.items(), key=lambda entry: _place(cluster, *entry[0]))


def _place(cluster: Cluster, number: int, node_id: str) -> tuple[int, str, str]:
    """Sort key: by number; of a global service by the node's name, which readers know, rather than its ID."""
    return (number, cluster.node_name(node_id) if node_id else "", node_id)


def rows_of(cluster: Cluster, service_id: str) -> list[TaskRow]:
    """A service's tasks as `docker service ps` shows them: each slot's current task, then those before it."""
    rows = []
    for _, group in _by_slot(cluster, service_id) or ():
        if len(group) == 1:  # by far the most, of 10,000
            rows.append(TaskRow(group[0], 0))
            continue
        current = _current(group)
        earlier = [task for task in group if task is not current]
        failed = [task for task in earlier if task.status.state in FAILURES]
        error = (failed[0].status.err or failed[0].status.message) if failed else ""
        rows.append(TaskRow(current, 0, len(failed), error))
        rows.extend(TaskRow(task, 1) for task in earlier)
    return rows


def rows_on(cluster: Cluster, node_id: str) -> list[TaskRow]:
    """The tasks on a node as `docker node ps` shows them: by service and slot, the newest of each first."""
    tasks = _newest_first(cluster.tasks_on(node_id))
    tasks.sort(key=lambda task: (cluster.service_name(task.service_id), task.service_id, task.slot))
    rows = []
    before = None
    for task in tasks:
        place = (task.service_id, task.slot)
        rows.append(TaskRow(task, 1 if place == before else 0))
        before = place
    return rows


def crash_loop(
    slot: Slot, now: float, failures: int = 3, window: float = 900.0, steady: float = 60.0
) -> CrashLoop | None:
    """Whether a slot's tasks keep failing.

    Args:
        slot: the slot.
        now: the engine's time, in seconds since 1970.
        failures: how many make a loop.
        window: how far back they count, in seconds.
        steady: a task that has run for so many seconds has got out of the loop.
    """
    current = slot.current
    if current.status.state == "running":
        since = seconds_of(current.status.timestamp)
        if since is not None and now - since >= steady:
            return None
    failed = [task for task in slot.tasks if task.status.state in FAILURES]
    times = [(time, task) for task in failed if (time := seconds_of(task.status.timestamp)) is not None]
    recent = sorted((entry for entry in times if now - entry[0] <= window), key=lambda entry: entry[0])
    if len(recent) < failures:
        return None
    newest = recent[-1][1]
    return CrashLoop(len(recent), recent[-1][0] - recent[0][0], newest.status.err or newest.status.message)


def first_trouble(cluster: Cluster, service: Service) -> Trouble | None:
    """What keeps a service from running whole: a lasting trouble rather than one that may pass; None for none."""
    passing = None
    for slot in slots_of(cluster, service.id) or ():
        current = slot.current
        if current.status.state == "running":
            continue
        failed = [task for task in slot.tasks if task.status.state in FAILURES and task.status.err]
        if not is_finished(current) and current.status.err:
            return Trouble(current.status.err, lasting=True)
        if len(failed) >= 3:
            return Trouble(failed[0].status.err, lasting=True)
        if failed and passing is None:
            passing = Trouble(failed[0].status.err, lasting=False)
    return passing


def errors_of(tasks: Iterable[Task]) -> list[ErrorGroup]:
    """The errors of failed tasks, those that say the same put together; the most frequent first."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        if task.status.err and (task.status.state in FAILURES or not is_finished(task)):
            groups.setdefault(normalised(task.status.err), []).append(task)
    sorted_groups = [tuple(_newest_first(group)) for group in groups.values()]
    sorted_groups.sort(key=len, reverse=True)
    return [ErrorGroup(group[0].status.err, group) for group in sorted_groups]


def normalised(error: str) -> str:
    """An error without what differs from task to task (IDs, digests, addresses, times), to compare it by."""
    for pattern, word in _VARIABLE_PARTS:
        error = pattern.sub(word, error)
    return " ".join(error.split())


def _current(tasks: Sequence[Task]) -> Task:
    """Of a slot's tasks, newest first, the one that `Slot.current` is."""
    return next((task for task in tasks if not is_leaving(task)), tasks[0])


def _newest_first(tasks: Iterable[Task]) -> list[Task]:
    return sorted(tasks, key=_created, reverse=True)


def _created(task: Task) -> str:
    return task.created_at.rstrip("Z")
