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


async def test_the_routing_mesh_the_root_certificate_and_a_cluster_volume(tmp_path: Path, crash_log: Path) -> None:
    mode = {"Scope": "single", "Sharing": "none", "MountVolume": {}}
    volume = {"Name": "data", "Driver": "csi", "ClusterVolumeSpec": {"AccessMode": mode}}
    for what in ("certificate", "private key"):
        pem = f"-----BEGIN {what.upper()}-----\nTWluZQ==\n-----END {what.upper()}-----\n"
        (tmp_path / f"{what[-3:]}.pem").write_text(pem)
    async with served(tmp_path / "sockets") as swarm, open_on(f"unix://{swarm.path('n1')}", crash_log) as program:
        await swarm.ask("POST", "/volumes/create", volume)
        await program.on_row("7", "ingress")
        await program.press("delete")
        await program.read("To replace it afterwards, press n in the networks and turn on ingress")
        await program.type("ingress")
        await program.press("enter")
        await program.see("▸ Remove ingress ◂")
        await program.press("enter")
        await program.see("No overlay networks")
        await program.press("n")
        await program.type("mesh")
        await program.press("tab", "1", "0", ".", "9", ".", "0", ".", "0", "/", "1", "6", *["tab"] * 7, "space")
        await program.read("docker network create --driver overlay --subnet 10.9.0.0/16 --ingress mesh")
        await program.confirm("Create network")
        await program.see(r"mesh +overlay +10\.9\.0\.0/16 +ingress")

        await program.on_row("8", "Root CA")
        await program.press("enter")
        await program.see("Rotate the root certificate")
        await program.press(*["shift+tab"] * 3)
        await program.type(str(tmp_path / "ate.pem"))
        await program.read("Somebody must be able to sign with the new root")
        await program.press("tab")
        await program.type(str(tmp_path / "key.pem"))
        await program.read("Every manager stores the key on its disk")
        await program.press("enter")
        await program.see("▸ Rotate the CA ◂")
        await program.press("enter")
        await program.see("✔ Replace the root certificate by ate.pem: every node has")
        assert "TWluZQ==" in (await swarm.get("/swarm"))["TLSInfo"]["TrustRoot"]

        await program.on_row("8", "Cluster volumes")
        await program.press("enter")
        await program.see("data +active +not created yet by csi")
        await program.press("enter", "down", "down", "enter")
        await program.read("docker volume update --availability drain data")
        await program.see("▸ Set the availability ◂")
        await program.press("enter")
        await program.see("✔ Set the cluster volume data from active to drain")
        (found,) = (each for each in (await swarm.get("/volumes"))["Volumes"] if each.get("ClusterVolume"))
        assert found["ClusterVolume"]["Spec"]["Availability"] == "drain"
