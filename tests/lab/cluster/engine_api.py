"""The Engine API over a Unix socket, as plain JSON: what the tests ask an engine, they ask it here."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any

from tests.patience import DEAD

from .errors import EngineError


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def request(path: Path, method: str, target: str, body: object = None, timeout: float = DEAD) -> Any:
    """One request to the engine behind the socket `path`; returns the decoded answer, None for an empty one.

    Raises EngineError for an error status, OSError (TimeoutError, ConnectionRefusedError, ...) when there is no answer.
    """
    connection = _UnixConnection(path, timeout)
    try:
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, target, data, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        content = answer.read()
    except http.client.HTTPException as error:
        raise ConnectionError(f"{method} {target}: {type(error).__name__} {error}") from error
    finally:
        connection.close()
    if answer.status >= 400:
        raise EngineError(answer.status, _message(content))
    return _decoded(content)


def _message(content: bytes) -> str:
    decoded = _decoded(content)
    return str(decoded.get("message", decoded)) if isinstance(decoded, dict) else str(decoded)


def _decoded(content: bytes) -> Any:
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode(errors="replace")
