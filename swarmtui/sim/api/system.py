"""The calls about the engine itself, and those that a swarm's engine answers with little.

Shapes are those of real engines; images, volumes and plugins exist only as far as the docker CLI asks for them on its
way to something else (`docker inspect NAME` tries every kind in turn).
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from swarmtui.sim.api import answers, query, versions
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError

_BUILT = "2026-05-07T21:09:36.000000000+00:00"
_COMPONENTS = (("containerd", "v2.1.5"), ("runc", "1.3.3"), ("docker-init", "0.19.0"))


async def ping(call: Call) -> web.StreamResponse:
    headers = {
        "Builder-Version": "1" if call.version < (1, 42) else "2",
        "Cache-Control": "no-cache, no-store, must-revalidate",
        "Pragma": "no-cache",
        "Swarm": _swarm_state(call.engine.info()["Swarm"]),
    }
    return answers.text("" if call.request.method == "HEAD" else "OK", headers=headers)


def _swarm_state(swarm: dict[str, Any]) -> str:
    state = str(swarm.get("LocalNodeState") or "inactive")
    if state != "active":
        return state
    return "active/manager" if swarm.get("ControlAvailable") else "active/worker"


async def info(call: Call) -> web.StreamResponse:
    return answers.json(versions.info(call.engine.info(), call.version))


def version_of(reported: dict[str, Any], spoken: versions.Range) -> dict[str, Any]:
    """`GET /version` of an engine.

    Args:
        reported: what it says in `GET /info`.
        spoken: the API versions it speaks.
    """
    version = str(reported.get("ServerVersion", ""))
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(str(reported.get("Architecture")), "amd64")
    common = {
        "ApiVersion": versions.shown(spoken.newest),
        "MinAPIVersion": versions.shown(spoken.oldest),
        "GitCommit": "5d6db84",
        "GoVersion": "go1.25.4",
        "Os": "linux",
        "Arch": architecture,
        "KernelVersion": str(reported.get("KernelVersion", "")),
        "BuildTime": _BUILT,
    }
    engine = {"Name": "Engine", "Version": version, "Details": {**common, "Experimental": "false"}}
    others = [{"Name": name, "Version": number, "Details": {"GitCommit": ""}} for name, number in _COMPONENTS]
    return {"Platform": {"Name": ""}, "Components": [engine, *others], "Version": version, **common}


async def auth(call: Call) -> web.StreamResponse:
    await call.body()
    return answers.json({"Status": "Login Succeeded", "IdentityToken": ""})


async def distribution(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.distribution(call.name))


async def disk_usage(call: Call) -> web.StreamResponse:
    use = call.engine.storage.disk_use()
    if call.version < (1, 42):
        use["BuilderSize"] = sum(each["Size"] for each in use["BuildCache"])
    return answers.json({**use, "Images": [versions.image(each, call.version) for each in use["Images"]]})


async def image_list(call: Call) -> web.StreamResponse:
    return answers.json([versions.image(each, call.version) for each in call.engine.storage.images()])


async def image_inspect(call: Call) -> web.StreamResponse:
    for each in call.engine.storage.images():
        if call.name in (each["Id"], *each["RepoTags"]):
            return answers.json(each)
    raise ApiError(404, f"No such image: {call.name}")


async def image_remove(call: Call) -> web.StreamResponse:
    return answers.json(call.engine.storage.remove_image(call.name))


async def volume_list(call: Call) -> web.StreamResponse:
    return answers.json({"Volumes": _volumes(call), "Warnings": None})


def _volumes(call: Call) -> list[dict[str, Any]]:
    """Its own, and those of the swarm, which API versions before 1.42 do not know."""
    return [*call.engine.storage.volumes(), *(call.engine.volumes.list() if call.version >= (1, 42) else [])]


async def volume_create(call: Call) -> web.StreamResponse:
    posted = await call.body()
    if posted.get("ClusterVolumeSpec") is None:
        raise ApiError(501, "the embedded swarm only creates cluster volumes")
    return answers.json(call.engine.volumes.create(posted), 201)


async def volume_update(call: Call) -> web.StreamResponse:
    spec = (await call.body()).get("Spec") or {}
    call.engine.volumes.update(call.name, query.version_number(call.query, "invalid volume version"), spec)
    return answers.empty(200)


async def volume_inspect(call: Call) -> web.StreamResponse:
    for each in _volumes(call):
        if each["Name"] == call.name:
            return answers.json(each)
    raise ApiError(404, f"get {call.name}: no such volume")


async def volume_remove(call: Call) -> web.StreamResponse:
    if call.engine.volumes.has(call.name):
        call.engine.volumes.remove(call.name)
    else:
        call.engine.storage.remove_volume(call.name)
    return answers.empty(204)


async def plugin_list(call: Call) -> web.StreamResponse:
    return answers.json([])


async def plugin_inspect(call: Call) -> web.StreamResponse:
    raise ApiError(404, f'plugin "{call.name}" not found')


async def not_simulated(call: Call) -> web.StreamResponse:
    raise ApiError(501, f"the embedded swarm does not do this: {call.request.method} {call.request.path}")
