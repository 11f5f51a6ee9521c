"""A slow line: a relay that lets everything through late, and only so much at a time, in both directions."""

from __future__ import annotations

import math
import queue
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType

__all__ = ["DelayingRelay"]

PIECE = 64 * 1024
PACKET = 1_400
"""Bytes that pass a narrow line at a time."""
MOST_WAITING = 64 * 1024
"""Bytes of one direction that a narrow line holds; then it takes no more, as TCP does."""


class DelayingRelay:
    """A TCP port of 127.0.0.1 that leads to another one.

    Attributes:
        port: where it listens.
        connected: when the first connection was accepted (`time.monotonic`); None before.
        carried: bytes that were taken in, in both directions.
        delivered: of these, bytes that were handed on.
    """

    def __init__(self, target: tuple[str, int], delay: float, rate: float = math.inf) -> None:
        """
        Args:
            delay: seconds for each direction.
            rate: bytes per second, for each direction.
        """
        self.connected: float | None = None
        self.carried = self.delivered = 0
        self._rate = rate
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

    @property
    def waiting(self) -> int:
        """Bytes that are on the line."""
        return self.carried - self.delivered

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
        room = threading.Condition()
        held = 0

        def read() -> None:
            nonlocal held
            while True:
                with room:
                    while held >= MOST_WAITING:
                        room.wait()
                try:
                    data = source.recv(PIECE)
                except OSError:
                    data = b""
                with room:
                    held += len(data)
                self.carried += len(data)
                waiting.put((max(begin, time.monotonic()) + self._delay, data))
                if not data:
                    return

        def write() -> None:
            nonlocal held
            free = 0.0
            with suppress(OSError):
                while True:
                    moment, data = waiting.get()
                    if not data:
                        break
                    for start in range(0, len(data), PACKET if self._rate < math.inf else PIECE):
                        piece = data[start : start + PACKET] if self._rate < math.inf else data
                        free = max(free, moment) + len(piece) / self._rate
                        time.sleep(max(0.0, free - time.monotonic()))
                        target.sendall(piece)
                        self.delivered += len(piece)
                        with room:
                            held -= len(piece)
                            room.notify()
            with suppress(OSError):
                target.shutdown(socket.SHUT_WR)

        for work in (read, write):
            threading.Thread(target=work, daemon=True).start()
