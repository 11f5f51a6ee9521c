"""The calls about volumes (moby's `daemon/server/router/volume/volume_routes.go`)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, query
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.storage.local_volumes import anonymous

_CLUSTER_VOLUMES = (1, 42)
"""The API version from which on volumes of the swarm are known, and only volumes without a name are pruned."""


async def volume_list(call: Call) -> web.StreamResponse:
    filters = call.filters()
    shown = call.engine.local_volumes.list(filters)
    return answers.json({"Volumes": [*shown, *(_of_swarm(call) if not filters else [])], "Warnings": None})


def _of_swarm(call: Call) -> list[dict[str, Any]]:
    return call.engine.volumes.list() if call.version >= _CLUSTER_VOLUMES else []


async def volume_create(call: Call) -> web.StreamResponse:
    posted = await call.read("volume.VolumeCreateBody")
    calls = call.engine.volumes if posted.get("ClusterVolumeSpec") is not None else call.engine.local_volumes
    return answers.json(calls.create(posted), 201)


async def volume_update(call: Call) -> web.StreamResponse:
    spec = (await call.read("volume.UpdateOptions")).get("Spec") or {}
    call.engine.volumes.update(call.name, query.version_number(call.query, "invalid volume version"), spec)
    return answers.empty(200)


async def volume_inspect(call: Call) -> web.StreamResponse:
    for each in _of_swarm(call):
        if each["Name"] == call.name:
            return answers.json(each)
    return answers.json(call.engine.local_volumes.inspect(call.name))


async def volume_remove(call: Call) -> web.StreamResponse:
    if call.engine.volumes.has(call.name):
        call.engine.volumes.remove(call.name)
    else:
        call.engine.local_volumes.remove(call.name, call.flag("force"))
    return answers.empty(204)


async def volume_prune(call: Call) -> web.StreamResponse:
    every = call.version < _CLUSTER_VOLUMES
    return answers.json(call.engine.local_volumes.prune(lambda name: every or anonymous(name), call.filters()))
