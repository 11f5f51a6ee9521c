"""Reads a stream from an engine over one connection after another, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, TypeAlias

from swarmtui.errors import ConnectionBroken, SwarmtuiError

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["FIRST_RETRY", "Reach", "ReconnectingStream"]

log = logging.getLogger("swarmtui.engine")

Reach: TypeAlias = "Callable[[threading.Event], AbstractContextManager[EngineClient]]"
"""Gives a client for one connection. It may block until the event is set, and raises SwarmtuiError where it cannot."""

FIRST_RETRY, LONGEST_RETRY = 0.25, 5.0
"""Seconds until a stream that broke off is tried again, and at most when that keeps failing."""


class ReconnectingStream(ABC):
    """Connects until it is over or closed. What one connection does is said by `_read`, and when the stream is over.

    Args:
        name: of the thread.
        reach: leads to the engine; called in the stream's own thread, for each connection.
    """

    def __init__(self, name: str, reach: Reach) -> None:
        self._name = name
        self._reach = reach
        self._client: EngineClient | None = None
        self._wait = FIRST_RETRY
        self._retry = threading.Event()
        self._closed = threading.Event()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self._run, name=self._name, daemon=True).start()

    # -------------------------------------------------------------------------------- from any thread

    def reconnect(self) -> None:
        """Begin again, now: the connection may be dead without having said so. Never blocks."""
        client = self._client
        if client is not None:
            client.cut()
        self._retry.set()

    def retry(self) -> None:
        """Should the stream be down, try it now. Never blocks."""
        self._retry.set()

    def close(self) -> None:
        """End it. Never blocks."""
        self._closed.set()
        client = self._client
        if client is not None:
            client.abort()
        self._retry.set()

    # -------------------------------------------------------------------------------- the stream's own thread

    @abstractmethod
    def _read(self, client: EngineClient) -> bool:
        """Read one connection to its end; returns whether to connect again."""

    @abstractmethod
    def _on_break(self, error: SwarmtuiError | None) -> None:
        """A connection broke off, or ended without a word, and will be tried again."""

    def _retry_after(self, seconds: float) -> None:
        """Should it break off now, wait so long, and longer with each further break."""
        self._wait = seconds

    def _run(self) -> None:
        while not self._closed.is_set():
            error: SwarmtuiError | None = None
            try:
                with self._reach(self._closed) as client:
                    self._client = client
                    if self._closed.is_set() or not self._read(client):
                        break
            except SwarmtuiError as failed:
                error = failed
            except Exception as failed:
                log.exception("%s failed", self._name)
                error = ConnectionBroken(f"The engine's answer could not be read: {failed}.")
            if self._closed.is_set():
                break
            self._on_break(error)
            self._retry.wait(self._wait)
            self._retry.clear()
            self._wait = min(LONGEST_RETRY, self._wait * 2)
