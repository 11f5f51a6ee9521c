"""A relay between the program and an engine that counts the bytes."""

from __future__ import annotations

import re
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

__all__ = ["CountingRelay"]

PIECE = 256 * 1024


class CountingRelay:
    """A Unix socket that leads to an engine's.

    Attributes:
        sent: bytes to the engine.
        received: bytes from it.
        requests: the moment and the path of each.
    """

    def __init__(self, path: Path, engine: Path) -> None:
        self.path = path
        self.sent = 0
        self.received = 0
        self.requests: list[tuple[float, str]] = []
        self._engine = engine
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    @property
    def total(self) -> int:
        """Bytes in both directions."""
        return self.sent + self.received

    def __enter__(self) -> CountingRelay:
        self.path.unlink(missing_ok=True)
        self._listener.bind(str(self.path))
        self._listener.listen(1024)
        threading.Thread(target=self._accept, name="relay", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            for each in (self._listener, *self._open):
                with suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()
            self._open.clear()
        self.path.unlink(missing_ok=True)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                far.connect(str(self._engine))
            except OSError:
                return
            with self._lock:
                self._open |= {near, far}
            threading.Thread(target=self._serve, args=(near, far), daemon=True).start()

    def _serve(self, near: socket.socket, far: socket.socket) -> None:
        """One connection, until both sides have ended it."""
        outward = threading.Thread(target=self._copy, args=(near, far, True), daemon=True)
        outward.start()
        self._copy(far, near, False)
        outward.join()
        with self._lock:
            for each in {near, far} & self._open:
                each.close()
            self._open -= {near, far}

    def _note(self, data: bytes) -> None:
        """Requests without a body come as one piece."""
        found = re.match(rb"GET (?:/v[\d.]+)?(/[^ ?]*)", data)
        if found:
            self.requests.append((time.monotonic(), found[1].decode()))

    def _copy(self, source: socket.socket, target: socket.socket, outward: bool) -> None:
        with suppress(OSError):
            while data := source.recv(PIECE):
                with self._lock:
                    if outward:
                        self.sent += len(data)
                        self._note(data)
                    else:
                        self.received += len(data)
                target.sendall(data)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)
