"""HTTP to registries, on whichever way leads to them: from this machine, or from the manager's side through SSH."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from swarmtui.engine.client.certificates import as_docker_takes_them
from swarmtui.engine.client.deadline import REGISTRY
from swarmtui.errors import ConnectionBroken, EngineSilent, HostNotFound, NothingListens, TLSFailed
from swarmtui.swarm.images.registries import is_loopback

__all__ = ["Connect", "Reply", "Web", "straight"]

log = logging.getLogger("swarmtui.engine")

MOST_BYTES = 16 << 20
TOTAL = 60.0
"""Seconds for all that a question takes: pages, tokens."""
CERTIFICATES = Path("/etc/docker/certs.d")
"""Where docker's engine looks for a registry's authorities, in a directory of its host and port."""

Connect = Callable[[str, int], socket.socket]
"""Makes a connection to a host's port; raises SwarmtuiError or OSError."""


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        status: of HTTP.
        headers: by their names in small letters.
        body: all of it.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> Any:
        """What its JSON says; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


def straight(host: str, port: int) -> socket.socket:
    """From this machine; through the proxy for HTTPS that its environment names, as docker does."""
    from urllib.request import getproxies, proxy_bypass

    proxy = urlsplit(getproxies().get("https", ""))
    if proxy.scheme != "http" or not proxy.hostname or is_loopback(host) or proxy_bypass(host):
        return socket.create_connection((host, port), REGISTRY.connect)
    sock = socket.create_connection((proxy.hostname, proxy.port or 80), REGISTRY.connect)
    login = f"{proxy.username}:{proxy.password or ''}" if proxy.username else ""
    return _led_through(sock, host, port, login)


def _led_through(sock: socket.socket, host: str, port: int, login: str) -> socket.socket:
    """Have a proxy lead a connection to a host's port."""
    import base64

    said = f"Proxy-Authorization: Basic {base64.b64encode(login.encode()).decode()}\r\n" if login else ""
    sock.settimeout(REGISTRY.silence)
    sock.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{said}\r\n".encode("latin-1"))
    head = b""
    while not head.endswith(b"\r\n\r\n"):  # byte by byte: what follows is the other side's
        byte = sock.recv(1)
        if not byte or len(head) > 8192:
            break
        head += byte
    if head.split(b" ", 2)[1:2] != [b"200"]:
        sock.close()
        raise NothingListens(
            f"The proxy of this machine does not lead to {host}.", "HTTPS_PROXY and NO_PROXY say which one is used."
        )
    return sock


class Web:
    """Asks servers, one connection for each question. May be given up from another thread.

    Args:
        connect: the way.
        insecure: whether docker takes a host ("host:port") without a trusted certificate, and without any.
        plain: speak no TLS to anybody: the way leads to the embedded swarm's registry.
    """

    def __init__(self, connect: Connect, insecure: Callable[[str], bool], *, plain: bool = False) -> None:
        self._connect, self._insecure, self._plain = connect, insecure, plain
        self._until = time.monotonic() + TOTAL
        self._lock = threading.Lock()
        self._sock: socket.socket | None = None
        self._given_up = False
        self._without_tls: set[str] = set()

    def give_up(self) -> None:
        """End the question that is being asked, and ask none any more."""
        with self._lock:
            self._given_up = True
            if self._sock is not None:
                with contextlib.suppress(OSError):
                    self._sock.shutdown(socket.SHUT_RDWR)

    def ask(
        self, netloc: str, target: str, headers: Mapping[str, str], *, body: bytes | None = None, secure: bool = True
    ) -> Reply:
        """Send a request, and read all of the answer.

        Args:
            netloc: host and port.
            target: path and query.
            body: is posted; None to get.
            secure: by HTTPS; without it only hosts are asked that may be.

        Raises:
            ConnectionFailed: nobody answers, or nobody who can be trusted.
        """
        if self._plain or netloc in self._without_tls:
            return self._asked(netloc, target, headers, body, None)
        insecure = self._insecure(netloc)
        if not secure:
            if not insecure:
                raise TLSFailed(f"{netloc} is to be asked without TLS, and is not among the insecure registries.")
            return self._asked(netloc, target, headers, body, None)
        try:
            return self._asked(netloc, target, headers, body, _context(netloc, checked=not insecure))
        except (TLSFailed, ConnectionBroken):  # as docker does it: TLS that is not checked, then none
            if not insecure:
                raise
            self._without_tls.add(netloc)
            return self._asked(netloc, target, headers, body, None)

    def _asked(
        self, netloc: str, target: str, headers: Mapping[str, str], body: bytes | None, context: ssl.SSLContext | None
    ) -> Reply:
        address = urlsplit(f"//{netloc}")
        try:
            host, port = address.hostname or "", address.port or (443 if context is not None else 80)
        except ValueError as error:
            raise HostNotFound(f"{netloc} is no host and port.") from error
        try:
            with contextlib.closing(self._joined(host, port, context)) as sock:
                return self._exchanged(sock, netloc, target, headers, body)
        except ssl.SSLCertVerificationError as error:
            raise TLSFailed(
                f"The certificate of {netloc} is not trusted: {error.verify_message.rstrip('.')}.",
                f"Put its authority into {CERTIFICATES}/{netloc}, or have the engine list it as insecure.",
            ) from error
        except ssl.SSLError as error:
            raise TLSFailed(f"{netloc} does not speak TLS as it should: {error.reason or error}.") from error
        except socket.gaierror as error:
            raise HostNotFound(f"The name {host} cannot be resolved.", "Is it spelt right, and is DNS up?") from error
        except TimeoutError as error:
            raise EngineSilent(
                f"No answer from {netloc}.", "It is down, or a firewall or a proxy is between."
            ) from error
        except ConnectionRefusedError as error:
            raise NothingListens(f"Nothing listens at {netloc}.", "Is the registry up?") from error
        except (OSError, http.client.HTTPException) as error:
            why = (error.strerror if isinstance(error, OSError) else "") or type(error).__name__
            raise ConnectionBroken(f"The connection to {netloc} failed: {why}.") from error

    def _joined(self, host: str, port: int, context: ssl.SSLContext | None) -> socket.socket:
        with self._lock:
            if self._given_up:
                raise ConnectionBroken("It was given up.")
        sock = self._connect(host, port)
        try:
            sock.settimeout(REGISTRY.silence)
            if context is not None:
                sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            with self._lock:
                self._sock = sock
                given_up = self._given_up
            if given_up:
                raise ConnectionBroken("It was given up.")
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
        except BaseException:
            sock.close()
            raise
        return sock

    def _exchanged(
        self, sock: socket.socket, netloc: str, target: str, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        connection = http.client.HTTPConnection(netloc)
        connection.sock = sock
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", "Connection": "close", **headers}
        connection.request("GET" if body is None else "POST", target, body, sent)
        answer = connection.getresponse()
        pieces, size = list[bytes](), 0
        while piece := answer.read1(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise ConnectionBroken(f"{netloc} answers with more than {MOST_BYTES >> 20} MiB.")
            if time.monotonic() > self._until:
                raise EngineSilent(f"{netloc} is too slow: no whole answer within {TOTAL:g} s.", "Ask again later.")
        log.debug("%s: %s", netloc, answer.status)
        return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, b"".join(pieces))


def _context(netloc: str, *, checked: bool) -> ssl.SSLContext:
    context = as_docker_takes_them(ssl.create_default_context())
    if not checked:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context
    for file in sorted((CERTIFICATES / netloc).glob("*.crt")):
        with contextlib.suppress(OSError, ssl.SSLError):  # one that cannot be read is told by the check that fails
            context.load_verify_locations(file)
    return context
