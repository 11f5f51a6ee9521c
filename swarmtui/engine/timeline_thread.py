"""TimelineThread: keeps the time line of a session, in a thread of its own, so that no key waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import msgspec

from swarmtui.engine import starting
from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.timeline.timeline import Timeline

if TYPE_CHECKING:
    from swarmtui.swarm.timeline.engine_events import EngineEvent
    from swarmtui.swarm.timeline.keeper import TimelineKeeper
    from swarmtui.swarm.timeline.own import OwnChange

__all__ = ["TimelineThread"]

log = logging.getLogger("swarmtui.engine")

REST = 0.1
"""Seconds between two looks at least."""
YIELD = 0.0002
"""Seconds."""
MOST_WAITING = 1_000
"""Events of engines that wait to be told; then the oldest go."""
PATIENCE = 10.0
"""Seconds for which it waits for the engine to tell its time."""
LOOK = 2.0
"""Seconds after which it looks without news. The session reports no news when the connection is lost."""


class TimelineThread:
    """Compares each snapshot with the one before.

    What comes faster than it looks is compared as one. Any thread may call it.

    Args:
        observation: gives the newest that is known.
        past: gives what was changed here before, by this machine's clock.
        tell: called, from its thread, when something has happened.
    """

    def __init__(
        self,
        observation: Callable[[], Observation],
        past: Callable[[], Sequence[OwnChange]],
        tell: Callable[[], None],
    ) -> None:
        self._observation = observation
        self._past = past
        self._tell = tell
        self._timeline = Timeline()
        self._news = threading.Event()
        self._closed = threading.Event()
        self._own: deque[OwnChange] = deque()
        self._engines: deque[tuple[EngineEvent, Node]] = deque(maxlen=MOST_WAITING)
        self._past_is_told = False
        self._started = 0.0

    @property
    def timeline(self) -> Timeline:
        """What is known now. It takes no lock."""
        return self._timeline

    def start(self) -> None:
        """Begin to look."""
        self._started = time.monotonic()
        threading.Thread(target=self._run, name="swarmtui-timeline", daemon=True).start()

    def wake(self) -> None:
        """There may be something new."""
        self._news.set()

    def changed_here(self, change: OwnChange) -> None:
        """A change was made, by this machine's clock."""
        self._own.append(change)
        self._news.set()

    def told_by_engine(self, event: EngineEvent, node: Node) -> None:
        """The engine of a node has told of something there, by that node's clock."""
        self._engines.append((event, node))
        self._news.set()

    def close(self) -> None:
        """End."""
        self._closed.set()
        self._news.set()

    def _run(self) -> None:
        starting.wait()
        from swarmtui.swarm.timeline.keeper import TimelineKeeper

        keeper = TimelineKeeper()
        self._timeline = keeper.timeline
        while not self._closed.is_set():
            self._news.wait(LOOK)
            self._news.clear()
            try:
                self._look(keeper)
            except Exception:  # what happens next is to be told all the same
                log.exception("The time line failed on a snapshot")
            self._closed.wait(REST)

    def _look(self, keeper: TimelineKeeper) -> None:
        observation = self._observation()
        connection, cluster = observation.connection, observation.cluster
        offset = connection.clock_offset
        now = time.time() + offset
        clock = time.monotonic()
        keeper.connected(connection.phase(clock) is Phase.LIVE, now, clock)
        while self._own:
            keeper.changed_here(_moved(self._own.popleft(), offset))
        knows_time = connection.engine_version or clock - self._started > PATIENCE
        if cluster is not None and knows_time:
            keeper.observe(cluster, now, _let_others_go)
            if not self._past_is_told and cluster.swarm is not None and _is_complete(cluster):
                self._past_is_told = True
                keeper.changed_here_before([_moved(each, offset) for each in self._past()], cluster)
        while self._engines:
            keeper.told_by_engine(*self._engines.popleft(), now)
        keeper.settle(now)
        timeline = keeper.timeline
        if timeline is not self._timeline and not self._closed.is_set():
            self._timeline = timeline
            self._tell()


def _is_complete(cluster: Cluster) -> bool:
    """Whether all is known that the swarm keeps of the past."""
    return cluster.tasks_complete or Kind.TASK in cluster.refused


def _let_others_go() -> None:
    """Give the interpreter to the screen's thread, if that waits for it."""
    time.sleep(YIELD)


def _moved(change: OwnChange, offset: float) -> OwnChange:
    """A change by the managers' clock."""
    return msgspec.structs.replace(change, at=change.at + offset)
