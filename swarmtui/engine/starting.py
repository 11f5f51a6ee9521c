"""While the first screen is made, threads that can wait do: Python runs one thread at a time."""

from __future__ import annotations

import threading

__all__ = ["hold", "release", "wait"]

LONGEST_HOLD = 3.0
"""Seconds after which nobody waits any more, whatever the screen does."""

_stands = threading.Event()
_stands.set()  # where no screen is made, nobody waits


def hold() -> None:
    """The first screen is being made."""
    _stands.clear()


def release() -> None:
    """It stands; or something is needed at once."""
    _stands.set()


def wait() -> None:
    """Wait until it stands."""
    _stands.wait(LONGEST_HOLD)
