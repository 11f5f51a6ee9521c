"""The virtual clock: everything that happens in the simulated swarm happens as a timer of this clock.

Tests step it, the demo drives it in real time or faster. Nothing else in the simulator knows the time of day.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections.abc import Callable

from swarmtui.sim.objects.timestamps import iso

Action = Callable[[], None]

_SLICE = 0.02
"""Real seconds after which `drive` lets the event loop do something else."""


class Timer:
    """Something that will happen; `cancel` prevents it."""

    __slots__ = ("action",)

    def __init__(self, action: Action) -> None:
        self.action: Action | None = action

    def cancel(self) -> None:
        self.action = None

    @property
    def pending(self) -> bool:
        return self.action is not None


class Clock:
    """A heap of timers and the time they have reached; timers of one moment fire in the order they were set."""

    def __init__(self, epoch: float) -> None:
        self._now = epoch
        self._heap: list[tuple[float, int, Timer]] = []
        self._count = 0
        self._wake: asyncio.Event | None = None
        self.after_each: Action = _nothing
        """Called after every timer: the store's watchers do their work there."""

    def now(self) -> float:
        """Virtual unix seconds."""
        return self._now

    def iso(self, when: float | None = None) -> str:
        """RFC 3339 with nanoseconds, as the engine writes times."""
        return iso(self._now if when is None else when)

    def later(self, delay: float, action: Action) -> Timer:
        """Do `action` after `delay` virtual seconds."""
        timer = Timer(action)
        self._count += 1
        heapq.heappush(self._heap, (self._now + max(delay, 0.0), self._count, timer))
        if self._wake is not None:
            self._wake.set()
        return timer

    def run_until(self, when: float) -> None:
        """Let happen all that is due until `when`, then be there."""
        while self._step(when):
            pass
        self._now = max(self._now, when)

    def next_due(self) -> float | None:
        """When the next timer is due; None when nothing will ever happen by itself."""
        while self._heap and not self._heap[0][2].pending:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def _step(self, limit: float) -> bool:
        """Fire the next timer that is due at `limit` or before."""
        due = self.next_due()
        if due is None or due > limit:
            return False
        _, _, timer = heapq.heappop(self._heap)
        action, timer.action = timer.action, None
        self._now = max(self._now, due)
        if action is not None:
            action()
            self.after_each()
        return True

    async def drive(self, speed: float = 1.0) -> None:
        """Let virtual time pass with real time (times `speed`) until cancelled.

        It sleeps until the next timer is due, so a swarm at rest costs nothing; when more is due than can be done
        in time, virtual time falls behind rather than the event loop.
        """
        wake = self._wake = asyncio.Event()
        virtual, real = self._now, time.monotonic()
        try:
            while True:
                target = virtual + (time.monotonic() - real) * speed
                if self._now > target:  # somebody has stepped the clock: it continues from there
                    virtual, real = self._now, time.monotonic()
                    target = virtual
                if not self._catch_up(target):
                    virtual, real = self._now, time.monotonic()
                    await asyncio.sleep(0)
                    continue
                await self._rest(speed, wake)
        finally:
            if self._wake is wake:  # else it is driven on at another speed already
                self._wake = None

    def _catch_up(self, target: float) -> bool:
        """Run until `target`, but not for longer than a slice; whether it was reached."""
        begun = time.monotonic()
        while self._step(target):
            if time.monotonic() - begun > _SLICE:
                return False
        self._now = max(self._now, target)
        return True

    async def _rest(self, speed: float, wake: asyncio.Event) -> None:
        """Sleep until something is due, or a request has set a new timer; the clock still moves ten times a second."""
        due = self.next_due()
        pause = 0.1 if due is None else min(max((due - self._now) / speed, 0.001), 0.1)
        wake.clear()
        try:
            async with asyncio.timeout(pause):
                await wake.wait()
        except TimeoutError:
            return
        await asyncio.sleep(0.001)


def _nothing() -> None:
    """No watcher."""
