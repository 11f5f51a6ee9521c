"""What a table's columns are, and how they share its width. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from swarmtui.ui.text import Align

__all__ = ["Cell", "Column", "Layout", "Placed", "lay_out"]

T = TypeVar("T")
C = TypeVar("C")

# Cells between two columns. The narrow one is taken when columns would have to go otherwise.
GAP = 2
NARROW_GAP = 1

# How narrow a column with longer content may get that does not say so itself.
NARROWEST = 12


class Cell(NamedTuple):
    """What one column shows of one item.

    Attributes:
        text: plain text, never markup; it may come from outside as it is.
        tone: what it means: "good", "bad", "warn", "dim", "accent", or "" for ordinary text.
    """

    text: str
    tone: str = ""


@dataclass(frozen=True)
class Column(Generic[T, C]):
    """One column of a table of T, drawn with the help of a context C (the cluster, the time, …).

    Attributes:
        id: names the column in code and in the user's configuration.
        title: what the header shows.
        cell: makes the cell of one item. Pure and quick: it is called for every line in sight, several times a second.
        sort_key: what to sort by; None means that the user cannot sort by this column. It may return None: such items
            come last.
        search: what the filter looks at, where that is not the cell's text.
        searchable: whether the filter looks at this column. Say no for ages and bars.
        min_width: cells it may be squeezed to; by default 12, or its title's width. Give columns whose content grows
            and shrinks all the time (ages) room for it here: a column that grows moves all those right of it.
        max_width: cells it never exceeds; None for no limit.
        weight: its share of the width that is left when all columns have what they need; 0 for none.
        priority: the columns with the lowest go first when the table is too narrow; those that are equal go from
            right to left.
        align: where the text stands; numbers go right.
    """

    id: str
    title: str
    cell: Callable[[T, C], Cell | str]
    sort_key: Callable[[T, C], Any] | None = None
    search: Callable[[T, C], str] | None = None
    searchable: bool = True
    min_width: int | None = None
    max_width: int | None = None
    weight: int = 0
    priority: int = 0
    align: Align = field(default="left")

    @property
    def floor(self) -> int:
        """The fewest cells this column is readable with."""
        if self.min_width is not None:
            return self.min_width
        return max(NARROWEST, len(self.title))

    def wanted(self, content: int) -> int:
        """The cells this column would like to have for content that is `content` cells wide."""
        wanted = max(content, self.min_width or 1)
        return wanted if self.max_width is None else min(wanted, self.max_width)


class Placed(NamedTuple):
    """A column with its place.

    Attributes:
        column: which column, as the owner gave them.
        x: its first cell.
        width: its cells, without the gap after it.
    """

    column: int
    x: int
    width: int


class Layout(NamedTuple):
    """Where each column stands that is shown.

    Attributes:
        placed: from left to right.
        width: all of them together, the gutter before them included.
    """

    placed: tuple[Placed, ...] = ()
    width: int = 0


def lay_out(columns: Sequence[Column[Any, Any]], content: Sequence[int], available: int, gutter: int = 0) -> Layout:
    """Share the width of a table among its columns.

    Columns with the lowest priority are dropped until the rest can have their least width. The rest gets what its
    content wants as far as that goes, first the columns without a weight, by priority; what is left goes to the
    columns with a weight.

    Args:
        columns: from left to right.
        content: the width of each one's content, title included, in cells.
        available: the width of the table in cells.
        gutter: cells kept free before the first column.

    Returns:
        A layout that fits, unless the last column alone is too wide.
    """
    room = available - gutter
    shown, gap = _fitting(columns, content, room, GAP), GAP
    if len(shown) < len(columns):
        tighter = _fitting(columns, content, room, NARROW_GAP)
        if len(tighter) > len(shown):
            shown, gap = tighter, NARROW_GAP
    widths = _widths(columns, content, shown, room - gap * (len(shown) - 1))
    placed: list[Placed] = []
    x = gutter
    for index in shown:
        placed.append(Placed(index, x, widths[index]))
        x += widths[index] + gap
    return Layout(tuple(placed), x - gap if placed else gutter)


def _least(column: Column[Any, Any], content: int) -> int:
    return min(column.wanted(content), column.floor)


def _fitting(columns: Sequence[Column[Any, Any]], content: Sequence[int], room: int, gap: int) -> list[int]:
    """Which columns can be shown side by side, each with its least width; at least one."""
    shown = list(range(len(columns)))
    needed = sum(_least(columns[index], content[index]) + gap for index in shown) - gap
    while needed > room and len(shown) > 1:
        goes = min(shown, key=lambda index: (columns[index].priority, -index))
        shown.remove(goes)
        needed -= _least(columns[goes], content[goes]) + gap
    return shown


def _widths(columns: Sequence[Column[Any, Any]], content: Sequence[int], shown: list[int], room: int) -> dict[int, int]:
    widths = {index: _least(columns[index], content[index]) for index in shown}
    left = room - sum(widths.values())
    elastic = [index for index in shown if columns[index].weight > 0]
    rigid = [index for index in shown if columns[index].weight <= 0]
    for index in sorted(rigid, key=lambda index: -columns[index].priority):
        more = max(0, min(columns[index].wanted(content[index]) - widths[index], left))
        widths[index] += more
        left -= more
    left = _share(columns, widths, elastic, left, {i: columns[i].wanted(content[i]) for i in elastic})
    _share(columns, widths, elastic, left, {i: columns[i].max_width for i in elastic})
    return widths


def _share(
    columns: Sequence[Column[Any, Any]],
    widths: dict[int, int],
    elastic: Sequence[int],
    left: int,
    limits: dict[int, int | None],
) -> int:
    """Give `left` cells to the columns by their weights, none beyond its limit; return what nobody could take."""
    while left > 0:
        hungry = [i for i in elastic if (limit := limits[i]) is None or widths[i] < limit]
        if not hungry:
            break
        total = sum(columns[i].weight for i in hungry)
        given = 0
        for i in hungry:
            limit = limits[i]
            share = min(max(1, left * columns[i].weight // total), left - given)
            if limit is not None:
                share = min(share, limit - widths[i])
            widths[i] += share
            given += share
        left -= given
    return left
