"""A bar of blocks that shows how many replicas of those wanted are running."""

from __future__ import annotations

__all__ = ["replica_bar"]

FULL = "▰"
EMPTY = "▱"


def replica_bar(running: int, desired: int, width: int = 4) -> str:
    """Draw running of desired replicas, `width` cells wide: "▰▰▰▱".

    It is never full unless all that is wanted runs, and shows at least one block when anything runs (a bar of width 1
    has no room for both; it is then empty until full). More than wanted is full; nothing of nothing is empty.
    """
    if running <= 0 or width <= 0:
        filled = 0
    elif running >= desired:
        filled = width
    else:
        nearest = (2 * width * running + desired) // (2 * desired)
        filled = min(max(nearest, 1), width - 1)
    return FULL * filled + EMPTY * (width - filled)
