"""From items to lines: how wide the columns of a live table are, and what stands in them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import Generic, TypeVar

from swarmtui.ui.text import cell_width, fit, visible
from swarmtui.ui.widgets.columns import Cell, Column, Layout, lay_out
from swarmtui.ui.widgets.lines import Line, Span, Tone

__all__ = ["MATCH", "TableDrawing"]

T = TypeVar("T")
C = TypeVar("C")

# How many items are measured to find out how wide the columns should be.
SAMPLE = 300

# How many lines are kept as they were made, for as long as nothing they were made from changes.
KEPT_LINES = 400

# Added to the tone of a part of a cell that the filter found.
MATCH = " match"

ARROWS = {False: " ▲", True: " ▼"}


class TableDrawing(Generic[T, C]):
    """The columns of a table as they are drawn.

    A column grows as soon as wider content comes into sight, and shrinks only when `measure` is called: columns that
    move to and fro while one reads are a nuisance, and cost a whole table of bytes each time.

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
        self._content = [0] * len(self.columns)
        self._limits = [column.max_width for column in columns]
        self._made: dict[int, tuple[T, str, str, Line]] = {}
        self._made_for: tuple[C | None, re.Pattern[str] | None] = (None, None)

    # ------------------------------------------------------------------------------------------- widths

    def measure(self, items: Sequence[T], context: C, sorted_by: Column[T, C] | None) -> None:
        """Find out from some of the items, evenly spread, how wide each column's content is."""
        self._content = [
            cell_width(title) + (len(ARROWS[False]) if column is sorted_by else 0)
            for title, column in zip(self._titles, self.columns, strict=True)
        ]
        for item in islice(items, 0, None, 1 + len(items) // SAMPLE) if items else ():
            for index, column in enumerate(self.columns):
                cell = column.cell(item, context)
                self._note(index, cell_width(visible(cell.text if isinstance(cell, Cell) else cell)))

    def _note(self, index: int, width: int) -> None:
        if width > self._content[index]:
            limit = self._limits[index]
            known = self._content[index]
            self._content[index] = width
            if limit is None or known < limit:
                self.outgrown = True

    def lay_out(self, width: int, gutter: int) -> bool:
        """Share `width` cells among the columns; return whether anything has moved."""
        self.outgrown = False
        layout = lay_out(self.columns, self._content, width, gutter)
        if layout == self.layout:
            return False
        self.layout = layout
        self._made.clear()
        return True

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
        if size > self._content[index]:
            self._note(index, size)
        if size != width:
            text = fit(text, width, column.align)
        if highlight is None or not text:
            return (Span(x, width, text, (kind, tone)),)
        return _highlighted(x, width, text, (kind, tone), highlight)

    def message(self, text: str, width: int) -> Line:
        """A line that says why there are no rows, in the middle of the width."""
        shown = visible(text)
        if (size := cell_width(shown)) > width - 2:
            shown, size = fit(shown, max(0, width - 2)), max(0, width - 2)
        return Line(("", ""), (Span((width - size) // 2, size, shown, ("", "message")),)) if size else Line(("", ""))


def _highlighted(x: int, width: int, text: str, tone: Tone, wanted: re.Pattern[str]) -> list[Span]:
    """The spans of a cell with what the filter found set apart."""
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
