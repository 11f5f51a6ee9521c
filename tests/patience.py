"""How long tests wait: until something is so. A deadline is there for what is dead, not for what is slow.

What has come is returned at once, so no test gains by a short deadline, and a busy machine breaks it. So tests name no
seconds. `Deadline` counts those in which the machine had time: the share of the time in which some process had to wait
for a processor (Linux's pressure stall information) counts a tenth.

What must be *soon* is measured by tests/bench, on a machine that does nothing else.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

__all__ = ["DEAD", "IDLE", "Deadline", "ends", "pause", "until", "until_async"]

T = TypeVar("T")

IDLE = 60.0
"""Seconds of a machine that has time for us, after which what has not come is given up."""

DEAD = 600.0
"""The same for a call that takes a number: seconds by the clock, however busy the machine is."""

PRESSURE = Path("/proc/pressure/cpu")
SOON = 0.1
"""Seconds between two looks, at most, however long they take."""
SELDOM = 0.25
"""Seconds between two looks, at most, at what does not come for long."""
LATER = 0.05
"""How much later than at once something may be seen, as a share of the time that it took to come."""
STALLED = 0.1
"""How much of the time counts in which some process waited for a processor."""


class Deadline:
    """The end of our patience with something; it begins when this is made.

    Args:
        seconds: of a machine that has nothing else to do; on a busy one it is up to ten times as long.
    """

    def __init__(self, seconds: float = IDLE) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()
        self._stalled = _stalled()

    @property
    def taken(self) -> float:
        """Seconds by the clock since it began."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds until it is over at the soonest; 0 or less when it is."""
        taken = self.taken
        if taken < self.seconds:
            return self.seconds - taken
        stalled = taken if _is_loaded() else min(taken, _stalled() - self._stalled)
        return self.seconds - (taken - (1 - STALLED) * stalled)

    @property
    def over(self) -> bool:
        return self.left <= 0


def pause(interval: float, looked: float, waited: float = 0.0) -> float:
    """Seconds until the next look at something: what is waited for needs the processor at least as long as we do.

    Args:
        interval: as short as it may be.
        looked: seconds that the last look took.
        waited: seconds since the first look; the longer it takes, the more seldom it is looked at.
    """
    return max(interval, min(looked, SOON), min(waited * LATER, SELDOM))


def _stalled() -> float:
    """Seconds since the machine started in which some process waited for a processor; 0 where nobody counts them."""
    try:
        some = PRESSURE.read_text().splitlines()[0]
    except (OSError, IndexError):
        return 0.0
    return int(some.rpartition("=")[2]) / 1e6


def _is_loaded() -> bool:
    """Whether the machine is busy, told by its load where it does not count stalls."""
    return not PRESSURE.exists() and os.getloadavg()[0] > (os.cpu_count() or 1)


def until(
    condition: Callable[[], T],
    what: str = "the condition",
    *,
    seconds: float = IDLE,
    interval: float = 0.005,
    detail: Callable[[], str] | None = None,
) -> T:
    """Wait until something is so, and return it. Raises AssertionError when our patience ends, with what `detail` says.

    Args:
        interval: seconds between two looks; more where a look takes long.
    """
    deadline = Deadline(seconds)
    while True:
        begun = time.monotonic()
        if found := condition():
            return found
        assert not deadline.over, _in_vain(what, deadline, detail)
        time.sleep(pause(interval, time.monotonic() - begun))


async def until_async(
    condition: Callable[[], T],
    what: str = "the condition",
    *,
    seconds: float = IDLE,
    interval: float = 0.005,
    detail: Callable[[], str] | None = None,
) -> T:
    """As `until`, on an event loop."""
    deadline = Deadline(seconds)
    while True:
        begun = time.monotonic()
        if found := condition():
            return found
        assert not deadline.over, _in_vain(what, deadline, detail)
        await asyncio.sleep(pause(interval, time.monotonic() - begun))


def ends(act: Callable[[], object], what: str) -> None:
    """Do what must not wait for something that never comes. It is done aside: where it waits, this fails.

    Raises AssertionError when our patience ends, and what `act` raises.
    """
    raised: list[BaseException] = []

    def do() -> None:
        try:
            act()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    until(lambda: not thread.is_alive(), what)
    if raised:
        raise raised[0]


def _in_vain(what: str, deadline: Deadline, detail: Callable[[], str] | None) -> str:
    return f"in vain, for {deadline.taken:.0f} s: {what}" + (f"\n{detail()}" if detail else "")
