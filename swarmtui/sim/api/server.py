"""The sockets of a whole swarm, one for each node, in a directory that nobody else may enter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from swarmtui.sim.api import sockets
from swarmtui.sim.api.listener import Listener
from swarmtui.sim.api.routes import Routes

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster

MOST = 256
"""How many sockets a swarm has at most: its managers', then those of its first workers."""


class Server:
    """Serves every node of a swarm."""

    def __init__(
        self,
        cluster: Cluster,
        directory: Path,
        *,
        first: Path | None = None,
        most: int = MOST,
        routes: Routes | None = None,
    ) -> None:
        """
        Args:
            directory: where the sockets are to be; made, or checked to be ours alone.
            first: another path for the socket of the first manager.
            most: how many nodes get a socket.
            routes: which function answers what; else all that is simulated.
        """
        self._cluster = cluster
        self._directory = directory
        self._first = first
        self._most = most
        self._routes = routes or Routes()
        self._listeners: dict[str, Listener] = {}
        self._changes: set[asyncio.Task[None]] = set()

    @property
    def sockets(self) -> dict[str, str]:
        """The address of every node that has a socket, by host name, managers first."""
        return {listener.engine.hostname: listener.url for listener in self._listeners.values()}

    async def start(self) -> None:
        """Open the sockets."""
        sockets.private(self._directory)
        self._cluster.faults.watch(self._changed)
        for machine in self._chosen():
            self._add(machine)
        for listener in self._listeners.values():
            await listener.follow()

    def _chosen(self) -> Iterable[str]:
        """The machines that get a socket, those that answer for the swarm first."""
        machines = self._cluster.node_ids()
        return sorted(machines, key=self._is_no_manager)[: self._most]

    def _is_no_manager(self, machine: str) -> bool:
        return not self._cluster.engine(machine).info()["Swarm"].get("ControlAvailable")

    def _add(self, machine: str) -> Listener:
        engine = self._cluster.engine(machine)
        path = self._directory / f"{engine.hostname}.sock"
        if self._first is not None and not self._listeners:
            path = self._first
        listener = Listener(self._cluster, engine, path, self._routes)
        self._listeners[machine] = listener
        return listener

    def _changed(self, machine: str) -> None:
        """A machine's condition changed, or it is new."""
        listener = self._listeners.get(machine)
        if listener is None:
            if len(self._listeners) >= self._most:
                return
            listener = self._add(machine)
        change = asyncio.ensure_future(listener.follow())
        self._changes.add(change)
        change.add_done_callback(self._changes.discard)

    async def settled(self) -> None:
        """Wait until every change of condition so far has been taken on."""
        while self._changes:
            await asyncio.gather(*self._changes)

    async def stop(self) -> None:
        """Close all sockets and remove their files."""
        await self.settled()
        for listener in self._listeners.values():
            await listener.close()
