"""How often a question may be asked: its pace, what it costs, and when it is due next.

The more an answer matters, the quicker its pace: at least so long between two requests, at most such a share of the
time that it takes the engine, at most so many bytes per second. While nothing changes the pace slows down (`Rest`), and
the first sign of a change brings it back. Pure: the clock is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import msgspec

__all__ = [
    "BACKGROUND",
    "CHANGING",
    "COUNTED",
    "DEAD_NODES",
    "ENDINGS",
    "ENDINGS_ELSEWHERE",
    "FOLLOWED",
    "JOBS",
    "LIVELY",
    "MANAGERS",
    "NO_LIMITS",
    "NUDGED",
    "ON_SCREEN",
    "RESTLESS",
    "SELDOM",
    "TOLD",
    "WHOLE",
    "Cost",
    "Limits",
    "Pace",
    "Rest",
    "Timer",
]


SLOWLY = 0.3
"""Share by which a longer time than before is believed at once."""


class Rest(msgspec.Struct, frozen=True):
    """How rare a question becomes while nothing changes.

    Attributes:
        interval: seconds between two requests.
        rate: bytes per second that a big answer may cost then.
        most: seconds between two requests, however big the answer is.
        slowing: share of the time that has been quiet so far that may pass until the next request.
    """

    interval: float
    rate: float = math.inf
    most: float = math.inf
    slowing: float = 0.2

    def after(self, quiet: float, cost: Cost) -> float:
        """Seconds between two requests when nothing has changed for so long.

        A small answer becomes rare step by step. A big one is asked for to see whether anything was missed that smaller
        questions and events tell: once it has told nothing new, it is as rare as it ever becomes.
        """
        rare = min(self.most, cost.size / self.rate) if quiet > 0 else 0.0
        return max(min(quiet * self.slowing, self.interval), rare)


@dataclass(frozen=True)
class Pace:
    """How often a question may be asked.

    Attributes:
        least: seconds between two requests, at least.
        share: of the time that the engine may spend on it, 0 to 1.
        rate: bytes per second that it may cost.
        most: seconds between two requests, at most; the budget does not stretch it further.
        rest: how it slows down while nothing changes; None if it does not.
    """

    least: float
    share: float
    rate: float
    most: float = math.inf
    rest: Rest | None = None

    def interval(self, cost: Cost, quiet: float = 0.0) -> float:
        """Seconds from one request to the next.

        Args:
            quiet: seconds without any sign of a change until the last request.
        """
        busy = min(self.most, max(self.least, cost.seconds / self.share, cost.size / self.rate))
        return busy if self.rest is None else max(busy, self.rest.after(quiet, cost))


class Limits(msgspec.Struct, frozen=True):
    """What the user allows: each pace keeps to it besides its own bounds.

    Attributes:
        interval: seconds between two requests for the same list, at least.
        rate: bytes per second that one question may cost.
    """

    interval: float = 0.0
    rate: float = math.inf

    def interval_of(self, pace: Pace, cost: Cost, quiet: float = 0.0) -> float:
        """Seconds from one request to the next, at this pace and within these limits."""
        return max(pace.interval(cost, quiet), self.interval, cost.size / self.rate)


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
TOLD = Pace(1.0, 0.03, 64_000, rest=Rest(5.0))
"""On the screen, while a smaller question tells whether a task of it has ended."""
WHOLE = Pace(1.0, 0.03, 64_000, rest=Rest(60.0, 2_000, slowing=1.0))
"""The whole task list, while smaller questions tell whether any task has ended."""
RESTLESS = Pace(1.0, 0.02, 48_000)
"""Slower per byte than the whole list on the screen, which answers for each service: so none is asked for twice."""
DEAD_NODES = Pace(10.0, 0.02, 64_000)
MANAGERS = Pace(2.5, 0.05, 64_000, rest=Rest(5.0))
"""The managers among the nodes."""
JOBS = Pace(2.0, 0.05, 16_000)
"""Jobs with running tasks."""
ENDINGS = Pace(2.0, 0.05, 64_000)
"""Whether a task has ended of those on the screen."""
ENDINGS_ELSEWHERE = Pace(5.0, 0.05, 64_000)
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
    sign: float = math.inf
    """When something last hinted at a change of the answer; infinity before the first question."""

    def nudge(self, at: float, pace: Pace = NUDGED) -> None:
        """Ask at this moment, or as soon as the pace allows. Of several such wishes the most urgent counts."""
        self.sign = at
        if self.nudged is None:
            self.nudged, self.nudge_pace = at, pace
        else:
            self.nudged = min(at, self.nudged)
            self.nudge_pace = NUDGED if NUDGED in (pace, self.nudge_pace) else pace

    def due(self, pace: Pace | None) -> float:
        """When it is to be asked; infinity when nobody wants to know."""
        if self.flying:
            return math.inf
        routine = self.asked + self.interval(pace) if pace else math.inf
        if self.nudged is None:
            return routine
        return min(routine, max(self.nudged, self.asked + self.nudge_pace.interval(self.cost)))

    def interval(self, pace: Pace) -> float:
        """Seconds from the last request to the next."""
        return self.limits.interval_of(pace, self.cost, max(0.0, self.asked - self.sign))

    def learn(self, cost: Cost) -> None:
        """Take note of what an answer cost. One that was slow by chance does not make the question rare."""
        before, now = self.cost.seconds, cost.seconds
        self.cost = Cost(now if now < before else before + SLOWLY * (now - before), cost.size)

    def ask(self, now: float) -> None:
        """It is being asked. Wishes from before are granted by that."""
        self.flying, self.asked = True, now
        self.sign = min(self.sign, now)
        if self.nudged is not None and self.nudged <= now:
            self.nudged = None
