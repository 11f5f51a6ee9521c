"""Text from outside made fit for a terminal cell: harmless, and of an exact width.

Names, labels, error messages and log lines come from the swarm and may hold anything. `visible` is the one gate they
pass; `fit` and `wrap` then measure in terminal cells, not in characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, chop_cells, set_cell_size

from swarmtui.swarm.natural import natural

__all__ = ["Align", "cell_width", "fit", "fit_host", "fit_middle", "natural", "visible", "wrap"]

Align = Literal["left", "right"]

ELLIPSIS = "…"

# Longer texts are not kept: the caches stay small in bytes, too.
CACHED_LENGTH = 400

# Invisible, though Python calls them printable: joiners, fillers, vowel signs without a glyph, variation selectors.
HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)

# Format characters that have a glyph of their own: ordinary text in Arabic, Syriac and Kaithi.
VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")

# "As text" and "as emoji" of the character before. Terminals differ in the width they give it, so it goes.
PRESENTATION = frozenset("\ufe0e\ufe0f")

IDEOGRAPHIC_SPACE = "\u3000"


def visible(text: str) -> str:
    """Make text from outside harmless and honest: what a terminal would obey or hide is shown instead.

    Control characters become their pictures (␛, ␊), other invisible ones their number (‹U+202E›), tabs and unusual
    blanks a space. Emoji presentation selectors are dropped. Ordinary text of any script stays as it is.
    """
    if text.isprintable() and text.isascii():
        return text
    return _cached_visible(text) if len(text) <= CACHED_LENGTH else _made_visible(text)


def _made_visible(text: str) -> str:
    if text.isprintable() and not HIDDEN.search(text):
        return text
    return "".join([_shown(character) for character in text])


_cached_visible = lru_cache(maxsize=4096)(_made_visible)


def _shown(character: str) -> str:
    if character in PRESENTATION:
        return ""
    if character in VISIBLE_FORMATS or character == IDEOGRAPHIC_SPACE:
        return character
    if character == "\t" or unicodedata.category(character) == "Zs":
        return " "
    if character.isprintable() and not HIDDEN.match(character):
        return character
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"‹U+{code:04X}›"


def cell_width(text: str) -> int:
    """The width of harmless text, in terminal cells."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int, align: Align = "left") -> str:
    """Bring harmless text to exactly `width` terminal cells: padded, or cut with an ellipsis.

    A wide character that would be cut in two is left out, and a space takes its place.
    """
    if width <= 0:
        return ""
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        return set_cell_size(text, width - 1) + ELLIPSIS
    if align == "right":
        return " " * (width - size) + text
    return text + " " * (width - size)


def fit_middle(text: str, width: int, align: Align = "left") -> str:
    """As `fit`, but cut in the middle: of long names the ends tell them apart ("production_…_backend.12")."""
    if width < 3 or cell_width(text) <= width:
        return fit(text, width, align)
    room = (width - 1) // 2
    end = len(text)
    while end > 0 and cell_width(text[end - 1 :]) <= room:
        end -= 1
    tail = text[end:]
    return fit(set_cell_size(text, width - 1 - cell_width(tail)) + ELLIPSIS + tail, width, align)


def fit_host(name: str, width: int, align: Align = "left") -> str:
    """A host's name: its domain goes first, which all of a swarm have in common; then as `fit_middle`."""
    host = name.partition(".")[0]
    if cell_width(name) > width and not host.isdigit():  # an address has no domain
        name = host or name
    return fit_middle(name, width, align)


def wrap(text: str, width: int) -> list[str]:
    """Break text from outside into harmless lines of at most `width` cells, between words where that is possible.

    Its own line breaks are kept; there is at least one line. A wide character needs two cells, so a width under 2
    counts as 2.
    """
    return [line for paragraph in re.split("\r\n|\n", text) for line in _wrapped(visible(paragraph), max(2, width))]


def _wrapped(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for word in paragraph.split(" "):
        longer = f"{line} {word}" if line else word
        if cell_width(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = chop_cells(word, width) or [""]
        yield from full
    yield line
