"""Sizes, CPUs, durations and plain numbers as they are typed: the one place that reads them.

It takes what docker's program takes, and what `swarm/units.py` writes.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import DAY, HOUR, MINUTE, SECOND, size_text

__all__ = ["read_cpus", "read_duration", "read_number", "read_ratio", "read_size"]

LEAST_MEMORY = 4 * 2**20
LEAST_CPUS = 1_000_000
"""What swarmkit takes at least, in bytes and billionths (manager/controlapi/service.go, `validateResources`)."""

GREATEST = 2**63 - 1

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?|\.\d{1,12}", re.ASCII)
_PART = re.compile(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*([a-zµμ]+)\s*", re.ASCII)
_DURATIONS = {
    **dict.fromkeys(("d", "day", "days"), DAY),
    **dict.fromkeys(("h", "hour", "hours"), HOUR),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), SECOND),
    "ms": 1_000_000,
    **dict.fromkeys(("us", "µs", "μs"), 1_000),
    "ns": 1,
}
LONGEST_TEXT = 100
"""No duration takes more letters; Python refuses to read numbers of thousands of digits."""


def read_number(text: str, *, least: int = 0, most: int = 10**9) -> int:
    """A whole number.

    Raises:
        Unreadable: it is none, or out of bounds.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise Unreadable(f"a whole number, {least} or more")
    number = int(text)
    if not least <= number <= most:
        raise Unreadable(f"from {least} to {most}")
    return number


def read_size(text: str, *, least: int = LEAST_MEMORY) -> int:
    """ "512m", "1.5g", "1048576" in bytes, as docker's units.RAMInBytes reads it: k, m, g, t and p count by 1024.

    Raises:
        Unreadable: it is no size, or less than an engine takes.
    """
    found = _SIZE.fullmatch(text)
    if found is None:
        raise Unreadable("a size: 512m, 1.5g")
    size = int(Decimal(found[1]) * _UNITS[found[2].lower()])
    if size < least:
        raise Unreadable(f"at least {size_text(least)}" + ("" if found[2] else "; a number alone counts bytes"))
    if size > GREATEST:
        raise Unreadable("too large for an engine")
    return size


def read_cpus(text: str) -> int:
    """ "0.5" in billionths of a CPU.

    Raises:
        Unreadable: it is not a number, or less than an engine takes.
    """
    if not _DECIMAL.fullmatch(text):
        raise Unreadable("a number of CPUs: 0.5, 2")
    nano = Decimal(text) * 10**9
    if nano != int(nano):
        raise Unreadable("at most nine digits after the point")
    if nano < LEAST_CPUS:
        raise Unreadable("at least 0.001")
    return int(nano)


def read_duration(text: str) -> int:
    """ "5s", "1h30m", "90d" or "1 day 2 hours" in nanoseconds; 0 needs no unit.

    Go's units as time.ParseDuration reads them, and the day, which Go has not.

    Raises:
        Unreadable: it is none, or longer than Go's time.Duration holds.
    """
    folded, place, total = text.strip().lower(), 0, Fraction(0)
    if folded == "0":
        return 0
    if folded.isascii() and folded.isdigit() and len(folded) < LONGEST_TEXT:
        raise Unreadable(f"a duration with a unit: {folded}s, {folded}m")
    while place < len(folded) <= LONGEST_TEXT:
        found = _PART.match(folded, place)
        if found is None or found[2] not in _DURATIONS:
            break
        total += Fraction(found[1]) * _DURATIONS[found[2]]
        place = found.end()
    if not folded or place < len(folded):
        raise Unreadable("a duration: 10s, 30m, 1h30m, 90d")
    if total > GREATEST:
        raise Unreadable("at most 292 years")
    return int(total)


def read_ratio(text: str) -> float:
    """A share from 0 to 1.

    Raises:
        Unreadable: it is none.
    """
    if not _DECIMAL.fullmatch(text) or not 0 <= float(text) <= 1:
        raise Unreadable("a share from 0 to 1: 0.2")
    return float(text)
