"""DrawnTable: how the rows of a table come to stand on the screen. Which rows there are is the subclass's business."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Generic, TypeVar

from rich.style import Style

from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.lines import BLANK, Line, Tone
from swarmtui.ui.kit.tables.table_drawing import TableDrawing
from swarmtui.ui.kit.tables.table_keys import TableKeys
from swarmtui.ui.kit.tables.table_rows import TableRows
from swarmtui.ui.kit.tables.table_style import tone_style

__all__ = ["DrawnTable"]

T = TypeVar("T")
C = TypeVar("C")

CURSOR_SIGN = "▌"
BLURRED_SIGN = "│"
MARK_SIGN = "✓"

# Seconds between two looks at whether columns have become too wide for what is in them.
MEASURED_EVERY = 60.0

# What is said when there are no rows stands on the last of these.
MESSAGE_LINES = 2


class DrawnTable(TableKeys, Generic[T, C]):
    """A table of T whose rows, columns, cursor and marks are drawn, and what is said where there are no rows.

    Attributes:
        columns: from left to right.
        loading_text: what to say before the first `show`.
        empty_text: what to say when there are no items.
        no_match_text: what to say when there are items and none passes the filter.
    """

    loading_text: str
    empty_text: str
    no_match_text: str

    def __init__(
        self,
        columns: Sequence[Column[T, C]],
        key: Callable[[T], str],
        instead: Callable[[T], str | None] | None,
        *,
        name: str | None,
        id: str | None,
        classes: str | None,
        disabled: bool,
    ) -> None:
        """Make a table that says it is loading; see LiveTable for `key` and `instead`."""
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self.columns = tuple(columns)
        self._data = TableRows(self.columns, key, instead)
        self._drawing = TableDrawing(self.columns)
        self._loaded = False
        self._greyed = False
        self._page_before = 1
        self._measured_at = 0.0

    def set_columns(self, columns: Sequence[Column[T, C]]) -> None:
        """Show other columns; to be called before anything is shown."""
        self.columns = tuple(columns)
        self._data = TableRows(self.columns, self._data.key, self._data.instead)
        self._drawing = TableDrawing(self.columns)

    def texts(self, rows: Sequence[T]) -> list[tuple[str, ...]]:
        """What the cells of these rows say, all columns, as it came: not made fit for a terminal."""
        context = self._data.context
        return [tuple(_text(column.cell(item, context)) for column in self.columns) for item in rows]

    @property
    def fits(self) -> bool:
        return self._drawing.layout.width <= self._room

    @property
    def _room(self) -> int:
        """The cells of a line. The scroll bar covers the last one; a filter that shortens the table moves no column."""
        return self.size.width - (1 if len(self._data.items) > self.page else 0)

    # ------------------------------------------------------------------------------------------- widths

    def _lay_out(self, *, anew: bool = False) -> bool:
        changed = self._drawing.lay_out(self._room, 2 if self._data.marks else 1, anew=anew)
        width = self._drawing.layout.width
        # A layout that fits must not bring a horizontal scroll bar when the vertical one takes its last cell.
        self.set_extent(width if width > self._room else 0, len(self._data.rows) or MESSAGE_LINES)
        return changed

    def _measure_content(self) -> None:
        """Find out how wide the content is now: of all items, for a filter is not a reason to move columns."""
        data = self._data
        self._drawing.measure(data.items, data.context, data.sorted_by)
        self._measured_at = monotonic()

    def _long_ago(self) -> bool:
        return monotonic() - self._measured_at > MEASURED_EVERY

    # ------------------------------------------------------------------------------------------- drawing

    @property
    def greyed(self) -> bool:
        """Whether the rows are drawn as old news: the connection is lost."""
        return self._greyed

    @greyed.setter
    def greyed(self, greyed: bool) -> None:
        if greyed != self._greyed:
            self._greyed = greyed
            self.redraw()

    def redraw(self) -> bool:
        differs = super().redraw()
        if self._drawing.outgrown and not self._holding and self._lay_out():
            differs |= super().redraw()
        return differs

    def line_at(self, y: int, top: int) -> Line:
        data = self._data
        if y < self.header_height:
            return self._drawing.header(data.sorted_by, data.descending)
        row = y - self.header_height + top
        if not data.rows:
            return self._drawing.message(self._why_empty(), self.size.width) if row == MESSAGE_LINES - 1 else BLANK
        if row >= len(data.rows):
            return BLANK
        kind, sign = "stale" if self._greyed else "", ""
        if row == data.cursor:
            kind, sign = ("cursor", CURSOR_SIGN) if self.has_focus else ("blurred", BLURRED_SIGN)
        item = data.rows[row]
        if data.marks and data.key(item) in data.marks:
            sign = (sign or " ") + MARK_SIGN
        highlight = None if data.filter.excludes else data.filter.pattern
        return self._drawing.row(item, data.context, kind, sign, highlight)

    def _why_empty(self) -> str:
        if not self._loaded:
            return self.loading_text
        return self.no_match_text if self._data.items else self.empty_text

    def style_of_tone(self, tone: Tone) -> Style:
        return tone_style(self, tone)

    def on_resize(self) -> None:
        cursor, in_sight = self._data.cursor, range(self.top, self.top + self._page_before)
        self._page_before = self.page
        self._measure_content()
        with self.one_redraw():
            self._lay_out(anew=True)
        if cursor in in_sight:
            self.scroll_line_into_view(cursor)
        self.forget_drawn()


def _text(cell: Cell | str) -> str:
    return cell.text if isinstance(cell, Cell) else cell
