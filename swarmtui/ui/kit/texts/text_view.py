"""TextView: a text of any length, of which only the lines in sight are made and drawn.

Its lines are items of any kind; a function makes a line of each when it comes in sight. Long lines are broken, or
scrolled to the side. It has a cursor, a selection, and patterns whose hits are marked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar

from rich.style import Style
from textual import events

from swarmtui.ui.kit.tables.lines import BLANK, Line, Span, Tone
from swarmtui.ui.kit.texts.text import cell_width
from swarmtui.ui.kit.texts.text_keys import TextKeys
from swarmtui.ui.kit.texts.text_lines import MATCH, Piece, TextLine, marked, plain, rows_of, width_of

__all__ = ["TextView"]

T = TypeVar("T")

MARGIN = 1
"""Cells at the left, for the sign of the cursor and of the selection."""

MEANINGS = frozenset({"good", "bad", "warn", "dim", "accent", "title", *(f"task{number}" for number in range(6))})
PREFIX = "text-view--"
TEXT_CLASSES = {PREFIX + meaning for meaning in (*MEANINGS, "cursor", "selected", "match")}


class TextView(TextKeys, Generic[T]):
    """A text whose lines are made of items.

    Args:
        line_of: makes the line of an item.
        wrap: whether long lines are broken at first.
        empty_text: what to say while there are no lines.
        cells_of: a quicker way to an item's width than making its line, where there is one; it may be too much.
        searched: the text of an item that a search looks at, where its line's pieces are columns of their own: a line
            for each. By default it is the line's text.
    """

    COMPONENT_CLASSES = TEXT_CLASSES

    DEFAULT_CSS = """
    TextView {
        overflow-y: scroll;
        overflow-x: auto;
        scrollbar-size-horizontal: 0;
        & > .text-view--cursor { background: $boost; }
        & > .text-view--selected { background: $block-cursor-blurred-background; }
        & > .text-view--match { text-style: reverse; }
        & > .text-view--good { color: $text-success; }
        & > .text-view--bad { color: $text-error; }
        & > .text-view--warn { color: $text-warning; }
        & > .text-view--dim { color: $text-muted; }
        & > .text-view--accent { color: $text-accent; }
        & > .text-view--title { color: $text-accent; text-style: bold; }
        & > .text-view--task0 { color: $text-primary; }
        & > .text-view--task1 { color: $text-success; }
        & > .text-view--task2 { color: $text-accent; }
        & > .text-view--task3 { color: $text-warning; }
        & > .text-view--task4 { color: $text-secondary; }
        & > .text-view--task5 { color: $foreground; }
        &:ansi > .text-view--dim { text-style: dim; }
    }
    """

    def __init__(
        self,
        line_of: Callable[[T], TextLine],
        *,
        wrap: bool,
        empty_text: str = "",
        cells_of: Callable[[T], int] | None = None,
        searched: Callable[[T], str] | None = None,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._line_of = line_of
        self._cells_of = cells_of
        self._searched = searched
        self._wrap = wrap
        self.empty_text = empty_text
        self._items: list[T] = []
        self._starts: list[int] = []
        """Of a wrapped text, the first row of each line, and at the end the number of rows."""
        self._cursor = -1
        self._anchor: int | None = None
        self._patterns: tuple[re.Pattern[str], ...] = ()
        self._width_known = 0
        self._widest = 0

    # --------------------------------------------------------------------------------- what is shown

    @property
    def items(self) -> Sequence[T]:
        """What the lines are made of."""
        return self._items

    @property
    def item(self) -> T | None:
        """The item under the cursor."""
        return self._items[self._cursor] if 0 <= self._cursor < len(self._items) else None

    @property
    def wraps(self) -> bool:
        """Whether long lines are broken."""
        return self._wrap

    @property
    def patterns(self) -> tuple[re.Pattern[str], ...]:
        """What is marked. `find` looks for lines that have all of them."""
        return self._patterns

    @patterns.setter
    def patterns(self, patterns: tuple[re.Pattern[str], ...]) -> None:
        self._patterns = patterns
        self.redraw()

    def show(self, items: Iterable[T], *, cursor: int) -> None:
        """Show other lines.

        Args:
            cursor: the line that the cursor is on then; it keeps its place on the screen where that is possible.
        """
        before = self.row_above(self._cursor) - self.top if self._cursor >= 0 else 0
        self._items = list(items)
        self._anchor = None
        self._cursor = max(-1, min(cursor, len(self._items) - 1))
        with self.one_redraw():
            self._measure()
            self.jump(self.row_above(self._cursor) - min(max(before, 0), self.page - 1))
            self._keep_in_sight()

    def append(self, items: Sequence[T], *, drop: int = 0, follow: bool = False) -> None:
        """Add lines at the end.

        Args:
            drop: so many lines at the beginning go.
            follow: whether the cursor goes to the new end; else everything in sight stays where it is.
        """
        gone = self.row_above(drop) if drop else 0
        with self.one_redraw():
            if drop:
                self._drop(drop, gone)
            self._items += items
            if self._wrap:
                width = self._text_width
                for item in items:
                    self._starts.append(self._starts[-1] + self._height(item, width))
            self._say_extent()
            if follow:
                self._cursor = len(self._items) - 1
                self.jump(self._rows)
            elif gone:
                self.jump(max(0, self.top - gone))

    def _drop(self, drop: int, gone: int) -> None:
        del self._items[:drop]
        self._cursor = max(0, self._cursor - drop) if self._items else -1
        self._anchor = None if self._anchor is None else max(0, self._anchor - drop)
        if self._wrap:
            self._starts = [start - gone for start in self._starts[drop:]]

    def draw_anew(self) -> None:
        """The items are the same, but their lines may look different."""
        with self.one_redraw():
            self._measure()
            self._keep_in_sight()

    # --------------------------------------------------------------------------------- rows and lines

    @property
    def line_count(self) -> int:
        return len(self._items)

    @property
    def cursor(self) -> int:
        return self._cursor

    @property
    def _rows(self) -> int:
        return self._starts[-1] if self._wrap and self._starts else len(self._items)

    @property
    def _text_width(self) -> int:
        return max(8, self.size.width - MARGIN)

    def row_above(self, line: int) -> int:
        line = max(0, line)
        return self._starts[min(line, len(self._starts) - 1)] if self._wrap and self._starts else line

    def line_under(self, row: int) -> int:
        if not self._wrap or not self._starts:
            return min(row, len(self._items) - 1)
        return min(bisect_right(self._starts, row) - 1, len(self._items) - 1)

    def _height(self, item: T, width: int) -> int:
        if self._cells_of is not None and self._cells_of(item) <= width:
            return 1
        line = self._line_of(item)
        return 1 if width_of(line) <= width else len(rows_of(line, width))

    def _measure(self) -> None:
        """Find out again where each line begins."""
        self._width_known = self.size.width
        self._starts = [0]
        if self._wrap:
            width, row = self._text_width, 0
            for item in self._items:
                row += self._height(item, width)
                self._starts.append(row)
        self._say_extent()

    def _say_extent(self) -> None:
        self.set_extent(0 if self._wrap else self._widest + MARGIN, self._rows)

    def _keep_in_sight(self) -> None:
        if self._cursor < 0:
            return
        first = self.row_above(self._cursor)
        last = self.row_above(self._cursor + 1) - 1 if self._wrap else first
        self.scroll_line_into_view(min(last, first + self.page - 1))
        self.scroll_line_into_view(first)

    # --------------------------------------------------------------------------------- moving, selecting

    def move_to(self, line: int, *, selecting: bool = False) -> None:
        if not self._items:
            return
        if selecting and self._anchor is None:
            self._anchor = self._cursor
        elif not selecting:
            self._anchor = None
        self._cursor = max(0, min(line, len(self._items) - 1))
        with self.one_redraw():
            self._keep_in_sight()

    @property
    def selection(self) -> range:
        """The selected lines; the cursor's own when none are."""
        if self._cursor < 0:
            return range(0)
        anchor = self._cursor if self._anchor is None else self._anchor
        return range(min(anchor, self._cursor), max(anchor, self._cursor) + 1)

    def clear_selection(self) -> bool:
        """Select nothing any more; returns whether there was a selection."""
        had, self._anchor = self._anchor is not None, None
        self.redraw()
        return had

    def text_of(self, lines: Iterable[int]) -> str:
        """The plain text of some lines."""
        return "\n".join(plain(self._line_of(self._items[line])).rstrip() for line in lines)

    def action_copy(self) -> None:
        if self._cursor >= 0:
            self.post_message(self.Copied(self.text_of(self.selection), len(self.selection)))

    def action_copy_all(self) -> None:
        if self._items:
            self.post_message(self.Copied(self.text_of(range(len(self._items))), len(self._items)))

    # --------------------------------------------------------------------------------- searching, wrapping

    def action_find(self, step: int) -> None:
        if not self.find(step) and self._patterns:
            self.app.bell()

    def find(self, step: int, *, here: bool = False, around: bool = True) -> bool:
        """Move to the next line (`step` 1) or the one before (-1) that is a hit.

        Args:
            here: whether the line under the cursor counts, too.
            around: continue at the other end.

        Returns:
            Whether there is one.
        """
        count = len(self._items)
        if not self._patterns or not count:
            return False
        start = self._cursor + (0 if here else step)
        for distance in range(count):
            line = start + step * distance
            if not around and not 0 <= line < count:
                return False
            line %= count
            if self._is_hit(self._search_text(self._items[line])):
                self.move_to(line)
                self.post_message(self.CursorMoved())
                return True
        return False

    def _is_hit(self, text: str) -> bool:
        return all(pattern.search(text) for pattern in self._patterns)

    def _search_text(self, item: T) -> str:
        return plain(self._line_of(item)) if self._searched is None else self._searched(item)

    def action_wrap(self) -> None:
        place = self.row_above(self._cursor) - self.top
        self._wrap = not self._wrap
        with self.one_redraw():
            self._widest = 0
            self.scroll_to(x=0, force=True)
            self._measure()
            self.jump(self.row_above(self._cursor) - place)
            self._keep_in_sight()

    # --------------------------------------------------------------------------------- drawing

    def on_resize(self, event: events.Resize) -> None:
        at_end = self._cursor == len(self._items) - 1
        with self.one_redraw():
            if self._width_known != event.size.width:
                self._measure()
            if at_end:
                self.jump(self._rows)
            self._keep_in_sight()
        self.forget_drawn()

    def line_at(self, y: int, top: int) -> Line:
        row = top + y
        if not self._items:
            return Line(("", ""), _spans([(self.empty_text, "dim")], MARGIN, "")) if y == 0 else BLANK
        if row >= self._rows:
            return BLANK
        number = self.line_under(row)
        line = self._line_of(self._items[number])
        pieces: Sequence[Piece] = line.pieces
        if self._wrap:
            rows = rows_of(line, self._text_width)
            pieces = rows[min(row - self._starts[number], len(rows) - 1)]
        else:
            self._grow(width_of(line))
        pieces = marked(pieces, self._patterns, apart=self._searched is not None)
        kind = self._kind_of(number)
        sign = {"cursor": "▌", "selected": "┃"}.get(kind, " ")
        return Line((kind, ""), (Span(0, MARGIN, sign, (kind, "accent")), *_spans(pieces, MARGIN, kind)))

    def _kind_of(self, number: int) -> str:
        if self._anchor is not None and number in self.selection:
            return "selected"
        return "cursor" if number == self._cursor else ""

    def _grow(self, width: int) -> None:
        """How wide an unbroken text is shows only as its lines come in sight."""
        if width > self._widest:
            self._widest = width
            self.call_later(self._say_extent)

    def style_of_tone(self, tone: Tone) -> Style:
        kind, meaning = tone
        meaning, match, _ = meaning.partition(MATCH)
        style = self.get_component_rich_style(PREFIX + meaning) if meaning in MEANINGS else self.rich_style
        if kind in {"cursor", "selected"}:
            style += Style(bgcolor=self.get_component_rich_style(PREFIX + kind).bgcolor)
        if match:
            style += self.get_component_rich_style(PREFIX + "match", partial=True)
        return style


def _spans(pieces: Sequence[Piece], x: int, kind: str) -> tuple[Span, ...]:
    spans = []
    for text, meaning in pieces:
        if text:
            size = cell_width(text)
            spans.append(Span(x, size, text, (kind, meaning)))
            x += size
    return tuple(spans)
