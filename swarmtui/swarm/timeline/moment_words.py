"""Moments of the time line in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

__all__ = ["clock", "whole_moment"]


def clock(at: float, now: float, zone: tzinfo | None = None) -> str:
    """ "03:12:05" of today, "Nov 28 03:12" of another day, "2025-11-28" of another year.

    Args:
        at, now: seconds since 1970.
        zone: the machine's own where none is given.
    """
    then, today = _local(at, zone), _local(now, zone)
    if then.date() == today.date():
        return f"{then:%H:%M:%S}"
    return f"{then:%b %d %H:%M}" if then.year == today.year else f"{then:%Y-%m-%d}"


def whole_moment(at: float, zone: tzinfo | None = None) -> str:
    """ "2026-11-28 03:12:05 UTC", by the machine's own zone where none is given."""
    then = _local(at, zone)
    return f"{then:%Y-%m-%d %H:%M:%S} {then.tzname() or ''}".rstrip()


def _local(at: float, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(at, zone) if zone is not None else datetime.fromtimestamp(at).astimezone()
