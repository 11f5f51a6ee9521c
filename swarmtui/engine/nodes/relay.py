"""Relay: bytes between two sockets in both directions, with half-close, in a thread for each direction."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

__all__ = ["Relay"]

PIECE = 64 * 1024


class Relay:
    """Joins two sockets, which are its own from now on, until both directions have ended or `abort`.

    Args:
        near, far: the sockets.
        sent, received: called with how many bytes went from near to far, and back; from other threads.
        over: called once at the end, from another thread.
    """

    def __init__(
        self,
        near: socket.socket,
        far: socket.socket,
        sent: Callable[[int], None],
        received: Callable[[int], None],
        over: Callable[[Relay], None],
    ) -> None:
        self._near, self._far, self._over = near, far, over
        self._lock = threading.Lock()
        self._going = 2
        self._ended = False
        for source, sink, count in ((near, far, sent), (far, near, received)):
            threading.Thread(
                target=self._carry, args=(source, sink, count), name="swarmtui-forward-bytes", daemon=True
            ).start()

    def abort(self) -> None:
        """End both directions at once."""
        with self._lock:
            if self._ended:
                return
            for sock in (self._near, self._far):
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def _carry(self, source: socket.socket, sink: socket.socket, count: Callable[[int], None]) -> None:
        try:
            while data := source.recv(PIECE):
                sink.sendall(data)
                count(len(data))
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)
        except OSError:  # one of them is gone: so the other direction leads nowhere, too
            self.abort()
        self._one_less()

    def _one_less(self) -> None:
        with self._lock:
            self._going -= 1
            last = self._ended = self._going == 0
            if last:
                self._near.close()
                self._far.close()
        if last:
            self._over(self)
