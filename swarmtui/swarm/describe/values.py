"""Single values of raw JSON in words: amounts, durations, moments, command lines."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime

from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.units import age, duration_text, size_text

__all__ = ["command_line", "memory", "moment", "nanoseconds", "yes"]


def nanoseconds(span: float | None) -> str:
    """A duration of the API; "" for none."""
    return "" if span is None else duration_text(int(span))


def memory(size: float | None) -> str:
    """A size of the API that was set; "" for none."""
    return "" if size is None else size_text(int(size))


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
    return text if now is None else f"{text}, {age(now - seconds)} ago"


def command_line(words: list[str]) -> str:
    """Words as a shell would take them."""
    return shlex.join(words)


def yes(flag: bool) -> str:
    """ "yes", or nothing: what is not so takes no line."""
    return "yes" if flag else ""
