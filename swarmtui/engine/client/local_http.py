"""LocalHttp: HTTP over a Unix socket, which is how every engine but those at TCP addresses is reached.

docker's library would be 8 MB and 0.15 s of CPU more, for nothing that is asked here; it serves TCP and TLS.
"""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Iterable, Mapping
from io import BufferedReader
from typing import cast
from urllib.parse import urlencode

from swarmtui.engine.client.endpoint_handle import ReadinessGate
from swarmtui.engine.client.responses import PIECE
from swarmtui.engine.client.sockets import Sockets

__all__ = ["LocalHttp", "NotHttp"]

BUFFER = 16 * 1024
"""Of what is read: for heads and sizes of chunks. Bodies come past it."""
LONGEST_LINE, MOST_HEADERS = 64 * 1024, 100
WITHOUT_BODY = (204, 304)


class NotHttp(ValueError):
    """What came is no answer of an engine."""


class LocalHttp:
    """Connections to one engine, the last of them kept alive. For the thread that owns the client.

    Args:
        path: of the Unix socket.
        sockets: where its sockets are registered.
        gate: what has to stand before it can be used.
        headers: sent with each request.
    """

    def __init__(
        self, path: str, sockets: Sockets, gate: ReadinessGate | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        self._path = path
        self._sockets = sockets
        self._gate = gate
        self._headers = {
            "Host": "localhost",
            "User-Agent": "swarmtui",
            "Accept-Encoding": "identity",
            **(headers or {}),
        }
        self._idle: _Connection | None = None

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
    ) -> _Answer:
        """Send a request, and read the head of the answer.

        Args:
            path: quoted.
            body: pieces are sent in chunks, as they come.
            timeout: seconds for the connection, and without a byte.

        Raises:
            OSError: the connection cannot be made, or breaks, or is silent (TimeoutError).
            NotHttp: who answers is no engine.
            SwarmtuiError: the gate stays shut.
        """
        sent = {**self._headers, **headers}
        if isinstance(body, bytes) or (body is None and method not in ("GET", "HEAD")):
            sent["Content-Length"] = str(len(body or b""))
        elif body is not None:
            sent["Transfer-Encoding"] = "chunked"
        target = f"{path}?{urlencode(params)}" if params else path
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        if any("\r" in line or "\n" in line for line in lines):
            raise NotHttp("a header has more than one line")
        connection = self._connected(*timeout)
        try:
            # One that refuses a body need not take all of it: what it says counts.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                connection.send("\r\n".join((*lines, "", "")).encode("latin-1"), body)
            return _Answer(self, connection, method)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Give the kept connection back; the next call opens another one."""
        if self._idle is not None:
            self._idle.close()
            self._idle = None

    def keep(self, connection: _Connection) -> None:
        """An answer has been read to its end: its connection may serve the next request."""
        self.close()
        self._idle = connection

    def _connected(self, connect: float, silence: float) -> _Connection:
        connection, self._idle = self._idle, None
        if connection is not None and connection.is_gone():
            connection.close()
            connection = None
        if connection is None:
            if self._gate is not None:
                self._gate.wait_ready(connect)
            connection = _Connection(self._path, self._sockets, connect)
        connection.socket.settimeout(silence)
        return connection


class _Connection:
    def __init__(self, path: str, sockets: Sockets, timeout: float) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            self.socket.settimeout(timeout)
            sockets.add(self.socket)
            self.socket.connect(path)
        except BaseException:
            self.socket.close()
            raise
        self.answers = cast("BufferedReader", self.socket.makefile("rb", BUFFER))

    def is_gone(self) -> bool:
        """Whether the other side has closed it, or says what nobody asked for."""
        poll = select.poll()
        poll.register(self.socket, select.POLLIN)
        return bool(poll.poll(0))

    def send(self, head: bytes, body: bytes | Iterable[bytes] | None) -> None:
        if body is None or isinstance(body, bytes):
            self.socket.sendall(head + (body or b""))
            return
        self.socket.sendall(head)
        for piece in body:
            if piece:
                self.socket.sendall(b"%x\r\n%b\r\n" % (len(piece), piece))
        self.socket.sendall(b"0\r\n\r\n")

    def close(self) -> None:
        self.answers.close()
        self.socket.close()

    def __del__(self) -> None:
        if hasattr(self, "answers"):  # it stood; a client that is given up in the middle of a call is not closed
            self.close()


class _Answer:
    """The head of an answer, and its body as it comes (swarmtui.engine.client.responses.Answer)."""

    def __init__(self, owner: LocalHttp, connection: _Connection, method: str) -> None:
        self._owner = owner
        self._connection: _Connection | None = connection
        self._answers = connection.answers
        version = self._head()
        while 100 <= self.status_code < 200:
            version = self._head()
        self._chunked = self.headers.get("Transfer-Encoding", "").lower() == "chunked"
        self._left: int | None = None  # of the body, or of the chunk; None: until the connection ends
        self._chunks = 0
        if method == "HEAD" or self.status_code in WITHOUT_BODY:
            self._chunked, self._left = False, 0
        elif self._chunked:
            self._left = 0
        elif "Content-Length" in self.headers:
            self._left = _number(self.headers["Content-Length"])
        self._keeps = (
            self._left is not None and version == b"HTTP/1.1" and self.headers.get("Connection", "").lower() != "close"
        )

    def read1(self, size: int) -> bytes:
        """What is there, at most so many bytes; waits for some. b"" at the end."""
        if self._left == 0 and self._chunked:
            self._begin_chunk()
        if self._left == 0:
            return b""
        piece = self._answers.read1(min(size, PIECE) if self._left is None else min(size, PIECE, self._left))
        if self._left is None:
            return piece
        if not piece:
            raise ConnectionAbortedError("it was closed in the middle of an answer")
        self._left -= len(piece)
        return piece

    def read(self, size: int) -> bytes:
        """The body, at most so many bytes of it."""
        pieces = list[bytes]()
        while size > 0 and (piece := self.read1(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def wait_for_ever(self) -> None:
        """The body may be silent for as long as it likes."""
        if self._connection is not None:
            self._connection.socket.settimeout(None)

    def close(self) -> None:
        """Keep the connection for the next request where the body has been read to its end; else end it."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._left == 0 and not self._chunked and self._keeps:
            self._owner.keep(connection)
        else:
            connection.close()

    # -------------------------------------------------------------------------------- reading

    def _line(self, begins: bytes = b"") -> bytes:
        line = self._answers.readline(LONGEST_LINE)
        if line.endswith(b"\r\n"):
            return line[:-2]
        if len(line) == LONGEST_LINE or not (line.startswith(begins) or begins.startswith(line)):
            raise NotHttp("a line has no end")
        raise ConnectionAbortedError("it was closed before the whole answer had come")

    def _head(self) -> bytes:
        version, _, rest = self._line(b"HTTP/1.").partition(b" ")
        if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
            raise NotHttp("that is not HTTP")
        self.status_code = int(rest[:3])
        self.headers = dict[str, str]()
        for _line in range(MOST_HEADERS):
            if not (line := self._line()):
                break
            name, _, value = line.decode("latin-1").partition(":")
            self.headers[name.strip().title()] = value.strip()  # as Go writes them
        else:
            raise NotHttp("too many headers")
        if self.headers.get("Content-Encoding", "identity") != "identity":
            raise NotHttp("the body is encoded")
        return version

    def _begin_chunk(self) -> None:
        """Not before the chunk is asked for: a stream that is silent has handed out all that came."""
        if self._chunks and self._line():
            raise NotHttp("a chunk is longer than it says")
        self._chunks += 1
        self._left = _number(self._line().partition(b";")[0].decode("latin-1"), 16)
        if self._left == 0:
            self._chunked = False  # that was all
            while self._line():
                pass  # trailers


def _number(text: str, base: int = 10) -> int:
    try:
        number = int(text, base)
    except ValueError:
        number = -1
    if number < 0:
        raise NotHttp("a size is none")
    return number
