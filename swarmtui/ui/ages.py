"""Spans of time in words: coarse for what is read at a glance, finer for what is measured."""

from __future__ import annotations

__all__ = ["age", "duration"]

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEAR = 365 * DAY

# From here on seconds are counted in fives, so that a table of fresh rows is not rewritten each second.
EXACT_SECONDS = 20

# More than this is nonsense, and infinity.
FOREVER = 10_000 * YEAR


def age(seconds: float) -> str:
    """How long ago something was: "12 s", "3 min", "5 h", "2 d", "1 y".

    Only the largest unit is given, and it is never rounded up. A negative age, from clocks that differ, is "0 s".
    """
    if not seconds > 0:
        return "0 s"
    whole = int(min(seconds, FOREVER))
    if whole < EXACT_SECONDS:
        return f"{whole} s"
    if whole < MINUTE:
        return f"{whole - whole % 5} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min"
    if whole < DAY:
        return f"{whole // HOUR} h"
    if whole < YEAR:
        return f"{whole // DAY} d"
    return f"{whole // YEAR} y"


def duration(seconds: float) -> str:
    """How long something took: "350 ms", "1.2 s", "45 s", "2 min 5 s", "3 h 20 min", "2 d 4 h"."""
    if not seconds > 0:
        return "0 s"
    if seconds < 0.9995:
        return f"{max(1, round(seconds * 1000))} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(min(seconds, FOREVER))
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return _two(whole, MINUTE, "min", 1, "s")
    if whole < DAY:
        return _two(whole, HOUR, "h", MINUTE, "min")
    return _two(whole, DAY, "d", HOUR, "h")


def _two(seconds: int, large: int, large_name: str, small: int, small_name: str) -> str:
    count, rest = divmod(seconds, large)
    return f"{count} {large_name} {rest // small} {small_name}" if rest >= small else f"{count} {large_name}"
