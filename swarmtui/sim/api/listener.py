"""One node's socket, in whatever condition its engine is.

A killed engine leaves its socket's file behind with nobody listening (connection refused) and cuts every connection.
A stopped one accepts connections, as the kernel does for it, and answers when it continues. A manager without a quorum
lets requests wait until there is a leader again or their deadline has passed, as measured on engine 20.10.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web

from swarmtui.sim.api import answers, sockets, versions
from swarmtui.sim.api import simulated_sleep as moments
from swarmtui.sim.api.call import Node
from swarmtui.sim.api.exec import Execs
from swarmtui.sim.api.http_server import finish, http_server
from swarmtui.sim.api.routes import Routes
from swarmtui.sim.control.errors import ApiError, Hangs, Panic

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster
    from swarmtui.sim.control.engine import Engine

EVERY = 0.25
"""Seconds between two tries to get an answer out of managers that have no leader."""
BACKLOG = 128
LOG = logging.getLogger(__name__)


class Listener:
    """The HTTP server of one node."""

    def __init__(self, cluster: Cluster, engine: Engine, path: Path, routes: Routes) -> None:
        """`path` is where its socket is to be."""
        self.engine = engine
        self.path = path
        self._cluster = cluster
        self._routes = routes
        self._up = asyncio.Event()
        self._changing = asyncio.Lock()
        self._server: asyncio.Server | None = None
        self._http = http_server(self._handle, handler_cancellation=True)
        version = str(engine.info().get("ServerVersion", ""))
        headers = {
            "Api-Version": versions.shown(engine.release.api),
            "Docker-Experimental": "false",
            "Ostype": "linux",
            "Server": f"Docker/{version} (linux)",
        }
        self._node = Node(cluster, engine, Execs(), headers, self._answering)

    @property
    def url(self) -> str:
        """The socket as DOCKER_HOST."""
        return f"unix://{self.path}"

    # --- conditions ---

    async def follow(self) -> None:
        """Take on the condition that the engine is in now."""
        async with self._changing:
            condition = self.engine.condition
            if condition == "up":
                self._up.set()
            else:
                self._up.clear()
            if condition == "dead":
                self._close()
            elif self._server is None:
                await self._open()

    async def _open(self) -> None:
        listening = sockets.bind(self.path)
        loop = asyncio.get_running_loop()
        if sys.version_info >= (3, 13):
            self._server = await loop.create_unix_server(
                self._http, sock=listening, backlog=BACKLOG, cleanup_socket=False
            )
        else:
            self._server = await loop.create_unix_server(self._http, sock=listening, backlog=BACKLOG)

    def _close(self) -> None:
        """Stop listening and cut every connection, hijacked ones too."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in self._http.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def close(self) -> None:
        """Stop, and remove the socket."""
        async with self._changing:
            self._close()
            await finish(self._http)
        sockets.remove(self.path)

    # --- requests ---

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        await self._answering()
        if self.engine.delay > 0:
            await asyncio.sleep(self.engine.delay)
        try:
            response = await self._answer(request)
        except ApiError as error:
            error = ApiError(error.status, self.engine.release.worded(error.message))
            response = answers.failed(error, plain=versions.errors_are_texts(request.path))
        except Panic:
            return _cut(request)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            # What no check foresaw: the words of Python's exceptions are for the log, not for clients.
            LOG.exception("%s %s", request.method, request.path)
            response = answers.failed(ApiError(500, "the embedded swarm could not handle this request"))
        await self._answering()
        if not response.prepared:
            response.headers.update(self._node.headers)
        return response

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Ask until there is an answer, as long as a manager without a leader lets its clients wait."""
        deadline: asyncio.Future[None] | None = None
        try:
            while True:
                try:
                    return await self._routes.answer(request, self._node)
                except Hangs as hanging:
                    if deadline is None:
                        deadline = asyncio.ensure_future(moments.passed(self._cluster.clock, hanging.patience))
                    await asyncio.wait({deadline}, timeout=EVERY)
                    if deadline.done():
                        raise hanging.error from None
        finally:
            if deadline is not None:
                deadline.cancel()

    async def _answering(self) -> None:
        await self._up.wait()


def _cut(request: web.BaseRequest) -> web.StreamResponse:
    """Close a connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
