"""JumpHistory: the way that somebody came by jumps, so that escape leads back along it."""

from __future__ import annotations

import msgspec

from swarmtui.ui.navigation.service_filter import ServiceFilter

__all__ = ["JumpHistory", "Location"]

LONGEST = 50


class Location(msgspec.Struct, frozen=True):
    """Where somebody was before a jump.

    Attributes:
        pane_id: the pane that had the keys.
        key: the row under its cursor; None when there was none.
        narrowing: which of the services were shown; None for all.
    """

    pane_id: str
    key: str | None
    narrowing: ServiceFilter | None = None


class JumpHistory:
    """The spots that were left by jumps, the newest last."""

    def __init__(self) -> None:
        self._spots: list[Location] = []

    def leave(self, spot: Location) -> None:
        """A jump begins at a spot."""
        if self._spots[-1:] != [spot]:
            self._spots = [*self._spots, spot][-LONGEST:]

    def back(self) -> Location | None:
        """Where the last jump began, which is forgotten by this; None when there was none."""
        return self._spots.pop() if self._spots else None

    def forget(self) -> None:
        """Somebody went elsewhere by themselves: escape leads no longer back along the jumps."""
        self._spots.clear()
