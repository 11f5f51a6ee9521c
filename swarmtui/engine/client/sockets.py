"""The sockets of a client, which can be cut from another thread."""

from __future__ import annotations

import contextlib
import socket
import threading
import weakref

__all__ = ["KEEPALIVE", "Sockets"]

KEEPALIVE = (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
"""Of a peer that vanished without a word only TCP's own probes tell, on a stream that may be quiet for hours."""


class Sockets:
    """The sockets that a client has open. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._aborted = False

    @property
    def aborted(self) -> bool:
        return self._aborted

    def add(self, sock: socket.socket) -> None:
        """Take note of a new socket.

        Raises:
            ConnectionAbortedError: there must be no new ones any more.
        """
        with self._lock:
            if not self._aborted:
                self._open.add(sock)
                return
        sock.close()
        raise ConnectionAbortedError("the client was closed")

    def cut(self) -> None:
        """Shut all down, so that whoever waits for data in one gets an error now. New ones may be opened."""
        with self._lock:
            for sock in list(self._open):
                _shut_down(sock)
            self._open.clear()

    def abort(self) -> None:
        """Shut all down, and let no new one be opened."""
        with self._lock:
            self._aborted = True
        self.cut()


def _shut_down(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it was closed already, or is not connected yet
        # Not SSLSocket's own: that one pulls the TLS state from under a thread that is reading.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
