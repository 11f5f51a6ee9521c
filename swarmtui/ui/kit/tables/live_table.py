"""LiveTable: a table of things that come, change and go while one looks at them.

The owner hands over a whole new sequence of items each time something may have changed; the table finds out what that
means for the lines in sight, and writes only the cells that differ. The cursor belongs to an item, not to a line.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias, TypeVar

from swarmtui.ui.kit.tables import table_messages
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.drawn_table import DrawnTable
from swarmtui.ui.kit.tables.rows import index_of, parse_filter
from swarmtui.ui.kit.tables.table_drawing import TableDrawing
from swarmtui.ui.kit.tables.table_style import TABLE_CLASSES, TABLE_CSS

__all__ = ["Cell", "Column", "LiveTable"]

T = TypeVar("T")
C = TypeVar("C")


class LiveTable(DrawnTable[T, C]):
    """A table of T, drawn with the help of a context C.

    Attributes:
        columns: from left to right.
        markable: whether the user can mark rows.
        loading_text: what to say before the first `show`.
        empty_text: what to say when there are no items.
        no_match_text: what to say when there are items and none passes the filter.
    """

    COMPONENT_CLASSES = TABLE_CLASSES
    DEFAULT_CSS = TABLE_CSS

    TableMessage: TypeAlias = table_messages.TableMessage
    Cause: TypeAlias = table_messages.Cause
    CursorMoved: TypeAlias = table_messages.CursorMoved
    Activated: TypeAlias = table_messages.Activated
    MarksChanged: TypeAlias = table_messages.MarksChanged
    Sorted: TypeAlias = table_messages.Sorted

    def __init__(
        self,
        columns: Sequence[Column[T, C]],
        key: Callable[[T], str],
        *,
        instead: Callable[[T], str | None] | None = None,
        markable: bool = False,
        loading_text: str = "loading…",
        empty_text: str = "nothing here",
        no_match_text: str = "nothing matches the filter",
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
        disabled: bool = False,
    ) -> None:
        """Make a table that says it is loading until it is shown something.

        Args:
            key: an item's key: the same for the same thing in every snapshot, another one for every other thing.
            instead: the key of what the cursor goes to when an item is hidden or gone; by default to the neighbour.
        """
        super().__init__(columns, key, instead, name=name, id=id, classes=classes, disabled=disabled)
        self.markable = markable
        self.loading_text = loading_text
        self.empty_text = empty_text
        self.no_match_text = no_match_text
        self._subject: object = None

    # ------------------------------------------------------------------------------------- what is shown

    def show(self, items: Sequence[T], context: C, *, subject: object = None) -> None:
        """Show a new snapshot. The very same sequence and context as last time cost nothing.

        The cursor stays on its item and, as far as possible, on its line of the screen. While its item is not shown, it
        stands on another; it returns unless the user has moved it meanwhile, or has done something there (`take`).

        Args:
            items: all items, in the order to show them in as long as the user has not chosen another; it must not be
                changed afterwards.
            context: what the columns' functions are given besides an item; the same object means that nothing in it has
                changed.
            subject: what the list is about, for instance the ID of the service whose tasks these are. With another
                subject than before, everything starts at the top again.
        """
        data = self._data
        restart = not self._loaded or subject != self._subject
        if not restart and items is data.items and context is data.context:
            return
        if not restart and items is data.items and data.as_given:
            self.tick(context)
            return
        self._subject, self._loaded = subject, True
        if restart:
            had, data.cursor = data.cursor_key, -1
            data.clear()
            self._arrange(items, context, "owner", measure=True, had=had)
        else:
            self._arrange(items, context, "rows", measure=not data.items)

    def tick(self, context: C) -> bool:
        """Draw again what has changed in sight because of another context only, such as a later time.

        Returns:
            Whether anything has.
        """
        self._data.context = context
        return self.redraw()

    def _arrange(
        self,
        items: Sequence[T],
        context: C,
        cause: table_messages.Cause,
        *,
        measure: bool = False,
        had: str | None = None,
    ) -> None:
        """Find out which rows there are now, keep cursor and scroll position, draw what differs."""
        if not self._loaded:
            return
        data, top = self._data, self.top
        rows, cursor, key = data.rows, data.cursor, data.cursor_key or had
        marks = len(data.marks)
        data.arrange(items, context, renew=cause != "filter")
        with self.one_redraw():
            self._drawing.sort_by(data.sorted_by)
            if measure or self._long_ago():
                self._measure_content()
            self._lay_out()
            self._keep_place(rows, cursor, top)
        if data.cursor_key != key:
            self.post_message(self.CursorMoved(self, data.cursor_key, cause))
        if len(data.marks) != marks:
            self.post_message(self.MarksChanged(self))

    def _keep_place(self, before: Sequence[T], cursor: int, top: int) -> None:
        """Scroll so that the row the user looks at stays on its line of the screen.

        Args:
            before: the rows as they were.
            cursor: the one the cursor was on.
            top: the first one in sight.
        """
        data = self._data
        if not self.is_attached or data.rows is before or not data.rows:
            return
        if not before or cursor < 0:
            self.jump(data.cursor)
        elif top <= cursor < top + self.page:
            self.jump(data.cursor - (cursor - top))
        elif top < len(before):
            place = index_of(data.rows, data.key, data.key(before[top]), top)
            self.jump(top if place is None else place)

    def change_columns(self, columns: Sequence[Column[T, C]]) -> None:
        """Show other columns from now on; rows, cursor and marks stay, and so does the order where its column does."""
        data = self._data
        self.columns = tuple(columns)
        data.search_in(self.columns)
        self._drawing = TableDrawing(self.columns)
        if data.sorted_by is not None and data.sorted_by not in self.columns:
            data.sorted_by, data.descending = None, False
        self.forget_drawn()
        self._arrange(data.items, data.context, "owner", measure=True)

    @property
    def shown_count(self) -> int:
        """How many rows there are."""
        return len(self._data.rows)

    @property
    def total_count(self) -> int:
        """How many items there are, hidden ones included."""
        return len(self._data.items)

    def width_of(self, column_id: str) -> int:
        """The cells that a column has; 0 for one that is not shown."""
        placed = self._drawing.layout.placed
        return next((place.width for place in placed if self.columns[place.column].id == column_id), 0)

    # ---------------------------------------------------------------------------------- order and filter

    @property
    def sorting(self) -> tuple[str, bool] | None:
        """The column's ID that is sorted by and whether descending; None for the owner's order."""
        column = self._data.sorted_by
        return None if column is None else (column.id, self._data.descending)

    def sort_by(self, column_id: str | None, *, descending: bool = False) -> None:
        """Sort by a column; None, or a column that cannot be sorted by, is the owner's order."""
        data = self._data
        wanted = next((c for c in self.columns if c.id == column_id and c.sort_key is not None), None)
        if (wanted, descending) != (data.sorted_by, data.descending):
            data.sorted_by, data.descending = wanted, descending
            self._arrange(data.items, data.context, "filter")

    @property
    def filter_text(self) -> str:
        """The filter as it was typed."""
        return self._data.filter.text

    @property
    def filter_problem(self) -> str:
        """Why the filter is not a regular expression, and is taken literally; "" when it is one."""
        return self._data.filter.problem

    def set_filter(self, text: str) -> None:
        """Show only rows whose text matches a regular expression, in any case of letters; `!` before it excludes them.

        A text that is not a regular expression is looked for as it stands.
        """
        if text != self._data.filter.text:
            self._data.filter = parse_filter(text)
            self._arrange(self._data.items, self._data.context, "filter")

    def set_predicate(
        self,
        predicate: Callable[[T, C], bool] | None,
        *,
        leaders: Callable[[Sequence[T], C], Sequence[T]] | None = None,
    ) -> None:
        """Show only items that this is true of (only what is unhealthy); None shows all.

        Args:
            leaders: puts some of the rows, which are in their order by then, before the others.
        """
        if (predicate, leaders) != (self._data.predicate, self._data.leaders):
            self._data.predicate, self._data.leaders = predicate, leaders
            self._arrange(self._data.items, self._data.context, "filter")

    # ------------------------------------------------------------------------------------ cursor and marks

    @property
    def cursor_item(self) -> T | None:
        """The item the cursor is on; None when there are no rows."""
        return self._data.rows[self._data.cursor] if self._data.cursor >= 0 else None

    @property
    def cursor_key(self) -> str | None:
        """Its key."""
        return self._data.cursor_key

    def move_cursor(self, key: str) -> bool:
        """Put the cursor on an item; return whether there is a row that shows it."""
        place = self._data.place_of(key, self._data.cursor)
        if place is not None:
            self._go(place, "owner")
        return place is not None

    def take(self) -> None:
        """The user has done something with the item under the cursor, so the cursor belongs to it from now on."""
        self._data.take()

    def stand_at_top(self) -> None:
        """Begin at the first row, unless the item that the cursor belongs to is shown."""
        data = self._data
        if data.rows and data.cursor_key != data.home and data.cursor > 0:
            home = data.home
            self._go(0, "filter")
            data.home = home

    def _go(self, row: int, cause: table_messages.Cause) -> None:
        """Move the cursor to a row, or the nearest there is, and have it in sight."""
        data = self._data
        if not data.rows:
            return
        row = max(0, min(row, len(data.rows) - 1))
        moved, data.cursor = row != data.cursor, row
        data.take()
        if self.is_attached:
            with self.one_redraw():
                self.scroll_line_into_view(row)
        if moved:
            self.post_message(self.CursorMoved(self, data.cursor_key, cause))

    @property
    def marks(self) -> frozenset[str]:
        """The keys of the marked items, hidden ones included."""
        return frozenset(self._data.marks)

    def marked_items(self) -> list[T]:
        """The marked items, in the owner's order."""
        return self._data.marked()

    def clear_marks(self) -> None:
        """Mark nothing."""
        if self._data.marks:
            self._data.marks = set()
            self._marks_changed()

    def unmark(self, keys: Collection[str]) -> None:
        """Take the marks off these items."""
        if self._data.marks & set(keys):
            self._data.marks -= set(keys)
            self._marks_changed()

    def _marks_changed(self) -> None:
        with self.one_redraw():
            self._lay_out()  # marks have a cell of their own, while there are any
        self.post_message(self.MarksChanged(self))

    @property
    def rows(self) -> Sequence[T]:
        """The items that are shown, in their order."""
        return self._data.rows

    # ------------------------------------------------------------------------------------------ the user

    @property
    def row_count(self) -> int:
        return len(self._data.rows)

    @property
    def cursor_row(self) -> int:
        return self._data.cursor

    def go_to_row(self, row: int) -> None:
        self._go(row, "user")

    def open_row(self) -> None:
        if (key := self.cursor_key) is not None:
            self.post_message(self.Activated(self, key))

    def mark_row(self) -> None:
        if self._data.cursor >= 0:
            self._data.toggle_mark(self._data.cursor)
            self._marks_changed()
            self._go(self._data.cursor + 1, "user")

    def mark_all_rows(self) -> None:
        if self._data.rows:
            self._data.toggle_all()
            self._marks_changed()

    def sort_next(self) -> None:
        shown = [self.columns[place.column] for place in self._drawing.layout.placed]
        choices = [None, *(column.id for column in shown if column.sort_key is not None)]
        now = self.sorting[0] if self.sorting else None
        self._sort(choices[(choices.index(now) + 1) % len(choices)] if now in choices else None, False)

    def sort_reverse(self) -> None:
        if self.sorting is not None:
            self._sort(self.sorting[0], not self.sorting[1])

    def click_header(self, x: int) -> None:
        column = self._drawing.column_at(x)
        if column is None or column.sort_key is None:
            return
        if self.sorting is None or self.sorting[0] != column.id:
            self._sort(column.id, False)
        elif self.sorting[1]:
            self._sort(None, False)
        else:
            self._sort(column.id, True)

    def _sort(self, column_id: str | None, descending: bool) -> None:
        self.sort_by(column_id, descending=descending)
        self.post_message(self.Sorted(self))
