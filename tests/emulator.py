"""The emulator of a terminal's screen that tests look at: pyte's, with short ways for what programs write most.

Programs write thousands of cells for each key, and tests look at all of them after each piece that comes. So plain text
is taken a run at a time, a style once, and a line is put together again only when something was written to it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

import pyte
from pyte.charsets import LAT1_MAP
from pyte.modes import IRM
from pyte.screens import Char, wcwidth

__all__ = ["Screen", "Stream"]

STYLE = re.compile(r"\x1b\[([0-9;]*)m")
SYNCHRONIZED = 2026 << 5
"""The private mode, as pyte keeps it, in which a program writes a frame that is to be shown once it is whole."""
REMEMBERED = 2000
"""Lines that have come onto the screen, of which the last are remembered."""


class Screen(pyte.Screen):
    """What a program has written, by lines.

    Attributes:
        came: the lines that have come onto the screen at each look, the newest last; those gone again are among them.
        times_came: how many these are, with those that are no longer remembered.
    """

    def __init__(self, columns: int, lines: int) -> None:
        self.came: deque[str] = deque(maxlen=REMEMBERED)
        self.times_came = 0
        self._texts: list[str] = []
        self._styles: dict[tuple[Char, tuple[int, ...]], Char] = {}
        self._cells: dict[Char, dict[str, Char]] = {}
        super().__init__(columns, lines)

    @property
    def texts(self) -> list[str]:
        """Its lines, without blanks at their ends; while a frame is being written, those before it."""
        if len(self._texts) != self.lines:
            self._texts = [""] * self.lines
            self.dirty.update(range(self.lines))
        if SYNCHRONIZED in self.mode:
            return list(self._texts)
        for y in sorted(self.dirty):
            if y < self.lines and (text := self._text(y)) != self._texts[y]:
                self._texts[y] = text
                if text:
                    self.came.append(text)
                    self.times_came += 1
        self.dirty.clear()
        return list(self._texts)

    def end_frame(self) -> None:
        """Show what has been written of a frame whose end never comes."""
        self.mode.discard(SYNCHRONIZED)

    def _text(self, y: int) -> str:
        cells = [" "] * self.columns
        for x, char in self.buffer[y].items():
            if x < self.columns:
                cells[x] = char.data
        text = "".join(cells)
        return (text if _is_narrow(text) else "".join(_in_sight(cells))).rstrip()

    def draw(self, data: str) -> None:
        cursor = self.cursor
        end = cursor.x + len(data)
        plain = not self.charset and self.g0_charset == LAT1_MAP and IRM not in self.mode
        if not plain or end > self.columns or not _is_narrow(data):
            self.dirty.add(max(cursor.y - 1, 0))  # what combines may go to the line above
            super().draw(data)
            return
        known = self._cells.setdefault(cursor.attrs, {})
        line = self.buffer[cursor.y]
        for x, char in enumerate(data, cursor.x):
            cell = known.get(char)
            if cell is None:
                cell = known[char] = cursor.attrs._replace(data=char)
            line[x] = cell
        cursor.x = end
        self.dirty.add(cursor.y)

    def select_graphic_rendition(self, *attributes: int) -> None:
        key = (self.cursor.attrs, attributes)
        if key not in self._styles:
            super().select_graphic_rendition(*attributes)
            self._styles[key] = self.cursor.attrs
        self.cursor.attrs = self._styles[key]


class Stream(pyte.ByteStream):
    """Takes the bytes that a program writes, for a screen."""

    def feed(self, data: bytes) -> None:  # type: ignore[override]
        for number, part in enumerate(STYLE.split(self.utf8_decoder.decode(data))):
            if number % 2:
                self.listener.select_graphic_rendition(*_numbers(part))  # type: ignore[union-attr]
            elif part:
                pyte.Stream.feed(self, part)


@lru_cache(65536)
def _is_narrow(text: str) -> bool:
    """Whether each character fills one cell."""
    return all(wcwidth(each) == 1 for each in text)


def _in_sight(cells: list[str]) -> Iterator[str]:
    """All but those that are covered by the wide character before."""
    covered = False
    for cell in cells:
        if not covered:
            yield cell
        covered = not covered and wcwidth(cell[:1]) == 2


@lru_cache(4096)
def _numbers(parameters: str) -> tuple[int, ...]:
    return tuple(min(int(each or 0), 9999) for each in parameters.split(";"))
