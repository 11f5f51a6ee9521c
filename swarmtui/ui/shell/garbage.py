"""When Python looks for garbage: soon after a screen has gone, and never in the middle of a frame.

A dialog is some 5,000 objects that refer to each other, so only the cycle collector frees them. Left to its own
thresholds it either walks the whole heap while frames are drawn (200 ms, measured), or keeps dialogs for hours.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from textual.timer import Timer

from swarmtui.ui.kit.textual_internals import forget_closed_widgets

if TYPE_CHECKING:
    from textual.app import App

__all__ = ["GarbageCollection", "collect"]

THRESHOLDS = 50_000, 20, 100
"""The collector's own: what frames allocate is young and dies by itself."""

AFTER_SCREEN = 0.3
"""Seconds from the end of a screen until it is collected, when no other screen ends meanwhile."""

MOST_SCREENS = 2
"""So many screens may wait for that: each costs 6 ms of CPU to collect, and much more when many have piled up."""

MOST_SECONDS = 60.0
"""Seconds after which garbage of all other kinds is collected: of broken connections, of closed logs."""


def collect(app: App[None]) -> None:
    """Free all that nothing refers to any more."""
    forget_closed_widgets(app)
    gc.collect()


class GarbageCollection:
    """Of one app. Call `settle` when start-up is over, `screen_gone` for each screen that ends, and `tick` at times.

    Args:
        app: whose timers are used.
    """

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._gone = 0
        self._timer: Timer | None = None
        self._last = time.monotonic()
        self._frozen = True

    def settle(self) -> None:
        """What lives now lives on: take it out of what is walked. After a switch the swarm before goes first."""
        gc.unfreeze()
        collect(self._app)
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        self._last = time.monotonic()
        self._frozen = False

    def screen_gone(self) -> None:
        """A screen is about to end: collect it once it is gone and nobody is in a hurry."""
        self._gone += 1
        if self._timer is not None:
            if self._gone > MOST_SCREENS:
                return
            self._timer.stop()
        self._timer = self._app.set_timer(AFTER_SCREEN, self._collect)

    def tick(self) -> None:
        """Time has passed."""
        if time.monotonic() - self._last > MOST_SECONDS and self._timer is None:
            self._collect()
            if not self._frozen and len(self._app.screen_stack) == 1:
                # By now all of the interface is loaded: walking it each minute would be most of what a swarm at rest
                # costs. Never with another screen open, which would live on.
                gc.freeze()
                self._frozen = True

    def _collect(self) -> None:
        self._timer, self._gone = None, 0
        collect(self._app)  # and freezes nothing: what is frozen while a timer still holds it is never freed
        self._last = time.monotonic()
