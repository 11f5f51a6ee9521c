"""Tunnel: an engine's socket brought here through SSH: a local Unix socket that stays at its path and heals itself.

One chain of SSH connections for everything. The path can be used at once: connections to it wait while the chain is
being connected for the first time, and are closed at once while it is known to be broken; `error` tells why.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import asyncssh

from swarmtui.endpoint import Endpoint
from swarmtui.errors import ConnectionFailed, SSHFailed, SSHNotReady, SwarmtuiError
from swarmtui.tunnel.commands import Heard
from swarmtui.tunnel.link import FORWARDING, Link
from swarmtui.tunnel.listener import Accepted, Listener
from swarmtui.tunnel.login.memory import Memory
from swarmtui.tunnel.loop import SSHLoop, shared_loop
from swarmtui.tunnel.questions import Questions
from swarmtui.tunnel.retrying import Retrying
from swarmtui.tunnel.socket_directories import SocketDirectory, remove_stale
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles, HostSettings, resolve
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus
from swarmtui.tunnel.targets import Target, parse_target

__all__ = ["Tunnel"]

log = logging.getLogger("swarmtui.tunnel")

CLOSE_TIMEOUT = 0.15
"""Seconds that `close` waits for the SSH side; the directory is gone by then anyway."""
CONNECT_TCP = 10.0
"""Seconds that a connection to a port waits for a tunnel that is healing."""
REACH_AGAIN = 3.0
"""Seconds for a host to accept when it was live before. TCP repeats its greeting after 1, 3 and 7 s: a try that began
while the host was down would notice its return late, so it is given up and begun again."""


class Tunnel:
    """A forwarded engine socket. Made by `open`. Every method may be called from any thread; only `wait_ready` blocks.

    Attributes:
        endpoint: the ssh:// endpoint.
        socket_path: the local socket: "unix://" and this is a URL for docker. It stays the same until `close`.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        target: Target,
        questions: Questions | Memory,
        on_status: Callable[[TunnelStatus], None],
        config: ConfigFiles | None,
        like: Target | None,
        through: bool,
    ) -> None:
        self.endpoint = endpoint
        self._target = target
        self._like = like.hop if like is not None else None
        self._through = through
        self._config = config
        self._on_status = on_status
        self._changed = threading.Condition()  # guards `_status` and `_closed`
        self._status = TunnelStatus(since=time.monotonic())
        self._closed = False
        self._place = SocketDirectory()
        self.socket_path = str(self._place.socket)
        self.memory = questions if isinstance(questions, Memory) else Memory(questions)
        """The user's answers; give it to another tunnel's `open`, so that it need not ask again."""
        if logging.getLogger("asyncssh").level == logging.NOTSET:
            asyncssh.set_log_level(logging.WARNING)  # it has a line for each channel
        self._loop: SSHLoop = shared_loop()
        self._link = Link(target, self.memory, self._doing)
        self._retrying = Retrying()
        self._turn = asyncio.Event()
        """Set, and replaced, when the status changes: for those who wait on the SSH loop."""
        self._gone = threading.Event()
        self._main: asyncio.Task[None] | None = None
        try:
            self._listener = Listener(self._place.socket)
        except OSError:
            self._place.remove()
            raise
        self._running: Future[None] = self._loop.run(self._run())

    @classmethod
    def open(
        cls,
        endpoint: Endpoint,
        questions: Questions | Memory,
        *,
        on_status: Callable[[TunnelStatus], None] | None = None,
        config: ConfigFiles | None = None,
        like: Endpoint | None = None,
        through: bool = False,
    ) -> Tunnel:
        """Make the local socket and begin to connect. Returns at once.

        Args:
            endpoint: its URL is ssh://….
            questions: who is asked; or the `memory` of another tunnel.
            on_status: called on each change of `status`, from the SSH thread: it must not block.
            config: where ssh_config is read from; the usual places when None.
            like: an endpoint whose user, port, keys and jump hosts count for this one too: for another manager of
                the same swarm, of which only the address is known.
            through: `like` is the last jump host on the way.

        Raises:
            SSHConfigError: the address makes no sense.
            SSHFailed: the local socket cannot be made.
        """
        target = parse_target(endpoint.url)
        try:
            remove_stale()
            model = parse_target(like.url) if like is not None else None
            return cls(endpoint, target, questions, on_status or (lambda _: None), config, model, through)
        except OSError as error:
            raise SSHFailed(f"The local socket for the tunnel cannot be created: {error.strerror}.") from error

    # -------------------------------------------------------------------------------- for any thread

    @property
    def status(self) -> TunnelStatus:
        """The newest that is known."""
        return self._status

    @property
    def error(self) -> SwarmtuiError | None:
        """Why connections to `socket_path` fail; None when nothing is known against them."""
        return self._status.error

    @property
    def has_few_channels(self) -> bool:
        """Whether connections go by sessions of a command, of which there are few: no stream must keep one needlessly.
        Known once a connection has been carried."""
        return self._link.means != FORWARDING

    def wait_ready(self, timeout: float) -> None:
        """Wait until Docker connections can go through.

        Args:
            timeout: seconds at most, for as long as it may still come to stand.

        Raises:
            SwarmtuiError: it is known to be broken, and nothing is being tried now.
            SSHNotReady: the time is over, and it is still being connected, or waits for the user.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while (status := self._status).phase is not TunnelPhase.LIVE:
                if status.phase is not TunnelPhase.CONNECTING and status.error is not None and not status.asks:
                    raise status.error
                left = deadline - time.monotonic()
                if status.asks:
                    raise _not_ready(status, self.endpoint)
                if left <= 0:
                    raise status.error or _not_ready(status, self.endpoint)
                self._changed.wait(left)

    def connect_tcp(self, host: str, port: int) -> socket.socket:
        """A connection to a TCP port as the engine's host reaches it. Blocks.

        Raises:
            SwarmtuiError: it cannot be reached, or the server forbids it.
        """
        self.wait_ready(CONNECT_TCP)
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        reached: Future[None] = Future()
        self._loop.run(self._carry_tcp(Accepted(theirs), host, port, reached))
        try:
            reached.result()
        except BaseException:
            ours.close()
            raise
        return ours

    def disk_room(self, path: str) -> tuple[int, int]:
        """The size of the file system that a path of the host lies on, and how much of it is free, in bytes. Blocks.

        Raises:
            SwarmtuiError: it cannot be reached, or does not tell: it takes SFTP with OpenSSH's statvfs.
        """
        self.wait_ready(CONNECT_TCP)
        return self._loop.run(self._link.disk_room(path)).result()

    @property
    def docker_options(self) -> tuple[str, ...]:
        """The options by which docker's program on the host is told the engine that this leads to."""
        socket = self._target.socket if self.has_few_channels else self._target.socket_path
        return ("--host", f"unix://{socket}") if socket else ()

    def start_script(self, script: str, arguments: Sequence[str], given: bytes, heard: Heard) -> Future[int]:
        """Run a shell script on the engine's host. Blocks until it is ready for that; cancelling the future ends it.

        Args:
            script, arguments: for sh, and its $1, $2 and so on.
            given: what it reads from its standard input.
            heard: told what it writes, from the SSH thread.

        Returns:
            Its exit status. The future raises SSHFailed where that cannot be known.

        Raises:
            SwarmtuiError: the host cannot be reached.
        """
        self.wait_ready(CONNECT_TCP)
        return self._loop.run(self._link.run_script(script, arguments, given, heard))

    def retry_now(self) -> None:
        """Try again at once, with ssh_config read again. While it is live and all is well nothing happens.

        While it is live, and the engine's socket cannot be reached, it logs in again: a user added to the docker
        group is in it from the next login on.
        """
        self._loop.call(self._retry)

    def _retry(self) -> None:
        if self._status.phase is not TunnelPhase.LIVE:
            self._retrying.now()
        elif self._status.error is not None:
            self._link.abort()

    def close(self) -> None:
        """End everything: the socket and its directory are gone on return, and the connections are being cut."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            closed = SSHFailed("The connection was closed.")
            self._status = TunnelStatus(TunnelPhase.CLOSED, error=closed, since=time.monotonic())
            self._changed.notify_all()
        self._place.remove()
        self._loop.call(self._end)
        self._gone.wait(CLOSE_TIMEOUT)

    # -------------------------------------------------------------------------------- the SSH thread: connecting

    async def _run(self) -> None:
        """Accept, connect, and connect again, until the end."""
        self._main = asyncio.current_task()
        self.memory.watch(self._set)
        self._listener.start(self._carry)
        try:
            while not self._closed:
                await self._live_once()
        except asyncio.CancelledError:
            log.debug("%s: ended", self.endpoint.name)
        finally:
            self._listener.close()
            self.memory.unwatch(self._set)
            self._gone.set()

    async def _live_once(self) -> None:
        """Connect, and wait for the end of the connection; or wait for the time to try again."""
        self._set(phase=TunnelPhase.CONNECTING, next_try=None, doing="reading ssh_config")
        again = self._status.times_live > 0
        try:
            chain = await asyncio.to_thread(resolve, self._target.hop, self._config, self._like, through=self._through)
            self._tell_chain(chain)
            await self._link.connect(chain, REACH_AGAIN if again else None)
        except SwarmtuiError as error:
            await self._fail(error)
            return
        except Exception as error:
            # A library's surprise must show, and not end the healing.
            log.exception("%s: connecting failed", self.endpoint.name)
            await self._fail(SSHFailed(f"Connecting failed: {error!r}."))
            return
        self._retrying.succeeded()
        self._set(
            phase=TunnelPhase.LIVE, doing="", error=None, means=self._link.means, times_live=self._status.times_live + 1
        )
        lost = await self._link.until_lost()
        await self._fail(lost)

    async def _fail(self, error: SwarmtuiError) -> None:
        """Tell what went wrong, and wait until it is time to try again."""
        log.info("%s: %s", self.endpoint.name, error)
        wait = self._retrying.wait(error, lived=self._status.times_live > 0)
        next_try = None if wait is None else time.monotonic() + wait
        standing = self._link.standing
        self._set(phase=TunnelPhase.LOST, doing="", error=error, next_try=next_try, means="", standing=standing)
        await self._retrying.nap(wait)
        await self.memory.until_answered()

    def _tell_chain(self, chain: tuple[HostSettings, ...]) -> None:
        notices = dict.fromkeys(str(notice) for settings in chain for notice in settings.notices)
        self._set(way=tuple(settings.alias for settings in chain), notices=tuple(notices))

    def _doing(self, doing: str) -> None:
        self._set(doing=doing)

    def _set(self, **changes: Any) -> None:
        """Put a new status in its place, and tell."""
        with self._changed:
            if self._closed:
                return
            status = replace(self._status, **changes)
            status = replace(status, asks=self.memory.is_asking)
            if status.phase is not self._status.phase:
                status = replace(status, since=time.monotonic())
            if status == self._status:
                return
            self._status = status
            self._changed.notify_all()
        self._turn.set()
        self._turn = asyncio.Event()
        try:
            self._on_status(status)
        except Exception:  # a listener that is just ending must not end the tunnel
            log.exception("The listener failed")

    # -------------------------------------------------------------------------------- the SSH thread: connections

    async def _carry(self, local: Accepted) -> None:
        """Carry one local connection. When that fails, `error` is set before it is closed."""

        def reached() -> None:
            local.let_go()
            if self._status.phase is TunnelPhase.LIVE:
                self._set(error=None, means=self._link.means)

        try:
            while self._status.phase is TunnelPhase.CONNECTING:
                await self._turn.wait()
            if self._status.phase is TunnelPhase.LIVE:
                await self._link.carry(local.sock, reached)
        except ConnectionFailed as error:
            if self._status.phase is TunnelPhase.LIVE:
                self._set(error=error)
        except OSError as error:
            log.debug("%s: %r", self.endpoint.name, error)
        except Exception:
            log.exception("%s: a connection failed", self.endpoint.name)

    async def _carry_tcp(self, local: Accepted, host: str, port: int, reached: Future[None]) -> None:
        """Carry one connection to a port; `reached` tells whether it came about."""

        def there() -> None:
            local.let_go()
            reached.set_result(None)

        try:
            await self._link.carry_tcp(local.sock, host, port, there)
        except Exception as error:
            if not reached.done():
                reached.set_exception(
                    error if isinstance(error, SwarmtuiError) else SSHFailed(f"Connecting failed: {error!r}.")
                )
        finally:
            local.close()

    def _end(self) -> None:
        """Cut everything."""
        if self._main is not None:
            self._main.cancel()
        self._listener.close()
        self.memory.withdraw()
        self._link.abort()


def _not_ready(status: TunnelStatus, endpoint: Endpoint) -> SSHNotReady:
    if status.asks:
        return SSHNotReady(f"{endpoint.name} waits for your answer.", "Answer the question, or decline it.")
    return SSHNotReady(f"{endpoint.name} is not connected yet ({status.doing or 'starting'}).")
