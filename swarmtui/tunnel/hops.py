"""One hop: a connection to one host, straight, through a ProxyCommand, or through the hop before."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from swarmtui import children
from swarmtui.errors import HostKeyRefused, SSHFailed
from swarmtui.tunnel import faults
from swarmtui.tunnel.asyncssh_internals import without_ignored_messages
from swarmtui.tunnel.login.login import Login, offered_methods
from swarmtui.tunnel.login.memory import Memory, Patience
from swarmtui.tunnel.login.trust import Judgement, KnownHosts, Verdict
from swarmtui.tunnel.questions import HostKeyQuestion
from swarmtui.tunnel.ssh_config.algorithms import host_key_algorithms
from swarmtui.tunnel.ssh_config.host_settings import HostSettings

__all__ = ["HopConnection", "open_hop"]

log = logging.getLogger("swarmtui.tunnel")

STDERR_LIMIT = 2000


@dataclass
class HopConnection:
    """A connection that stands.

    Attributes:
        settings: of its host.
        way: "jump host 1 of 2" or "" for the last host.
        conn: the connection.
        login: how it came about.
        proxy: the process of its ProxyCommand.
    """

    settings: HostSettings
    way: str
    conn: asyncssh.SSHClientConnection
    login: Login
    proxy: Proxy | None = None

    def abort(self) -> None:
        """End it at once, without a goodbye."""
        self.conn.abort()
        if self.proxy is not None:
            self.proxy.kill()

    def why_lost(self) -> SSHFailed:
        """Why it has ended."""
        return faults.lost(self.login.lost, self.settings, self.way)


class Proxy:
    """A running ProxyCommand. It gets one end of a socket pair as its standard input and output."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._registered = ExitStack()
        self._registered.enter_context(children.registered(self._send))
        self._reading = asyncio.ensure_future(self._read())
        self._said = b""

    @classmethod
    async def start(cls, command: str) -> tuple[Proxy, socket.socket]:
        """Run a command as ssh does: by the user's shell, which it replaces (ssh_config(5), ProxyCommand).

        Returns:
            The process, and the socket that leads through it.
        """
        ours, theirs = socket.socketpair()
        try:
            with children.spawning():
                process = await asyncio.create_subprocess_exec(
                    _shell(),
                    "-c",
                    f"exec {command}",
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=asyncio.subprocess.PIPE,
                    env=children.environment(),
                    start_new_session=True,  # a ctrl+c in the terminal is not meant for it
                )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        return cls(process), ours

    async def complaint(self) -> str:
        """The last line that it wrote to standard error; a moment is left for it."""
        await asyncio.wait([self._reading], timeout=0.3)
        lines = self._said.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""

    def kill(self) -> None:
        """End it, with all that it has started."""
        self._reading.cancel()
        with contextlib.suppress(ProcessLookupError):
            self._send(signal.SIGTERM)
        self._registered.close()

    def _send(self, number: int) -> None:
        if self._process.returncode is None:
            os.killpg(self._process.pid, number)

    async def _read(self) -> None:
        assert self._process.stderr is not None
        while piece := await self._process.stderr.read(1024):
            self._said = (self._said + piece)[-STDERR_LIMIT:]


def _shell() -> str:
    """The user's, as ssh(1) takes it, unless its path depends on the current directory."""
    shell = os.environ.get("SHELL", "")
    return shell if Path(shell).is_absolute() else "/bin/sh"


async def open_hop(
    settings: HostSettings,
    way: str,
    before: HopConnection | None,
    memory: Memory,
    told: Callable[[str], None],
    reach: float | None = None,
) -> HopConnection:
    """Connect to a host and log in.

    Args:
        way: "jump host 1 of 2" or "".
        before: the hop to go through; None to go straight.
        told: called with what is being done now, for the status.
        reach: seconds for the host to accept; its ConnectTimeout when None or longer than that.

    Raises:
        SSHFailed: the error of the layer that failed.
    """
    reach = min(reach or settings.connect_timeout, settings.connect_timeout)
    for _ in range(3):  # a second time when the user has accepted the host's key
        try:
            known = await asyncio.to_thread(KnownHosts, settings, memory.accepted(settings.key_name.lower()))
        except OSError as error:
            raise HostKeyRefused(f"{error.filename} cannot be read: {error.strerror}.", hop=way) from error
        told("connecting")
        patience = Patience(reach)
        login = Login(settings, known, memory, patience)
        try:
            return await _connect(settings, way, before, login, known, patience)
        except asyncssh.HostKeyNotVerifiable as error:
            if login.shown is None:
                raise faults.from_login(error, login, known, settings, way) from error
            key, judgement = login.shown
            told("asking about the host key")
            await _ask(settings, way, known, key, judgement, memory)
        finally:
            login.close()
    raise SSHFailed(f"{settings.address} shows another host key each time.", hop=way)


async def _ask(
    settings: HostSettings,
    way: str,
    known: KnownHosts,
    key: asyncssh.SSHKey,
    judgement: Judgement,
    memory: Memory,
) -> None:
    """Ask the user about an unknown key, and write it down if he says so.

    Raises:
        HostKeyRefused: it is not unknown but wrong, or the user did not accept it.
    """
    kind = key.get_algorithm()
    refusal = faults.from_host_key(settings, known, judgement, kind, way)
    if judgement.verdict is not Verdict.UNKNOWN or not settings.ask_unknown:
        raise refusal
    others = tuple(entry.place for entry in judgement.others if entry.line)
    question = HostKeyQuestion(settings.alias, settings.address, way, kind, key.get_fingerprint(), known.file, others)
    if not await memory.confirm(question, known.name, key):
        raise refusal
    try:
        await asyncio.to_thread(known.add, key)
    except OSError as error:
        # The user said yes to the key: that the file is read-only makes it no less good for this run.
        log.warning("%s: the host key could not be added: %s", known.file, error.strerror)


async def _connect(
    settings: HostSettings, way: str, before: HopConnection | None, login: Login, known: KnownHosts, patience: Patience
) -> HopConnection:
    """One try.

    Raises:
        asyncssh.HostKeyNotVerifiable: `login.shown` tells the key, unless it was a certificate.
        SSHFailed: anything else.
    """
    sock, proxy = await _socket(settings, way, patience) if before is None else (None, None)
    try:
        options = _options(settings, login, known)
        tunnel = before.conn if before is not None else None
        opening = asyncssh.connect(settings.hostname, settings.port, sock=sock, tunnel=tunnel, **options)
        conn = await patience.keep(opening)
        without_ignored_messages(conn)
        return HopConnection(settings, way, conn, login, proxy)
    except BaseException as error:
        complaint = ""
        if proxy is not None:
            if not login.reached_server and isinstance(error, Exception):
                complaint = await proxy.complaint()
            proxy.kill()
        if sock is not None:
            sock.close()
        if isinstance(error, asyncssh.HostKeyNotVerifiable) or not isinstance(error, Exception):
            raise
        if complaint:
            raise SSHFailed(f"The ProxyCommand of {settings.alias} failed: {complaint}.", hop=way) from error
        if isinstance(error, TimeoutError):
            raise faults.silent(settings, way) from error
        if isinstance(error, asyncssh.ChannelOpenError) and before is not None:
            raise faults.from_jump(error, settings, before.settings, before.way) from error
        if isinstance(error, OSError):
            raise faults.from_connecting(error, settings, way) from error
        if isinstance(error, asyncssh.Error | ValueError):
            raise faults.from_login(error, login, known, settings, way) from error
        raise


async def _socket(settings: HostSettings, way: str, patience: Patience) -> tuple[socket.socket, Proxy | None]:
    """A socket that leads to the host's SSH server.

    Raises:
        SSHFailed: the layer is DNS or TCP.
    """
    try:
        if settings.proxy_command:
            proxy, sock = await Proxy.start(settings.proxy_command)
            return sock, proxy
        return await patience.keep(_tcp(settings, patience.left)), None
    except UnicodeError as error:  # a name that the name service cannot even be asked for
        raise faults.from_connecting(socket.gaierror(str(error)), settings, way) from error
    except OSError as error:  # TimeoutError is one
        raise faults.from_connecting(error, settings, way) from error


async def _tcp(settings: HostSettings, reach: float) -> socket.socket:
    """Connect to the first of the host's addresses that answers."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(settings.hostname, settings.port, family=settings.family, type=socket.SOCK_STREAM)
    failure: OSError | None = None
    share = reach / max(1, len(found))
    for family, kind, protocol, _, address in found:
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)
        try:
            if settings.bind_address:
                sock.bind((settings.bind_address, 0))
            async with asyncio.timeout(share):
                await loop.sock_connect(sock, address)
            return sock
        except OSError as error:
            sock.close()
            failure = failure or error
        except BaseException:
            sock.close()
            raise
    raise failure or socket.gaierror("no address")


def _options(settings: HostSettings, login: Login, known: KnownHosts) -> dict[str, Any]:
    """Everything is given: asyncssh reads no configuration, no keys and no known_hosts by itself."""
    return {
        "config": None,
        "proxy_command": None,
        "client_factory": lambda: login,
        "username": settings.user,
        "client_keys": None,
        "agent_path": None,
        "gss_host": None,
        "host_based_auth": False,
        "x509_trusted_certs": None,
        "known_hosts": (known.keys(), known.keys("cert-authority"), known.keys("revoked")),
        "host_key_alias": settings.key_alias or None,
        "server_host_key_algs": host_key_algorithms(
            settings.host_key_algorithms, known.keys(), known.keys("cert-authority")
        ),
        "preferred_auth": offered_methods(settings),
        "connect_timeout": None,  # ours stands still while the user is asked
        "login_timeout": 0,
        "keepalive_interval": settings.keepalive_interval,
        "keepalive_count_max": settings.keepalive_count,
        "family": settings.family,
        **dict(settings.algorithms),
    }
