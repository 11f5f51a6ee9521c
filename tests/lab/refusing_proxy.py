"""A proxy in front of an engine's socket, as people put one there: it refuses some paths and passes on all others."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.patience import DEAD

WORDS = b'{"message":"the proxy allows no such request"}'
REFUSAL = (
    b"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
)
PIECE = 65536


class RefusingProxy(socketserver.ThreadingUnixStreamServer):
    """One request a connection, so that each request is looked at.

    Args:
        path: where it listens.
        engine: the socket of the engine behind it.
        refused: words in the paths that it refuses: "secrets".
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, path: Path, engine: Path, refused: str) -> None:
        self.engine = engine
        self.refused: str | None = refused
        super().__init__(str(path), _Passing)

    def refuses(self, head: bytes) -> bool:
        target = head.split(b" ", 2)[1].decode()
        return self.refused is not None and self.refused in target.partition("?")[0].split("/")


class _Passing(socketserver.BaseRequestHandler):
    server: RefusingProxy

    def handle(self) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(PIECE)
            if not piece:
                return
            head += piece
        if self.server.refuses(head):
            self.request.sendall(REFUSAL % (len(WORDS), WORDS))
            return
        asked = re.sub(rb"(?i)\r\nConnection: [^\r]*", b"", head).replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        with suppress(OSError), socket.socket(socket.AF_UNIX) as engine:
            engine.connect(str(self.server.engine))
            engine.sendall(asked)
            while piece := engine.recv(PIECE):
                self.request.sendall(piece)


@contextmanager
def refusing(path: Path, engine: Path, refused: str) -> Iterator[RefusingProxy]:
    """A proxy that is there inside the `with` block; set `refused` to None to have it pass on everything."""
    with RefusingProxy(path, engine, refused) as proxy:
        thread = threading.Thread(target=proxy.serve_forever, name="proxy", kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join(DEAD)
