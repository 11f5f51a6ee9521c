"""NodeEvents: what the engines of nodes tell of themselves, for as long as somebody uses the way to them."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.streams.reconnecting import FIRST_RETRY, ReconnectingStream
from swarmtui.errors import ConnectionBroken, SwarmtuiError
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.timeline.engine_events import ENGINE_FILTERS, EngineEvent, read_engine_event

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["MOST_FOLLOWED", "NodeEvents"]

log = logging.getLogger("swarmtui.engine")

MOST_FOLLOWED = 8
"""Nodes that are listened to at a time: a thread and a connection each. The one that was asked first goes."""
LOOK_BACK = 3600.0
"""Seconds before the first listening from which an engine is asked for what it remembers (256 events at most)."""


class NodeEvents:
    """Listens to a node from when it is reached until nobody uses the way to it any more. It keeps no way open.

    Args:
        roads: tells which nodes are reached, and gives the way to them.
        tell: called with each event and its node, from another thread.
    """

    def __init__(self, roads: NodeRoads, tell: Callable[[EngineEvent, Node], None]) -> None:
        self._roads = roads
        self._tell = tell
        self._lock = threading.Lock()
        self._streams: dict[str, _NodeStream] = {}
        self._heard: dict[str, int] = {}
        """By node, the time of the last event, in nanoseconds since 1970 by its clock."""
        self._closed = False
        roads.on_reached = self._reached

    def close(self) -> None:
        """End at once."""
        with self._lock:
            self._closed = True
            streams, self._streams = list(self._streams.values()), {}
        for stream in streams:
            stream.close()

    def _reached(self, node: Node) -> None:
        with self._lock:
            if self._closed or node.id in self._streams:
                return
            first = next(iter(self._streams.values())) if len(self._streams) >= MOST_FOLLOWED else None
            if first is not None:
                del self._streams[first.node.id]
            since = self._heard.get(node.id, int((time.time() - LOOK_BACK) * 1e9))
            stream = self._streams[node.id] = _NodeStream(self._roads, node, since, self._hear, self._over)
        if first is not None:
            first.close()
        stream.start()

    def _hear(self, event: EngineEvent, node: Node) -> None:
        self._heard[node.id] = max(event.nanoseconds, self._heard.get(node.id, 0))
        self._tell(event, node)

    def _over(self, stream: _NodeStream) -> None:
        with self._lock:
            if self._streams.get(stream.node.id) is stream:
                del self._streams[stream.node.id]


class _NodeStream(ReconnectingStream):
    """The events of one engine.

    Args:
        since: the time of the last event that was heard, in nanoseconds since 1970 by the node's clock.
        tell: called with each.
        over: called when nobody uses the way to the node any more.
    """

    def __init__(
        self,
        roads: NodeRoads,
        node: Node,
        since: int,
        tell: Callable[[EngineEvent, Node], None],
        over: Callable[[_NodeStream], None],
    ) -> None:
        super().__init__("swarmtui-node-events", self._joined)
        self.node = node
        self._roads, self._last = roads, since
        self._tell_one, self._tell_over = tell, over

    @contextmanager
    def _joined(self, _: threading.Event) -> Iterator[EngineClient]:
        with self._roads.joined(self.node) as client:
            if client is None:
                self._give_up("Nobody uses the way to the node any more.")
            client.ping()
            tunnel = self._roads.tunnel_to(self.node)
            if tunnel is not None and tunnel.has_few_channels:
                self._give_up("A shell may need the session.")
            yield client

    def _give_up(self, why: str) -> NoReturn:
        """It is not listened to until somebody needs it again."""
        self._closed.set()
        self._tell_over(self)
        raise ConnectionBroken(why)

    def _read(self, client: EngineClient) -> bool:
        seconds, rest = divmod(self._last + 1, 1_000_000_000)
        parameters = {"filters": json.dumps(ENGINE_FILTERS), "since": f"{seconds}.{rest:09d}"}
        for line in client.lines("/events", parameters):
            self._retry_after(FIRST_RETRY)
            event = read_engine_event(line) if line else None
            if event is not None and event.nanoseconds > self._last:
                self._last = event.nanoseconds
                self._tell_one(event, self.node)
        return True

    def _on_break(self, error: SwarmtuiError | None) -> None:
        log.debug("events of %s: %s", self.node.name, error)
