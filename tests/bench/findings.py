"""How long it takes to find out what is wrong with the largest swarm, at first and after a small change."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.shell.main_screen import LOOK
from tests.unit.swarm.builders import NOW, cluster, node, service, task

from .results import Result, at_most, noted, spread
from .setting import say

__all__ = ["measure_findings"]

NODES, SERVICES, TASKS = 5_000, 1_000, 150_000
CHANGED = 100
"""Tasks that fail, of ten services."""
WITHIN, STALL = 100.0, 40.0
"""Milliseconds."""
AGAIN = 20
CROWD = 10_000
"""Tasks of one service."""


def measure_findings() -> Iterator[Result]:
    """All of it; it needs no swarm but a snapshot."""
    say("findings: a snapshot of 150,000 tasks")
    snapshot = _large()
    _as_the_program()
    diagnosis = Diagnosis()
    first = _looks(diagnosis, snapshot, NOW)
    whole = f"{len(first)} pieces, the longest {max(first):.0f} ms"
    yield noted("findings, first look at 150,000 tasks", f"{sum(first):,.0f} ms", whole)
    sums, longest = list[float](), list[float]()
    for turn in range(AGAIN):
        snapshot = _with_failures(snapshot, turn)
        taken = _looks(diagnosis, snapshot, NOW + 1 + turn)
        sums.append(sum(taken))
        longest.append(max(taken))
    yield at_most("findings after a change of 100 tasks", max(sums), WITHIN, "ms", spread(sums, "ms"))
    yield at_most("findings, longest time without a break", max(longest), STALL, "ms", spread(longest, "ms"))
    yield from _crowded()


def _crowded() -> Iterator[Result]:
    """One service of ten thousand tasks, of which all wait, or all fail, while a hundred change."""
    for name, snapshot in (("wait", _waiting()), ("fail", _failing())):
        say(f"findings: a service of {CROWD:,} tasks that all {name}")
        diagnosis = Diagnosis()
        _as_the_program()
        _looks(diagnosis, snapshot, NOW)
        sums, longest = list[float](), list[float]()
        for turn in range(AGAIN):
            snapshot = _with_news(snapshot, turn)
            taken = _looks(diagnosis, snapshot, NOW + 6 * (1 + turn))
            sums.append(sum(taken))
            longest.append(max(taken))
        yield at_most(
            f"findings on {CROWD:,} tasks that {name}, after 100 changes", max(sums), WITHIN, "ms", spread(sums, "ms")
        )
        yield at_most(
            f"findings on {CROWD:,} that {name}, without a break", max(longest), STALL, "ms", spread(longest, "ms")
        )


def _as_the_program() -> None:
    """What is there lives on, and garbage is collected seldom (swarmtui/ui/shell/garbage.py)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _crowd_nodes() -> list[Node]:
    return [node(f"n{number}", manager=number < 3, leader=number == 0) for number in range(200)]


def _waiting() -> Cluster:
    crowd = service("crowd", CROWD, status=(0, CROWD), constraints=["node.labels.gpu==1"])
    error = "no suitable node (scheduling constraints not satisfied on 200 nodes)"
    tasks = [task("crowd", slot, state="pending", created=300, error=error) for slot in range(1, CROWD + 1)]
    return cluster(_crowd_nodes(), [crowd], tasks)


def _failing() -> Cluster:
    slots, error = CROWD // 3, "task: non-zero exit (1)"
    tasks = list[Task]()
    for slot in range(1, slots + 1):
        on = f"n{slot % 200}"
        tasks.append(task("crowd", slot, on, created=5))
        tasks += [
            task("crowd", slot, on, state="failed", desired="shutdown", created=old, error=error) for old in (15, 25)
        ]
    return cluster(_crowd_nodes(), [service("crowd", slots, status=(slots, slots))], tasks)


def _with_news(snapshot: Cluster, turn: int) -> Cluster:
    """A hundred tasks have been written again."""
    tasks = list(snapshot.tasks_of("service-crowd") or ())
    for number in range(CHANGED):
        place = (turn * CHANGED + number) * 3 % len(tasks)
        tasks[place] = msgspec.structs.replace(tasks[place], updated_at=f"{turn}")
    return snapshot.with_tasks_of(["service-crowd"], tasks)


def _looks(diagnosis: Diagnosis, snapshot: Cluster, now: float) -> list[float]:
    """Milliseconds of each piece until everything has been looked at."""
    pieces = list[float]()
    while not pieces or not diagnosis.complete:
        begun = time.perf_counter()
        diagnosis.advance(snapshot, now, within=LOOK)
        pieces.append((time.perf_counter() - begun) * 1000)
    return pieces


def _large() -> Cluster:
    nodes = [node(f"n{number}", manager=number < 3, leader=number == 0, address=f"10.0.{number >> 8}.{number & 255}")
             for number in range(NODES)]  # fmt: skip
    each = TASKS // SERVICES
    services = [service(f"s{number}", each, status=(each, each)) for number in range(SERVICES)]
    tasks = [
        task(f"s{number}", slot, f"n{(number * each + slot) % NODES}", created=86_400)
        for number in range(SERVICES)
        for slot in range(1, each + 1)
    ]
    return cluster(nodes, services, tasks)


def _with_failures(snapshot: Cluster, turn: int) -> Cluster:
    """A hundred tasks of ten services have failed, each followed by another."""
    names = [f"service-s{(turn * 10 + number) % SERVICES}" for number in range(10)]
    failed = task("x", state="failed", desired="shutdown", created=5, error="task: non-zero exit (1)")
    found = list[Task]()
    for name in names:
        tasks = list(snapshot.tasks_of(name) or ())
        for place, old in enumerate(tasks[: CHANGED // 10]):
            tasks[place] = msgspec.structs.replace(old, status=failed.status, desired_state="shutdown")
            tasks.append(
                task(name.removeprefix("service-"), old.slot, old.node_id[5:], created=1, id=f"{old.id}-{turn}")
            )
        found += tasks
    return snapshot.with_tasks_of(names, found)
