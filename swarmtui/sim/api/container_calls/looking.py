"""The calls about the containers of a node: those of the tasks it runs.

Status codes and sentences are those of moby's `daemon/server/router/container` and `daemon/{exec,stats,top}.go`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

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
