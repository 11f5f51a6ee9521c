"""What a pane does with rows that are unhealthy: it shows them among the others, alone, or first."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from enum import Enum
from typing import Generic, TypeVar

from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.panes.view import View

__all__ = ["Unhealthy", "UnhealthyFirst", "place_unhealthy"]

Item = TypeVar("Item")

LINGER = 15.0
"""Seconds that a row stays first after it is well again: what changes to and fro must not jump to and fro."""


class Unhealthy(Enum):
    """Where unhealthy rows are; the value is the setting's."""

    MIXED = "mixed"
    ONLY = "only"
    FIRST = "first"

    @property
    def words(self) -> str:
        """What stands in a pane's title."""
        return {"mixed": "", "only": "only unhealthy", "first": "unhealthy first"}[self.value]

    def next(self, start: Unhealthy) -> Unhealthy:
        """What the key changes it to. One press at the start shows only them: what somebody on call wants at once."""
        ring = [start, *(each for each in (Unhealthy.ONLY, Unhealthy.FIRST, Unhealthy.MIXED) if each is not start)]
        return ring[(ring.index(self) + 1) % len(ring)]

    @property
    def hides(self) -> bool:
        """Whether there are rows that are not shown."""
        return self is Unhealthy.ONLY


class UnhealthyFirst(Generic[Item]):
    """Puts the unhealthy rows before the others. Both stay in the order that they have.

    Args:
        is_unhealthy: whether a row asks for attention.
        group_of: what stays together: of a task's row its slot.
    """

    def __init__(self, is_unhealthy: Callable[[Item, View], bool], group_of: Callable[[Item], Hashable]) -> None:
        self._is_unhealthy = is_unhealthy
        self._group_of = group_of
        self._until: dict[Hashable, float] = {}

    def __call__(self, rows: Sequence[Item], view: View) -> Sequence[Item]:
        unhealthy, group_of, now = self._is_unhealthy, self._group_of, view.now
        lingering = {group: until for group, until in self._until.items() if until > now}
        leading = lingering | {group_of(row): now + LINGER for row in rows if unhealthy(row, view)}
        self._until = leading
        if not leading:
            return rows
        return [
            *(row for row in rows if group_of(row) in leading),
            *(row for row in rows if group_of(row) not in leading),
        ]


def place_unhealthy(
    table: LiveTable[Item, View],
    where: Unhealthy,
    is_unhealthy: Callable[[Item, View], bool],
    group_of: Callable[[Item], Hashable],
) -> None:
    """Have the unhealthy rows of a table there. The cursor stays on its item; else it begins at the top."""
    table.no_match_text = "nothing unhealthy here" if where.hides else "nothing matches the filter"
    first = UnhealthyFirst(is_unhealthy, group_of) if where is Unhealthy.FIRST else None
    table.set_predicate(is_unhealthy if where.hides else None, leaders=first)
    if first is not None:
        table.stand_at_top()
