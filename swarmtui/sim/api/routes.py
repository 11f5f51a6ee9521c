"""Which function answers which path, with or without a version before it.

As in moby's `daemon/server/server.go` (`createMux`): a path that is not known, and a known one with another method,
are both "page not found"; a version that is not spoken is refused before anything else is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from aiohttp import web

from swarmtui.sim.api import answers, archive, cluster, containers, events, networks, system, versions
from swarmtui.sim.api import exec as commands
from swarmtui.sim.api import files as objects
from swarmtui.sim.api.call import Call, Node
from swarmtui.sim.control.errors import ApiError

Handler = Callable[[Call], Awaitable[web.StreamResponse]]
Route = tuple[str, str, Handler]

_VERSION = re.compile(r"/v([0-9.]+)(/.*)", re.DOTALL)


def _crud(kind: str, calls: objects.Calls) -> Iterable[Route]:
    yield "GET", f"/{kind}", calls.list
    yield "POST", f"/{kind}/create", calls.create
    yield "GET", f"/{kind}/{{id}}", calls.inspect
    yield "DELETE", f"/{kind}/{{id}}", calls.remove
    yield "POST", f"/{kind}/{{id}}/update", calls.update


SWARM: tuple[Route, ...] = (
    ("GET", "/swarm", cluster.swarm_inspect),
    ("POST", "/swarm/init", cluster.swarm_init),
    ("POST", "/swarm/join", cluster.swarm_join),
    ("POST", "/swarm/leave", cluster.swarm_leave),
    ("POST", "/swarm/update", cluster.swarm_update),
    ("GET", "/swarm/unlockkey", cluster.swarm_unlock_key),
    ("POST", "/swarm/unlock", cluster.swarm_unlock),
    ("GET", "/nodes", cluster.node_list),
    ("GET", "/nodes/{id}", cluster.node_inspect),
    ("DELETE", "/nodes/{id}", cluster.node_remove),
    ("POST", "/nodes/{id}/update", cluster.node_update),
    ("GET", "/services", cluster.service_list),
    ("POST", "/services/create", cluster.service_create),
    ("GET", "/services/{id}", cluster.service_inspect),
    ("DELETE", "/services/{id}", cluster.service_remove),
    ("POST", "/services/{id}/update", cluster.service_update),
    ("GET", "/services/{id}/logs", cluster.service_logs),
    ("GET", "/tasks", cluster.task_list),
    ("GET", "/tasks/{id}", cluster.task_inspect),
    ("GET", "/tasks/{id}/logs", cluster.task_logs),
    *_crud("secrets", objects.secrets),
    *_crud("configs", objects.configs),
)
NETWORKS: tuple[Route, ...] = (
    ("GET", "/networks", networks.network_list),
    ("POST", "/networks/create", networks.network_create),
    ("POST", "/networks/prune", networks.network_prune),
    ("GET", "/networks/{id}", networks.network_inspect),
    ("DELETE", "/networks/{id}", networks.network_remove),
)
CONTAINERS: tuple[Route, ...] = (
    ("GET", "/containers/json", containers.container_list),
    ("GET", "/containers/{id}/json", containers.container_inspect),
    ("GET", "/containers/{id}/logs", containers.container_logs),
    ("GET", "/containers/{id}/stats", containers.container_stats),
    ("GET", "/containers/{id}/top", containers.container_top),
    ("GET", "/containers/{id}/archive", archive.archive_get),
    ("HEAD", "/containers/{id}/archive", archive.archive_get),
    ("PUT", "/containers/{id}/archive", archive.archive_put),
    ("POST", "/containers/{id}/wait", containers.container_wait),
    ("POST", "/containers/{id}/kill", containers.container_kill),
    ("POST", "/containers/{id}/stop", containers.container_stop),
    ("POST", "/containers/{id}/restart", containers.container_restart),
    ("DELETE", "/containers/{id}", containers.container_remove),
    ("POST", "/containers/{id}/exec", commands.exec_create),
    ("POST", "/exec/{id}/start", commands.exec_start),
    ("POST", "/exec/{id}/resize", commands.exec_resize),
    ("GET", "/exec/{id}/json", commands.exec_inspect),
)
SYSTEM: tuple[Route, ...] = (
    ("GET", "/_ping", system.ping),
    ("HEAD", "/_ping", system.ping),
    ("GET", "/info", system.info),
    ("GET", "/events", events.events),
    ("POST", "/auth", system.auth),
    ("GET", "/system/df", system.disk_usage),
    ("GET", "/distribution/{name}/json", system.distribution),
    ("GET", "/images/json", system.image_list),
    ("GET", "/images/{name}/json", system.image_inspect),
    ("DELETE", "/images/{name}", system.image_remove),
    ("POST", "/images/create", system.not_simulated),
    ("POST", "/build", system.not_simulated),
    ("POST", "/containers/create", system.not_simulated),
    ("POST", "/volumes/create", system.volume_create),
    ("PUT", "/volumes/{id}", system.volume_update),
    ("GET", "/volumes", system.volume_list),
    ("GET", "/volumes/{id}", system.volume_inspect),
    ("DELETE", "/volumes/{id}", system.volume_remove),
    ("GET", "/plugins", system.plugin_list),
    ("GET", "/plugins/{name}/json", system.plugin_inspect),
)


class Routes:
    """Finds the function for a request and calls it."""

    def __init__(self, spoken: versions.Range | None = None) -> None:
        """`spoken` are the API versions that are answered; else all."""
        self.spoken = spoken or versions.Range()
        self._routes: dict[tuple[str, str], list[tuple[re.Pattern[str], Handler]]] = {}
        version: Route = ("GET", "/version", partial(_version, spoken=self.spoken))
        for method, path, handler in (*SWARM, *NETWORKS, *CONTAINERS, *SYSTEM, version):
            self._routes.setdefault((method, _first(path)), []).append((_pattern(path), handler))

    async def answer(self, request: web.BaseRequest, node: Node) -> web.StreamResponse:
        """Answer a request to a node; ApiError and Hangs as the engine has them."""
        path = request.path
        asked = _VERSION.fullmatch(path)
        if asked is not None:
            path = asked.group(2)
        handler, name = self._found(request.method, path)
        version = self.spoken.chosen(asked.group(1) if asked else None)
        return await handler(Call(request, node, version, name))

    def _found(self, method: str, path: str) -> tuple[Handler, str]:
        for pattern, handler in self._routes.get((method, _first(path)), ()):
            if match := pattern.fullmatch(path):
                return handler, match.group(1) if pattern.groups else ""
        if _first(path) in _OTHERS:
            return system.not_simulated, ""
        raise ApiError(404, "page not found")


_OTHERS = frozenset(["build", "commit", "containers", "grpc", "images", "networks", "plugins", "session", "volumes"])
"""Where engines have more calls than are simulated."""


async def _version(call: Call, spoken: versions.Range) -> web.StreamResponse:
    return answers.json(system.version_of(call.engine.info(), spoken))


def _first(path: str) -> str:
    return path[1:].partition("/")[0]


def _pattern(path: str) -> re.Pattern[str]:
    """Names of images and plugins may hold slashes, IDs do not."""
    return re.compile(re.escape(path).replace(r"\{id\}", "([^/]+)").replace(r"\{name\}", "(.+)"), re.DOTALL)
