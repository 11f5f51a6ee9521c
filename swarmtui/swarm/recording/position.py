"""Where one is in a record, and where the record has gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["SPEEDS", "Gap", "Position"]

SPEEDS = (1, 4, 16, 60)
"""How many times faster than it happened a record is played."""


class Gap(NamedTuple):
    """A span of which nothing is known, in seconds since 1970 by the managers' clock.

    Attributes:
        running: the recorder ran, but was not connected; else it did not run.
    """

    first: float
    last: float
    running: bool


@dataclass(frozen=True)
class Position:
    """Attributes:
    at: the moment that is shown, in seconds since 1970 by the managers' clock.
    first, last: what the record covers.
    playing: whether it goes on by itself.
    speed: how many times faster than it happened.
    gaps: where nothing is known, the oldest first.
    trouble: why what is shown is older than the moment; "" where it is not.
    read: up to when the time line is known; infinity once it is known whole.
    """

    at: float
    first: float
    last: float
    playing: bool = False
    speed: int = 1
    gaps: tuple[Gap, ...] = ()
    trouble: str = ""
    read: float = 0.0
