"""How long the picture of who runs where takes to be drawn again, with 500 nodes and 10,000 tasks."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.placement.screen import PlacementScreen
from tests.ui.driving import running
from tests.ui.scripted import ScriptedSession
from tests.unit.swarm.builders import cluster, node, service, task

from .results import Result, at_most, spread
from .setting import say

__all__ = ["measure_placement"]

NODES, SERVICES, TASKS = 500, 200, 10_000
CHANGED = 100
"""Tasks that change their state from one picture to the next."""
SIZE = (200, 60)
AGAIN = 20
LIMIT = 100.0
"""Milliseconds."""


def measure_placement() -> Iterator[Result]:
    """It needs no swarm but a snapshot."""
    say("placement: 500 nodes, 10,000 tasks")
    taken = asyncio.run(_redraws())
    yield at_most("placement drawn again, 500 nodes", max(taken), LIMIT, "ms", spread(taken, "ms"))


async def _redraws() -> list[float]:
    snapshot = _large()
    session = ScriptedSession(snapshot)
    taken = list[float]()
    with tempfile.TemporaryDirectory() as directory:
        async with running(session, Path(directory, "crash.log"), size=SIZE) as program:
            await program.see("● live")
            await program.press("v")
            await program.see("Placement")
            screen = program.app.screen
            assert isinstance(screen, PlacementScreen)
            for turn in range(AGAIN):
                snapshot = _changed(snapshot, turn)
                session.tell(snapshot)
                begun = time.perf_counter()
                screen.observe(session.observation())
                for line in range(screen.view.size.height):
                    screen.view.render_line(line)
                taken.append((time.perf_counter() - begun) * 1000)
                await program.drawn()
    return taken


def _large() -> Cluster:
    nodes = [node(f"n{number}", manager=number < 3, leader=number == 0) for number in range(NODES)]
    each = TASKS // SERVICES
    services = [service(f"s{number}", each) for number in range(SERVICES)]
    tasks = [
        task(f"s{number}", slot, f"n{(number * each + slot) % NODES}")
        for number in range(SERVICES)
        for slot in range(1, each + 1)
    ]
    return cluster(nodes, services, tasks)


def _changed(snapshot: Cluster, turn: int) -> Cluster:
    """The tasks of two services start, or run again."""
    names = [f"service-s{(2 * turn + number) % SERVICES}" for number in range(2)]
    starting = task("x", state="starting").status
    found = [
        msgspec.structs.replace(each, status=starting)
        for name in names
        for each in (snapshot.tasks_of(name) or ())[: CHANGED // 2]
    ]
    return snapshot.with_tasks_of(names, found)
