"""How often a question may be asked: its pace, what it costs, and when it is due next.

The more an answer matters, the quicker its pace: at least so long between two requests, at most such a share of the
time that it takes the engine, at most so many bytes per second. Pure: the clock is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

__all__ = [
    "BACKGROUND",
    "CHANGING",
    "COUNTED",
    "DEAD_NODES",
    "FOLLOWED",
    "LIVELY",
    "NO_LIMITS",
    "NUDGED",
    "ON_SCREEN",
    "RESTLESS",
    "SELDOM",
    "Cost",
    "Limits",
    "Pace",
    "Timer",
]


SLOWLY = 0.3
"""Share by which a longer time than before is believed at once."""


@dataclass(frozen=True)
class Pace:
    """How often a question may be asked.

    Attributes:
        least: seconds between two requests, at least.
        share: of the time that the engine may spend on it, 0 to 1.
        rate: bytes per second that it may cost.
        most: seconds between two requests, at most; the budget does not stretch it further.
    """

    least: float
    share: float
    rate: float
    most: float = math.inf

    def interval(self, cost: Cost) -> float:
        """Seconds from one request to the next."""
        return min(self.most, max(self.least, cost.seconds / self.share, cost.size / self.rate))


@dataclass(frozen=True)
class Limits:
    """What the user allows: each pace keeps to it besides its own bounds.

    Attributes:
        interval: seconds between two requests for the same list, at least.
        rate: bytes per second that one question may cost.
    """

    interval: float = 0.0
    rate: float = math.inf

    def interval_of(self, pace: Pace, cost: Cost) -> float:
        """Seconds from one request to the next, at this pace and within these limits."""
        return max(pace.interval(cost), self.interval, cost.size / self.rate)


NO_LIMITS = Limits()


@dataclass
class Cost:
    """What the last answer cost: seconds beyond the mere round trip, and bytes."""

    seconds: float = 0.0
    size: float = 0.0


NUDGED = Pace(0.25, 0.5, 1_000_000)
"""After an event, or for what an action changes."""
COUNTED = Pace(0.25, 0.1, 256_000)
"""After the counts of a service changed that nobody looks at."""
FOLLOWED = Pace(0.5, 0.2, 1_000_000)
LIVELY = Pace(1.0, 0.1, 512_000)
"""On the screen, and changing."""
CHANGING = Pace(1.0, 0.06, 256_000)
ON_SCREEN = Pace(1.0, 0.03, 64_000)
RESTLESS = Pace(1.0, 0.02, 48_000)
"""Slower per byte than the whole list on the screen, which answers for each service: so none is asked for twice."""
DEAD_NODES = Pace(10.0, 0.02, 64_000)
SELDOM = Pace(120.0, 0.01, 24_000)
"""Secrets, configs, networks, …: an event tells when one changes, so this is only in case one was missed."""
BACKGROUND = Pace(5.0, 0.01, 24_000)
"""The whole task list while it is not on the screen."""


@dataclass
class Timer:
    """When one question was asked, what it cost, and whether somebody wants it sooner."""

    asked: float = -math.inf
    cost: Cost = field(default_factory=Cost)
    nudged: float | None = None
    nudge_pace: Pace = NUDGED
    flying: bool = False
    limits: Limits = NO_LIMITS

    def nudge(self, at: float, pace: Pace = NUDGED) -> None:
        """Ask at this moment, or as soon as the pace allows. Of several such wishes the most urgent counts."""
        if self.nudged is None:
            self.nudged, self.nudge_pace = at, pace
        else:
            self.nudged = min(at, self.nudged)
            self.nudge_pace = NUDGED if NUDGED in (pace, self.nudge_pace) else pace

    def due(self, pace: Pace | None) -> float:
        """When it is to be asked; infinity when nobody wants to know."""
        if self.flying:
            return math.inf
        routine = self.asked + self.limits.interval_of(pace, self.cost) if pace else math.inf
        if self.nudged is None:
            return routine
        return min(routine, max(self.nudged, self.asked + self.nudge_pace.interval(self.cost)))

    def learn(self, cost: Cost) -> None:
        """Take note of what an answer cost. One that was slow by chance does not make the question rare."""
        before, now = self.cost.seconds, cost.seconds
        self.cost = Cost(now if now < before else before + SLOWLY * (now - before), cost.size)

    def ask(self, now: float) -> None:
        """It is being asked. Wishes from before are granted by that."""
        self.flying, self.asked = True, now
        if self.nudged is not None and self.nudged <= now:
            self.nudged = None
