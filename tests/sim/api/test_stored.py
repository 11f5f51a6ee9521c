"""Images and volumes of one engine: pulled, named, looked at, made and removed."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from .conftest import IMAGE, Served

JSON = dict[str, Any]


async def pull(served: Served, name: str, node: str = "n1") -> list[JSON]:
    """What a pull tells; the swarm's time passes meanwhile."""
    asked = asyncio.ensure_future(served.ask("POST", f"/images/create?fromImage={name}", node=node))
    while not asked.done():
        served.cluster.advance(1.0)
        await asyncio.sleep(0.001)
    answer = await asked
    assert answer.status == 200, answer.data
    return [json.loads(line) for line in answer.data.splitlines()]


async def test_a_pull_tells_how_far_it_is(served: Served) -> None:
    told = await pull(served, "alpine:3.22")
    assert told[0] == {"status": "Pulling from library/alpine", "id": "3.22"}
    assert {each["status"] for each in told[1:-2]} == {
        *("Pulling fs layer", "Downloading", "Verifying Checksum", "Download complete", "Extracting", "Pull complete")
    }
    assert told[-1] == {"status": "Status: Downloaded newer image for alpine:3.22"}
    again = await pull(served, "alpine:3.22")
    assert [each["status"] for each in again[2:]] == ["Status: Image is up to date for alpine:3.22"]
    assert (await served.get("/info"))["Images"] == 1
    shown = await served.get("/images/alpine:3.22/json")
    assert (shown["RepoTags"], shown["Config"]["Cmd"]) == (["alpine:3.22"], ["/bin/sh"])


@pytest.mark.parametrize(
    ("method", "target", "status", "said"),
    [
        ("POST", "/images/create?fromImage=shop/web&tag=missing", 404, "manifest for shop/web:missing not found"),
        ("POST", "/images/create?fromImage=UPPER/x", 400, "invalid reference format: repository name must be lower"),
        ("GET", "/images/nosuch/json", 404, "No such image: nosuch:latest"),
        ("GET", "/images/nosuch/history", 404, "No such image: nosuch:latest"),
        ("POST", "/images/nosuch/tag?repo=x", 404, "No such image: nosuch:latest"),
        ("DELETE", "/images/nosuch", 404, "No such image: nosuch:latest"),
        ("GET", "/volumes/nosuch", 404, "get nosuch: no such volume"),
        ("DELETE", "/volumes/nosuch", 404, "get nosuch: no such volume"),
    ],
)
async def test_what_is_not_there(served: Served, method: str, target: str, status: int, said: str) -> None:
    answer = await served.ask(method, target)
    assert (answer.status, answer.message[: len(said)]) == (status, said)


async def test_names_come_and_go_and_the_image_with_the_last(served: Served) -> None:
    await pull(served, "busybox")
    assert (await served.ask("POST", "/images/busybox/tag?repo=mine&tag=v1")).status == 201
    assert (await served.get("/images/mine:v1/json"))["RepoTags"] == ["busybox:latest", "mine:v1"]
    filters = '{"reference":["mine"]}'
    assert [each["RepoTags"] for each in await served.get(f"/images/json?filters={filters}")] == [["mine:v1"]]
    assert (await served.ask("DELETE", "/images/busybox")).json == [{"Untagged": "busybox:latest"}]
    gone = (await served.ask("DELETE", "/images/mine:v1")).json
    assert gone[0] == {"Untagged": "mine:v1"}
    assert "Deleted" in gone[-1]
    assert await served.get("/images/json") == []


async def test_the_image_of_a_container_stays(served: Served) -> None:
    await served.service(replicas=1)
    _, node = await served.container()
    assert [each["RepoTags"] for each in await served.get("/images/json", node)] == [[IMAGE]]
    refused = await served.ask("DELETE", f"/images/{IMAGE}", node=node)
    assert (refused.status, "is using its referenced image" in refused.message) == (409, True)
    answer = await served.ask("POST", '/images/prune?filters={"dangling":["false"]}', node=node)
    assert answer.json == {"ImagesDeleted": None, "SpaceReclaimed": 0}


async def test_volumes_are_made_once_and_removed(served: Served) -> None:
    made = (await served.ask("POST", "/volumes/create", {"Name": "data", "Labels": {"a": "b"}})).json
    assert (made["Name"], made["Driver"], made["Labels"], made["Options"]) == ("data", "local", {"a": "b"}, None)
    again = (await served.ask("POST", "/volumes/create", {"Name": "data"})).json
    assert again == made
    nameless = (await served.ask("POST", "/volumes/create", {})).json["Name"]
    listed = (await served.get("/volumes"))["Volumes"]
    assert sorted(each["Name"] for each in listed) == sorted(["data", nameless])
    pruned = (await served.ask("POST", "/volumes/prune")).json
    assert pruned["VolumesDeleted"] == [nameless]
    assert (await served.ask("DELETE", "/volumes/data")).status == 204
    assert (await served.ask("DELETE", "/volumes/data?force=1")).status == 204


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"Name": "x"}, 400, "create x: volume name is too short"),
        ({"Name": "x/y"}, 400, 'create x/y: "x/y" includes invalid characters for a local volume name'),
        ({"Name": "vv", "Driver": "nosuch"}, 404, "create vv: error looking up volume plugin nosuch"),
        ({"Name": "vv", "DriverOpts": {"bad": "1"}}, 400, 'create vv: invalid option: "bad"'),
    ],
)
async def test_volumes_that_cannot_be(served: Served, body: JSON, status: int, said: str) -> None:
    answer = await served.ask("POST", "/volumes/create", body)
    assert (answer.status, answer.message[: len(said)]) == (status, said)


async def test_the_volume_of_a_task_is_there_and_in_use(served: Served) -> None:
    mount = {
        "Type": "volume",
        "Source": "data-{{.Task.Slot}}",
        "Target": "/data",
        "VolumeOptions": {"Labels": {"q": "r"}},
    }
    await served.service(replicas=1, ContainerSpec={"Mounts": [mount]})
    _, node = await served.container()
    (volume,) = (await served.get("/volumes", node))["Volumes"]
    assert (volume["Name"], volume["Labels"]) == ("data-1", {"q": "r"})
    (used,) = (await served.get("/system/df", node))["Volumes"]
    assert used["UsageData"]["RefCount"] == 1
    refused = await served.ask("DELETE", "/volumes/data-1", node=node)
    assert (refused.status, refused.message[:33]) == (409, "remove data-1: volume is in use -")


async def test_docker_run_waits_before_it_starts_and_gets_what_is_written(served: Served) -> None:
    """As docker's own program does it: create, attach, wait for the next exit, start."""
    served.cluster.machine("n1").cached_images["busybox:latest"] = None
    command = ["sh", "-c", "sleep 1; echo out; exit 5"]
    made = await served.ask("POST", "/containers/create?name=one", {"Image": "busybox", "Cmd": command})
    assert made.status == 201
    waiting = asyncio.ensure_future(served.ask("POST", "/containers/one/wait?condition=next-exit"))
    attached = asyncio.ensure_future(served.ask("POST", "/containers/one/attach?stream=1&stdout=1&stderr=1"))
    await asyncio.sleep(0)
    assert (await served.ask("POST", "/containers/one/start")).status == 204
    while not (waiting.done() and attached.done()):
        served.cluster.advance(0.5)
        await asyncio.sleep(0.01)
    assert (await waiting).json == {"StatusCode": 5}
    assert (await attached).data == b"\x01\x00\x00\x00\x00\x00\x00\x04out\n"


async def test_commands_in_containers_are_told(served: Served) -> None:
    await served.service(replicas=1)
    container, node = await served.container()
    engine = served.cluster.engine(node)
    heard: asyncio.Queue[JSON] = asyncio.Queue()
    engine.events.subscribe(heard.put_nowait)
    created = await served.ask("POST", f"/containers/{container}/exec", {"Cmd": ["sh", "-c", "exit 2"]}, node=node)
    await served.ask("POST", f"/exec/{created.json['Id']}/start", {"Detach": True}, node=node)
    told = [await heard.get() for _ in range(3)]
    assert [each["Action"] for each in told] == ["exec_create: sh -c exit 2", "exec_start: sh -c exit 2", "exec_die"]
    ended = told[-1]["Actor"]["Attributes"]
    assert (ended["execID"], ended["exitCode"]) == (created.json["Id"], "2")
