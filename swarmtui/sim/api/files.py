"""The calls about secrets and configs, which are alike except for what they hold.

Status codes are those of moby's `daemon/server/router/swarm/cluster_routes.go`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from swarmtui.sim.api import answers, query
from swarmtui.sim.api.call import Call

if TYPE_CHECKING:
    from swarmtui.sim.control.blobs import Configs, Secrets
    from swarmtui.sim.control.engine import Engine


class Calls:
    """The calls about one kind of object."""

    def __init__(self, kind: str, pick: Callable[[Engine], Secrets | Configs]) -> None:
        """`pick` finds what an engine has for that kind."""
        self._kind = kind
        self._struct = f"swarm.{kind.capitalize()}Spec"
        self._pick = pick

    async def list(self, call: Call) -> web.StreamResponse:
        return answers.json(self._pick(call.engine).list(call.filters()))

    async def inspect(self, call: Call) -> web.StreamResponse:
        return answers.json(self._pick(call.engine).inspect(call.name))

    async def create(self, call: Call) -> web.StreamResponse:
        return answers.json({"ID": self._pick(call.engine).create(await call.read(self._struct))}, 201)

    async def update(self, call: Call) -> web.StreamResponse:
        spec = await call.read(self._struct)
        version = query.version_number(call.query, f"invalid {self._kind} version")
        self._pick(call.engine).update(call.name, version, spec)
        return answers.empty()

    async def remove(self, call: Call) -> web.StreamResponse:
        self._pick(call.engine).remove(call.name)
        return answers.empty(204)


secrets = Calls("secret", lambda engine: engine.secrets)
configs = Calls("config", lambda engine: engine.configs)
