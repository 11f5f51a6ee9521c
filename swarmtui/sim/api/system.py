"""The calls about the engine itself, and those that a swarm's engine answers with little.

Shapes are those of real engines; images, volumes and plugins exist only as far as the docker CLI asks for them on its
way to something else (`docker inspect NAME` tries every kind in turn).
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from swarmtui.sim.agent.release import Release
from swarmtui.sim.api import answers, versions
from swarmtui.sim.api.call import Call
from swarmtui.sim.control.errors import ApiError


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


async def version(call: Call) -> web.StreamResponse:
    return answers.json(version_of(call.engine.info(), call.engine.release))


def version_of(reported: dict[str, Any], release: Release) -> dict[str, Any]:
    """`GET /version` of an engine.

    Args:
        reported: what it says in `GET /info`.
    """
    version = str(reported.get("ServerVersion", ""))
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(str(reported.get("Architecture")), "amd64")
    common = {
        "ApiVersion": versions.shown(release.api),
        "MinAPIVersion": versions.shown(release.least_api),
        "GitCommit": release.commit,
        "GoVersion": release.go,
        "Os": "linux",
        "Arch": architecture,
        "KernelVersion": str(reported.get("KernelVersion", "")),
        "BuildTime": release.built,
    }
    engine = {"Name": "Engine", "Version": version, "Details": {**common, "Experimental": "false"}}
    others = [
        {"Name": part.name, "Version": part.version, "Details": {"GitCommit": part.commit}} for part in release.parts
    ]
    return {"Platform": {"Name": ""}, "Components": [engine, *others], "Version": version, **common}


async def auth(call: Call) -> web.StreamResponse:
    await call.read("types.AuthConfig")
    return answers.json({"Status": "Login Succeeded", "IdentityToken": ""})


async def distribution(call: Call) -> web.StreamResponse:
    auth = call.request.headers.get("X-Registry-Auth", "")
    return answers.json(call.engine.distribution.inspect(call.name, auth))


async def disk_usage(call: Call) -> web.StreamResponse:
    use = call.engine.disk_use.shown()
    if call.version < (1, 42):
        use["BuilderSize"] = sum(each["Size"] for each in use["BuildCache"])
    return answers.json({**use, "Images": [versions.image(each, call.version) for each in use["Images"]]})


async def plugin_list(call: Call) -> web.StreamResponse:
    return answers.json([])


async def plugin_inspect(call: Call) -> web.StreamResponse:
    raise ApiError(404, f'plugin "{call.name}" not found')


async def not_simulated(call: Call) -> web.StreamResponse:
    raise ApiError(501, f"the embedded swarm does not do this: {call.request.method} {call.request.path}")
