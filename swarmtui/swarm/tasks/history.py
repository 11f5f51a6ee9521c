"""What the slots of a service went through: the rows of `docker service ps`, why one does not run, grouped errors.

A slot is one numbered place of a replicated service, or one node of a global one; it has one current task, and the
tasks before it as its history (as many as the swarm's task history limit keeps, 5 unless changed).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from operator import itemgetter

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.ending import cause_of, not_restarted
from swarmtui.swarm.tasks.failures import Failures, failures_in
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving

__all__ = [
    "ErrorGroup",
    "Slot",
    "TaskRow",
    "Trouble",
    "errors_of",
    "first_trouble",
    "normalised",
    "rows_of",
    "rows_on",
    "slot_of",
    "slots_of",
]

_VARIABLE_PARTS = (
    (re.compile(r"\b[a-z0-9-]+:[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r"\b[0-9a-f]{12,64}\b"), "ID"),
    (re.compile(r"\b(?=[a-z]*[0-9])[a-z0-9]{25}\b"), "ID"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "ADDRESS"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?"), "TIME"),
)


class Slot(msgspec.Struct, frozen=True):
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
        failures: of a current task, what failed in its slot before it (or is that task itself); None for nothing.
        slot: the same text for all tasks of one slot, and for no other's.
    """

    task: Task
    depth: int
    failures: Failures | None = None
    slot: str = ""

    @property
    def current(self) -> bool:
        return self.depth == 0

    @property
    def key(self) -> str:
        """What stays the same while tasks are replaced: of a current task its slot, of an earlier one its ID."""
        return (self.slot if self.depth == 0 else "") or self.task.id


class Trouble(msgspec.Struct, frozen=True):
    """Why a slot does not run.

    Attributes:
        error: why, the most telling words first.
        lasting: whether it looks as if waiting will not help: no node is suitable, the third task in a row has failed,
            or swarm starts no other.
    """

    error: str
    lasting: bool


class ErrorGroup(msgspec.Struct, frozen=True):
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


def slot_of(cluster: Cluster, task: Task) -> str:
    """What stands for the slot of a task: the same text for all of one slot, and for no other's."""
    service = cluster.services.get(task.service_id)
    numbered = task.slot or (service is not None and service.spec.mode.name.startswith("replicated"))
    return f"{task.service_id}/{task.slot}/{'' if numbered else task.node_id}"


def _place(cluster: Cluster, number: int, node_id: str) -> tuple[object, ...]:
    """Sort key: by number; of a global service by the node's name, which readers know, rather than its ID."""
    return (number, natural(cluster.node_name(node_id)) if node_id else (), node_id)


def rows_of(cluster: Cluster, service_id: str) -> list[TaskRow]:
    """A service's tasks as `docker service ps` shows them: each slot's current task, then those before it."""
    rows = []
    service = cluster.services.get(service_id)
    for (number, node_id), group in _by_slot(cluster, service_id) or ():
        slot = f"{service_id}/{number}/{node_id}"
        if len(group) == 1 and group[0].status.state == "running":  # by far the most, of 10,000
            rows.append(TaskRow(group[0], 0, slot=slot))
            continue
        current = _current(group)
        rows.append(TaskRow(current, 0, failures_in(service, group, current), slot))
        rows.extend(TaskRow(task, 1, slot=slot) for task in group if task is not current)
    return rows


def rows_on(cluster: Cluster, node_id: str) -> list[TaskRow]:
    """The tasks on a node as `docker node ps` shows them: by service and slot, the newest of each first."""
    tasks = _newest_first(cluster.tasks_on(node_id))
    tasks.sort(key=lambda task: (natural(cluster.service_name(task.service_id)), task.service_id, task.slot))
    rows = []
    before = None
    for task in tasks:
        place = (task.service_id, task.slot)
        rows.append(TaskRow(task, 1 if place == before else 0))
        before = place
    return rows


def first_trouble(cluster: Cluster, service: Service) -> Trouble | None:
    """What keeps a service from running whole: a lasting trouble rather than one that may pass; None for none."""
    passing = None
    for slot in slots_of(cluster, service.id) or ():
        current = slot.current
        if current.status.state == "running":
            continue
        if not is_finished(current) and current.status.err:
            return Trouble(current.status.err, lasting=True)
        failures = failures_in(service, slot.tasks, current)
        if failures is None:
            continue
        error = cause_of(failures.newest)
        if failures.gave_up:
            return Trouble(f"{not_restarted(service, failures.newest)}: {error}", lasting=True)
        if failures.looping:
            return Trouble(error, lasting=True)
        if passing is None:
            passing = Trouble(error, lasting=False)
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
