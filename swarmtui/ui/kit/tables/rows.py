"""Which items a table shows, in which order, and where one of them went. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any, Generic, TypeVar

import msgspec

from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.texts.text import visible

__all__ = ["Filter", "SearchTexts", "index_of", "matching", "ordered", "parse_filter", "survivor"]

T = TypeVar("T")
C = TypeVar("C")

# Beyond this many items, a search text made for the same item is not made again each time, only this many of them.
RENEWED_TEXTS = 1_500

# How many rows up and down count as near.
NEAR = 32


class Filter(msgspec.Struct, frozen=True):
    """What the user typed to see fewer rows.

    Attributes:
        text: as typed.
        pattern: what a row must hold, or must not; None lets every row pass.
        excludes: whether rows with the pattern go.
        problem: why the text is not a regular expression and was taken literally; "" when it is one.
    """

    text: str = ""
    pattern: re.Pattern[str] | None = None
    excludes: bool = False
    problem: str = ""


def parse_filter(text: str) -> Filter:
    """Read a filter: a regular expression in any case of letters, `!` before it to exclude.

    It is for a text of several columns, each on a line of its own. `^` and `$` are the ends of a column; without them
    `.` passes from one column to the next: "web.*failed".
    """
    excludes = text.startswith("!")
    wanted = text[1:] if excludes else text
    if not wanted:
        return Filter(text)
    anchored = "^" in wanted or "$" in wanted
    flags = re.IGNORECASE | re.MULTILINE | (re.NOFLAG if anchored else re.DOTALL)
    try:
        return Filter(text, re.compile(wanted, flags), excludes)
    except (re.error, OverflowError, RecursionError) as error:
        return Filter(text, re.compile(re.escape(wanted), re.IGNORECASE), excludes, f"taken literally: {error}")


class SearchTexts(Generic[T, C]):
    """The text of each item that a filter looks at, a line for each column, kept while items stay the same objects.

    A text depends on the context as well, so texts are made again as time goes by: all of them each time in a table of
    usual size, some of them each time in a huge one.
    """

    def __init__(self, columns: Sequence[Column[T, C]]) -> None:
        self._sources = [column.search or column.cell for column in columns if column.searchable or column.search]
        self._texts: dict[int, tuple[T, str]] = {}
        self._next = 0

    def clear(self) -> None:
        self._texts.clear()

    def of(self, items: Sequence[T], context: C, *, renew: bool) -> list[str]:
        """The texts of these items, in their order.

        Args:
            renew: whether the context is another one than last time.
        """
        known = self._texts
        first, last = self._renewed(len(items)) if renew else (0, 0)
        fresh: dict[int, tuple[T, str]] = {}
        texts: list[str] = []
        for position, item in enumerate(items):
            entry = known.get(id(item))
            if entry is None or entry[0] is not item or first <= position < last:
                entry = (item, self._text(item, context))
            fresh[id(item)] = entry
            texts.append(entry[1])
        self._texts = fresh
        return texts

    def _renewed(self, count: int) -> tuple[int, int]:
        if count <= RENEWED_TEXTS or self._next >= count:
            self._next = 0
        first, self._next = self._next, self._next + RENEWED_TEXTS
        return first, self._next

    def _text(self, item: T, context: C) -> str:
        cells = [source(item, context) for source in self._sources]
        parts = [cell.text if isinstance(cell, Cell) else cell for cell in cells]
        text = "".join(parts)
        if not (text.isascii() and text.isprintable()):
            parts = [visible(part) for part in parts]
        return "\n".join(parts)


def matching(items: Sequence[T], texts: Iterable[str], wanted: Filter) -> list[T]:
    """The items whose text passes the filter."""
    if wanted.pattern is None:
        return list(items)
    search = wanted.pattern.search
    if wanted.excludes:
        return [item for item, text in zip(items, texts, strict=True) if not search(text)]
    return [item for item, text in zip(items, texts, strict=True) if search(text)]


def ordered(items: Sequence[T], values: Callable[[T], Any], *, descending: bool) -> list[T]:
    """Sort items by a value, those without one (None) last. Equal ones keep their order, in both directions.

    Values that cannot be compared with each other are sorted by the name of their type first.
    """
    keys = [values(item) for item in items]
    valued = [position for position, key in enumerate(keys) if key is not None]
    try:
        valued.sort(key=keys.__getitem__, reverse=descending)
    except TypeError:
        valued.sort(key=lambda position: _comparable(keys[position]), reverse=descending)
    result = [items[position] for position in valued]
    if len(valued) < len(keys):
        result += [item for item, key in zip(items, keys, strict=True) if key is None]
    return result


def _comparable(value: object) -> tuple[str, Any]:
    if isinstance(value, bool | int | float):
        return ("", float(value))
    if isinstance(value, str):
        return ("str", value)
    return (type(value).__name__, repr(value))


def index_of(items: Sequence[T], key: Callable[[T], str], wanted: str, near: int) -> int | None:
    """Where the item with this key is.

    Args:
        near: where it was; there and around it is looked first.
    """
    found = _index_near(items, key, wanted, near)
    if found is not None:
        return found
    for position, other in enumerate(map(key, items)):
        if other == wanted:
            return position
    return None


def _index_near(items: Sequence[T], key: Callable[[T], str], wanted: str, near: int) -> int | None:
    count = len(items)
    if not count:
        return None
    near = min(max(near, 0), count - 1)
    for position in chain((near,), range(max(0, near - NEAR), min(count, near + NEAR))):
        if key(items[position]) == wanted:
            return position
    return None


def survivor(before: Sequence[T], after: Sequence[T], key: Callable[[T], str], position: int) -> int | None:
    """Where the nearest neighbour of a row went that is no longer there.

    Args:
        before: the rows while it was there.
        after: the rows now.
        position: where it was in `before`.

    Returns:
        The place, in `after`, of the first row after it that is still there, else of the nearest one before it; the
        same place when none is left of them; None when `after` is empty.
    """
    if not after:
        return None
    first = position + 1 if position + 1 < len(before) else position - 1
    if first >= 0:
        nearest = _index_near(after, key, key(before[first]), position)
        if nearest is not None:
            return nearest
    places = dict(zip(map(key, after), range(len(after)), strict=True))
    for neighbour in chain(range(position + 1, len(before)), range(position - 1, -1, -1)):
        place = places.get(key(before[neighbour]))
        if place is not None:
            return place
    return min(position, len(after) - 1)
