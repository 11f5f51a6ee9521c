"""Answers that go on: events, logs, stats, and commands with a connection of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import docker
import pytest

from tests.patience import DEAD

from .conftest import Served


async def next_line(response: aiohttp.ClientResponse) -> dict[str, Any]:
    async with asyncio.timeout(DEAD):
        line = await response.content.readline()
    return dict(json.loads(line))


async def test_events_come_as_they_happen(served: Served) -> None:
    async with served.session() as session, session.get("http://docker/events") as events:
        assert events.headers["Content-Type"] == "application/json"
        await served.ask("POST", "/secrets/create", {"Name": "key", "Data": "YQ=="})
        event = await next_line(events)
    assert (event["Type"], event["Action"], event["scope"]) == ("secret", "create", "swarm")
    assert event["Actor"]["Attributes"] == {"name": "key"}


async def test_events_are_filtered(served: Served) -> None:
    wanted = json.dumps({"type": {"config": True}})
    async with served.session() as session, session.get("http://docker/events", params={"filters": wanted}) as events:
        await served.ask("POST", "/secrets/create", {"Name": "key", "Data": "YQ=="})
        await served.ask("POST", "/configs/create", {"Name": "conf", "Data": "YQ=="})
        assert (await next_line(events))["Type"] == "config"


async def test_past_events_end_by_themselves(served: Served) -> None:
    await served.service()
    until = served.cluster.clock.now()
    answer = await served.ask("GET", f"/events?since=1&until={until}&filters={{%22type%22:[%22service%22]}}")
    actions = [json.loads(line)["Action"] for line in answer.data.splitlines()]
    assert actions[0] == "create"


async def test_events_until_a_time_end_when_the_swarm_is_there(served: Served) -> None:
    until = served.cluster.clock.now() + 10
    asked = asyncio.ensure_future(served.ask("GET", f"/events?until={until}"))
    done, _ = await asyncio.wait({asked}, timeout=0.1)
    assert not done
    served.cluster.advance(10)
    assert (await asked).status == 200


async def test_logs_come_in_frames_with_their_streams(served: Served) -> None:
    await served.service()
    answer = await served.ask("GET", "/v1.42/services/web/logs?stdout=1&stderr=1&timestamps=1&details=1&tail=2")
    assert answer.headers["content-type"] == "application/vnd.docker.multiplexed-stream"
    assert answer.data[0] in (1, 2)
    length = int.from_bytes(answer.data[4:8], "big")
    line = answer.data[8 : 8 + length].decode()
    assert line.endswith("\n")
    assert line[:4].isdecimal()
    assert "com.docker.swarm.node.id=" in line


async def test_logs_of_a_terminal_are_raw(served: Served) -> None:
    await served.service(ContainerSpec={"TTY": True})
    answer = await served.ask("GET", "/services/web/logs?stdout=1&tail=1")
    assert answer.headers["content-type"] == "application/vnd.docker.raw-stream"
    assert answer.data.endswith(b"\r\n")
    assert answer.data[0] > 2


async def test_logs_can_be_followed(served: Served) -> None:
    await served.service()
    address = "http://docker/services/web/logs?stdout=1&stderr=1&follow=1&tail=0"
    async with served.session() as session, session.get(address) as logs:
        served.cluster.advance(60)
        async with asyncio.timeout(DEAD):
            assert await logs.content.read(8)


async def test_stats_are_samples(served: Served) -> None:
    await served.service()
    container, node = await served.container()
    one = await served.ask("GET", f"/containers/{container}/stats?stream=false", node=node)
    assert one.json["id"] == container
    async with served.session(node) as session, session.get(f"http://docker/containers/{container}/stats") as stats:
        assert (await next_line(stats))["id"] == container


async def test_waiting_for_a_container_tells_its_exit_code(served: Served) -> None:
    await served.service()
    container, node = await served.container()
    async with served.session(node) as session, session.post(f"http://docker/containers/{container}/wait") as wait:
        await served.ask("POST", f"/containers/{container}/kill?signal=KILL", node=node)
        assert await next_line(wait) == {"StatusCode": 137}


class Hijacked:
    """A command that was started, and its connection."""

    def __init__(self, id: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.id = id
        self._reader = reader
        self._writer = writer

    async def until(self, wanted: bytes) -> bytes:
        async with asyncio.timeout(DEAD):
            return await self._reader.readuntil(wanted)

    async def rest(self) -> bytes:
        async with asyncio.timeout(DEAD):
            return await self._reader.read()

    def type(self, text: bytes) -> None:
        self._writer.write(text)

    def end_input(self) -> None:
        self._writer.write_eof()


@asynccontextmanager
async def executed(served: Served, *command: str, tty: bool = False) -> AsyncIterator[Hijacked]:
    """A command in a container of web, with the connection that the docker CLI has to it."""
    container, node = await served.container()
    config = {"Cmd": list(command), "AttachStdin": True, "AttachStdout": True, "AttachStderr": True, "Tty": tty}
    created = await served.ask("POST", f"/containers/{container}/exec", config, node)
    body = json.dumps({"Detach": False, "Tty": tty})
    reader, writer = await asyncio.open_unix_connection(served.path(node))
    head = f"POST /exec/{created.json['Id']}/start HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"
    writer.write(f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    started = Hijacked(created.json["Id"], reader, writer)
    assert (await started.until(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 UPGRADED\r\n")
    yield started
    writer.close()


async def exit_code(served: Served, id: str) -> int | None:
    _, node = await served.container()
    return (await served.ask("GET", f"/exec/{id}/json", node=node)).json["ExitCode"]  # type: ignore[no-any-return]


async def test_a_command_gives_frames_and_an_exit_code(served: Served) -> None:
    await served.service()
    async with executed(served, "sh", "-c", "echo out; echo err >&2; exit 4") as command:
        assert await command.rest() == b"\x01\0\0\0\0\0\0\x04out\n\x02\0\0\0\0\0\0\x04err\n"
        assert await exit_code(served, command.id) == 4


async def test_output_comes_after_input_has_ended(served: Served) -> None:
    await served.service()
    async with executed(served, "sh") as command:
        command.type(b"echo one\necho two\n")
        command.end_input()
        assert await command.rest() == b"\x01\0\0\0\0\0\0\x04one\n\x01\0\0\0\0\0\0\x04two\n"


async def test_a_terminal_echoes_and_can_interrupt(served: Served) -> None:
    await served.service()
    async with executed(served, "sh", tty=True) as command:
        await command.until(b"/ # ")
        command.type(b"sleep 60\r")
        await command.until(b"sleep 60\r\n")
        command.type(b"\x03")
        await command.until(b"^C\r\n/ # ")
        command.type(b"exit 3\r")
        await command.rest()
        assert await exit_code(served, command.id) == 3


async def test_a_terminal_has_the_size_that_it_was_given_last(served: Served) -> None:
    await served.service()
    _, node = await served.container()
    async with executed(served, "sh", tty=True) as command:
        await command.until(b"/ # ")
        for columns, rows in ((80, 24), (133, 41)):
            resized = await served.ask("POST", f"/exec/{command.id}/resize?h={rows}&w={columns}", node=node)
            assert resized.status == 200
            command.type(b"stty size\r")
            await command.until(f"\n{rows} {columns}\r\n/ # ".encode())
        command.type(b"exit\r")
        await command.rest()


async def test_a_command_runs_once(served: Served) -> None:
    await served.service()
    async with executed(served, "true") as command:
        await command.rest()
        _, node = await served.container()
        again = await served.ask("POST", f"/exec/{command.id}/start", {}, node)
        assert b"has already run" in again.data


async def test_a_kill_cuts_commands_off(served: Served) -> None:
    await served.service()
    _, node = await served.container()
    async with executed(served, "sh", tty=True) as command:
        await command.until(b"/ # ")
        served.cluster.faults.kill(node)
        await served.server.settled()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await command.until(b"never")


async def test_docker_py_works(served: Served) -> None:
    await served.service()
    container, node = await served.container()

    def work() -> tuple[Any, ...]:
        client = docker.APIClient(base_url=served.server.sockets[node], timeout=int(DEAD))
        try:
            created = client.exec_create(container, ["sh", "-c", "echo out; exit 2"])
            output = client.exec_start(created["Id"])
            return client.version()["ApiVersion"], output, client.exec_inspect(created["Id"])["ExitCode"]
        finally:
            client.close()

    assert await asyncio.get_running_loop().run_in_executor(None, work) == ("1.51", b"out\n", 2)


async def test_a_client_that_leaves_ends_its_stream(served: Served) -> None:
    before = len(asyncio.all_tasks())
    async with served.session() as session, session.get("http://docker/events"):
        assert len(asyncio.all_tasks()) > before
    async with asyncio.timeout(DEAD):
        while len(asyncio.all_tasks()) > before:  # noqa: ASYNC110  (nothing tells when a task is gone)
            await asyncio.sleep(0)
