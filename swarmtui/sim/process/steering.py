"""The private socket behind the scenes: faults, time and scenarios, for the demo's chaos menu and for tests.

It speaks HTTP with JSON on a Unix socket of its own (`control` in what the process prints when it is ready), never on
a node's, so that a client of the Docker API cannot meet it. Errors are `{"message": ...}` with status 400 or 404.

    GET  /_sim                  the time, its speed, the nodes with role, condition and socket, the images with a fault
    POST /_sim/fault            {"node": "wrk2", "do": "kill"}                a node by its host name or ID
                                  kill     the machine loses power: its engine and its tasks are gone
                                  stop     its engine accepts connections and answers nothing (SIGSTOP)
                                  cut      its cable is pulled: it runs on, and the others do not hear of it
                                  slow     every answer of its engine takes {"seconds": 2} longer; 0 ends it
                                  revive   ends all of these
    POST /_sim/image            {"image": "shop/api:2.1", "do": "crash", "seconds": 5}
                                  missing  no registry has it
                                  crash    its containers end after {"seconds"} with {"exit_code": 1}
                                  unhealthy  its health check never passes
                                  slow     pulling it takes {"seconds"}
                                  well     ends all of these
    POST /_sim/path             {"path": "/srv/data", "do": "missing"}, {"node": "wrk2"} for that one alone
                                  missing  a bind mount does not find it, nor what is below it
                                  there    a bind mount finds it
                                  usual    ends both
    POST /_sim/clock            {"speed": 4} how fast time passes, 0 for not at all; {"advance": 10} seconds at once
    GET  /_sim/scenario         {"known": {name: title}, "playing": name or null, "step": 2, "of": 7, "says": "..."}
    POST /_sim/scenario         {"play": "node-dies"}, {"do": "next"} as if its time had passed, {"do": "end"}
    POST /_sim/end              ends the process

The registry that all images are in answers here, too, whatever host it is asked as:

    GET  /v2/NAME/tags/list     as registries answer it
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.api import answers, query, sockets
from swarmtui.sim.api.http_server import finish, http_server
from swarmtui.sim.api.server import Server
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.process import registry
from swarmtui.sim.process.scenarios import Player
from swarmtui.sim.process.speed import Pace

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster

Body = dict[str, Any]


class Steering:
    """Serves the private socket."""

    def __init__(self, cluster: Cluster, server: Server, pace: Pace, end: Callable[[], None]) -> None:
        """`end` is called when the process is asked to end."""
        self._cluster = cluster
        self._server = server
        self._pace = pace
        self._end = end
        self.player = Player(cluster)
        self._images: dict[str, str] = {}
        self._http: web.Server | None = None
        self._listening: asyncio.Server | None = None
        self._path: Path | None = None
        self._routes: dict[tuple[str, str], Callable[[Body], Awaitable[object]]] = {
            ("GET", "/_sim"): self._overview,
            ("POST", "/_sim/fault"): self._fault,
            ("POST", "/_sim/image"): self._image,
            ("POST", "/_sim/path"): self._path_said,
            ("POST", "/_sim/clock"): self._clock,
            ("GET", "/_sim/scenario"): self._scenario,
            ("POST", "/_sim/scenario"): self._play,
            ("POST", "/_sim/end"): self._finish,
        }

    async def start(self, path: Path) -> None:
        """Listen."""
        self._path = path
        self._http = http_server(self._handle)
        self._listening = await asyncio.get_running_loop().create_unix_server(self._http, sock=sockets.bind(path))

    async def stop(self) -> None:
        """Stop listening and remove the socket."""
        await self.player.end()
        if self._listening is not None and self._http is not None:
            self._listening.close()
            await finish(self._http)
        if self._path is not None:
            sockets.remove(self._path)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        action = self._routes.get((request.method, request.path))
        try:
            if request.method == "GET" and request.path.startswith("/v2/"):
                return registry.tags_list(self._cluster, request.host, request.path)
            if action is None:
                raise ApiError(404, f"there is no {request.method} {request.path} here")
            data = await request.read()
            body = query.decoded(data) if data else {}
            if not isinstance(body, dict):
                raise ApiError(400, "the body must be a JSON object")
            return answers.json(await action(body))
        except ApiError as error:
            return answers.failed(error)

    # --- the calls ---

    async def _overview(self, body: Body) -> object:
        addresses = self._server.sockets
        return {
            "now": self._cluster.clock.iso(),
            "speed": self._pace.speed,
            "nodes": [self._node(machine, addresses) for machine in self._cluster.node_ids()],
            "images": dict(self._images),
            "scenario": self.player.state(),
        }

    def _node(self, machine: str, addresses: dict[str, str]) -> Body:
        engine = self._cluster.engine(machine)
        return {
            "id": machine,
            "name": engine.hostname,
            "manager": bool(engine.info()["Swarm"].get("ControlAvailable")),
            "condition": "cut" if self._cluster.machine(machine).cut else engine.condition,
            "delay": engine.delay,
            "socket": addresses.get(engine.hostname),
        }

    async def _fault(self, body: Body) -> object:
        machine = self._machine(str(body.get("node", "")))
        action = str(body.get("do"))
        faults = self._cluster.faults
        if action == "slow":
            faults.slow(machine, _number(body, "seconds"))
        elif action in ("kill", "stop", "cut", "revive"):
            getattr(faults, action)(machine)
        else:
            raise ApiError(400, f"what is {action!r}? A fault is one of kill, stop, cut, slow, revive")
        await self._server.settled()
        return self._node(machine, self._server.sockets)

    def _machine(self, name: str) -> str:
        for machine in self._cluster.node_ids():
            if name in (machine, self._cluster.engine(machine).hostname):
                return machine
        raise ApiError(404, f"there is no node {name!r}")

    async def _image(self, body: Body) -> object:
        image, action = str(body.get("image", "")), str(body.get("do"))
        if not image:
            raise ApiError(400, "which image?")
        if action == "well":
            self._cluster.images.forget(image)
            self._images.pop(image, None)
        else:
            self._cluster.faults.image(image, _behaviour(action, body))
            self._images[image] = action
        return dict(self._images)

    async def _path_said(self, body: Body) -> object:
        path, action = str(body.get("path", "")), str(body.get("do"))
        if not path.startswith("/"):
            raise ApiError(400, "which path? It begins with /")
        if action not in _PATHS:
            raise ApiError(400, f"what is {action!r}? A path is one of {', '.join(_PATHS)}")
        nodes = [self._machine(str(body["node"]))] if "node" in body else self._cluster.node_ids()
        for each in nodes:
            self._cluster.faults.path(each, path, there=_PATHS[action])
        return {"nodes": [self._cluster.engine(each).hostname for each in nodes], "path": path, "do": action}

    async def _clock(self, body: Body) -> object:
        if "speed" in body:
            self._pace.set(_number(body, "speed"))
        if "advance" in body:
            self._cluster.advance(_number(body, "advance"))
        await self._server.settled()
        return {"now": self._cluster.clock.iso(), "speed": self._pace.speed}

    async def _scenario(self, body: Body) -> object:
        return self.player.state()

    async def _play(self, body: Body) -> object:
        if "play" in body:
            await self.player.play(str(body["play"]))
        elif body.get("do") == "next":
            self.player.next()
        elif body.get("do") == "end":
            await self.player.end()
        else:
            raise ApiError(400, 'say {"play": NAME}, {"do": "next"} or {"do": "end"}')
        return self.player.state()

    async def _finish(self, body: Body) -> object:
        asyncio.get_running_loop().call_soon(self._end)
        return {}


_PATHS = {"missing": False, "there": True, "usual": None}


def _behaviour(action: str, body: Body) -> Behaviour:
    """How containers of an image behave that has a fault."""
    if action == "missing":
        return Behaviour(exists=False)
    if action == "unhealthy":
        return Behaviour(healthy=False, checked=True)
    if action == "slow":
        return Behaviour(pull=_number(body, "seconds"))
    if action == "crash":
        return Behaviour(
            exits_after=_number(body, "seconds"), exit_code=int(_number({"exit_code": 1, **body}, "exit_code"))
        )
    raise ApiError(400, f"what is {action!r}? An image is one of missing, crash, unhealthy, slow, well")


def _number(body: Body, name: str) -> float:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value < 0:
        raise ApiError(400, f"{name} must be a number that is not negative")
    return float(value)
