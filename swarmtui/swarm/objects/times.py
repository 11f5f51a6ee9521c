"""Times as the Engine API writes them."""

from __future__ import annotations

from datetime import datetime

__all__ = ["seconds_of"]


def seconds_of(time: str) -> float | None:
    """An engine's RFC 3339 time in seconds since 1970; None when there is none (Go's zero time counts as none).

    Fractions of a second beyond microseconds are cut.
    """
    if not time or time.startswith("0001-"):
        return None
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:
        return None
