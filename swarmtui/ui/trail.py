"""Trail: the way that somebody came by jumps, so that escape leads back along it."""

from __future__ import annotations

from dataclasses import dataclass

from swarmtui.ui.panes.narrowing import Narrowing

__all__ = ["Spot", "Trail"]

LONGEST = 50


@dataclass(frozen=True)
class Spot:
    """Where somebody was before a jump.

    Attributes:
        pane_id: the pane that had the keys.
        key: the row under its cursor; None when there was none.
        narrowing: which of the services were shown; None for all.
    """

    pane_id: str
    key: str | None
    narrowing: Narrowing | None = None


class Trail:
    """The spots that were left by jumps, the newest last."""

    def __init__(self) -> None:
        self._spots: list[Spot] = []

    def leave(self, spot: Spot) -> None:
        """A jump begins at a spot."""
        if self._spots[-1:] != [spot]:
            self._spots = [*self._spots, spot][-LONGEST:]

    def back(self) -> Spot | None:
        """Where the last jump began, which is forgotten by this; None when there was none."""
        return self._spots.pop() if self._spots else None

    def forget(self) -> None:
        """Somebody went elsewhere by themselves: escape leads no longer back along the jumps."""
        self._spots.clear()
