"""Lines of a text: pieces with meanings, broken to a width, with what a search found marked. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import set_cell_size

from swarmtui.ui.kit.texts.text import cell_width

__all__ = ["MATCH", "Piece", "TextLine", "marked", "plain", "rows_of", "width_of"]

MATCH = " match"
"""Added to the meaning of a piece that a search found."""

Piece = tuple[str, str]
"""Harmless text, and what it means ("good", "bad", "warn", "dim", "accent", "title" or "")."""


class TextLine(NamedTuple):
    """A line of a text.

    Attributes:
        pieces: from left to right.
        hang: the cells by which its further rows are set in when it is broken.
    """

    pieces: tuple[Piece, ...]
    hang: int = 0


def plain(line: TextLine) -> str:
    """Its text."""
    return "".join([text for text, _ in line.pieces])


def width_of(line: TextLine) -> int:
    """Its cells when it is not broken."""
    return sum([cell_width(text) for text, _ in line.pieces])


def rows_of(line: TextLine, width: int) -> list[list[Piece]]:
    """Break a line into rows of at most `width` cells, between words where that is possible.

    There is at least one row. A width under 8 counts as 8.
    """
    width = max(8, width)
    if width_of(line) <= width:
        return [list(line.pieces)]
    hang = min(line.hang, width // 2)
    rows: list[list[Piece]] = [[]]
    room = width
    for text, meaning in line.pieces:
        while text:
            size = cell_width(text)
            if size <= room:
                rows[-1].append((text, meaning))
                room -= size
                break
            head, text = _cut(text, room, whole_row=room >= width - hang)
            if head:
                rows[-1].append((head, meaning))
            rows.append([(" " * hang, "")] if hang else [])
            room = width - hang
    return rows


def _cut(text: str, room: int, *, whole_row: bool) -> tuple[str, str]:
    """What of a text fits into `room` cells, and the rest; nothing fits where only a word would be torn."""
    if room <= 0:
        return "", text
    if text.isascii():
        end = room
    else:
        end = len(set_cell_size(text, room).rstrip(" ")) if room > 1 else 1
        while end > 0 and cell_width(text[:end]) > room:
            end -= 1
        end = max(end, 1) if whole_row else end
    blank = text.rfind(" ", 0, end + 1)
    if blank > end // 2:
        return text[:blank], text[blank + 1 :]
    return text[:end], text[end:]


def marked(pieces: Sequence[Piece], patterns: Sequence[re.Pattern[str]], *, apart: bool = False) -> list[Piece]:
    """The same pieces, with what patterns find in their whole text cut out and marked.

    Args:
        apart: the patterns are looked for in each piece for itself.
    """
    if not patterns:
        return list(pieces)
    if apart and len(pieces) > 1:
        return [part for piece in pieces for part in marked([piece], patterns)]
    text = "".join([part for part, _ in pieces]).rstrip()
    found = [match.span() for pattern in patterns for match in pattern.finditer(text) if match.end() > match.start()]
    return list(_marked(pieces, sorted(found))) if found else list(pieces)


def _marked(pieces: Sequence[Piece], found: list[tuple[int, int]]) -> Iterator[Piece]:
    begin = 0
    for text, meaning in pieces:
        end, at = begin + len(text), begin
        for first, last in found:
            first, last = max(first, at), min(last, end)  # what two patterns find may overlap
            if first >= last:
                continue
            if first > at:
                yield text[at - begin : first - begin], meaning
            yield text[first - begin : last - begin], meaning + MATCH
            at = last
        if at < end:
            yield text[at - begin :], meaning
        begin = end
