"""Which function answers which path, with or without a version before it.

As in moby's `daemon/server/server.go` (`createMux`): a path that is not known, and a known one with another method,
are both "page not found"; a version that is not spoken is refused before anything else is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from swarmtui.sim.api import cluster, events, networks, system, versions
from swarmtui.sim.api import exec as commands
from swarmtui.sim.api import files as objects
from swarmtui.sim.api.call import Call, Node
from swarmtui.sim.api.container_calls import archive, lifecycle, looking, waiting
from swarmtui.sim.api.storage import images, making, volumes
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
    ("POST", "/networks/{id}/connect", networks.network_connect),
    ("POST", "/networks/{id}/disconnect", networks.network_disconnect),
)
CONTAINERS: tuple[Route, ...] = (
    ("GET", "/containers/json", looking.container_list),
    ("GET", "/containers/{id}/json", looking.container_inspect),
    ("GET", "/containers/{id}/logs", looking.container_logs),
    ("GET", "/containers/{id}/stats", looking.container_stats),
    ("GET", "/containers/{id}/top", looking.container_top),
    ("GET", "/containers/{id}/archive", archive.archive_get),
    ("HEAD", "/containers/{id}/archive", archive.archive_get),
    ("PUT", "/containers/{id}/archive", archive.archive_put),
    ("GET", "/containers/{id}/export", archive.container_export),
    ("GET", "/containers/{id}/changes", archive.container_changes),
    ("POST", "/containers/{id}/update", lifecycle.container_update),
    ("POST", "/containers/{id}/wait", waiting.container_wait),
    ("POST", "/containers/{id}/start", lifecycle.container_start),
    ("POST", "/containers/{id}/pause", lifecycle.container_pause),
    ("POST", "/containers/{id}/unpause", lifecycle.container_unpause),
    ("POST", "/containers/{id}/rename", lifecycle.container_rename),
    ("POST", "/containers/{id}/attach", waiting.container_attach),
    ("POST", "/containers/{id}/kill", lifecycle.container_kill),
    ("POST", "/containers/{id}/stop", lifecycle.container_stop),
    ("POST", "/containers/{id}/restart", lifecycle.container_restart),
    ("DELETE", "/containers/{id}", lifecycle.container_remove),
    ("POST", "/containers/{id}/exec", commands.exec_create),
    ("POST", "/exec/{id}/start", commands.exec_start),
    ("POST", "/exec/{id}/resize", commands.exec_resize),
    ("GET", "/exec/{id}/json", commands.exec_inspect),
)
SYSTEM: tuple[Route, ...] = (
    ("GET", "/_ping", system.ping),
    ("HEAD", "/_ping", system.ping),
    ("GET", "/info", system.info),
    ("GET", "/version", system.version),
    ("GET", "/events", events.events),
    ("POST", "/auth", system.auth),
    ("GET", "/system/df", system.disk_usage),
    ("GET", "/distribution/{name}/json", system.distribution),
    ("GET", "/images/json", images.image_list),
    ("GET", "/images/search", images.image_search),
    ("GET", "/images/{name}/json", images.image_inspect),
    ("DELETE", "/images/{name}", images.image_remove),
    ("GET", "/images/{name}/history", images.image_history),
    ("POST", "/images/{name}/tag", images.image_tag),
    ("POST", "/images/create", images.image_create),
    ("POST", "/images/prune", images.image_prune),
    ("GET", "/images/get", making.images_save),
    ("GET", "/images/{name}/get", making.images_save),
    ("POST", "/images/load", making.image_load),
    ("POST", "/build", making.build),
    ("POST", "/commit", making.container_commit),
    ("POST", "/containers/create", lifecycle.container_create),
    ("POST", "/containers/prune", lifecycle.container_prune),
    ("POST", "/volumes/create", volumes.volume_create),
    ("POST", "/volumes/prune", volumes.volume_prune),
    ("PUT", "/volumes/{id}", volumes.volume_update),
    ("GET", "/volumes", volumes.volume_list),
    ("GET", "/volumes/{id}", volumes.volume_inspect),
    ("DELETE", "/volumes/{id}", volumes.volume_remove),
    ("GET", "/plugins", system.plugin_list),
    ("GET", "/plugins/{name}/json", system.plugin_inspect),
)


class Routes:
    """Finds the function for a request and calls it."""

    def __init__(self) -> None:
        self._routes: dict[tuple[str, str], list[tuple[re.Pattern[str], Handler]]] = {}
        for method, path, handler in (*SWARM, *NETWORKS, *CONTAINERS, *SYSTEM):
            self._routes.setdefault((method, _first(path)), []).append((_pattern(path), handler))

    async def answer(self, request: web.BaseRequest, node: Node) -> web.StreamResponse:
        """Answer a request to a node; ApiError and Hangs as the engine has them."""
        path = request.path
        if "//" in path:  # Go's router sends clients to the clean path, whatever the method
            return web.Response(status=301, headers={"Location": re.sub("/+", "/", path)})
        asked = _VERSION.fullmatch(path)
        if asked is not None:
            path = asked.group(2)
        handler, name = self._found(request.method, path)
        release = node.engine.release
        version = versions.chosen(asked.group(1) if asked else None, release.least_api, release.api)
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


def _first(path: str) -> str:
    return path[1:].partition("/")[0]


def _pattern(path: str) -> re.Pattern[str]:
    """Names of images and plugins may hold slashes, IDs do not."""
    return re.compile(re.escape(path).replace(r"\{id\}", "([^/]+)").replace(r"\{name\}", "(.+)"), re.DOTALL)
