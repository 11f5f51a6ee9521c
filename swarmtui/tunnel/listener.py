"""The local end of a tunnel: a Unix socket, and the connections that Docker clients make to it."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

__all__ = ["Accepted", "Listener"]

log = logging.getLogger("swarmtui.tunnel")

BACKLOG = 64
ACCEPT_PAUSE = 0.1


class Accepted:
    """A connection that was accepted. It is closed with the task that carries it, unless somebody else has it then.

    A task that is cancelled before its first step runs none of its code, so the task itself cannot see to that.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._ours = True

    def let_go(self) -> None:
        """Somebody else closes it from now on."""
        self._ours = False

    def close(self) -> None:
        """Close it, if it is ours."""
        if self._ours:
            self.sock.close()


class Listener:
    """Listens at a path, which only this user may open. All but the making of it belongs to the SSH loop.

    Raises:
        OSError: it cannot listen there.
    """

    def __init__(self, path: Path) -> None:
        self._sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._carry: Callable[[Accepted], Coroutine[Any, Any, None]] | None = None
        self._carrying: set[asyncio.Task[None]] = set()
        try:
            self._sock.setblocking(False)
            self._sock.bind(str(path))
            path.chmod(0o600)
            self._sock.listen(BACKLOG)
        except OSError:
            self._sock.close()
            raise

    @property
    def count(self) -> int:
        """How many connections there are."""
        return len(self._carrying)

    def start(self, carry: Callable[[Accepted], Coroutine[Any, Any, None]]) -> None:
        """Accept connections from now on; `carry` is run for each."""
        self._carry = carry
        asyncio.get_running_loop().add_reader(self._sock, self._accept)

    def close(self) -> None:
        """Accept no more, and end the carrying. Once is enough."""
        if self._sock.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._sock)
            self._sock.close()
        for task in self._carrying:
            task.cancel()

    def _accept(self) -> None:
        """Somebody has connected. (`loop.sock_accept` would lose a connection when it is cancelled.)"""
        try:
            sock, _ = self._sock.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        except OSError as error:  # too many open files: it would be tried again in every round of the loop
            log.warning("the local socket: %s", error)
            loop = asyncio.get_running_loop()
            loop.remove_reader(self._sock)
            loop.call_later(ACCEPT_PAUSE, self._go_on)
            return
        assert self._carry is not None
        sock.setblocking(False)
        accepted = Accepted(sock)
        task = asyncio.ensure_future(self._carry(accepted))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        task.add_done_callback(lambda _: accepted.close())

    def _go_on(self) -> None:
        if self._sock.fileno() >= 0:
            asyncio.get_running_loop().add_reader(self._sock, self._accept)
