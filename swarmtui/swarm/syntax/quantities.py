"""Sizes, shares of a processor, spans of time and plain numbers, as the docker command line writes them."""

from __future__ import annotations

import re
from decimal import Decimal

from swarmtui.swarm.syntax.unreadable import Unreadable

__all__ = ["duration_text", "read_cpus", "read_duration", "read_number", "read_ratio", "read_size", "size_text"]

LEAST_MEMORY = 4 * 2**20
LEAST_CPUS = 1_000_000
"""What swarmkit takes at least, in bytes and billionths (manager/controlapi/service.go, `validateResources`)."""

GREATEST = 2**63 - 1

_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?([kmgtp]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40, "p": 2**50}
_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?|\.\d{1,12}", re.ASCII)
_SPAN = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_SPANS = {
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ns": 1,
}


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
        raise Unreadable(f"{size_text(least)} at least" + ("" if found[2] else "; a number alone counts bytes"))
    if size > GREATEST:
        raise Unreadable("more than an engine can count")
    return size


def size_text(size: int) -> str:
    """The shortest way to write a number of bytes that `read_size` reads as the same: "512m"."""
    for unit in ("p", "t", "g", "m", "k"):
        if size and size % _UNITS[unit] == 0:
            return f"{size // _UNITS[unit]}{unit}"
    return str(size)


def read_cpus(text: str) -> int:
    """ "0.5" in billionths of a CPU.

    Raises:
        Unreadable: it is no number, or less than an engine takes.
    """
    if not _DECIMAL.fullmatch(text):
        raise Unreadable("a number of CPUs: 0.5, 2")
    nano = Decimal(text) * 10**9
    if nano != int(nano):
        raise Unreadable("nine digits after the point at most")
    if nano < LEAST_CPUS:
        raise Unreadable("0.001 at least")
    return int(nano)


def read_duration(text: str) -> int:
    """ "1m30s" in nanoseconds, as Go's time.ParseDuration reads it.

    Raises:
        Unreadable: it is no span of time.
    """
    if text == "0":
        return 0
    rest, total = text, Decimal(0)
    while rest:
        found = _SPAN.match(rest)
        if found is None:
            number = re.fullmatch(r"\d+(\.\d+)?", text)
            raise Unreadable(f"a unit is missing: {text}s, {text}m" if number else "a span of time: 10s, 1m30s, 500ms")
        total += Decimal(found[1]) * _SPANS[found[2]]
        rest = rest[found.end() :]
    if not text or total > GREATEST:
        raise Unreadable("a span of time: 10s, 1m30s, 500ms")
    return int(total)


def duration_text(nanoseconds: int) -> str:
    """A span of time that `read_duration` reads as the same: "1m30s"."""
    if nanoseconds == 0:
        return "0s"
    parts, left = [], nanoseconds
    for unit in ("h", "m", "s", "ms", "us", "ns"):
        number, left = divmod(left, _SPANS[unit])
        if number:
            parts.append(f"{number}{unit}")
    return "".join(parts)


def read_ratio(text: str) -> float:
    """A share from 0 to 1.

    Raises:
        Unreadable: it is none.
    """
    if not _DECIMAL.fullmatch(text) or not 0 <= float(text) <= 1:
        raise Unreadable("a share from 0 to 1: 0.2")
    return float(text)
