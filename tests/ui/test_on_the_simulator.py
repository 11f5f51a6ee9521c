"""The same keys on the embedded swarm: an independent engine, asked afterwards."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from swarmtui.sim.api.server import Server
from swarmtui.sim.cluster import Cluster
from tests.sim.api.conftest import Served, make_cluster
from tests.ui.driving import open_on


@asynccontextmanager
async def served(directory: Path) -> AsyncIterator[Served]:
    """Three managers, two workers and an engine in no swarm; time passes."""
    cluster = make_cluster()
    cluster.add_machine("lone")
    server = Server(cluster, directory)
    await server.start()
    clock = asyncio.create_task(pass_time(cluster))
    try:
        yield Served(cluster, server)
    finally:
        clock.cancel()
        with suppress(asyncio.CancelledError):
            await clock
        await server.stop()


async def pass_time(cluster: Cluster) -> None:
    while True:
        cluster.advance(0.1)
        await asyncio.sleep(0.05)


async def test_an_engine_joins_leaves_and_is_removed(tmp_path: Path, crash_log: Path) -> None:
    async with served(tmp_path / "sockets") as swarm:
        token = (await swarm.get("/swarm"))["JoinTokens"]["Worker"]
        address = (await swarm.get("/info"))["Swarm"]["NodeAddr"]
        async with open_on(f"unix://{swarm.path('lone')}", crash_log, wait=False) as program:
            await program.see("J  join one")
            await program.press("J")
            await program.type(f"docker swarm join --token {token} {address}:2377")
            await program.press("enter", "tab", "tab", "enter")
            await program.see("▸ Join the swarm ◂")
            await program.press("enter")
            await program.read("is a worker: only managers know the swarm")
            await program.see("it has joined as a worker")
            await program.press("W")
            await program.confirm("Leave the swarm")
            await program.see("J  join one")
            assert (await swarm.get("/info", node="lone"))["Swarm"]["LocalNodeState"] == "inactive"
        async with open_on(f"unix://{swarm.path('n1')}", crash_log) as program:
            await program.see(r"lone +worker +✖ (down|unknown)")
            await program.on_row("1", "lone")
            await program.press("ctrl+x")
            await program.confirm("Remove lone")
            await program.see("✔ Remove lone from the swarm")
            names = [node["Description"]["Hostname"] for node in await swarm.get("/nodes")]
            assert sorted(names) == ["n1", "n2", "n3", "n4", "n5"]


async def test_settings_autolock_and_labels(tmp_path: Path, crash_log: Path) -> None:
    async with served(tmp_path / "sockets") as swarm, open_on(f"unix://{swarm.path('n1')}", crash_log) as program:
        before = (await swarm.get("/swarm"))["Spec"]
        await program.on_row("8", "Task history limit")
        await program.press("enter", "backspace", "9", "enter")
        await program.see("▸ Set it ◂")
        await program.press("enter")
        await program.see("✔ Set the task history limit from 5 to 9")
        after = (await swarm.get("/swarm"))["Spec"]
        assert after == {**before, "Orchestration": {"TaskHistoryRetentionLimit": 9}}

        await program.on_row("8", "Autolock")
        await program.press("enter")
        await program.confirm("Turn autolock on")
        await program.see("The new unlock key: save it now")
        key = (await swarm.get("/swarm/unlockkey"))["UnlockKey"]
        await program.see(re.escape(key))
        await program.type("saved")
        await program.press("enter")
        await program.see_no("The new unlock key")

        await program.on_row("1", "n4")
        await program.press("L")
        await program.type("disk=ssd")
        await program.press("tab", "tab", "enter")
        await program.see("✔ Change the labels of n4")
        nodes = {node["Description"]["Hostname"]: node["Spec"] for node in await swarm.get("/nodes")}
        assert nodes["n4"]["Labels"] == {"disk": "ssd"}
        assert nodes["n4"]["Role"] == "worker"
