"""What the terminal shows, cell by cell: so that a part of the screen that is drawn again writes only what differs.

Textual draws whole widgets again when a title changes, a child moves, or a text is set again; most of their cells are
then what they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeAlias

from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

__all__ = ["TerminalCells"]

NEAR = 8
"""Cells that are written though they did not change, when changed ones lie on both sides: to move the cursor over them
costs as much."""

Cell: TypeAlias = "tuple[str, Style | None] | None"
"""A character and its style; "" in the second cell of a wide one; None where it is not known."""


class TerminalCells:
    """The cells as they were written last."""

    def __init__(self) -> None:
        self._lines: dict[int, list[Cell]] = {}
        self._strips: dict[int, dict[int, Strip]] = {}
        self._accented: set[int] = set()
        """Lines with characters that have no cell of their own: where these are cut is not certain."""

    def forget(self) -> None:
        """The terminal may show anything."""
        self._lines.clear()
        self._strips.clear()
        self._accented.clear()

    def write_whole(self, y: int, x: int, strips: Iterable[Strip]) -> None:
        """A line was written from a column on."""
        for strip in strips:
            self.write(y, x, strip)
            x += strip.cell_length

    def write(self, y: int, x: int, strip: Strip) -> Sequence[tuple[int, Strip]]:
        """A piece of a line is to be written.

        Returns:
            What of it differs from what is there: each with its column.
        """
        length = strip.cell_length
        strips = self._strips.setdefault(y, {})
        if (known := strips.get(x)) is not None and known == strip:
            return ()
        for begin, other in list(strips.items()):
            if begin < x + length and begin + other.cell_length > x:
                del strips[begin]
        strips[x] = strip
        line = self._lines.setdefault(y, [])
        if len(line) < x + length:
            line.extend([None] * (x + length - len(line)))
        fresh: list[Cell] = []
        simple = y not in self._accented
        for text, style, _ in strip:
            cells, plain = _cells_of(text)
            fresh.extend((cell, style) for cell in cells)
            simple = simple and plain
        if not simple or len(fresh) != length:
            simple = False
            self._accented.add(y)
            fresh = [None] * length
        before, line[x : x + length] = line[x : x + length], fresh
        if not simple:
            return [(x, strip)]
        return [
            (x + first, strip if (first, last) == (0, length) else strip.crop(first, last))
            for first, last in _differing(before, fresh)
        ]


@lru_cache(maxsize=4096)
def _cells_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The text of each cell, and whether no character is without a cell of its own, as accents can be."""
    if text.isascii():
        return tuple(text), True
    widths = [(character, cell_len(character)) for character in text]
    cells = [part for character, width in widths if width for part in (character, *[""] * (width - 1))]
    return tuple(cells), all(width for _, width in widths)


def _differing(before: Sequence[Cell], fresh: Sequence[Cell]) -> list[tuple[int, int]]:
    """The spans of cells that differ, none of which cuts a wide character in two."""
    spans: list[tuple[int, int]] = []
    for at, (old, new) in enumerate(zip(before, fresh, strict=True)):
        if old == new:
            continue
        first = at
        while first > 0 and (_continues(before[first]) or _continues(fresh[first])):
            first -= 1
        last = at + 1
        while last < len(fresh) and (_continues(before[last]) or _continues(fresh[last])):
            last += 1
        if spans and first <= spans[-1][1] + NEAR:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        else:
            spans.append((first, last))
    return spans


def _continues(cell: Cell) -> bool:
    return cell is not None and not cell[0]
