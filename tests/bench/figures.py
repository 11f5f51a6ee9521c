"""Live figures of 200 tasks on 20 nodes, all on the screen: keys, CPU, and how many requests are under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.session import Session
from swarmtui.sim.process.child import Child
from swarmtui.swarm.stats.stats import subjects_of
from tests.patience import until

from .embedded import first_rows, keys_down_and_up
from .process import cpu_seconds, waited_seconds
from .recording import opened_demo
from .results import Result, at_most, noted, quantile, spread
from .setting import Effort, say

__all__ = ["measure_figures"]

NODES, SERVICES, TASKS = 20, 20, 200
SIZE = ("--nodes", str(NODES), "--services", str(SERVICES), "--tasks", str(TASKS))
USUAL, TALL = 45, 450
"""Rows of a terminal: in the one nodes and services stand with their sums, and some of the tasks; in the other all."""
KEY_TO_FRAME = 50.0
"""Milliseconds."""
CPU = 15.0
"""Percent of one core."""
STREAMS = 8


def measure_figures(effort: Effort, state: Path) -> Iterator[Result]:
    """It needs no lab: each node of the demo has a socket of its own."""
    yield from _program(effort, state, "", USUAL, TASKS // 20)
    yield from _program(effort, state, f", {TALL} rows", TALL, TASKS)
    yield _streams(effort)


def _program(effort: Effort, state: Path, where: str, rows: int, least: int) -> Iterator[Result]:
    """
    Args:
        where: in words.
        rows: of the terminal.
        least: tasks that are on the screen.
    """
    say(f"figures: {TASKS} tasks on {NODES} nodes, a terminal of {rows} rows")
    with opened_demo(state, *SIZE, rows=rows, recording=False) as terminal:
        terminal.wait_for(rf"tasks {TASKS}/{TASKS}")
        terminal.press("3")
        time.sleep(10)
        yield noted(f"figures: CPU without them{where}", *_cpu(terminal.pid, effort.rest / 8))
        names = first_rows(terminal, min(40, least))
        late = keys_down_and_up(terminal, "without figures", names, effort.keys // 2, [])
        yield noted(
            f"figures: key to frame, p95, without them{where}", f"{quantile(late, 0.95):.1f} ms", spread(late, "ms")
        )
        terminal.press("T")
        terminal.wait_for(r"live figures")
        time.sleep(20)
        shown = sum("● running" in line and "%" in line for line in terminal.text.splitlines())
        assert shown >= least, f"{shown} tasks with figures are on the screen"
        terminal.record()
        percent, note = _cpu(terminal.pid, effort.rest / 4)
        writes = len(list(terminal.play()))
        busy = float(percent.split()[0])
        yield at_most(f"figures: CPU with them{where}", busy, CPU, "%", f"{note}; {writes} writes")
        waited, began = waited_seconds(terminal.pid), time.monotonic()
        late = keys_down_and_up(terminal, "with figures", names, effort.keys // 2, [])
        stood = (waited_seconds(terminal.pid) - waited) / (time.monotonic() - began) * 100
        note = f"{spread(late, 'ms')}; kept from the CPU by others {stood:.0f} %"
        yield at_most(f"figures: key to frame, p95{where}", quantile(late, 0.95), KEY_TO_FRAME, "ms", note)
        terminal.press("q")
        terminal.wait_until_ended()


def _cpu(pid: int, seconds: float) -> tuple[str, str]:
    """What a process takes of one core."""
    cpu, waited, began = cpu_seconds(pid), waited_seconds(pid), time.monotonic()
    time.sleep(seconds)
    percent = 100 / (time.monotonic() - began)
    stood = (waited_seconds(pid) - waited) * percent
    return f"{(cpu_seconds(pid) - cpu) * percent:.1f} %", f"in {seconds:.0f} s; kept from it by others {stood:.0f} %"


def _streams(effort: Effort) -> Result:
    """The most requests for figures that were under way at a time, while all of them are looked at."""
    most, now, lock = 0, 0, threading.Lock()
    ask = EngineClient.get_json

    def counted(client: EngineClient, path: str, *more: Any, **named: Any) -> Any:
        nonlocal most, now
        if not path.endswith("/stats"):
            return ask(client, path, *more, **named)
        with lock:
            now += 1
            most = max(most, now)
        try:
            return ask(client, path, *more, **named)
        finally:
            with lock:
                now -= 1

    with Child(*SIZE, patience=60) as swarm, patch.object(EngineClient, "get_json", counted):
        session = Session(Endpoint(swarm.first, "bench"), node_urls=swarm.sockets)
        session.start(lambda: None)
        try:
            until(lambda: len(list(_tasks(session))) >= TASKS, "all tasks")
            began, samples = time.monotonic(), 0
            while time.monotonic() - began < effort.rest / 8:
                session.nodes.watch_stats(subjects_of(session.observation().cluster, _tasks(session)))  # type: ignore[arg-type]
                samples = len(session.nodes.stats().figures)
                time.sleep(1)
            every = session.nodes.stats().every
        finally:
            session.close()
    note = f"{samples} containers, each every {every:.1f} s"
    return at_most("figures: requests under way", most, STREAMS, "", note)


def _tasks(session: Session) -> Iterator[Any]:
    cluster = session.observation().cluster
    if cluster is not None and cluster.tasks_complete:
        yield from (task for task in cluster.all_tasks() if task.status.state == "running")
