"""Times as the engine writes them: RFC 3339 with nanoseconds, UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

NEVER = "0001-01-01T00:00:00Z"


@lru_cache(maxsize=65536)
def _whole(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def iso(when: float) -> str:
    """A unix time as the engine writes it."""
    seconds = int(when)
    nanos = int((when - seconds) * 1e9)
    if not nanos:
        return _whole(seconds) + "Z"
    return f"{_whole(seconds)}.{nanos:09d}".rstrip("0") + "Z"
