"""Durations as Docker takes them ("1h30m", "90d" beside Go's units), and as people read them. All in nanoseconds."""

from __future__ import annotations

import re
from fractions import Fraction

__all__ = ["DAY", "HOUR", "MINUTE", "SECOND", "duration_text", "go_duration", "parse_duration"]

SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

LONGEST = 2**63 - 1
"""What Go's time.Duration holds: 292 years."""

_UNITS = {"d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|us|µs|ns|d|h|m|s)", re.ASCII)
_WORDS = {
    r"days?\b": "d",
    r"hours?\b": "h",
    r"min(ute)?s?\b": "m",
    r"sec(ond)?s?\b": "s",
}


def parse_duration(text: str) -> int:
    """Read "5s", "1h30m", "90d" or "90 days"; 0 needs no unit.

    Raises:
        ValueError: it is none; the message says what would be one.
    """
    folded = text.strip().lower()
    for pattern, unit in _WORDS.items():
        folded = re.sub(pattern, unit, folded)
    folded = folded.replace(" ", "")
    if folded == "0":
        return 0
    parts = _PART.findall(folded)
    if not parts or "".join(number + unit for number, unit in parts) != folded:
        raise ValueError("a number with a unit, such as 5s, 30m, 1h30m or 90d")
    total = int(sum(Fraction(number) * _UNITS[unit] for number, unit in parts))
    if total > LONGEST:
        raise ValueError("at most 292 years")
    return total


def duration_text(nanoseconds: int) -> str:
    """ "90 days", "1 h 30 min", "5 s": exact, in the largest units that it has."""
    rest, words = nanoseconds, []
    for size, unit in ((DAY, "days"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s"), (1_000_000, "ms")):
        number, rest = divmod(rest, size)
        if number:
            words.append(f"{number} {unit}" if (unit, number) != ("days", 1) else "1 day")
    if rest:
        words.append(f"{rest} ns")
    return " ".join(words) or "0 s"


def go_duration(nanoseconds: int) -> str:
    """ "2160h", "1h30m", "5s": as the docker command takes it, and as a person may type it."""
    rest, words = nanoseconds, []
    for size, unit in ((HOUR, "h"), (MINUTE, "m"), (SECOND, "s"), (1_000_000, "ms"), (1, "ns")):
        number, rest = divmod(rest, size)
        if number:
            words.append(f"{number}{unit}")
    return "".join(words) or "0s"
