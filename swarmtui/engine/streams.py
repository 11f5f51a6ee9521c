"""Streams from an engine: each has a thread and a client of its own, and ends when its socket is cut from outside."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from swarmtui.errors import EngineRefused, SwarmtuiError

if TYPE_CHECKING:
    from swarmtui.engine.client import EngineClient

__all__ = ["EventStream"]

log = logging.getLogger("swarmtui.engine")

EVENT_FILTERS = '{"scope":["swarm"],"type":["node","service","secret","config","network"]}'
"""All that the swarm tells; container events would come of the asked node alone (docker/for-linux#101)."""
FIRST_RETRY = 0.25
LONGEST_RETRY = 5.0
RARELY = 30.0
"""Where there is no room for a stream: an SSH server that allows one session only."""
UNAVAILABLE = 503


class _Actor(msgspec.Struct, frozen=True, rename="pascal"):
    id: str = msgspec.field(name="ID", default="")


class _Event(msgspec.Struct, frozen=True, rename="pascal"):
    type: str = ""
    action: str = ""
    actor: _Actor = _Actor()


_decoder = msgspec.json.Decoder(_Event)


class EventStream:
    """The swarm's events, for as long as it is open; it connects again by itself.

    Args:
        open_client: makes the client; called in the stream's own thread.
        on_event: called with an event's type ("service"), the object's ID and the action ("update"), from that thread.
        on_gap: called whenever the stream stands (again): what happened before was missed.
    """

    def __init__(
        self,
        open_client: Callable[[], EngineClient],
        on_event: Callable[[str, str, str], None],
        on_gap: Callable[[], None],
    ) -> None:
        self._open_client = open_client
        self._on_event = on_event
        self._on_gap = on_gap
        self._client: EngineClient | None = None
        self._retry = threading.Event()
        self._closed = False

    def start(self) -> None:
        """Begin, in a thread of its own."""
        threading.Thread(target=self._run, name="swarmtui-events", daemon=True).start()

    def reconnect(self) -> None:
        """Begin anew: the connection under the stream may be dead without having said so. Never blocks."""
        client = self._client
        if client is not None:
            client.cut()
        self._retry.set()

    def retry(self) -> None:
        """Should the stream be down, try it now. Never blocks."""
        self._retry.set()

    def close(self) -> None:
        """End it. Never blocks."""
        self._closed = True
        client = self._client
        if client is not None:
            client.abort()
        self._retry.set()

    def _run(self) -> None:
        client = self._client = self._open_client()
        wait = FIRST_RETRY
        while not self._closed:
            try:
                for line in client.lines("/events", {"filters": EVENT_FILTERS}):
                    wait = FIRST_RETRY
                    if line:
                        self._tell(line)
                    else:
                        self._on_gap()
            except SwarmtuiError as error:
                log.debug("events: %s", error)
                if isinstance(error, EngineRefused) and error.status == UNAVAILABLE:
                    wait = RARELY
            except Exception:
                log.exception("The stream of events failed")
            self._retry.wait(wait)
            self._retry.clear()
            wait = min(LONGEST_RETRY, wait * 2)
        client.close()

    def _tell(self, line: bytes) -> None:
        try:
            event = _decoder.decode(line)
        except msgspec.DecodeError:
            log.debug("not an event: %r", line[:200])
            return
        self._on_event(event.type, event.actor.id, event.action)
