"""The calls about networks (moby's `daemon/server/router/network/network_routes.go`)."""

from __future__ import annotations

import msgspec
from aiohttp import web

from swarmtui.sim.api import answers, query, versions
from swarmtui.sim.api.call import Call


async def network_list(call: Call) -> web.StreamResponse:
    listed = call.engine.networks.list(call.filters())
    networks = msgspec.json.decode(listed)
    return answers.json([versions.network(network, call.version) for network in networks])


async def network_inspect(call: Call) -> web.StreamResponse:
    verbose = query.strict_bool(call.query, "verbose")
    network = call.engine.networks.inspect(call.name, verbose, call.query.get("scope", ""))
    return answers.json(versions.network(network, call.version))


async def network_create(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.networks.create(await call.read("types.NetworkCreateRequest")), 201)


async def network_connect(call: Call) -> web.StreamResponse:
    call.engine.joining.connect(call.name, await call.read("types.NetworkConnect"))
    return answers.empty()


async def network_disconnect(call: Call) -> web.StreamResponse:
    call.engine.joining.disconnect(call.name, await call.read("types.NetworkDisconnect"))
    return answers.empty()


async def network_remove(call: Call) -> web.StreamResponse:
    call.engine.networks.remove(call.name)
    return answers.empty(204)


async def network_prune(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.networks.prune(call.filters()))
