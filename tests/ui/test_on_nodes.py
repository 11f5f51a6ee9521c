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


async def test_a_nodes_page_and_its_prune(swarm: SimulatedSwarm, program: Program) -> None:
    swarm.litter("wrk2")
    await program.on_row("1", "wrk2")
    await program.press("i")
    await program.see(r"root directory +/var/lib/docker")
    await program.see(r"volumes +3 GiB in 1 volume, 3 GiB reclaimable")
    await program.press("G")
    await program.see(r"debug +Up 2 days +busybox")
    await program.see(r"old\.1 +Exited \(0\) 2 days ago +old:1\.0")
    await program.see(r"backup +3 GiB +used by no container")
    await program.press("escape", "D")
    await program.see("Remove 1 dangling image from wrk2")
    await program.see("abababababab, 120 MiB")
    await program.press("down")
    await program.see(r"old\.1 \(")
    await program.press("down")
    await program.see("backup, 3 GiB")
    await program.press("enter")
    await program.type("wrk2")
    await program.press("enter")
    await program.see("▸ Prune wrk2 ◂")
    await program.press("enter")
    await program.see("1 unused volume removed from wrk2: 3 GiB reclaimed.")
    storage = swarm.storage("wrk2")
    assert not storage.volumes
    assert storage.untagged, "nothing else has gone"
    assert len(storage.containers) == 2


async def test_read_only_looks_at_a_node_and_prunes_nothing(swarm: SimulatedSwarm, crash_log: Path) -> None:
    swarm.litter("wrk2")
    async with open_on(swarm.url, crash_log, node_urls=swarm.urls, read_only=True) as program:
        await program.on_row("1", "wrk2")
        await program.press("D")
        await program.see("abababababab, 120 MiB")
        await program.read("Read-only: this program was started with --read-only.")
        assert program.app.screen.query_one("#confirm").disabled
        assert not swarm.asked("DELETE")
