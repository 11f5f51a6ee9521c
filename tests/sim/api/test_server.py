"""What goes over a node's socket: versions, errors, engines that die, hang and are slow."""

from __future__ import annotations

import asyncio
import os
import stat
import time
from pathlib import Path

import aiohttp
import pytest

from tests.patience import DEAD

from .conftest import Answer, Served

WORKER = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. "
    "Please run this command on a manager node or promote the current node to a manager."
)


async def test_ping_tells_what_a_client_needs_to_know(served: Served) -> None:
    answer = await served.ask("GET", "/_ping")
    assert (answer.status, answer.data) == (200, b"OK")
    assert answer.headers["api-version"] == "1.51"
    assert answer.headers["ostype"] == "linux"
    assert answer.headers["swarm"] == "active/manager"
    head = await served.ask("HEAD", "/_ping", node="n4")
    assert (head.data, head.headers["swarm"]) == (b"", "active/worker")


async def test_versions_are_negotiated(served: Served) -> None:
    assert (await served.ask("GET", "/v1.41/info")).status == 200
    old = await served.ask("GET", "/v1.23/info")
    assert (old.status, old.message.split(".")[0]) == (400, "client version 1")
    oldest = await served.ask("GET", "/v1.11/info")
    assert oldest.data.startswith(b"client version 1.11 is too old. "), "such clients know no errors in JSON"
    assert (await served.ask("GET", "/v9.9/nodes")).message.startswith("client version 9.9 is too new")
    version = await served.get("/version")
    assert (version["ApiVersion"], version["MinAPIVersion"]) == ("1.51", "1.24")


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("GET", "/v1.41/nothing"), ("PUT", "/nodes")])
async def test_what_is_not_known_is_no_page(served: Served, method: str, path: str) -> None:
    answer = await served.ask(method, path)
    assert (answer.status, answer.json) == (404, {"message": "page not found"})


async def test_workers_refuse_what_workers_refuse(served: Served) -> None:
    for path in ("/nodes", "/services", "/tasks", "/swarm", "/secrets", "/services/x"):
        answer = await served.ask("GET", path, node="n4")
        assert (answer.status, answer.message) == (503, WORKER)


async def test_the_body_is_looked_at_first(served: Served) -> None:
    answer = await served.ask("POST", "/services/create", node="n4")
    assert (answer.status, answer.message) == (400, "got EOF while reading request body")


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_sockets_are_private(served: Served) -> None:
    path = Path(served.path())
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)


async def test_a_killed_engine_refuses_connections_and_cuts_those_it_has(served: Served) -> None:
    async with served.session("n2") as session, session.get("http://docker/events") as events:
        served.cluster.faults.kill("n2")
        await served.server.settled()
        with pytest.raises(aiohttp.ClientError):
            async with asyncio.timeout(DEAD):
                await events.content.read()
    assert stat.S_ISSOCK(os.stat(served.path("n2")).st_mode), "a dead engine's socket stays as a file"  # noqa: PTH116
    with pytest.raises(aiohttp.ClientConnectorError):
        await served.ask("GET", "/_ping", node="n2")
    served.cluster.faults.revive("n2")
    await served.server.settled()
    assert (await served.ask("GET", "/_ping", node="n2")).status == 200


async def test_a_stopped_engine_answers_when_it_goes_on(served: Served) -> None:
    served.cluster.faults.stop("n2")
    await served.server.settled()
    waiting = asyncio.ensure_future(served.ask("GET", "/_ping", node="n2"))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    served.cluster.faults.revive("n2")
    assert (await waiting).status == 200


async def test_a_slow_engine_takes_its_time(served: Served) -> None:
    served.cluster.faults.slow("n2", 0.2)
    begun = time.monotonic()
    await served.ask("GET", "/_ping", node="n2")
    assert time.monotonic() - begun >= 0.2


async def test_without_a_quorum_reads_hang_until_their_deadline(served: Served) -> None:
    served.cluster.faults.kill("n2")
    served.cluster.faults.kill("n3")
    await served.server.settled()
    assert (await served.ask("GET", "/nodes")).status == 200, "old answers at first"
    hanging = await _until_hanging(served)
    assert (await served.get("/info"))["Swarm"]["LocalNodeState"] == "active"
    for _ in range(25):
        served.cluster.advance(1)
        await asyncio.sleep(0)
    assert (await hanging).status == 500


async def _until_hanging(served: Served) -> asyncio.Task[Answer]:
    for _ in range(40):
        served.cluster.advance(1)
        asked = asyncio.ensure_future(served.ask("GET", "/nodes"))
        await asyncio.wait({asked}, timeout=0.1)
        await served.get("/info")  # a busy machine answers late, but in turn: what hangs is overtaken by this
        if not asked.done():
            return asked
    raise AssertionError("reads never hang")


async def test_stopping_leaves_nothing_behind(served: Served) -> None:
    directory = Path(served.path()).parent
    await served.server.stop()
    assert os.listdir(directory) == []  # noqa: PTH208


async def test_a_locked_manager_says_so_until_it_is_unlocked(served: Served) -> None:
    swarm = await served.get("/swarm")
    spec = {**swarm["Spec"], "EncryptionConfig": {"AutoLockManagers": True}}
    assert (await served.ask("POST", f"/swarm/update?version={swarm['Version']['Index']}", spec)).status == 200
    key = (await served.get("/swarm/unlockkey"))["UnlockKey"]
    served.cluster.faults.kill("n2")
    served.cluster.advance(5)
    served.cluster.faults.revive("n2")
    await served.server.settled()
    refused = await served.ask("GET", "/nodes", node="n2")
    assert (refused.status, refused.message[:18]) == (503, "Swarm is encrypted")
    assert (await served.get("/info", "n2"))["Swarm"]["LocalNodeState"] == "locked"
    assert (await served.ask("HEAD", "/_ping", node="n2")).headers["swarm"] == "locked"
    assert (await served.ask("POST", "/swarm/unlock", {"UnlockKey": key}, node="n2")).status == 200
    served.cluster.advance(5)
    assert (await served.ask("GET", "/nodes", node="n2")).status == 200


async def test_cluster_volumes_are_made_changed_and_removed(served: Served) -> None:
    for node in served.cluster.store.nodes.values():
        node.machine.csi_plugins = [{"PluginName": "nfs"}]
    access = {"Scope": "multi", "Sharing": "all", "MountVolume": {}}
    volume = {"Name": "data", "Driver": "nfs", "ClusterVolumeSpec": {"AccessMode": access}}
    assert (await served.ask("POST", "/volumes/create", volume)).status == 201
    assert (await served.get("/v1.41/volumes"))["Volumes"] == [], "API versions before 1.42 do not know them"
    (listed,) = (await served.get("/v1.42/volumes"))["Volumes"]
    part = listed["ClusterVolume"]
    assert (listed["Name"], listed["Driver"], part["Spec"]["Availability"]) == ("data", "nfs", "active")
    assert part["Info"]["VolumeID"]
    changed = {"Spec": {**part["Spec"], "Availability": "pause"}}
    target = f"/volumes/data?version={part['Version']['Index']}"
    assert (await served.ask("PUT", target, changed)).status == 200
    assert (await served.ask("PUT", target, changed)).status == 500, "out of sequence"
    assert (await served.get("/volumes/data"))["ClusterVolume"]["Spec"]["Availability"] == "pause"
    assert (await served.ask("DELETE", "/volumes/data")).status == 204
    assert (await served.get("/volumes"))["Volumes"] == []


async def test_nonsense_in_a_body_is_refused_and_nothing_breaks(served: Served) -> None:
    for body in ("[]", "3", '{"TaskTemplate": 3}', '{"Mode": []}', '{"Labels": {"a": 1}}', "{"):
        answer = await served.ask("POST", "/services/create", body)
        assert (answer.status, bool(answer.message)) == (400, True)
    assert await served.get("/services") == []


@pytest.mark.parametrize("call", ["POST /plugins/pull?remote=x", "POST /session", "POST /images/x/push"])
async def test_what_engines_do_beside_swarms_is_refused_by_name(served: Served, call: str) -> None:
    method, _, target = call.partition(" ")
    answer = await served.ask(method, target)
    assert answer.status == 501
    assert answer.message.startswith(f"the embedded swarm does not do this: {method} {target.partition('?')[0]}")
