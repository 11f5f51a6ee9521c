"""Durations, sizes and CPUs in words: the one place that writes them. `swarm/syntax/quantities.py` reads them.

What is read at a glance is rough (`age`, `rough_size`); a setting is exact, so that its words can be typed again
(`duration_text`, `size_text`, `cpus_text`). What docker's own program takes stands in docker commands alone
(`go_duration`, `docker_size`, `docker_cpus`).
"""

from __future__ import annotations

from decimal import Decimal

__all__ = [
    "DAY",
    "HOUR",
    "MILLISECOND",
    "MINUTE",
    "SECOND",
    "age",
    "cpus_text",
    "docker_cpus",
    "docker_size",
    "duration_text",
    "go_duration",
    "rough_size",
    "row_age",
    "size_text",
]

MILLISECOND = 1_000_000
SECOND = 1_000_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""All in nanoseconds, as in the Engine API."""

YEAR = 365 * 86400
"""In seconds."""

# From here on seconds are counted in fives, so that what is fresh is not rewritten each second.
EXACT_SECONDS = 20

# More than this is nonsense, and infinity.
FOREVER = 10_000 * YEAR

_SIZES = (("PiB", 2**50), ("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10))
_LARGE = (("d", DAY), ("h", HOUR), ("min", MINUTE))
_SMALL = (("s", SECOND), ("ms", MILLISECOND), ("µs", 1000), ("ns", 1))


# ------------------------------------------------------------------------------------------------ at a glance


def age(seconds: float) -> str:
    """How long ago something was, or how long it has lasted: "12 s", "3 min", "5 h", "2 d", "1 y".

    Only the largest unit is given, and it is never rounded up. A negative age, from clocks that differ, is "0 s".
    """
    if not seconds > 0:
        return "0 s"
    whole = int(min(seconds, FOREVER))
    if whole < EXACT_SECONDS:
        return f"{whole} s"
    if whole < 60:
        return f"{whole - whole % 5} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 86400:
        return f"{whole // 3600} h"
    if whole < YEAR:
        return f"{whole // 86400} d"
    return f"{whole // YEAR} y"


def row_age(seconds: float) -> str:
    """The same for rows, of which many stand on a screen where nothing happens: in tens from ten seconds on."""
    return age(seconds - seconds % 10 if 10 <= seconds < 60 else seconds)


def rough_size(size: float) -> str:
    """What a machine or a file has, to a tenth of the largest unit: "3.7 GiB"."""
    for unit, factor in _SIZES:
        if abs(size) >= factor:
            return f"{size / factor:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size:.0f} B"


def rough_share(part: float, whole: float) -> str:
    """How much of what a machine has, both in the unit of the whole: "1.5/7.8 GiB"."""
    number, _, unit = rough_size(whole).partition(" ")
    factor = next((size for name, size in _SIZES if name == unit), 1)
    return f"{part / factor:.1f}".removesuffix(".0") + f"/{number} {unit}"


# ------------------------------------------------------------------------------------------------ exact


def duration_text(nanoseconds: int) -> str:
    """A duration that was set: "90 d", "1 d 2 h", "1 min 30 s", "1.5 s", "500 ms", "0 s"."""
    if nanoseconds < 0:
        return f"-{duration_text(-nanoseconds)}"
    words, rest = _split(nanoseconds, _LARGE)
    if rest > SECOND and not rest % MILLISECOND:
        return " ".join([*words, f"{Decimal(rest).scaleb(-9).normalize():f} s"])
    small, _ = _split(rest, _SMALL)
    return " ".join([*words, *small]) or "0 s"


def _split(number: int, units: tuple[tuple[str, int], ...]) -> tuple[list[str], int]:
    words = []
    for unit, size in units:
        count, number = divmod(number, size)
        if count:
            words.append(f"{count} {unit}")
    return words, number


def size_text(size: int) -> str:
    """A size that was set: "512 MiB", "1.5 GiB", "1000 B"; in a smaller unit where a tenth is not exact."""
    for unit, factor in _SIZES:
        if abs(size) >= factor and size * 10 % factor == 0:
            whole, tenths = divmod(size * 10 // factor, 10)
            return f"{whole}.{tenths} {unit}" if tenths else f"{whole} {unit}"
    return f"{size} B"


def cpus_text(nano: float) -> str:
    """Billionths of a CPU: "0.5 CPU", "2 CPUs"."""
    return f"{docker_cpus(nano)} {'CPU' if nano <= 10**9 else 'CPUs'}"


# ------------------------------------------------------------------------------------------------ for docker


def go_duration(nanoseconds: int) -> str:
    """A duration as docker's program takes it, in Go's units: "2160h", "1h30m", "5s"."""
    if nanoseconds < 0:
        return f"-{go_duration(-nanoseconds)}"
    rest, words = nanoseconds, []
    for unit, size in (("h", HOUR), ("m", MINUTE), ("s", SECOND), ("ms", MILLISECOND), ("us", 1000), ("ns", 1)):
        number, rest = divmod(rest, size)
        if number:
            words.append(f"{number}{unit}")
    return "".join(words) or "0s"


def docker_size(size: int) -> str:
    """The shortest way in which docker's program takes a size: "512m", "1536m", "1000"."""
    for unit, factor in _SIZES:
        if size and size % factor == 0:
            return f"{size // factor}{unit[0].lower()}"
    return str(size)


def docker_cpus(nano: float) -> str:
    """Billionths of a CPU as docker's program takes them: "0.5", "2"."""
    return f"{Decimal(int(nano)).scaleb(-9).normalize():f}"
