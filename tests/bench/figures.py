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
ROWS = 450
"""Of a terminal that has room for all of it at once."""
KEY_TO_FRAME = 50.0
"""Milliseconds."""
CPU = 15.0
"""Percent of one core."""
STREAMS = 8


def measure_figures(effort: Effort, state: Path) -> Iterator[Result]:
    """It needs no lab: each node of the demo has a socket of its own."""
    yield from _program(effort, state)
    yield _streams(effort)


def _program(effort: Effort, state: Path) -> Iterator[Result]:
    say(f"figures: {TASKS} tasks on {NODES} nodes")
    with opened_demo(state, *SIZE, rows=ROWS, recording=False) as terminal:
        terminal.wait_for(rf"tasks {TASKS}/{TASKS}")
        terminal.press("3")
        time.sleep(10)
        yield noted("figures: CPU without them", *_cpu(terminal.pid, effort.rest / 8))
        rows = first_rows(terminal)
        terminal.press("T")
        terminal.wait_for(r"live figures")
        time.sleep(20)
        shown = sum("● running" in line and "%" in line for line in terminal.text.splitlines())
        assert shown >= TASKS, f"{shown} tasks with figures are on the screen"
        terminal.record()
        percent, note = _cpu(terminal.pid, effort.rest / 4)
        moments = list(terminal.play())
        yield at_most("figures: CPU with them", float(percent.split()[0]), CPU, "%", f"{note}; {len(moments)} writes")
        waited, began = waited_seconds(terminal.pid), time.monotonic()
        late = keys_down_and_up(terminal, "with figures", rows, effort.keys, [])
        stood = (waited_seconds(terminal.pid) - waited) / (time.monotonic() - began) * 100
        note = f"{spread(late, 'ms')}; kept from the CPU by others {stood:.0f} %"
        yield at_most("figures: key to frame, p95", quantile(late, 0.95), KEY_TO_FRAME, "ms", note)
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
                session.watch_stats(subjects_of(session.observation().cluster, _tasks(session)))  # type: ignore[arg-type]
                samples = len(session.stats().figures)
                time.sleep(1)
            every = session.stats().every
        finally:
            session.close()
    note = f"{samples} containers, each every {every:.1f} s"
    return at_most("figures: requests under way", most, STREAMS, "", note)


def _tasks(session: Session) -> Iterator[Any]:
    cluster = session.observation().cluster
    if cluster is not None and cluster.tasks_complete:
        yield from (task for task in cluster.all_tasks() if task.status.state == "running")
