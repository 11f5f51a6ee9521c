"""From items to lines: how wide the columns of a live table are, and what stands in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Generic, TypeVar

from swarmtui.ui.kit.tables.columns import Cell, Column, Layout, lack, lay_out
from swarmtui.ui.kit.tables.lines import Line, Span, Tone
from swarmtui.ui.kit.texts.text import cell_width, fit, visible

__all__ = ["MATCH", "TableDrawing"]

T = TypeVar("T")
C = TypeVar("C")

# How many items are measured to find out how wide the columns should be.
SAMPLE = 300

# How many lines are kept as they were made, for as long as nothing they were made from changes.
KEPT_LINES = 400

# Cells of content that must come into sight for columns to move to and fro.
WORTH_MOVING = 4

# Added to the tone of a part of a cell that the filter found.
MATCH = " match"

ARROWS = {False: " ▲", True: " ▼"}


class TableDrawing(Generic[T, C]):
    """The columns of a table as they are drawn.

    A column grows as soon as wider content comes into sight. It shrinks only when it is measured again, and then only
    when that makes room for what is cut or missing: columns that move to and fro while one reads are a nuisance, and
    cost a whole table of bytes each time.

    Attributes:
        columns: from left to right.
        layout: where they are.
        outgrown: whether content has been seen that is wider than its column was laid out for.
    """

    def __init__(self, columns: Sequence[Column[T, C]]) -> None:
        self.columns = tuple(columns)
        self.layout = Layout()
        self.outgrown = False
        self._titles = [visible(column.title) for column in columns]
        self._least = [cell_width(title) for title in self._titles]
        self._content = list(self._least)
        self._says = [False] * len(self.columns)
        self._measured: tuple[list[int], list[bool]] | None = None
        self._limits = [column.max_width for column in columns]
        self._unseen: list[int] = []
        """Columns that are not shown since they said nothing."""
        self._made: dict[int, tuple[T, str, str, Line]] = {}
        self._made_for: tuple[C | None, re.Pattern[str] | None] = (None, None)

    # ------------------------------------------------------------------------------------------- widths

    def measure(self, items: Sequence[T], context: C, sorted_by: Column[T, C] | None) -> None:
        """Find out from some of the items, evenly spread, how wide each column's content is.

        The next `lay_out` decides what is made of it.
        """
        wide, says = self._titled(sorted_by), [False] * len(self.columns)
        for item in islice(items, 0, None, 1 + len(items) // SAMPLE) if items else ():
            for index, column in enumerate(self.columns):
                if text := _text_of(column.cell(item, context)):
                    wide[index], says[index] = max(wide[index], cell_width(text)), True
        self._measured = (wide, says)

    def sort_by(self, column: Column[T, C] | None) -> None:
        """Make room for the arrow beside a column's title."""
        for index, width in enumerate(self._titled(column)):
            self._note(index, width)

    def _titled(self, sorted_by: Column[T, C] | None) -> list[int]:
        arrow = len(ARROWS[False])
        return [
            width + (arrow if column is sorted_by else 0)
            for width, column in zip(self._least, self.columns, strict=True)
        ]

    def _note(self, index: int, width: int) -> None:
        if width > self._content[index]:
            limit = self._limits[index]
            known = self._content[index]
            self._content[index] = width
            if limit is None or known < limit:
                self.outgrown = True

    def _spoken(self, index: int, width: int) -> None:
        """A column that has said nothing so far says something."""
        self._says[index] = self.outgrown = True
        self._content[index] = max(self._content[index], width)

    def lay_out(self, width: int, gutter: int, *, anew: bool = False) -> bool:
        """Share `width` cells among the columns; return whether anything has moved.

        Args:
            again: everything moves anyway, so columns have what they need now.
        """
        self.outgrown = False
        layout = self._laid_out(width, gutter, anew)
        if layout == self.layout:
            return False
        self.layout = layout
        shown = {place.column for place in layout.placed}
        self._unseen = [index for index, says in enumerate(self._says) if not says and index not in shown]
        self._made.clear()
        return True

    def _laid_out(self, width: int, gutter: int, anew: bool) -> Layout:
        if self._measured is None:
            return self._share(self._content, width, gutter)
        needed, says = self._measured
        self._measured = None
        self._says = [a or b for a, b in zip(self._says, says, strict=True)]
        wide = [max(a, b) for a, b in zip(self._content, needed, strict=True)]
        as_before, fresh = self._share(wide, width, gutter), self._share(needed, width, gutter)
        gained = lack(self.columns, needed, as_before) - lack(self.columns, needed, fresh)
        shrink = anew or gained >= WORTH_MOVING
        self._content = needed if shrink else wide
        self._says = says if shrink else self._says
        return fresh if shrink else as_before

    def _share(self, content: Sequence[int], width: int, gutter: int) -> Layout:
        idle = [index for index, says in enumerate(self._says) if not says]
        return lay_out(self.columns, content, width, gutter, idle=idle)

    def column_at(self, x: int) -> Column[T, C] | None:
        """The column at this cell, the gap after it included."""
        for place in reversed(self.layout.placed):
            if x >= place.x:
                return self.columns[place.column]
        return None

    # -------------------------------------------------------------------------------------------- lines

    def header(self, sorted_by: Column[T, C] | None, descending: bool) -> Line:
        spans: list[Span] = []
        for place in self.layout.placed:
            column = self.columns[place.column]
            title, tone = self._titles[place.column], ""
            if column is sorted_by:
                arrow = ARROWS[descending]
                title, tone = fit(title, min(place.width - len(arrow), cell_width(title))) + arrow, "sorted"
            spans.append(Span(place.x, place.width, fit(title, place.width, column.align), ("header", tone)))
        return Line(("header", ""), tuple(spans))

    def row(self, item: T, context: C, kind: str, sign: str, highlight: re.Pattern[str] | None) -> Line:
        """One item's line.

        Args:
            kind: what kind of row it is: "", "cursor", "blurred", "stale".
            sign: what stands before the first column.
            highlight: what to mark in the cells.
        """
        made_for = self._made_for
        if made_for[0] is not context or made_for[1] is not highlight or len(self._made) > KEPT_LINES:
            self._made.clear()
            self._made_for = (context, highlight)
        made = self._made.get(id(item))
        if made is not None and made[0] is item and made[1] == kind and made[2] == sign:
            return made[3]
        spans = [Span(0, len(sign), sign, (kind, "sign"))] if sign else []
        for index, x, width in self.layout.placed:
            spans += self._cell(index, x, width, item, context, kind, highlight)
        for index in self._unseen:
            if text := _text_of(self.columns[index].cell(item, context)):
                self._spoken(index, cell_width(text))
        line = Line((kind, ""), tuple(spans))
        self._made[id(item)] = (item, kind, sign, line)
        return line

    def _cell(
        self, index: int, x: int, width: int, item: T, context: C, kind: str, highlight: re.Pattern[str] | None
    ) -> Sequence[Span]:
        column = self.columns[index]
        cell = column.cell(item, context)
        text, tone = (cell.text, cell.tone) if isinstance(cell, Cell) else (cell, "")
        text = visible(text)
        size = len(text) if text.isascii() else cell_width(text)
        if size and not self._says[index]:
            self._spoken(index, size)
        if size > self._content[index]:
            self._note(index, size)
        if size > width and column.cut is not None:
            text = column.cut(text, width)
        if size != width:
            text = fit(text, width, column.align)
        if kind == "cursor" and tone and 0 < size < width and column.align == "left":
            blanks = width - size  # the colour of a state ends with its words
            said = _marked(x, size, text[:-blanks], (kind, tone), highlight)
            return (*said, Span(x + size, blanks, " " * blanks, (kind, "")))
        return _marked(x, width, text, (kind, tone), highlight)

    def message(self, text: str, width: int) -> Line:
        """A line that says why there are no rows, in the middle of the width."""
        shown = visible(text)
        if (size := cell_width(shown)) > width - 2:
            shown, size = fit(shown, max(0, width - 2)), max(0, width - 2)
        return Line(("", ""), (Span((width - size) // 2, size, shown, ("", "message")),)) if size else Line(("", ""))


def _text_of(cell: Cell | str) -> str:
    return visible(cell.text if isinstance(cell, Cell) else cell)


def _marked(x: int, width: int, text: str, tone: Tone, wanted: re.Pattern[str] | None) -> Sequence[Span]:
    """The spans of a cell with what the filter found set apart."""
    if wanted is None or not text:
        return (Span(x, width, text, tone),)
    found = [match.span() for match in wanted.finditer(text.rstrip()) if match.end() > match.start()]
    if not found:
        return [Span(x, width, text, tone)]
    kind, meaning = tone
    spans: list[Span] = []
    position = 0
    for first, last in [*found, (len(text), len(text))]:
        for start, end, part_tone in ((position, first, tone), (first, last, (kind, meaning + MATCH))):
            if part := text[start:end]:
                size = cell_width(part)
                spans.append(Span(x, size, part, part_tone))
                x += size
        position = last
    return spans
