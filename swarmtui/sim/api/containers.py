"""The calls about the containers of a node: those of the tasks it runs.

Status codes and sentences are those of moby's `daemon/server/router/container` and `daemon/{exec,stats,top}.go`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, logs, query, shapes, versions
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.objects.spec import JSON

STATS_EVERY = 1.0
"""Seconds between two samples."""
_TITLES = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]
_FIELDS = {"pcpu": "%CPU", "pmem": "%MEM", "args": "COMMAND", "cmd": "CMD"}
"""What ps calls its columns that are asked for by other names."""


async def container_list(call: Call) -> web.StreamResponse:
    limit = query.integer(call.query.get("limit") or "0")
    return answers.json(call.engine.containers.list(call.flag("all"), call.filters(), limit))


async def container_inspect(call: Call) -> web.StreamResponse:
    return answers.json(versions.container(shapes.container(call.engine.containers.inspect(call.name)), call.version))


async def container_logs(call: Call) -> web.StreamResponse:
    source = call.engine.logs.container(call.name)
    return await logs.send(call, logs.of_container(call.query), source)


async def container_stats(call: Call) -> web.StreamResponse:
    container = call.engine.containers.inspect(call.name)["Id"]
    streamed, one_shot = query.loose_bool({"stream": call.query.get("stream", "true")}, "stream"), call.flag("one-shot")
    if streamed and one_shot:
        raise ApiError(400, "cannot have stream=true and one-shot=true")
    first = call.engine.containers.stats(container, one_shot=one_shot)
    if not streamed:
        return answers.json(first)
    response = answers.stream(answers.JSON)
    await response.prepare(call.request)
    while True:
        await call.node.answering()
        await response.write(answers.encoded(first))
        await asyncio.sleep(STATS_EVERY)
        try:
            first = call.engine.containers.stats(container)
        except ApiError:
            return response


async def container_top(call: Call) -> web.StreamResponse:
    found = call.engine.containers.inspect(call.name)
    state = found["State"]
    if not state["Running"]:
        raise ApiError(409, f"Container {found['Id']} is not running")
    titles = _titles(call.query.get("ps_args") or "-ef")
    sample = call.engine.containers.stats(call.name)
    pids, memory = sample["pids_stats"]["current"], sample["memory_stats"]["usage"] // 1024
    rows = [_process(found, number, memory // (2 + number), titles) for number in range(1 + min(4, pids // 3))]
    return answers.json({"Processes": rows, "Titles": titles})


def _process(found: JSON, number: int, memory: int, titles: Sequence[str]) -> list[str]:
    """The first process of a container, or one that it has started."""
    state = found["State"]
    told = {
        "USER": "root",
        "UID": "root",
        "PID": str(state["Pid"] + number),
        "PPID": str(state["Pid"]) if number else "1",
        "C": "0",
        "%CPU": f"{4.0 / (1 + number):.1f}",
        "%MEM": "0.1",
        "RSS": str(memory),
        "STIME": state["StartedAt"][11:16],
        "TIME": "00:00:07",
        "COMMAND": " ".join([found["Path"], *found["Args"]]),
    }
    told["CMD"] = told["COMMAND"]
    return [told.get(title, "?") for title in titles]


def _titles(arguments: str) -> list[str]:
    """The columns that ps is asked for."""
    chosen = arguments.partition("-eo ")[2]
    if not chosen:
        return _TITLES
    titles = [_FIELDS.get(name.strip(), name.strip().upper()) for name in chosen.split(",")]
    if "PID" not in titles:
        raise ApiError(500, "Couldn't find PID field in ps output")
    return titles


async def container_wait(call: Call) -> web.StreamResponse:
    """Answer when the container has ended; the headers go out at once, as clients wait for them."""
    found = call.engine.containers.inspect(call.name)
    ended = asyncio.Event()

    def watch(event: dict[str, Any]) -> None:
        if event["Actor"].get("ID") == found["Id"] and event["Action"] in ("die", "destroy"):
            ended.set()

    unsubscribe = call.engine.events.subscribe(watch)
    response = answers.stream(answers.JSON)
    try:
        await response.prepare(call.request)
        await response.write(b"")
        if found["State"]["Running"]:
            await ended.wait()
    finally:
        unsubscribe()
    await response.write(answers.encoded({"StatusCode": _exit_code(call, found["Id"])}))
    return response


def _exit_code(call: Call, container: str) -> int:
    try:
        return int(call.engine.containers.inspect(container)["State"]["ExitCode"])
    except ApiError:
        return 0


async def container_kill(call: Call) -> web.StreamResponse:
    call.engine.containers.kill(call.name, call.query.get("signal") or "KILL")
    return answers.empty(204)


async def container_stop(call: Call) -> web.StreamResponse:
    call.engine.containers.stop(call.name)
    return answers.empty(204)


async def container_restart(call: Call) -> web.StreamResponse:
    call.engine.containers.restart(call.name)
    return answers.empty(204)


async def container_remove(call: Call) -> web.StreamResponse:
    call.engine.containers.remove(call.name, call.flag("force"))
    return answers.empty(204)
