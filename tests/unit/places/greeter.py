"""A TCP server that says something to whoever connects, or nothing at all."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Greeter:
    """Listens on 127.0.0.1. Use it as a context manager.

    Args:
        words: what it says at once.
        hangs_up: whether it closes the connection then; else it waits for the client to.

    Attributes:
        heard: what clients said.
    """

    def __init__(self, words: bytes = b"", *, hangs_up: bool = False) -> None:
        self._words = words
        self._hangs_up = hangs_up
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.heard: list[bytes] = []
        self.accepted = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            threading.Thread(target=self._greet, args=(client,), daemon=True).start()

    def _greet(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.sendall(self._words)
            if not self._hangs_up:
                self.heard.append(client.recv(1024))
