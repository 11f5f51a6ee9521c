"""Feed: from the session's threads to the app, at most a few times a second.

The session says "there is something new" as often as it likes, from any thread. The newest observation waits in the
session (a one-slot mailbox); the app gets it at once when it has been quiet, and else when `interval` is over.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from swarmtui.engine.polling.observation import Observation
from swarmtui.ui.session import SwarmSession

__all__ = ["Feed", "due_after"]


def due_after(before: float, last: float, interval: float) -> float:
    """When the next delivery may be, after the last two.

    Two in a row may come soon after each other, so that a change that somebody makes just after a routine answer does
    not wait for all of an interval; over a time it is still one in each.
    """
    return max(last + interval / 4, before + 2 * interval)


class Feed:
    """Hands the session's newest observation to the app.

    Args:
        session: whom to listen to.
        deliver: called on the event loop with the newest observation.
        interval: the least time between two deliveries on average, in seconds.
    """

    def __init__(self, session: SwarmSession, deliver: Callable[[Observation], None], *, interval: float = 0.1) -> None:
        self._session = session
        self._deliver = deliver
        self._interval = interval
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting = False
        self._before = self._last = float("-inf")

    def start(self) -> None:
        """Begin, on the running event loop; what is known already is delivered at once."""
        self._loop = asyncio.get_running_loop()
        self._session.start(self._news)
        self._news()

    def stop(self) -> None:
        """Deliver nothing any more."""
        with self._lock:
            self._loop = None

    def _news(self) -> None:
        """Called from any thread."""
        with self._lock:
            if self._loop is None or self._waiting:
                return
            self._waiting = True
            loop = self._loop
        try:
            loop.call_soon_threadsafe(self._schedule, loop)
        except RuntimeError:  # the loop has just closed: the program is quitting
            return

    def _schedule(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.call_later(
            max(0.0, due_after(self._before, self._last, self._interval) - loop.time()), self._hand_over, loop
        )

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            self._waiting = False
            stopped = self._loop is None
        if not stopped:
            self._before, self._last = self._last, loop.time()
            self._deliver(self._session.observation())
