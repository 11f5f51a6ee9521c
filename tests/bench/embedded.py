"""The embedded swarm at its largest, the program on it, and how soon the demo lives. It needs no lab."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from swarmtui.sim.process.child import Child
from tests.lab.cluster import engine_api

from .ending import measure_ending
from .others import Restless, change_service, label, scale
from .process import cpu_seconds, memory_of
from .recording import RecordingTerminal, opened, opened_demo
from .results import Result, at_most, measured, median_at_most, noted, quantile, spread
from .setting import Effort, say

__all__ = ["Manager", "first_rows", "keys_down_and_up", "measure_embedded"]

NODES, SERVICES, TASKS = 5_000, 1_000, 150_000
UP_WITHIN = 20.0
"""Seconds."""
MEMORY = 2_000.0
"""Megabytes."""
ONE_SERVICE = 20.0
"""Milliseconds."""
ALL_SERVICES = 200.0
"""Milliseconds."""
AT_REST = 10.0
"""Percent of one core."""
DEMO_LIVES = 1.5
"""Seconds."""

LIVE = (r"● live", r"│.mgr1 .* ready", r"│.ops_grafana .* 1/1", r"│.ops_grafana\.1 .* running")
"""A node, a service and a task of the demo."""


class Manager:
    """The first manager of an embedded swarm."""

    def __init__(self, url: str) -> None:
        self._socket = Path(url.removeprefix("unix://"))

    def get(self, target: str, timeout: float = 60.0) -> Any:
        return engine_api.request(self._socket, "GET", target, timeout=timeout)

    def post(self, target: str, body: object = None, timeout: float = 60.0) -> Any:
        return engine_api.request(self._socket, "POST", target, body, timeout)


def measure_embedded(effort: Effort, state: Path) -> Iterator[Result]:
    """All of it.

    Args:
        state: a directory for what the program writes.
    """
    yield from measured("demo", lambda: [_demo(effort, state)])
    yield from measured("ending", lambda: measure_ending(effort))
    say(f"bringing up {NODES:,} nodes, {SERVICES:,} services, {TASKS:,} tasks")
    began = time.monotonic()
    size = ("--nodes", str(NODES), "--services", str(SERVICES), "--tasks", str(TASKS))
    with Child(*size, patience=120) as swarm:
        yield at_most("embedded: up", time.monotonic() - began, UP_WITHIN, "s", f"{TASKS:,} tasks")
        manager = Manager(swarm.first)
        names = [str(each["Spec"]["Name"]) for each in manager.get("/services")]
        yield _calls(manager, [f'/tasks?filters={{"service":["{name}"]}}' for name in names], ONE_SERVICE)
        yield _calls(manager, ["/services?status=true"] * effort.keys, ALL_SERVICES)
        say(f"the swarm at rest for {effort.rest / 4:.0f} s")
        cpu = cpu_seconds(swarm.pid)
        time.sleep(effort.rest / 4)
        yield at_most("embedded: CPU at rest", (cpu_seconds(swarm.pid) - cpu) / effort.rest * 400, AT_REST, "%")
        yield from measured("large swarm", lambda: _program(effort, state, swarm, manager, names))
        memory = memory_of(swarm.pid)
        note = f"the most so far, after all tasks were asked for; {memory.resident:,.0f} MB now"
        yield at_most("embedded: memory", memory.peak, MEMORY, "MB", note)


def _demo(effort: Effort, state: Path) -> Result:
    """From the start of `swarmtui demo` until nodes, services and tasks of a live swarm are on the screen."""
    say(f"the demo, {effort.starts} starts")
    seconds = []
    for _ in range(1 + effort.starts):
        with opened_demo(state) as terminal:
            terminal.wait_until_quiet(1.0)
            seconds.append(_moment(terminal, LIVE) - terminal.started)
            terminal.press("q")
            terminal.wait_until_ended()
    # As in measure_start, the first start compiles the program's modules.
    return median_at_most("demo: first live screen", seconds[1:], DEMO_LIVES)


def _moment(terminal: RecordingTerminal, patterns: Sequence[str]) -> float:
    """When all of the patterns were on the screen."""
    for moment in terminal.play():
        if all(terminal.line_with(pattern) for pattern in patterns):
            return moment
    raise AssertionError(f"not all is on the screen:\n{terminal.text}")


def _calls(manager: Manager, targets: Sequence[str], limit: float) -> Result:
    milliseconds = []
    for target in targets:
        began = time.perf_counter()
        manager.get(target)
        milliseconds.append((time.perf_counter() - began) * 1000)
    name, p95 = targets[0].partition("=")[0] + "…", quantile(milliseconds, 0.95)
    return at_most(f"embedded: {name}, p95", p95, limit, "ms", spread(milliseconds, "ms"))


def _program(effort: Effort, state: Path, swarm: Child, manager: Manager, names: Sequence[str]) -> Iterator[Result]:
    """The program on the large swarm: first screen, keys, and what it costs while nothing changes."""
    say("the program on it")
    first = min(names)
    with opened(swarm.first, state, recording=True) as terminal:
        terminal.wait_until_quiet(5.0, 120.0)
        shown = _moment(terminal, (r"│.mgr1 .* ready", rf"│.{first} .*\d/\d")) - terminal.started
        yield noted("large swarm: nodes and services on the screen", f"{shown:.2f} s", "from the start of the program")
        for _ in terminal.play():
            pass  # to the end of what was recorded
        terminal.press("1", "g")
        rows = first_rows(terminal)
        changes = [
            lambda turn: change_service(manager, first, scale(40 + turn % 3)),
            lambda turn: change_service(manager, first, label(f"{turn}")),
        ]
        for what, going_on in (("at rest", []), ("services change", changes)):
            late = keys_down_and_up(terminal, what, rows, effort.keys, going_on)
            note = f"{spread(late, 'ms')}; median {statistics.median(late):.0f} ms"
            yield noted(f"large swarm: key to frame, p95, {what}", f"{quantile(late, 0.95):.1f} ms", note)
        time.sleep(20)
        cpu, written, began = cpu_seconds(terminal.pid), terminal.bytes_written, time.monotonic()
        time.sleep(effort.rest / 2)
        minutes = (time.monotonic() - began) / 60
        busy = (cpu_seconds(terminal.pid) - cpu) / (minutes * 60) * 100
        note = f"{(terminal.bytes_written - written) / minutes:,.0f} B a minute to the terminal"
        yield noted("large swarm: CPU of the program at rest", f"{busy:.1f} %", note)
        memory = memory_of(terminal.pid)
        yield noted("large swarm: memory of the program", f"{memory.resident:.0f} MB", f"peak {memory.peak:.0f} MB")
        terminal.press("q")
        terminal.wait_until_ended()


def first_rows(terminal: RecordingTerminal, count: int = 40) -> list[str]:
    """The names of the first rows of the list at the left edge, learnt by going down."""
    rows: list[str] = []
    for _ in range(count):
        terminal.until(lambda: terminal.row_under_cursor() not in ("", *rows), f"the cursor on a row after {rows[-1:]}")
        rows.append(terminal.row_under_cursor())
        terminal.press("j")
    terminal.press("g")
    terminal.until(lambda: terminal.row_under_cursor() == rows[0], "the cursor on the first row again")
    return rows


def keys_down_and_up(
    terminal: RecordingTerminal,
    what: str,
    rows: Sequence[str],
    count: int,
    changes: Sequence[Callable[[int], object]],
) -> list[float]:
    """Go down and up a list; milliseconds from each key to the frame with the cursor on its row."""
    say(f"keys, {what}: {count} times")
    presses: list[tuple[float, int, int]] = []
    with Restless(changes, 0.7) if changes else nullcontext():
        terminal.record()
        at, step = 0, 1
        for _ in range(count):
            at += step
            presses.append((time.monotonic(), at, step))
            terminal.press("j" if step > 0 else "k")
            time.sleep(random.uniform(0.06, 0.14))
            if at in (0, len(rows) - 1):
                step = -step
                time.sleep(0.5)
        time.sleep(1)
    over, places = time.monotonic(), {name: place for place, name in enumerate(rows)}
    seen = [(moment, places.get(terminal.row_under_cursor(), -1)) for moment in terminal.play()]
    late = []
    for began, place, way in presses:
        found = (moment for moment, row in seen if moment >= began and row >= 0 and (row - place) * way >= 0)
        late.append(1000 * (next(found, over) - began))
    terminal.press("g")
    return late
