"""A slow line: a relay that lets everything through late, in both directions."""

from __future__ import annotations

import queue
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType

__all__ = ["DelayingRelay"]

PIECE = 64 * 1024


class DelayingRelay:
    """A TCP port of 127.0.0.1 that leads to another one.

    Attributes:
        port: where it listens.
        connected: when the first connection was accepted (`time.monotonic`); None before.
    """

    def __init__(self, target: tuple[str, int], delay: float) -> None:
        """
        Args:
            delay: seconds for each direction.
        """
        self.connected: float | None = None
        self._target = target
        self._delay = delay
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._open: set[socket.socket] = set()

    def __enter__(self) -> DelayingRelay:
        threading.Thread(target=self._accept, name="relay", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for each in (self._listener, *self._open):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                # The kernel greets at once: what TCP's own handshake takes on such a line is waited for here.
                self.connected = self.connected or time.monotonic()
                far = socket.create_connection(self._target)
            except OSError:
                return
            self._open |= {near, far}
            for each in (near, far):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            now = time.monotonic()
            self._carry(near, far, now + 2 * self._delay)
            self._carry(far, near, now + self._delay)

    def _carry(self, source: socket.socket, target: socket.socket, begin: float) -> None:
        """One direction: a thread that reads, and one that writes when it is time."""
        waiting: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()

        def read() -> None:
            while True:
                try:
                    data = source.recv(PIECE)
                except OSError:
                    data = b""
                waiting.put((max(begin, time.monotonic()) + self._delay, data))
                if not data:
                    return

        def write() -> None:
            with suppress(OSError):
                while True:
                    moment, data = waiting.get()
                    time.sleep(max(0.0, moment - time.monotonic()))
                    if not data:
                        break
                    target.sendall(data)
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)

        for work in (read, write):
            threading.Thread(target=work, daemon=True).start()
