"""The calls that last as long as a container: its end, and what it writes meanwhile (`docker run` needs both)."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, hijack, logs
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError

_EVENTS = {"not-running": ("die", "destroy"), "next-exit": ("die", "destroy"), "removed": ("destroy",)}
_WITH_ERROR_UNTIL = (1, 42)
"""The API version before which an answer names the error that there is none of."""


async def container_wait(call: Call) -> web.StreamResponse:
    """Answer when the container has ended; the headers go out at once, as clients wait for them."""
    condition = call.query.get("condition") or "not-running"
    if condition not in _EVENTS:
        raise ApiError(400, f'invalid condition: "{condition}"')
    found = call.engine.containers.find(call.name)
    id, ended = str(found.container_id), asyncio.Event()

    def watch(event: dict[str, Any]) -> None:
        if event["Actor"].get("ID") == id and event["Action"] in _EVENTS[condition]:
            ended.set()

    unsubscribe = call.engine.events.subscribe(watch)
    response = answers.stream(answers.JSON)
    try:
        await response.prepare(call.request)
        await response.write(b"")
        if found.alive or condition != "not-running":
            await ended.wait()
    finally:
        unsubscribe()
    said: dict[str, Any] = {"StatusCode": found.exit_code}
    if found.error:
        said["Error"] = {"Message": found.error}
    elif call.version < _WITH_ERROR_UNTIL:
        said["Error"] = None
    await response.write(answers.encoded(said))
    return response


async def container_attach(call: Call) -> web.StreamResponse:
    """Give what a container writes, from now on or from the beginning, until it ends."""
    found = call.engine.containers.find(call.name)
    source = call.engine.logs.container(call.name)
    wanted = {stream for stream, name in ((logs.STDOUT, "stdout"), (logs.STDERR, "stderr")) if call.flag(name)}
    begun = found.started
    connection = hijack.Connection(call.request)
    kind = answers.RAW if source.tty or call.version < (1, 42) else answers.MULTIPLEXED
    connection.begin({"Content-Type": kind, **call.node.headers}, upgraded="Upgrade" in call.request.headers)
    since = None if call.flag("logs") or not begun else math.nextafter(call.node.cluster.clock.now(), math.inf)
    while call.flag("stream"):
        over = bool(found.finished and not found.alive and found.started) or found.removed or bool(found.error)
        lines = source.lines(since, None, None)
        for line in lines:
            if line.stream in wanted:
                data = f"{line.text}\n".encode()
                await connection.write(data if source.tty else logs.frame(line.stream, data))
        if lines:
            since = math.nextafter(lines[-1].time, math.inf)
        if over:
            break
        await asyncio.sleep(logs.EVERY)
    return hijack.Taken()
