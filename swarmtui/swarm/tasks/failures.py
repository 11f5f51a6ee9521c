"""What ended by itself in a slot, one task after another, and for how long that casts doubt on the task that runs now.

A task that has failed is followed by another one within seconds, so a service that crashes again and again looks whole
most of the time. What tells is its history: the tasks that the swarm still remembers (as many as the task history
limit keeps, 5 a slot unless changed).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from operator import is_

import msgspec

from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.tasks.states import is_finished, is_leaving

__all__ = ["LOOP", "STEADY", "Failures", "entered", "failures_in", "failures_of", "steady_at"]

LOOP = 3
"""So many failures in a row are a loop."""
STEADY = 60.0
"""Seconds that a task must run after one failure until the slot is whole again; after several, so many times more."""
MOST_STEADY = 5
"""Failures that prolong it at most."""
LONGEST_STEADY = 900.0
"""Seconds after which a task has got out of any loop."""
IN_A_ROW = 600.0
"""Seconds between two failures that still belong together."""

_ENDS = frozenset({"failed", "rejected"})
_ENDS_OF_A_SERVICE = _ENDS | {"complete"}
"""A service's tasks are meant to run on: one that ends with exit 0 is restarted like one that fails. Orphaned tasks are
not among these: they were lost with their node."""


@dataclass(frozen=True)
class Failures:
    """Tasks of one slot that ended by themselves, and what came after them.

    Attributes:
        count: how many in a row, of the spec that the current task has; 1 when only tasks of another spec failed.
        own: whether the current task has the spec of those that failed.
        seconds: from the first of them to the last.
        gap: the longest time between two of them, in seconds.
        last: when the newest of them ended, in seconds since 1970.
        newest: that task.
        current: the slot's current task; when swarm starts no other one, it is `newest` itself.
    """

    count: int
    seconds: float
    gap: float
    last: float
    newest: Task
    current: Task
    own: bool

    @cached_property
    def gave_up(self) -> bool:
        """Whether swarm starts no other task."""
        return is_leaving(self.current) and is_finished(self.current)

    @cached_property
    def looping(self) -> bool:
        return self.count >= LOOP and not self.gave_up

    @property
    def steady_after(self) -> float:
        """Seconds that the current task must run: the longer, the more failed before it and the longer those ran."""
        return min(LONGEST_STEADY, max(STEADY * min(self.count, MOST_STEADY), 1.5 * self.gap))

    @cached_property
    def steady_at(self) -> float:
        """The moment from which on these failures are history, in seconds since 1970; infinity while nothing runs."""
        if self.current.status.state != "running":
            return math.inf
        since = entered(self.current)
        return math.inf if since is None else since + self.steady_after


def entered(task: Task) -> float | None:
    """When a task came into its state, in seconds since 1970.

    Its node says so by the node's clock, which may be wrong; the managers' clock gives the bounds: a task is in no
    state before it was created, nor after its last change was written down.
    """
    said, created, written = (seconds_of(text) for text in (task.status.timestamp, task.created_at, task.updated_at))
    if said is None:
        return written
    if written is not None:
        said = min(said, written)
    return said if created is None else max(said, created)


def failures_in(service: Service | None, tasks: Sequence[Task], current: Task) -> Failures | None:
    """What failed in one slot; None when nothing did, or nothing is wanted there any more.

    Args:
        service: whose slot it is; None when it was removed.
        tasks: all of the slot's tasks, newest first.
        current: the one of them that `Slot.current` is.
    """
    ends = _ends(service)
    if (is_leaving(current) or is_finished(current)) and current.status.state not in ends:
        return None
    changed = service.update_status.started_at.rstrip("Z") if service is not None and service.update_status else ""
    times: list[float] = []
    newest: Task | None = None
    for task in tasks:
        at = entered(task) if task.status.state in ends else None
        if at is None or (times and times[-1] - at > IN_A_ROW):
            continue
        if newest is not None and not _alike(task, newest, changed):
            break
        times.append(at)
        if newest is None:
            newest = task
            if not _alike(newest, current, changed):
                break
    if newest is None or _long_before(times[0], newest, current):
        return None
    gap = max((later - earlier for later, earlier in pairwise(times)), default=0.0)
    own = _alike(newest, current, changed)
    return Failures(len(times), times[0] - times[-1], gap, times[0], newest, current, own)


def failures_of(service: Service, tasks: Sequence[Task]) -> tuple[Failures, ...]:
    """What failed in each slot of a service; () as a rule, and then quickly.

    A slot is looked at again only when one of its tasks has changed, or what the service says of its last update: of
    thousands of slots that fail, few change at once.

    Args:
        tasks: all of the service's tasks, as a snapshot holds them: newest first in each slot.
    """
    kept = _kept.get(service.id)
    if kept is not None and kept.service is service and kept.tasks is tasks:
        return kept.found
    before = kept.slots if kept is not None and _alike_services(kept.service, service) else {}
    slots = _failed_slots(service, tasks, before)
    found = tuple(each for _, each in slots.values() if each is not None)
    if slots:
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        _kept[service.id] = _Kept(service, tasks, slots, found)
    elif kept is not None:
        _kept.pop(service.id, None)
    return found


_Place = tuple[int, str]
_Slots = Mapping[_Place, tuple[Sequence[Task], Failures | None]]
"""By its place, the tasks of each slot in which something has failed, and what that makes."""


class _Kept(msgspec.Struct, frozen=True):
    """What was found last, and of what it was made."""

    service: Service
    tasks: Sequence[Task]
    slots: _Slots
    found: tuple[Failures, ...]


MOST_KEPT = 4096
"""Services with failures for which that is kept."""

_kept: dict[str, _Kept] = {}
"""By service. Any thread may read and write it, since each entry is replaced as a whole."""


def _failed_slots(service: Service, tasks: Sequence[Task], before: _Slots) -> _Slots:
    ends = _ends(service)
    numbered = service.spec.mode.name.startswith("replicated")

    def place(task: Task) -> tuple[int, str]:
        return (task.slot, "" if numbered or task.slot else task.node_id)

    failed = {place(task) for task in tasks if task.status.state in ends}
    slots: dict[_Place, list[Task]] = {}
    for task in tasks if failed else ():
        if (where := place(task)) in failed and _of_this_run(service, task):
            slots.setdefault(where, []).append(task)
    found: dict[_Place, tuple[Sequence[Task], Failures | None]] = {}
    for where, group in slots.items():
        known = before.get(where)
        if known is not None and len(known[0]) == len(group) and all(map(is_, known[0], group)):
            found[where] = known
        else:
            current = next((task for task in group if not is_leaving(task)), group[0])
            found[where] = (group, failures_in(service, group, current))
    return found


def _alike_services(a: Service, b: Service) -> bool:
    """Whether what a slot's failures are judged by is the same."""
    return a is b or (
        a.spec.mode == b.spec.mode and a.job_status == b.job_status and a.update_status == b.update_status
    )


def steady_at(service: Service, tasks: Sequence[Task]) -> float:
    """The moment from which on all slots of a service are steady, as far as its running tasks tell.

    Returns:
        Seconds since 1970; minus infinity when nothing has failed. A slot in which nothing runs does not count: the
        number of running tasks tells of it.
    """
    moments = (each.steady_at for each in failures_of(service, tasks))
    return max((moment for moment in moments if moment != math.inf), default=-math.inf)


def _ends(service: Service | None) -> frozenset[str]:
    return _ENDS if service is not None and service.spec.mode.name.endswith("-job") else _ENDS_OF_A_SERVICE


def _alike(a: Task, b: Task, changed: str) -> bool:
    """Whether two tasks have the same spec, as far as it can be seen: by image, force-update counter, and on which side
    of the service's last update they were created."""
    return (
        a.image == b.image
        and a.spec.force_update == b.spec.force_update
        and (a.created_at.rstrip("Z") >= changed) == (b.created_at.rstrip("Z") >= changed)
    )


def _long_before(ended: float, newest: Task, current: Task) -> bool:
    """Whether the current task is not there because of that failure: it was drained, scaled or updated since."""
    created = seconds_of(current.created_at)
    return newest is not current and created is not None and created - ended > IN_A_ROW


def _of_this_run(service: Service, task: Task) -> bool:
    if service.job_status is None:
        return True
    return task.job_iteration is not None and task.job_iteration.index == service.job_status.job_iteration.index
