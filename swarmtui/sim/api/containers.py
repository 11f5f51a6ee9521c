"""The calls about the containers of a node: those of the tasks it runs.

Status codes and sentences are those of moby's `daemon/server/router/container` and `daemon/{exec,stats,top}.go`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, logs, query, shapes, versions
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError

STATS_EVERY = 1.0
"""Seconds between two samples."""
_TITLES = ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"]


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
    wanted = call.query.get("stream", "true")
    first = call.engine.containers.stats(container)
    if not query.loose_bool({"stream": wanted}, "stream"):
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
    process = str(state["Pid"])
    command = " ".join([found["Path"], *found["Args"]])
    row = ["root", process, "1", "0", state["StartedAt"][11:16], "?", "00:00:00", command]
    return answers.json({"Processes": [row], "Titles": _TITLES})


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
