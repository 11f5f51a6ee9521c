"""A column that is either readable or not there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from swarmtui.ui.kit.tables.columns import Column

__all__ = ["WholeColumn"]

T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True)
class WholeColumn(Column[T, C]):
    """A column that is squeezed to `enough` cells and no further: it goes before it says nothing any more.

    Unlike `min_width`, this takes no room that short content does not need.

    Attributes:
        enough: cells with which its content can be told apart.
    """

    enough: int = 12

    @property
    def floor(self) -> int:
        return self.enough
