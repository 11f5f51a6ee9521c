"""One request, as the functions that answer it see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from swarmtui.sim.api import query as parameters
from swarmtui.sim.api.versions import Version
from swarmtui.sim.bodies.decode import BodyFault, decoded
from swarmtui.sim.control.errors import ApiError

if TYPE_CHECKING:
    from swarmtui.sim.api.exec import Execs
    from swarmtui.sim.cluster import Cluster
    from swarmtui.sim.control.engine import Engine


@dataclass(frozen=True)
class Node:
    """The node that is asked.

    Attributes:
        cluster: the swarm it is in.
        engine: what its engine knows and does.
        execs: the commands that were started in its containers.
        headers: what stands in every answer of it.
        answering: waits while the engine is stopped, as an engine that gets no processor time.
    """

    cluster: Cluster
    engine: Engine
    execs: Execs
    headers: Mapping[str, str]
    answering: Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Call:
    """A request that has a route.

    Attributes:
        request: as HTTP has it.
        node: the node that is asked.
        version: the API version to answer in.
        name: the name or ID in the path, "" where there is none.
    """

    request: web.BaseRequest
    node: Node
    version: Version
    name: str = ""

    @property
    def engine(self) -> Engine:
        return self.node.engine

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query

    def flag(self, name: str) -> bool:
        """A flag of the query, read loosely."""
        return parameters.loose_bool(self.query, name)

    def filters(self, status: int = 500) -> parameters.Filters:
        """The filters of the query."""
        return parameters.filters(self.query, status)

    async def read(self, name: str) -> dict[str, Any]:
        """The body, as a struct of the API of that name (`bodies.types`); ApiError when it is none."""
        try:
            return decoded(await self.request.read(), name, self.version, self.engine.release.api)
        except BodyFault as fault:
            raise ApiError(400, str(fault)) from None
