"""Single values in words: amounts, spans, moments, command lines."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from swarmtui.swarm.description import span_text
from swarmtui.swarm.objects import seconds_of

__all__ = ["command_line", "cpus", "memory", "moment", "nanoseconds", "yes"]

_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def cpus(nano: float) -> str:
    """ "0.5 CPU", "2 CPUs"."""
    amount = nano / 1e9
    return f"{amount:.3g} CPU" if amount <= 1 else f"{amount:.4g} CPUs"


def memory(size: float) -> str:
    """ "512 MiB", "3.7 GiB"."""
    place = 0
    while abs(size) >= 1024 and place < len(_UNITS) - 1:
        size /= 1024
        place += 1
    return f"{size:.1f}".removesuffix(".0") + f" {_UNITS[place]}"


def nanoseconds(span: float | None) -> str:
    """A span of the API in words: "10 s", "1.5 s", "3 months" is "90 days"; "" for none."""
    if span is None:
        return ""
    seconds = span / 1e9
    if 0 < seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if seconds < 60 and seconds != int(seconds) else span_text(seconds)


def moment(time: str, now: float | None) -> str:
    """ "2026-03-01 12:00:00 UTC, 3 h ago"; "" for Go's zero time, and the text itself where it is no time.

    Args:
        time: the engine's RFC 3339 text.
        now: the engine's time, in seconds since 1970; None to leave out how long ago it was.
    """
    seconds = seconds_of(time)
    if seconds is None:
        return "" if time.startswith("0001-") else time
    try:
        text = f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return time
    return text if now is None else f"{text}, {span_text(max(0.0, now - seconds))} ago"


def command_line(words: list[str]) -> str:
    """Words as a shell would take them."""
    return shlex.join(words)


def yes(flag: bool) -> str:
    """ "yes", or nothing: what is not so takes no line."""
    return "yes" if flag else ""
