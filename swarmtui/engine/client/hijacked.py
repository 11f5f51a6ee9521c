"""A connection that an engine lets its client take over: the terminal of a container (Engine API, "Attach", "Exec").

docker-py gives such a socket out of urllib3's hands, after that may have read the first bytes of the terminal together
with the answer's head. Here the head and what follows are read through the same buffer.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
from collections.abc import Mapping
from io import BufferedIOBase
from typing import Any, cast
from urllib.parse import urlsplit

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.engine.client.certificates import as_docker_takes_them
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.client.sockets import KEEPALIVE
from swarmtui.errors import SwarmtuiError

__all__ = ["HijackedConnection", "hijack"]

PIECE = 64 * 1024
PATIENCE = 10.0
"""Seconds for the connection, and until the engine has handed it over."""
LONGEST_ERROR = 64 * 1024


class HijackedConnection:
    """Bytes both ways, for as long as it lasts. `read` belongs to one thread, all else may be called from any."""

    def __init__(self, sock: socket.socket, answer: http.client.HTTPResponse) -> None:
        self._sock = sock
        self._answer = answer  # when it is freed, it closes its buffer
        self._reader = cast("BufferedIOBase", answer.fp)

    def read(self) -> bytes:
        """What has come; b"" at the end, however it came about. Blocks."""
        try:
            return self._reader.read1(PIECE)
        except (OSError, ValueError):
            return b""

    def write(self, data: bytes) -> None:
        """Send bytes. Raises OSError at the end of the connection."""
        self._sock.sendall(data)

    def abort(self) -> None:
        """End it. Whoever reads gets b""."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self._sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """End it and give it back. Nobody may be reading any more."""
        self.abort()
        with contextlib.suppress(OSError):
            self._answer.close()
            self._sock.close()


def hijack(handle: EndpointHandle, path: str, body: Mapping[str, Any]) -> HijackedConnection:
    """POST to a path that takes the connection over.

    Args:
        handle: the way to the engine, on which a client has agreed on the API version.
        path: "/exec/…/start".

    Raises:
        SwarmtuiError: it cannot be reached, or it refuses.
    """
    endpoint = handle.endpoint
    sock: socket.socket | None = None
    try:
        sock = _connected(handle)
        connection = http.client.HTTPConnection("docker")
        connection.sock = sock
        headers = {"Content-Type": "application/json", "Connection": "Upgrade", "Upgrade": "tcp"}
        connection.request("POST", f"/v{handle.api_version}{path}", json.dumps(body), headers)
        answer = connection.getresponse()
        if answer.status >= 400:
            raise faults.from_answer(answer.status, answer.read(LONGEST_ERROR), endpoint)
        sock.settimeout(None)
        return HijackedConnection(sock, answer)
    except (OSError, http.client.HTTPException) as error:
        if sock is not None:
            sock.close()
        cause = handle.gate.error if handle.gate is not None else None
        raise cause or faults.from_exception(error, endpoint) from error
    except SwarmtuiError:
        if sock is not None:
            sock.close()
        raise


def _connected(handle: EndpointHandle) -> socket.socket:
    endpoint = handle.endpoint
    if endpoint.socket_path:
        if handle.gate is not None:
            handle.gate.wait_ready(PATIENCE)
        sock, host = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), ""
    else:
        parts = urlsplit(endpoint.url)
        host = parts.hostname or ""
        sock = socket.create_connection((host, parts.port or 0), PATIENCE)
    try:
        sock.settimeout(PATIENCE)
        if endpoint.socket_path:
            sock.connect(endpoint.socket_path)
            return sock
        sock.setsockopt(*KEEPALIVE)
        return _encrypted(sock, endpoint, host) if endpoint.tls is not None else sock
    except BaseException:
        sock.close()
        raise


def _encrypted(sock: socket.socket, endpoint: Endpoint, host: str) -> ssl.SSLSocket:
    """TLS with the same files as the calls of docker-py have."""
    files = endpoint.tls
    assert files is not None
    context = as_docker_takes_them(
        ssl.create_default_context(cafile=str(files.ca) if files.ca and files.verify else None)
    )
    if not files.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if files.certificate is not None and files.key is not None:
        context.load_cert_chain(files.certificate, files.key)
    return context.wrap_socket(sock, server_hostname=host)
