"""Lines of text with tones, and what differs between two of them. Pure.

A line is compared with the one that stands on the screen, so that only the cells that differ are written to the
terminal: over a slow ssh connection that is the difference between a live view and a slide show.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

__all__ = ["BLANK", "Line", "Span", "Tone", "changed_ranges", "strip_of"]

Tone = tuple[str, str]
"""What a line is (a row, the cursor's row, a header) and what a part of it means (good, bad, …): together, a style."""

# Two changes this near are written as one: moving there and naming the colours costs more than the cells between.
NEAR = 32


class Span(NamedTuple):
    """A part of a line.

    Attributes:
        x: its first cell.
        width: its cells.
        text: harmless text of exactly that width.
        tone: how it looks.
    """

    x: int
    width: int
    text: str
    tone: Tone


class Line(NamedTuple):
    """One line.

    Attributes:
        base: how the cells look that no span covers.
        spans: from left to right, none over another.
    """

    base: Tone
    spans: tuple[Span, ...] = ()


BLANK = Line(("", ""))


def changed_ranges(old: Line, new: Line) -> list[tuple[int, int]] | None:
    """Find the cells that differ.

    Returns:
        Ranges (first cell, cell after the last), from left to right; None when all of the line differs.
    """
    if old == new:
        return []
    if old.base != new.base:
        return None
    if len(old.spans) == len(new.spans):
        differing = [pair for pair in zip(old.spans, new.spans, strict=True) if pair[0] != pair[1]]
    else:
        before, after = set(old.spans), set(new.spans)
        differing = [(span, span) for span in new.spans if span not in before]
        differing += [(span, span) for span in old.spans if span not in after]
    return _merged(sorted(part for was, becomes in differing for part in _narrowed(was, becomes)))


def _narrowed(was: Span, becomes: Span) -> list[tuple[int, int]]:
    """The cells that differ between two spans that follow each other in the same place of a line."""
    ends = (becomes.x, becomes.x + becomes.width)
    if was is becomes:
        return [ends]
    if (was.x, was.width) != (becomes.x, becomes.width):
        return [(was.x, was.x + was.width), ends]
    if was.tone != becomes.tone or not (was.text.isascii() and becomes.text.isascii()):
        return [ends]
    first, last = 0, becomes.width
    while was.text[first] == becomes.text[first]:
        first += 1
    while was.text[last - 1] == becomes.text[last - 1]:
        last -= 1
    return [(becomes.x + first, becomes.x + last)]


def _merged(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + NEAR:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def strip_of(line: Line, width: int, style_of: Callable[[Tone], Style]) -> Strip:
    """Make what Textual draws: as few segments as possible, since each one costs its colours in escape sequences.

    Args:
        width: cells to fill; longer lines stay longer.
        style_of: turns a tone into a style.
    """
    base = style_of(line.base)
    segments: list[Segment] = []
    texts: list[str] = []
    style, x = base, 0
    for span in line.spans:
        if span.x > x:
            if style is not base:
                segments.append(Segment("".join(texts), style))
                texts, style = [], base
            texts.append(" " * (span.x - x))
        span_style = style_of(span.tone)
        if span_style is not style:
            if texts:
                segments.append(Segment("".join(texts), style))
            texts, style = [], span_style
        texts.append(span.text)
        x = span.x + span.width
    if x < width:
        if style is not base:
            segments.append(Segment("".join(texts), style))
            texts, style = [], base
        texts.append(" " * (width - x))
    if texts:
        segments.append(Segment("".join(texts), style))
    return Strip(segments, max(x, width))
