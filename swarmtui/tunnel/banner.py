"""Whether an SSH server answers, without logging in: the name, TCP, and the server's first line (RFC 4253, 4.2).

For a list to choose from: nothing is authenticated, nobody is asked, no command of ssh_config is run.
"""

from __future__ import annotations

import socket
import threading
import time
from dataclasses import dataclass, replace

from swarmtui.errors import SSHFailed
from swarmtui.tunnel import faults
from swarmtui.tunnel.ssh_config.config_hosts import runs_commands
from swarmtui.tunnel.ssh_config.host_settings import ConfigFiles, HostSettings, resolve
from swarmtui.tunnel.targets import parse_target

__all__ = ["BannerProbe", "Greeting", "NotTried"]

WITHIN = 3.0
"""Seconds for the connection and for the first line."""
MOST_BYTES = 8192
"""A server may say other lines before its version."""
OURS = b"SSH-2.0-swarmtui_look\r\n"
"""What we say before we hang up: a peer that says nothing is what port scanners are."""
READING = threading.Lock()
"""One reads ssh_config at a time: 20 ms of pure Python for 500 hosts, and a key of the user waits for its turn."""


class NotTried(Exception):
    """It was not tried, and the text says why in a few words: "through bastion"."""


@dataclass(frozen=True)
class Greeting:
    """An SSH server answered.

    Attributes:
        software: what it calls itself: "OpenSSH_9.2p1 Debian-2".
        address: "host:port", where ssh_config leads to.
    """

    software: str
    address: str


class BannerProbe:
    """One look at one SSH server.

    Args:
        url: the ssh:// address.
        files: where ssh_config is read from.
    """

    def __init__(self, url: str, files: ConfigFiles | None = None) -> None:
        self._url = url
        self._files = files or ConfigFiles()
        self._sock: socket.socket | None = None
        self._aborted = False

    def look(self) -> Greeting:
        """Connect and read the first line. Blocks for at most `WITHIN`, and for as long as a name takes.

        Raises:
            NotTried: the way leads through another host or a command, or ssh_config would run one.
            SSHFailed: the name, TCP, or what answers is no SSH server.
            SSHConfigError: the address or ssh_config makes no sense.
        """
        hop = parse_target(self._url).hop
        if runs_commands(self._files.user, self._files.system):
            raise NotTried("ssh_config runs a command (Match exec)")
        with READING:
            *jumps, settings = resolve(hop, self._files)
        if jumps:
            raise NotTried(f"through {', '.join(jump.alias for jump in jumps)}")
        if settings.proxy_command:
            raise NotTried("through a command (ProxyCommand)")
        settings = replace(settings, connect_timeout=min(WITHIN, settings.connect_timeout))
        until = time.monotonic() + settings.connect_timeout
        try:
            with self._connect(settings, until) as sock:
                line = _first_line(sock, until)
                sock.sendall(OURS)
        except OSError as error:
            raise faults.from_connecting(error, settings, "") from error
        if line is None:
            raise SSHFailed(f"What listens at {settings.address} does not speak SSH.", "Is the port right?")
        return Greeting(line, settings.address)

    def abort(self) -> None:
        """End it at once; for any thread."""
        self._aborted = True
        sock = self._sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:  # not connected yet: its time limit ends it
                return

    def _connect(self, settings: HostSettings, until: float) -> socket.socket:
        """A connection to the first address that takes one."""
        try:
            found = socket.getaddrinfo(settings.hostname, settings.port, settings.family, socket.SOCK_STREAM)
        except UnicodeError as error:  # a label that is longer than a name may be
            raise socket.gaierror(socket.EAI_NONAME, str(error)) from error
        failure: OSError = TimeoutError()
        for family, kind, protocol, _, address in found:
            left = until - time.monotonic()
            if self._aborted or left <= 0:
                break
            sock = socket.socket(family, kind, protocol)
            self._sock = sock
            try:
                sock.settimeout(left)
                if settings.bind_address:
                    sock.bind((settings.bind_address, 0))
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                return sock
        raise failure


def _first_line(sock: socket.socket, until: float) -> str | None:
    """The server's software ("OpenSSH_9.2"); None when what comes is no SSH.

    Raises:
        OSError: nothing came in time (TimeoutError), or the connection broke.
    """
    got = b""
    while len(got) < MOST_BYTES:
        for line in got.split(b"\n")[:-1]:
            if line.startswith((b"SSH-2.0-", b"SSH-1.99-")):
                return line.split(b"-", 2)[2].decode("ascii", "replace").strip()
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        piece = sock.recv(1024)
        if not piece:
            return None
        got += piece
    return None
