"""TableRows: what a live table holds, without drawing any of it. Pure.

The items as the owner gave them; the rows (those that pass the filters, in the order the user chose); where the cursor
is among them; which are marked. It can be tested without a terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, cast

from swarmtui.ui.kit.tables.columns import Column
from swarmtui.ui.kit.tables.rows import Filter, SearchTexts, index_of, matching, ordered, survivor

__all__ = ["TableRows"]

T = TypeVar("T")
C = TypeVar("C")


class TableRows(Generic[T, C]):
    """The rows of a table, its cursor and its marks.

    Attributes:
        items: all of them, as the owner gave them.
        rows: those that are shown, in their order.
        context: what cells are made with.
        cursor: the row the cursor is on; -1 when there is none.
        home: the key of the item that the cursor belongs to: the one that the user moved it to, or did something with.
            While that item is hidden the cursor stands on a neighbour, and returns as soon as it is shown again.
        marks: the keys of marked items, hidden ones included.
        sorted_by: the column that the user sorts by; None for the owner's order.
        descending: whether that is the other way round.
        filter: what the user typed.
        predicate: what else hides rows.
        leaders: puts some rows before the others, whatever they are sorted by.
    """

    def __init__(
        self,
        columns: Sequence[Column[T, C]],
        key: Callable[[T], str],
        instead: Callable[[T], str | None] | None = None,
    ) -> None:
        """
        Args:
            instead: the key of the item that takes the place of one that is hidden or gone, where there is such a one;
                else the nearest neighbour does.
        """
        self.key = key
        self.instead = instead
        self.items: Sequence[T] = ()
        self.rows: Sequence[T] = ()
        self.context = cast(C, None)  # there are no items yet to make cells of
        self.cursor = -1
        self.home: str | None = None
        self.marks: set[str] = set()
        self.sorted_by: Column[T, C] | None = None
        self.descending = False
        self.filter = Filter()
        self.predicate: Callable[[T, C], bool] | None = None
        self.leaders: Callable[[Sequence[T], C], Sequence[T]] | None = None
        self._texts = SearchTexts(columns)

    @property
    def as_given(self) -> bool:
        """Whether the rows are the items, neither filtered nor sorted."""
        plain = self.predicate is None and self.leaders is None
        return plain and self.sorted_by is None and self.filter.pattern is None

    @property
    def cursor_key(self) -> str | None:
        return self.key(self.rows[self.cursor]) if self.cursor >= 0 else None

    def clear(self) -> None:
        """Forget everything about the items; keep how to sort and filter."""
        self.items = self.rows = ()
        self.cursor = -1
        self.home = None
        self.marks = set()
        self._texts.clear()

    def search_in(self, columns: Sequence[Column[T, C]]) -> None:
        """The filter looks at these from now on."""
        self._texts = SearchTexts(columns)

    def arrange(self, items: Sequence[T], context: C, *, renew: bool = True) -> None:
        """Take these items, and find out again which rows there are and where the cursor is.

        The cursor stays on its item (`home`). While that is gone or hidden, it stands on one neighbour.

        Args:
            renew: whether items or context differ from the last ones; else only order and filter do.
        """
        before, key = self.rows, self.cursor_key
        changed = items is not self.items
        self.items, self.context = items, context
        self.rows = self._arranged(items, context, renew)
        if self.rows is not before:
            self.cursor = self._settled(before, key)
        if self.marks and changed:
            self.marks &= {self.key(item) for item in items}

    def take(self) -> None:
        """The user has chosen the item under the cursor: from now on the cursor belongs to it."""
        self.home = self.cursor_key

    def _settled(self, before: Sequence[T], key: str | None) -> int:
        """Where the cursor goes that was on `key` among other rows."""
        if not self.rows:
            return -1
        for wanted in dict.fromkeys((self.home, key)):
            place = None if wanted is None else self.place_of(wanted, self.cursor)
            if place is not None:
                return place
        if key is None:
            return 0
        other = self.instead(before[self.cursor]) if self.instead is not None else None
        place = None if other is None else self.place_of(other, self.cursor)
        if place is None:
            place = survivor(before, self.rows, self.key, self.cursor)
        return -1 if place is None else place

    def _arranged(self, items: Sequence[T], context: C, renew: bool) -> Sequence[T]:
        rows = items
        if (predicate := self.predicate) is not None:
            rows = [item for item in rows if predicate(item, context)]
        if self.filter.pattern is not None:
            rows = matching(rows, self._texts.of(rows, context, renew=renew), self.filter)
        else:
            self._texts.clear()
        column = self.sorted_by
        if column is not None and (sort_key := column.sort_key) is not None:
            rows = ordered(rows, lambda item: sort_key(item, context), descending=self.descending)
        return rows if self.leaders is None else self.leaders(rows, context)

    def place_of(self, key: str, near: int = 0) -> int | None:
        """Which row shows the item with this key; None when none does."""
        return index_of(self.rows, self.key, key, near)

    # -------------------------------------------------------------------------------------------- marks

    def toggle_mark(self, row: int) -> None:
        self.marks ^= {self.key(self.rows[row])}

    def toggle_all(self) -> None:
        """Mark every row that is shown; when all of them are marked, none at all."""
        shown = {self.key(item) for item in self.rows}
        self.marks = set() if shown <= self.marks else self.marks | shown

    def marked(self) -> list[T]:
        """The marked items, in the owner's order."""
        return [item for item in self.items if self.key(item) in self.marks]
