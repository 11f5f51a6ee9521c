"""Log lines of tasks. They are made up, but always the same for a task and a moment: nothing is stored."""

from __future__ import annotations

import math
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.described import described
from swarmtui.sim.agent.log_samples import phrases_of
from swarmtui.sim.agent.run import Run
from swarmtui.sim.control.access import Access
from swarmtui.sim.control.containers.containers import Containers
from swarmtui.sim.control.selection import find
from swarmtui.sim.objects.objects import Task

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster

KEPT = 2_000
"""How many lines of a task are there at most: older ones were rotated away."""
KEPT_IN_ALL = 20_000
"""How many lines of a service; its tasks share them."""
STDOUT, STDERR = 1, 2


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a task wrote.

    Attributes:
        time: virtual unix seconds.
        stream: 1 for stdout, 2 for stderr.
        text: without its end.
    """

    time: float
    stream: int
    text: str
    task_id: str
    node_id: str
    service_id: str


class LogSource:
    """The log of a task, or of all tasks of a service."""

    def __init__(self, cluster: Cluster, runs: Sequence[Container], tty: bool, *, ends: bool) -> None:
        self._cluster = cluster
        self._runs: Sequence[Container] = runs
        self.tty = tty
        self._ends = ends

    @property
    def done(self) -> bool:
        """Whether no line will be added any more."""
        return self._ends and all(run.finished and not run.alive for run in self._runs)

    def lines(self, since: float | None = None, until: float | None = None, tail: int | None = None) -> list[LogLine]:
        """The lines of a time, oldest first; `tail` is how many of each task's last ones."""
        begin = -math.inf if since is None else since
        end = min(self._cluster.clock.now(), math.inf if until is None else until)
        found: list[LogLine] = []
        kept = min(KEPT, max(KEPT_IN_ALL // max(len(self._runs), 1), 20))
        for run in self._runs:
            if run.output is not None or not isinstance(run, Run):
                found += _written(run, begin, end, kept if tail is None else min(tail, kept))
                continue
            errs = self._cluster.images.behaviour(run.task.spec.task.image).errs_in_slot == run.task.slot > 0
            found += _lines(run, begin, end, kept if tail is None else min(tail, kept), errs=errs)
        return sorted(found, key=lambda line: line.time)


class Logs(Access):
    """The logs that can be asked for at one engine."""

    def service(self, name: str) -> LogSource:
        """All tasks of a service; new ones are found when it is asked for again."""
        store = self.reading()
        service = find("service", name, store.services, lambda each: each.spec.name)
        return _ServiceLog(self._cluster, service.id, bool(service.spec.task.container.get("TTY")))

    def task(self, name: str) -> LogSource:
        """One task."""
        store = self.reading()
        task = store.tasks.get(name) or find("task", name, store.tasks, lambda each: each.name)
        run = _run_of(self._cluster, task)
        return LogSource(self._cluster, [run] if run is not None else [], _tty(task), ends=True)

    def container(self, name: str) -> LogSource:
        """One container of this engine."""
        found = Containers(self._cluster, self._machine).find(name)
        tty = bool(described(found, self._machine).config.get("Tty"))
        return LogSource(self._cluster, [found], tty, ends=True)


class _ServiceLog(LogSource):
    """A service's log: its tasks come and go while it is followed."""

    def __init__(self, cluster: Cluster, service_id: str, tty: bool) -> None:
        super().__init__(cluster, [], tty, ends=False)
        self._service_id = service_id

    def lines(self, since: float | None = None, until: float | None = None, tail: int | None = None) -> list[LogLine]:
        runs = [_run_of(self._cluster, task) for task in self._cluster.store.tasks_of(self._service_id)]
        self._runs = [run for run in runs if run is not None]
        return super().lines(since, until, tail)

    @property
    def done(self) -> bool:
        return self._service_id not in self._cluster.store.services


def _tty(task: Task) -> bool:
    return bool(task.spec.task.container.get("TTY"))


def _run_of(cluster: Cluster, task: Task) -> Run | None:
    """The container of a task, if its node can be asked."""
    node = cluster.store.nodes.get(task.node_id)
    if node is None or node.machine.agent is None or not node.machine.reachable:
        return None
    run = node.machine.agent.runs.get(task.id)
    return run if run is not None and run.started else None


def _written(run: Container, since: float, until: float, tail: int) -> list[LogLine]:
    """What a container has really written within a time."""
    task = run.task if isinstance(run, Run) else None
    ids = (task.id, task.node_id, task.service_id) if task is not None else ("", "", "")
    lines = [LogLine(time, stream, text, *ids) for time, stream, text in run.output or () if since <= time <= until]
    return lines[max(len(lines) - tail, 0) :]


def _lines(run: Run, since: float, until: float, tail: int, *, errs: bool) -> list[LogLine]:
    """The last lines of one container within a time."""
    end = min(until, run.finished if run.finished and not run.alive else until)
    if not run.started or end < run.started or tail == 0:
        return []
    last = _count(run, end)
    first = max(last - tail, 0)
    if since > run.started:
        first = max(first, _count(run, math.nextafter(since, -math.inf)))
    return [_line(run, number, errs=errs) for number in range(first, last)]


def _count(run: Run, when: float) -> int:
    """How many lines were written until a moment (included)."""
    if when < run.started:
        return 0
    pace = _pace(run.task.service_id)
    number = max(int((when - run.started) / pace) - 2, 0)
    while _time(run, number) <= when:
        number += 1
    return number


@lru_cache(maxsize=4096)
def _pace(service_id: str) -> float:
    """Seconds between two lines: each service has its own."""
    return 0.8 + _chance(service_id, 0).random() * 6.0


def _chance(id: str, number: int) -> random.Random:
    """The same chance for the same thing and number, whenever it is asked for."""
    return random.Random((zlib.crc32(id.encode()) << 32) + number)


def _time(run: Run, number: int) -> float:
    """When a line was written: lines come at the service's pace, a little early or late."""
    if number < 3:
        return run.started + 0.05 * (number + 1)
    return run.started + _pace(run.task.service_id) * (number + _chance(run.task.id, number).random() * 0.9)


def _line(run: Run, number: int, *, errs: bool) -> LogLine:
    rng = _chance(run.task.id, -1 - number)
    stream, text = phrases_of(run.task.spec.task.image, number, rng, errs=errs)
    return LogLine(_time(run, number), stream, text, run.task.id, run.task.node_id, run.task.service_id)
