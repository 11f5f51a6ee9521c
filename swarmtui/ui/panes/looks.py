"""Looks: how often a pane is compared with the clock while nothing but time passes."""

from __future__ import annotations

__all__ = ["Looks"]

LONGEST = 5.0
"""Seconds: what time alone changes is told so late at most. Ages of rows above 10 s are told no more exactly."""


class Looks:
    """Each second while time changes something; less often, step by step, while it does not.

    Most rows of a swarm that is at rest say for hours what they said before, and to find that out costs more than
    all the rest of what the program does then.
    """

    def __init__(self) -> None:
        self._wait = 0.0
        self._last = float("-inf")

    def due(self, now: float) -> bool:
        """Whether to look at `now`, in seconds of any clock; one that was put back counts as a moment to look."""
        # Ticks come a little early or late: half a second is no reason to wait for the next.
        return not self._last <= now < self._last + self._wait - 0.5

    def looked(self, now: float, changed: bool) -> None:
        """Somebody has looked, and what was on the screen had changed, or had not."""
        self._last = now
        self._wait = 1.0 if changed else min(self._wait + 1.0, LONGEST)

    def again(self) -> None:
        """Something else has changed than the time: look at the next moment, and each second for a while."""
        self._wait = 0.0
