"""Sorting by age."""

from __future__ import annotations

from swarmtui.swarm.objects.times import seconds_of

__all__ = ["age_key"]


def age_key(time: str) -> float | None:
    """Sort key of an engine's time, as its age: the youngest first; None when there is no time."""
    since = seconds_of(time)
    return None if since is None else -since
