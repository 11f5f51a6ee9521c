"""What a table's columns are, and how they share its width. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeAlias, TypeVar

from swarmtui.ui.kit.texts.text import Align

__all__ = ["Cell", "Column", "Fields", "Layout", "Placed", "Value", "lack", "lay_out"]

T = TypeVar("T")
C = TypeVar("C")

Value: TypeAlias = str | int | float | bool | Sequence["Value"] | Mapping[str, "Value"] | None
"""What a file may hold: what JSON can say."""

Fields: TypeAlias = Mapping[str, Callable[[T, C], Value]]
"""Values of one item, by name: "id", "created_at"."""

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
        search: what the filter looks at, where that is not the cell's text. What nobody can see must not be found.
        searchable: whether the filter looks at this column. Say no for ages and bars.
        min_width: cells it may be squeezed to; by default 12, or its title's width. Give columns whose content grows
            and shrinks all the time (ages) room for it here: a column that grows moves all those right of it.
        max_width: cells it never exceeds; None for no limit.
        weight: its share of the width that is left when all columns have what they need; 0 for none.
        priority: the columns with the lowest go first when the table is too narrow; those that are equal go from
            right to left.
        align: where the text stands; numbers go right.
        cut: brings a text that is too long to a width; by default its end is cut off.
        reserve: cells that it gets where there is room, though its content does not need them now: for what comes and
            goes, so that the columns beside it stay where they are.
        export: what a file gets in its place, as data, by the names of the fields; by default the cell's text.
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
    cut: Callable[[str, int], str] | None = None
    reserve: int = 0
    export: Fields[T, C] | None = None

    @property
    def floor(self) -> int:
        """The fewest cells this column is readable with."""
        if self.min_width is not None:
            return self.min_width
        return max(NARROWEST, len(self.title))

    @property
    def fields(self) -> Fields[T, C]:
        """What a file gets in its place."""
        return {self.id: self._text} if self.export is None else self.export

    def _text(self, item: T, context: C) -> str:
        cell = self.cell(item, context)
        return cell.text if isinstance(cell, Cell) else cell

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


def lay_out(
    columns: Sequence[Column[Any, Any]],
    content: Sequence[int],
    available: int,
    gutter: int = 0,
    *,
    idle: Collection[int] = (),
) -> Layout:
    """Share the width of a table among its columns.

    Columns with the lowest priority are dropped until the rest can have their least width. The rest gets what its
    content wants as far as that goes, first the columns without a weight, by priority; then what is reserved; what is
    left goes to the columns with a weight.

    Args:
        columns: from left to right.
        content: the width of each one's content, title included, in cells.
        available: the width of the table in cells.
        gutter: cells kept free before the first column.
        idle: columns that say nothing now. They go before one with a higher priority, and without a weight, is cut.

    Returns:
        A layout that fits, unless the last column alone is too wide.
    """
    room = available - gutter
    choice = list(range(len(columns)))
    while True:
        shown, gap = _fitting(columns, content, choice, room, GAP), GAP
        if len(shown) < len(choice):
            tighter = _fitting(columns, content, choice, room, NARROW_GAP)
            if len(tighter) > len(shown):
                shown, gap = tighter, NARROW_GAP
        widths = _widths(columns, content, shown, room - gap * (len(shown) - 1))
        goes = _in_the_way(columns, content, widths, idle)
        if goes is None:
            break
        choice = [index for index in shown if index != goes]
    placed: list[Placed] = []
    x = gutter
    for index in shown:
        placed.append(Placed(index, x, widths[index]))
        x += widths[index] + gap
    return Layout(tuple(placed), x - gap if placed else gutter)


def lack(columns: Sequence[Column[Any, Any]], content: Sequence[int], layout: Layout) -> int:
    """How many cells of content a layout has no room for: what is cut, and all of the columns that are not shown."""
    widths = {place.column: place.width for place in layout.placed}
    return sum(max(0, column.wanted(content[index]) - widths.get(index, -GAP)) for index, column in enumerate(columns))


def _in_the_way(
    columns: Sequence[Column[Any, Any]], content: Sequence[int], widths: dict[int, int], idle: Collection[int]
) -> int | None:
    """A column that says nothing while a more important one is cut."""
    cut = [
        columns[index].priority
        for index, width in widths.items()
        if not columns[index].weight and width < columns[index].wanted(content[index])
    ]
    found = [index for index in widths if index in idle and cut and columns[index].priority < max(cut)]
    return min(found, key=lambda index: columns[index].priority, default=None)


def _least(column: Column[Any, Any], content: int) -> int:
    return min(column.wanted(content), column.floor)


def _fitting(
    columns: Sequence[Column[Any, Any]], content: Sequence[int], choice: Sequence[int], room: int, gap: int
) -> list[int]:
    """Which columns can be shown side by side, each with its least width; at least one."""
    shown = list(choice)
    needed = sum(_least(columns[index], content[index]) + gap for index in shown) - gap
    while needed > room and len(shown) > 1:
        goes = min(shown, key=lambda index: (columns[index].priority, -index))
        shown.remove(goes)
        needed -= _least(columns[goes], content[goes]) + gap
    return shown


def _widths(columns: Sequence[Column[Any, Any]], content: Sequence[int], shown: list[int], room: int) -> dict[int, int]:
    wanted = {index: columns[index].wanted(content[index]) for index in shown}
    widths = {index: min(wanted[index], columns[index].floor) for index in shown}
    left = room - sum(widths.values())
    elastic = [index for index in shown if columns[index].weight > 0]
    rigid = sorted((index for index in shown if columns[index].weight <= 0), key=lambda index: -columns[index].priority)
    left = _fill(widths, rigid, left, wanted)
    left = _share(columns, widths, elastic, left, {i: wanted[i] for i in elastic})
    left = _fill(widths, rigid, left, {i: max(wanted[i], columns[i].reserve) for i in rigid})
    _share(columns, widths, elastic, left, {i: columns[i].max_width for i in elastic})
    return widths


def _fill(widths: dict[int, int], rigid: Sequence[int], left: int, limits: dict[int, int]) -> int:
    """Give `left` cells to columns one after another, each up to its limit; return what is left then."""
    for index in rigid:
        more = max(0, min(limits[index] - widths[index], left))
        widths[index] += more
        left -= more
    return left


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
