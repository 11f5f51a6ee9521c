"""The swarm's events, as they come."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from swarmtui.engine import starting
from swarmtui.engine.streams.reconnecting import FIRST_RETRY, Reach, ReconnectingStream
from swarmtui.errors import EngineRefused, SwarmtuiError
from swarmtui.swarm.object_kinds import LISTED
from swarmtui.swarm.objects.struct_decoders import json_decoder

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["EventStream"]

log = logging.getLogger("swarmtui.engine")

EVENT_FILTERS = json.dumps({"scope": ["swarm"], "type": [each.kind.word for each in LISTED]}, separators=(",", ":"))
"""All that the swarm tells; container events would come of the asked node alone (docker/for-linux#101)."""
RARELY = 30.0
"""Seconds between two tries where there is no room for a stream: an SSH server that allows one session only."""
UNAVAILABLE = 503


class _Actor(msgspec.Struct, frozen=True, rename="pascal"):
    id: str = msgspec.field(name="ID", default="")


class _Event(msgspec.Struct, frozen=True, rename="pascal"):
    type: str = ""
    action: str = ""
    actor: _Actor = _Actor()


_decoder = json_decoder(_Event)


class EventStream(ReconnectingStream):
    """The swarm's events, for as long as it is open; it connects again by itself.

    Args:
        reach: as for ReconnectingStream.
        on_event: called with an event's type ("service"), the object's ID and the action ("update"), from that thread.
        on_gap: called whenever the stream stands (again): what happened before was missed.
        on_break: called whenever it broke off, or could not be opened: nothing is heard until the next `on_gap`.
    """

    def __init__(
        self,
        reach: Reach,
        on_event: Callable[[str, str, str], None],
        on_gap: Callable[[], None],
        on_break: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__("swarmtui-events", reach)
        self._on_event = on_event
        self._on_gap = on_gap
        self._tell_break = on_break

    def _read(self, client: EngineClient) -> bool:
        starting.wait()
        for line in client.lines("/events", {"filters": EVENT_FILTERS}):
            self._retry_after(FIRST_RETRY)
            if line:
                self._tell(line)
            else:
                self._on_gap()
        return True

    def _on_break(self, error: SwarmtuiError | None) -> None:
        log.debug("events: %s", error)
        self._tell_break()
        if isinstance(error, EngineRefused) and error.status == UNAVAILABLE:
            self._retry_after(RARELY)

    def _tell(self, line: bytes) -> None:
        try:
            event = _decoder.decode(line)
        except msgspec.DecodeError:
            log.debug("not an event: %r", line[:200])
            return
        self._on_event(event.type, event.actor.id, event.action)
