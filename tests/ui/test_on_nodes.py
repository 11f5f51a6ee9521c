"""What is done on a node's own engine, in the embedded swarm, where each node has a socket of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


@pytest_asyncio.fixture
async def program(swarm: SimulatedSwarm, crash_log: Path) -> AsyncIterator[Program]:
    async with open_on(swarm.url, crash_log, node_urls=swarm.urls, size=(120, 50)) as opened:
        yield opened


async def test_one_task_is_restarted_and_the_others_are_left_alone(swarm: SimulatedSwarm, program: Program) -> None:
    before = {task["Slot"]: task["ID"] for task in swarm.running("web")}
    await program.on_row("2", "web")
    await program.press("enter")
    await program.see(r"▌ *web\.1")
    await program.press("delete")
    await program.see(r"Restart web\.1 on")
    await program.read("2 other replicas of web keep running.")
    await program.confirm("Restart web.1")
    await program.see(r"✔ Restart web\.1 on \w+: web\.1 runs again on")
    after = {task["Slot"]: task["ID"] for task in swarm.running("web")}
    assert after.keys() == before.keys()
    assert [slot for slot in after if after[slot] != before[slot]] == [1]
