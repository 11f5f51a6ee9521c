"""What the inspect view shows: an object's description, or its YAML, as lines that can be folded. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from swarmtui.swarm.describe.document import Section
from swarmtui.ui.kit.texts.text import cell_width, fit, visible
from swarmtui.ui.kit.texts.text_lines import Piece, TextLine

__all__ = ["FoldedLine", "InspectLine", "readable_lines", "unfolded", "yaml_lines"]

OPEN, CLOSED, PLAIN = "▾ ", "▸ ", "  "
WIDEST_LABEL = 28
"""Cells that a label gets at most; a longer one is not cut, but its value begins where it ends."""

_KEY = re.compile(r"""^( *(?:- )*)((?:[^\s'"#&*!|>%@`{\[-]|-(?! ))[^:]*|"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')(:)( .*|)$""")


@dataclass(frozen=True, eq=False)
class InspectLine:
    """A line of the whole text.

    Attributes:
        pieces: without the sign of folding.
        hang: by how many cells its further rows are set in.
        depth: lines that follow and lie deeper belong to it.
        key: tells it from others, also when the object is fetched again: the way to it from the top.
        within: how many lines belong to it.
    """

    pieces: tuple[Piece, ...]
    hang: int
    depth: int
    key: str
    within: int


@dataclass(frozen=True, eq=False)
class FoldedLine:
    """A line that is shown, and whether what belongs to it is folded away."""

    of: InspectLine
    folded: bool

    def text_line(self) -> TextLine:
        """As it is drawn."""
        line = self.of
        sign = PLAIN if not line.within else CLOSED if self.folded else OPEN
        more: tuple[Piece, ...] = ((f"  … {line.within} more", "dim"),) if self.folded else ()
        return TextLine(((sign, "dim"), *line.pieces, *more), line.hang + cell_width(sign))


def unfolded(lines: Iterable[InspectLine], folded: frozenset[str]) -> list[FoldedLine]:
    """The lines that are shown while those with some keys are folded."""
    shown: list[FoldedLine] = []
    skip = 0
    for line in lines:
        if skip:
            skip -= 1
            continue
        closed = bool(line.within) and line.key in folded
        shown.append(FoldedLine(line, closed))
        skip = line.within if closed else 0
    return shown


# ------------------------------------------------------------------------------------------------ readable


def readable_lines(sections: Sequence[Section]) -> list[InspectLine]:
    """A description, a section after the other; each can be folded."""
    lines: list[InspectLine] = []
    for section in sections:
        width = min(WIDEST_LABEL, max((cell_width(visible(fact.label)) for fact in section.facts), default=0))
        body: list[InspectLine] = []
        for fact in section.facts:
            label = fit(visible(fact.label), max(width, cell_width(visible(fact.label)))) if width else ""
            for text in fact.value.split("\n"):
                head = f"  {label}  " if label else "  "
                pieces = ((head, "dim"), (visible(text), fact.tone))
                body.append(InspectLine(pieces, min(cell_width(head), width + 4), 1, f"{section.title}/{label}", 0))
                label = " " * cell_width(label)
        lines.append(InspectLine(((section.title, "title"),), 0, 0, section.title, len(body)))
        lines += body
    return lines


# ------------------------------------------------------------------------------------------------ YAML


def yaml_lines(text: str) -> list[InspectLine]:
    """YAML; what stands deeper than a line, right after it, belongs to it."""
    texts = [visible(line.replace("\t", "        ")) for line in text.rstrip("\n").split("\n")]
    depths = _depths(texts)
    within = _counted(depths)
    lines: list[InspectLine] = []
    way: list[tuple[int, str]] = []
    for number, line in enumerate(texts):
        depth = depths[number]
        while way and way[-1][0] >= depth:
            way.pop()
        named = within[number] and not line.lstrip().startswith("- ")  # items of a list may all begin alike
        way.append((depth, line.strip() if named else str(number)))
        key = "/".join(part for _, part in way)
        lines.append(InspectLine(_coloured(line), min(depth + 4, 24), depth, key, within[number]))
    return lines


def _depths(texts: Sequence[str]) -> list[int]:
    """How far each line is set in; an empty one, in a block of text, as far as the next that is not."""
    depths = [0] * len(texts)
    depth = 0
    for number in range(len(texts) - 1, -1, -1):
        stripped = texts[number].lstrip(" ")
        if stripped:
            depth = len(texts[number]) - len(stripped)
        depths[number] = depth
    return depths


def _counted(depths: Sequence[int]) -> list[int]:
    """How many lines right after each lie deeper than it."""
    within = [0] * len(depths)
    open_lines: list[int] = []
    for number, depth in enumerate(depths):
        while open_lines and depths[open_lines[-1]] >= depth:
            begun = open_lines.pop()
            within[begun] = number - begun - 1
        open_lines.append(number)
    for begun in open_lines:
        within[begun] = len(depths) - begun - 1
    return within


def _coloured(line: str) -> tuple[Piece, ...]:
    found = _KEY.match(line)
    if found is None:
        return ((line, ""),)
    before, key, colon, value = found.groups()
    return ((before, "dim"), (key, "accent"), (colon, "dim"), (value, ""))
