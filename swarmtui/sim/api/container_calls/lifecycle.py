"""The calls that make containers, start, stop and remove them.

Status codes are those of moby's `daemon/server/router/container/container_routes.go`.
"""

from __future__ import annotations

from aiohttp import web

from swarmtui.sim.api import answers
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError


async def container_create(call: Call) -> web.StreamResponse:
    body = await call.read("container.CreateRequest")
    return answers.json(call.engine.containers.plain.create(call.query.get("name", ""), body), 201)


async def container_start(call: Call) -> web.StreamResponse:
    return answers.empty(204 if call.engine.containers.start(call.name) else 304)


async def container_stop(call: Call) -> web.StreamResponse:
    return answers.empty(204 if call.engine.containers.stop(call.name) else 304)


async def container_restart(call: Call) -> web.StreamResponse:
    call.engine.containers.restart(call.name)
    return answers.empty(204)


async def container_kill(call: Call) -> web.StreamResponse:
    call.engine.containers.kill(call.name, call.query.get("signal") or "KILL")
    return answers.empty(204)


async def container_pause(call: Call) -> web.StreamResponse:
    call.engine.containers.pause(call.name, paused=True)
    return answers.empty(204)


async def container_unpause(call: Call) -> web.StreamResponse:
    call.engine.containers.pause(call.name, paused=False)
    return answers.empty(204)


async def container_rename(call: Call) -> web.StreamResponse:
    call.engine.containers.rename(call.name, call.query.get("name", ""))
    return answers.empty(204)


async def container_update(call: Call) -> web.StreamResponse:
    call.engine.containers.find(call.name)
    try:
        body = await call.read("container.UpdateConfig")
    except ApiError as error:
        if call.engine.release.api >= _READS_JSON:
            raise
        raise ApiError(500, "EOF" if "EOF" in error.message else error.message) from None
    return answers.json(call.engine.containers.update(call.name, body))


_READS_JSON = (1, 42)
"""The API version from which on engines read this body as any other."""


async def container_remove(call: Call) -> web.StreamResponse:
    call.engine.containers.remove(call.name, call.flag("force"), call.flag("v"))
    return answers.empty(204)


async def container_prune(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.containers.prune(call.filters()))
