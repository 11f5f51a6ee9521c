"""The calls about images (moby's `daemon/server/router/image/image_routes.go`)."""

from __future__ import annotations

from urllib.parse import quote_plus

from aiohttp import web

from swarmtui.sim.agent.images import plain
from swarmtui.sim.api import answers, query, versions
from swarmtui.sim.api import simulated_sleep as moments
from swarmtui.sim.api.call import Call
from swarmtui.sim.api.storage.making import image_import
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.selection import check
from swarmtui.sim.control.storage.images import checked, pull_lines

PULLING = 1.5
"""Seconds that a pull takes where nothing else is said."""


async def image_list(call: Call) -> web.StreamResponse:
    found = call.engine.images.list(call.filters())
    return answers.json([versions.image(each, call.version) for each in found])


async def image_inspect(call: Call) -> web.StreamResponse:
    return answers.json(versions.image(call.engine.images.inspect(call.name), call.version))


async def image_search(call: Call) -> web.StreamResponse:
    """An engine asks the index of a registry; here there is none: it fails as on a machine without a network."""
    limit = query.integer(call.query.get("limit") or "25")
    if not 1 <= limit <= _MOST_FOUND:
        raise ApiError(400, f"Limit {limit} is outside the range of [1, {_MOST_FOUND}]")
    check(call.filters(400), "is-automated", "is-official", "stars")
    term = call.query.get("term", "")
    host, slash, _ = term.partition("/")
    if slash and ("." in host or ":" in host or host == "localhost"):
        raise ApiError(500, "Unexpected status code 404")
    asked = f"https://index.docker.io/v1/search?q={quote_plus(term)}&n={limit}"
    raise ApiError(500, f'Get "{asked}": dial tcp: lookup index.docker.io: no such host')


_MOST_FOUND = 100


async def image_history(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.images.history(call.name))


async def image_tag(call: Call) -> web.StreamResponse:
    call.engine.images.tag(call.name, call.query.get("repo", ""), call.query.get("tag", ""))
    return answers.empty(201)


async def image_remove(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.images.remove(call.name, call.flag("force")))


async def image_prune(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.images.prune(call.filters()))


async def image_create(call: Call) -> web.StreamResponse:
    """Pull an image, and tell how far it is."""
    source, tag = call.query.get("fromImage", ""), call.query.get("tag", "")
    if not source:
        return await image_import(call)
    name = checked(f"{source}@{tag}" if tag.startswith("sha256:") else f"{source}:{tag}" if tag else source)
    images = call.engine.images
    if missing := images.missing(name):
        raise missing
    layers = images.layers(name)
    lines = list(pull_lines(name, layers))
    takes = images.behaviour(name).pull
    pause = (PULLING if takes is None else takes) / len(lines) if layers else 0.0
    response = answers.stream(answers.JSON)
    await response.prepare(call.request)
    for line in lines:
        await response.write(answers.line(line))
        if pause:
            await moments.passed(call.node.cluster.clock, pause)
    digest = images.pulled(name)
    status = "Downloaded newer image" if layers else "Image is up to date"
    await response.write(answers.line({"status": f"Digest: {digest}"}))
    await response.write(answers.line({"status": f"Status: {status} for {plain(name)}"}))
    return response
