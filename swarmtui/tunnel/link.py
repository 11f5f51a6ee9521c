"""Link: the chain of connections to one host while it stands, and how Docker connections go over it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence

import asyncssh

from swarmtui.errors import SSHFailed
from swarmtui.tunnel import faults, probe
from swarmtui.tunnel.commands import Heard, run_script
from swarmtui.tunnel.hops import HopConnection, open_hop
from swarmtui.tunnel.login.memory import Memory
from swarmtui.tunnel.pump import forward, forward_tcp
from swarmtui.tunnel.ssh_config.host_settings import HostSettings
from swarmtui.tunnel.stdio import StdioPool, StdioRefused
from swarmtui.tunnel.targets import Target

__all__ = ["FORWARDING", "Link"]

log = logging.getLogger("swarmtui.tunnel")

FORWARDING = "stream forwarding"
LOST = "The SSH connection was lost."
SETTLE = 0.05
"""Seconds to see which of several hops has ended first: the ones behind a dead jump host end with it."""
OPEN_TIMEOUT = 10.0
"""Seconds until the server must have opened a channel, or said no."""


class Link:
    """The hops to one engine. Belongs to the SSH loop.

    Args:
        target: the engine.
        memory: asks the user.
        on_doing: called with words for what is being done: "connecting to jump host 1 of 2 bastion".
    """

    def __init__(self, target: Target, memory: Memory, on_doing: Callable[[str], None]) -> None:
        self._target = target
        self._memory = memory
        self._on_doing = on_doing
        self._hops: list[HopConnection] = []
        self._forwards = False
        self._stdio: StdioPool | None = None
        self._diagnosis: asyncio.Task[None] | None = None

    @property
    def means(self) -> str:
        """How Docker connections go: "stream forwarding" or "docker system dial-stdio"."""
        return FORWARDING if self._stdio is None else self._stdio.command

    @property
    def standing(self) -> int:
        """How many hosts of the way are connected."""
        return len(self._hops)

    # -------------------------------------------------------------------------------- connecting

    async def connect(self, chain: tuple[HostSettings, ...], reach: float | None = None) -> None:
        """Connect whatever is not connected yet; hops that still stand are kept.

        Args:
            reach: seconds for a host to accept; its ConnectTimeout when None.

        Raises:
            SSHFailed: a hop failed; those before it are kept for the next try.
        """
        self._drop_dead()
        if [hop.settings for hop in self._hops] != list(chain[: len(self._hops)]):
            self.abort()  # ssh_config was changed meanwhile
        for index in range(len(self._hops), len(chain)):
            settings = chain[index]
            way = f"jump host {index + 1} of {len(chain) - 1}" if index < len(chain) - 1 else ""
            where = f"{way} {settings.alias}" if way else settings.alias

            def told(doing: str, where: str = where) -> None:
                self._on_doing(f"{doing}: {where}")

            before = self._hops[-1] if self._hops else None
            self._hops.append(await open_hop(settings, way, before, self._memory, told, reach))

    def _drop_dead(self) -> None:
        dead = next((index for index, hop in enumerate(self._hops) if hop.conn.is_closed()), None)
        if dead is None and self._stdio is None:
            return
        self._forwards, self._stdio = False, None
        for hop in reversed(self._hops[dead:] if dead is not None else []):
            hop.abort()
            self._hops.remove(hop)

    async def until_lost(self) -> SSHFailed:
        """Wait until one of the hops has ended; the error tells which, and why."""
        hops = list(self._hops)
        waiting = [asyncio.ensure_future(hop.conn.wait_closed()) for hop in hops]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.sleep(SETTLE)
        finally:
            for each in waiting:
                each.cancel()
        lost = next((hop for hop in hops if hop.conn.is_closed()), hops[-1])
        error = lost.why_lost()
        self._drop_dead()
        return error

    def abort(self) -> None:
        """End everything at once."""
        for hop in reversed(self._hops):
            hop.abort()
        self._hops.clear()

    # -------------------------------------------------------------------------------- Docker connections

    async def carry(self, sock: socket.socket, reached: Callable[[], None]) -> None:
        """Join a local connection to the engine, and wait for its end.

        Args:
            sock: it is the caller's to close until `reached` is called.
            reached: called when the engine's socket was reached.

        Raises:
            ConnectionFailed: the engine's socket cannot be reached.
        """
        if not self._hops or self._hops[-1].conn.is_closed():
            raise SSHFailed(LOST)
        conn = self._hops[-1].conn
        if self._stdio is None:
            try:
                async with asyncio.timeout(OPEN_TIMEOUT):
                    ended = await forward(conn, self._target.socket_path, sock)
            except TimeoutError as error:
                raise SSHFailed("The SSH server does not answer.", layer="stream forwarding") from error
            except asyncssh.ChannelOpenError as error:
                if conn.is_closed():
                    raise SSHFailed(LOST) from error
                log.debug("no channel: %s", error)
                await self._diagnose()
            else:
                self._forwards = True
                reached()
                await ended
                return
        if self._stdio is not None:
            reached()
            await self._stdio.serve(sock)

    async def carry_tcp(self, sock: socket.socket, host: str, port: int, reached: Callable[[], None]) -> None:
        """Join a local connection to a TCP port as the engine's host reaches it, and wait for its end.

        Args:
            sock: it is the caller's to close until `reached` is called.
            reached: called when the port was reached.

        Raises:
            SSHFailed: it cannot be reached, or the server forbids it.
        """
        if not self._hops or self._hops[-1].conn.is_closed():
            raise SSHFailed(LOST)
        hop = self._hops[-1]
        try:
            async with asyncio.timeout(OPEN_TIMEOUT):
                ended = await forward_tcp(hop.conn, host, port, sock)
        except TimeoutError as error:
            raise SSHFailed(
                f"No answer from {host}:{port}.", "A firewall there may drop the packets.", layer="port"
            ) from error
        except asyncssh.ChannelOpenError as error:
            if hop.conn.is_closed():
                raise SSHFailed(LOST) from error
            raise faults.from_port(error, hop.settings, f"{host}:{port}") from error
        reached()
        await ended

    async def disk_room(self, path: str) -> tuple[int, int]:
        """As Tunnel.disk_room."""
        if not self._hops or self._hops[-1].conn.is_closed():
            raise SSHFailed(LOST)
        try:
            async with asyncio.timeout(OPEN_TIMEOUT), self._hops[-1].conn.start_sftp_client() as sftp:
                found = await sftp.statvfs(path)
        except (TimeoutError, OSError, asyncssh.Error) as error:
            raise SSHFailed(f"SFTP does not tell how much room there is: {error}.", layer="SFTP") from error
        return found.frsize * found.blocks, found.frsize * found.bavail

    async def run_script(self, script: str, arguments: Sequence[str], given: bytes, heard: Heard) -> int:
        """As Tunnel.start_script."""
        if not self._hops or self._hops[-1].conn.is_closed():
            raise SSHFailed(LOST)
        return await run_script(self._hops[-1].conn, script, arguments, given, heard)

    async def _diagnose(self) -> None:
        """Find out why no channel was opened, and take the docker command instead if that works.

        Several connections that fail together share one diagnosis.
        """
        if self._diagnosis is None or self._diagnosis.done():
            self._diagnosis = asyncio.ensure_future(self._look())
            # Whoever waited may be gone when it ends.
            self._diagnosis.add_done_callback(lambda task: task.cancelled() or task.exception())
        await asyncio.shield(self._diagnosis)

    async def _look(self) -> None:
        if not self._hops:
            raise SSHFailed(LOST)
        hop = self._hops[-1]
        path = self._target.socket_path
        finding = await probe.look(hop.conn, path)
        refusal = ""
        if not self._forwards:
            pool = StdioPool(hop.conn, self._target.socket)
            try:
                await pool.verify()
            except StdioRefused as error:
                refusal = str(error)
            except (OSError, asyncssh.Error) as error:
                refusal = str(error) or type(error).__name__
            else:
                if hop not in self._hops:  # it took so long that this is another connection by now
                    raise SSHFailed(LOST)
                self._stdio = pool
                return
        cause = probe.explain(finding, path, hop.settings, refusal.rstrip("."), forwards=self._forwards)
        log.debug("%s (%s)", cause, refusal)
        raise cause
