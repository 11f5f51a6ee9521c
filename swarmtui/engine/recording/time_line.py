"""RecordedTimeline: what happened in a record, found by reading it once from its beginning, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from swarmtui.engine.recording.record import Record, Seen
from swarmtui.errors import RecordUnreadable
from swarmtui.swarm.recording.earlier_timeline import EarlierTimeline
from swarmtui.swarm.recording.position import Gap
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.timeline import Timeline

__all__ = ["RecordedTimeline"]

log = logging.getLogger("swarmtui.engine")

TELL = 1.0
"""Seconds after which it tells how far it is."""
SETTLED = 60.0
"""Seconds after the end: what no snapshot has shown by then is told by itself."""
YIELD = 0.0002
"""Seconds."""


class RecordedTimeline:
    """Reads a record. Any thread may ask.

    Args:
        path: the file.
        tell: called, from its thread, when more has been read.

    Attributes:
        read: the moment up to which it has been read, in seconds since 1970; infinity at the end.
    """

    def __init__(self, path: Path, tell: Callable[[], None]) -> None:
        self._path = path
        self._tell = tell
        self._closed = threading.Event()
        self._earlier = EarlierTimeline(Timeline())
        self._moments: list[float] = []
        self.read = 0.0

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._run, name="swarmtui-replay-timeline", daemon=True).start()

    def close(self) -> None:
        """Read no more."""
        self._closed.set()

    def until(self, moment: float) -> Timeline:
        """What had happened by a moment, as far as it has been read."""
        return self._earlier.until(moment)

    def after(self, moment: float) -> float | None:
        """When the next thing was seen to happen; None where nothing is known to."""
        place = bisect_right(self._moments, moment)
        return self._moments[place] if place < len(self._moments) else None

    def before(self, moment: float) -> float | None:
        """When the last thing before was seen to happen."""
        place = bisect_left(self._moments, moment)
        return self._moments[place - 1] if place else None

    def _run(self) -> None:
        try:
            record = Record(self._path)
        except RecordUnreadable as error:
            log.warning("%s", error)
            return
        try:
            self._read_all(record)
        except Exception:  # the rest of the program works without it
            log.exception("The time line of the record failed")
        finally:
            record.close()

    def _read_all(self, record: Record) -> None:
        keeper, gaps = TimelineKeeper(), _GapTeller(record.gaps)
        told, timeline, last = time.monotonic(), keeper.timeline, record.first
        for seen in record.walk():
            if self._closed.is_set():
                return
            last = seen.moment.at
            gaps.tell(keeper, last)
            _take(keeper, seen)
            if keeper.timeline is not timeline:
                timeline = keeper.timeline
                if not seen.begins:  # what is told then is what the swarm keeps of the time before
                    self._moments.append(last)
            if time.monotonic() - told > TELL:
                told = time.monotonic()
                self._publish(keeper, last)
            time.sleep(YIELD)
        gaps.tell(keeper, record.last)
        keeper.settle(last + SETTLED)
        self._publish(keeper, float("inf"))

    def _publish(self, keeper: TimelineKeeper, read: float) -> None:
        self._earlier, self.read = EarlierTimeline(keeper.timeline), read
        self._tell()


class _GapTeller:
    """Tells a keeper of the gaps of a record, each when what comes after it is read."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        self._gaps = deque(gaps)
        self._clock = 0.0

    def tell(self, keeper: TimelineKeeper, until: float) -> None:
        """Tell of those that end up to a moment."""
        while self._gaps and self._gaps[0].last <= until:
            gap = self._gaps.popleft()
            without = "not connected" if gap.running else "not recorded"
            keeper.connected(True, gap.first, self._clock, without)
            self._clock += gap.last - gap.first
            keeper.connected(True, gap.last, self._clock, without)


def _take(keeper: TimelineKeeper, seen: Seen) -> None:
    """Give a keeper one step of a record."""
    moment = seen.moment
    if seen.own is not None:
        keeper.changed_here(seen.own)
    elif moment.cluster is not None:
        keeper.observe(moment.cluster, moment.at)
    keeper.settle(moment.at)
