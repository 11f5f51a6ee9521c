"""The registry of the embedded swarm: the tags of what its services run, and of what was made before and after it."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.process.registry import tags_list

from .rig import Rig


def asked(rig: Rig, host: str, name: str) -> tuple[int, Any]:
    answer = tags_list(rig.cluster, host, f"/v2/{name}/tags/list")
    assert isinstance(answer, web.Response)
    assert isinstance(answer.body, bytes)
    return answer.status, json.loads(answer.body)


def test_tags_are_near_those_that_run() -> None:
    rig = Rig(1, 1)
    rig.create("web", "nginx:1.2-alpine")
    rig.create("api", "reg.example:5000/shop/api:2024.05.01")
    rig.cluster.images.rule("nginx:1.4-alpine", Behaviour(exists=False))
    near = ["1.2-alpine", "1.3-alpine", "1.5-alpine"]
    status, found = asked(rig, "registry-1.docker.io", "library/nginx")
    assert (status, found["name"]) == (200, "library/nginx")
    assert [tag for tag in found["tags"] if tag in [*near, "1.4-alpine", "latest"]] == [*near, "latest"]
    assert "2024.05.02" in asked(rig, "reg.example:5000", "shop/api")[1]["tags"]
    status, refused = asked(rig, "registry-1.docker.io", "shop/api")
    assert (status, refused["errors"][0]["code"]) == (404, "NAME_UNKNOWN")
