"""The calls that make images, save and load them (moby's `daemon/server/router/{build,image,container}`)."""

from __future__ import annotations

import json

from aiohttp import web

from swarmtui.sim.api import answers
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.making.making import name_of, unpacked

TAR = "application/x-tar"


async def image_import(call: Call) -> web.StreamResponse:
    """Make an image of a tar that comes as the body; there is no network to fetch one from."""
    source = call.query.get("fromSrc", "")
    name = name_of(call.query.get("repo", ""), call.query.get("tag", ""))
    if source != "-":
        raise ApiError(500, f'Get "{source}": dial tcp: connect: network is unreachable')
    changes = call.request.query.getall("changes", [])
    id = call.engine.making.imported(await call.request.read(), name, call.query.get("message", ""), changes)
    return web.Response(body=answers.line({"status": id}), headers={"Content-Type": answers.JSON})


async def container_commit(call: Call) -> web.StreamResponse:
    query = call.query
    name = name_of(query.get("repo", ""), query.get("tag", ""))
    changes = [each for line in call.request.query.getall("changes", []) for each in line.splitlines()]
    container = query.get("container", "")
    id = call.engine.making.commit(container, name, query.get("comment", ""), query.get("author", ""), changes)
    return answers.json({"Id": id}, 201)


async def images_save(call: Call) -> web.StreamResponse:
    names = [each for value in call.request.query.getall("names", []) for each in value.split(",")]
    return web.Response(body=call.engine.making.saved([call.name] if call.name else names), content_type=TAR)


async def image_load(call: Call) -> web.StreamResponse:
    told = call.engine.making.loaded(await call.request.read())
    return web.Response(body=b"".join(map(answers.line, told)), headers={"Content-Type": answers.JSON})


async def build(call: Call) -> web.StreamResponse:
    """Build an image as the classic builder does."""
    if call.query.get("version") == "2":
        raise ApiError(400, "the embedded swarm has no BuildKit: build with DOCKER_BUILDKIT=0")
    names = call.request.query.getall("t", [])
    try:
        for name in names:
            name_of(name, "")
    except ApiError as error:
        raise ApiError(500, error.message) from None
    if call.query.get("remote"):
        raise ApiError(500, f"error downloading remote context {call.query['remote']}: network is unreachable")
    context = unpacked(await call.request.read())
    building = call.engine.building
    steps = building.instructions(context, call.query.get("dockerfile") or "Dockerfile")
    labels = json.loads(call.query.get("labels") or "{}")
    response = answers.stream(answers.JSON)
    await response.prepare(call.request)
    async for line in building.told(steps, context, names, labels, call.flag("q")):
        await response.write(answers.line(line))
    return response
