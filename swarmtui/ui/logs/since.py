"""Since when a log is shown: what can be chosen, and what can be typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.syntax.quantities import read_duration
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.units import duration_text

__all__ = ["EXAMPLES", "SPANS", "TAIL", "Since", "read_since"]


@dataclass(frozen=True)
class Since:
    """Attributes:
    words: for the heading.
    back: seconds before the moment of asking; None for no such limit.
    at: a moment in seconds since 1970, as the lines' times are; None for no such limit.
    tail: the last so many lines of each task; None for all.
    typed: as the user has typed it; "" where it was chosen.
    """

    words: str
    back: float | None = None
    at: float | None = None
    tail: int | None = None
    typed: str = ""

    def request(self, now: float) -> LogRequest:
        """What is asked for at a time by the engine's clock."""
        return LogRequest(self.at if self.back is None else now - self.back, self.tail)


TAIL = Since("the last 500 lines of each task", tail=500)

SPANS: Mapping[str, Since] = {
    "tail": TAIL,
    "5m": Since("the last 5 minutes", back=300.0),
    "1h": Since("the last hour", back=3600.0),
    "1d": Since("the last day", back=86400.0),
    "all": Since("everything"),
}
"""What can be chosen."""

EXAMPLES = "02:40, yesterday 23:10, 2026-11-28 23:10, 90 min"

_DAY = r"(?:(today|yesterday|\d{4}-\d\d-\d\d)[ T]+)?"
_CLOCK = r"(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?"
_TIME = re.compile(_DAY + _CLOCK, re.IGNORECASE | re.ASCII)
_DATE = re.compile(r"today|yesterday|\d{4}-\d\d-\d\d", re.IGNORECASE | re.ASCII)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\S+(?:Z|[+-]\d\d:\d\d)", re.ASCII)


def read_since(text: str, now: float) -> Since:
    """A clock time here, a date, both, one of the engine's own times, or how long ago.

    A clock time alone is the last time that the clock showed it, today or yesterday.

    Args:
        now: in seconds since 1970.

    Raises:
        Unreadable: it is none of these, or in the future; its text is a sentence.
    """
    typed = " ".join(text.split())
    if _STAMP.fullmatch(typed):
        at = seconds_of(typed)
        if at is None:
            raise Unreadable(f"There is no time {typed}.")
        words = f"since {typed}"
    elif found := _TIME.fullmatch(typed):
        day, hour, minute, second = found[1], int(found[2]), int(found[3]), int(found[4] or 0)
        at, words = _at_clock(typed, day, (hour, minute, second), now)
    elif _DATE.fullmatch(typed):
        at, words = _at_clock(typed, typed, (0, 0, 0), now)
    else:
        return _ago(typed)
    if at > now:
        raise Unreadable(f"{typed} is in the future.")
    return Since(words, at=at, typed=typed)


def _at_clock(typed: str, day: str | None, clock: tuple[int, int, int], now: float) -> tuple[float, str]:
    """A moment by the clock here, and the words for it."""
    today = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ006 - local
    hour, minute, second = clock
    try:
        moment = _midnight(day, today).replace(hour=hour, minute=minute, second=second)
        if day is None and moment.timestamp() > now:
            moment -= timedelta(days=1)
        at = moment.timestamp()
    except (ValueError, OverflowError):
        raise Unreadable(f"There is no time {typed}.") from None
    shown = moment.strftime("%H:%M:%S").removesuffix(":00")
    if moment.date() == today.date():
        return at, f"since {shown}"
    if moment.date() == (today - timedelta(days=1)).date():
        return at, f"since yesterday {shown}"
    return at, f"since {moment:%Y-%m-%d} {shown}"


def _midnight(day: str | None, today: datetime) -> datetime:
    word = (day or "today").lower()
    if word == "today":
        return today
    return today - timedelta(days=1) if word == "yesterday" else datetime.fromisoformat(word)


def _ago(typed: str) -> Since:
    try:
        back = read_duration(typed.lower().removesuffix(" ago"))
    except Unreadable:
        raise Unreadable(f"'{typed}' is not a time.") from None
    return Since(f"the last {duration_text(back)}", back=back / 1e9, typed=typed)
