"""QuickGet: asks a local engine while docker's library is not there yet, so that the first answers wait for nothing.

It knows no more than a healthy engine needs: a whole answer of status 200 over a Unix socket. Upon anything else but
silence the same is asked through docker's library, which tells what is wrong.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Mapping
from io import BufferedReader
from typing import cast
from urllib.parse import urlencode

from swarmtui.engine.client.deadline import Deadline
from swarmtui.engine.client.sockets import Sockets

__all__ = ["QuickGet", "Unusual"]

PIECE = 256 * 1024
LONGEST_LINE, MOST_HEADERS = 64 * 1024, 100


class Unusual(Exception):
    """What came is not the plain answer of a healthy engine."""


class QuickGet:
    """One kept-alive connection, for the thread that owns the client.

    Args:
        path: of the Unix socket.
        sockets: where its socket is registered.
    """

    def __init__(self, path: str, sockets: Sockets) -> None:
        self._path = path
        self._sockets = sockets
        self._socket: socket.socket | None = None
        self._answers: BufferedReader | None = None

    def get(self, path: str, params: Mapping[str, str], deadline: Deadline) -> tuple[bytes, str]:
        """GET a path.

        Returns:
            The body, and the Api-Version header.

        Raises:
            TimeoutError: the engine is silent.
            Unusual: there is no such answer. The connection is closed in both cases.
        """
        until = time.monotonic() + deadline.total
        target = f"{path}?{urlencode(params)}" if params else path
        request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: identity\r\n\r\n"
        try:
            self._connected(deadline).sendall(request.encode("ascii"))
            headers = self._head()
            body = self._body(headers, until)
        except BaseException as error:
            self.close()
            if isinstance(error, TimeoutError) or not isinstance(error, (OSError, ValueError)):
                raise
            raise Unusual(repr(error)) from error
        if headers.get("connection", "").lower() == "close":
            self.close()
        return body, headers.get("api-version", "")

    def close(self) -> None:
        """Give the socket back; the next call opens another one."""
        if self._answers is not None:
            self._answers.close()
        if self._socket is not None:
            self._socket.close()
        self._socket = self._answers = None

    def _connected(self, deadline: Deadline) -> socket.socket:
        if self._socket is None:
            opened = self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            opened.settimeout(deadline.connect)
            self._sockets.add(opened)
            opened.connect(self._path)
            self._answers = cast("BufferedReader", opened.makefile("rb", PIECE))
        self._socket.settimeout(deadline.silence)
        return self._socket

    # -------------------------------------------------------------------------------- reading

    def _line(self) -> bytes:
        assert self._answers is not None
        line = self._answers.readline(LONGEST_LINE)
        if not line.endswith(b"\r\n"):
            raise Unusual("a line has no end")
        return line[:-2]

    def _exactly(self, size: int, until: float) -> bytes:
        assert self._answers is not None
        pieces = list[bytes]()
        while size > 0:
            piece = self._answers.read1(min(size, PIECE))
            if not piece or time.monotonic() > until:
                raise Unusual("the body is not whole")
            pieces.append(piece)
            size -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _head(self) -> dict[str, str]:
        status = self._line().split(b" ")
        if len(status) < 2 or status[0] != b"HTTP/1.1" or status[1] != b"200":
            raise Unusual("the status is not 200")
        headers: dict[str, str] = {}
        for _line in range(MOST_HEADERS):
            if not (line := self._line()):
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        else:
            raise Unusual("too many headers")
        if "content-encoding" in headers:
            raise Unusual("the body is encoded")
        return headers

    def _body(self, headers: Mapping[str, str], until: float) -> bytes:
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return b"".join(self._chunks(until))
        size = headers.get("content-length", "")
        if not size.isdecimal():
            raise Unusual("the size is not told")
        return self._exactly(int(size), until)

    def _chunks(self, until: float) -> Iterator[bytes]:
        while size := int(self._line().partition(b";")[0], 16):
            if size < 0:
                raise Unusual("a chunk is smaller than nothing")
            yield self._exactly(size, until)
            if self._line():
                raise Unusual("a chunk is longer than it says")
        while self._line():
            pass  # trailers
