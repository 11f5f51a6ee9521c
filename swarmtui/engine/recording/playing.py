"""Playing: which moment of a record is shown, while it plays and while it stands still."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from swarmtui.swarm.recording.position import SPEEDS, Gap

__all__ = ["Playing"]


class Playing:
    """A clock that can be stopped, moved and hurried. Any thread may call it.

    Args:
        first, last: between which moments it goes; it stops at the last.
        gaps: those in which the recorder did not run are skipped while it plays.
        clock: seconds of a clock that only goes forward.
    """

    def __init__(
        self, first: float, last: float, gaps: Sequence[Gap] = (), clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._first, self._last = first, last
        self._gaps = [gap for gap in gaps if not gap.running]
        self._clock = clock
        self._lock = threading.Lock()
        self._at, self._since = first, clock()
        self._playing = False
        self._speed = SPEEDS[0]

    @property
    def playing(self) -> bool:
        """Whether it goes on by itself."""
        with self._lock:
            self._advance()
            return self._playing

    @property
    def speed(self) -> int:
        """How many times faster than it happened."""
        return self._speed

    def at(self) -> float:
        """The moment that is shown."""
        with self._lock:
            self._advance()
            return self._at

    def go(self, moment: float) -> None:
        """Show another moment; it plays on from there if it did."""
        with self._lock:
            self._advance()
            self._at = min(max(moment, self._first), self._last)

    def play(self, playing: bool) -> None:
        """Let it go on, or stand still. From its end it begins again."""
        with self._lock:
            self._advance()
            if playing and self._at >= self._last:
                self._at = self._first
            self._playing = playing

    def change_speed(self) -> None:
        """Take the next speed; after the fastest comes the slowest."""
        with self._lock:
            self._advance()
            self._speed = SPEEDS[(SPEEDS.index(self._speed) + 1) % len(SPEEDS)]

    def _advance(self) -> None:
        now = self._clock()
        if self._playing:
            self._at += (now - self._since) * self._speed
            gap = next((gap for gap in self._gaps if gap.first < self._at < gap.last), None)
            if gap is not None:
                self._at = gap.last
            if self._at >= self._last:
                self._at, self._playing = self._last, False
        self._since = now
