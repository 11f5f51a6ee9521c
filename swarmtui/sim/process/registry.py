"""The registry of the embedded swarm: which tags its images have. Every name is there, so it makes some up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aiohttp import web

from swarmtui.sim.agent.images import plain, split
from swarmtui.sim.api import answers

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster

_HUB = ("registry-1.docker.io", "docker.io")
_PATH = re.compile(r"/v2/(.+)/tags/list")
_LAST_NUMBER = re.compile(r"(?P<before>.*?)(?P<number>\d+)(?P<after>\D*)")
_OLDER, _NEWER = 2, 3
_MOST = 9999
"""A number above is a date, or counts builds."""


def tags_list(cluster: Cluster, host: str, path: str) -> web.StreamResponse:
    """What is answered to `GET /v2/NAME/tags/list`."""
    found = _PATH.fullmatch(path)
    if found is None:
        return answers.json({"errors": [{"code": "UNSUPPORTED", "message": "page not found"}]}, 404)
    name = found[1]
    repository = split(plain(f"docker.io/{name}" if host in _HUB else f"{host}/{name}"))[0]
    used = {plain(each.spec.task.image) for each in cluster.store.services.values()}
    tags = {split(image)[1] for image in used if split(image)[0] == repository}
    if not tags:
        unknown = {"code": "NAME_UNKNOWN", "message": "repository name not known to registry"}
        return answers.json({"errors": [unknown]}, 404)
    near = {other for tag in tags for other in _near(tag)}
    there = sorted(tag for tag in near | {"latest"} if cluster.images.behaviour(f"{repository}:{tag}").exists)
    return answers.json({"name": name, "tags": there})


def _near(tag: str) -> set[str]:
    """A tag with those that were made before and after it."""
    found = _LAST_NUMBER.fullmatch(tag)
    if found is None or int(found["number"]) > _MOST:
        return {tag}
    own = int(found["number"])
    numbers = range(max(0, own - _OLDER), own + _NEWER + 1)
    return {f"{found['before']}{number:0{len(found['number'])}}{found['after']}" for number in numbers}
