"""Typing on a line: what a terminal echoes, and when a line is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

BACK = b"\b \b"
HISTORY = 100
_UP, _DOWN = "A", "B"


@dataclass(frozen=True)
class Typed:
    """What a key led to.

    Attributes:
        echo: what the terminal shows.
        line: the line that was ended by enter.
        end: ctrl+d on an empty line.
        interrupt: ctrl+c.
    """

    echo: bytes = b""
    line: str | None = None
    end: bool = False
    interrupt: bool = False


class LineEditor:
    """A line with its end as the cursor: letters, backspace, ctrl+c/d/l/u/w, and the lines before by arrow keys."""

    def __init__(self) -> None:
        self.prompt = ""
        self._text = ""
        self._escape: str | None = None
        self._bytes = b""
        self._history: list[str] = []
        self._position = 0

    def feed(self, data: bytes) -> Iterator[Typed]:
        """What the keys in a piece of input lead to, one by one."""
        self._bytes += data
        try:
            text, self._bytes = self._bytes.decode(), b""
        except UnicodeDecodeError as error:
            complete = error.start if len(self._bytes) - error.start < 4 else len(self._bytes)
            text, self._bytes = self._bytes[:complete].decode(errors="replace"), self._bytes[complete:]
        for letter in text:
            typed = self._key(letter)
            if typed is not None:
                yield typed

    def _key(self, letter: str) -> Typed | None:
        if self._escape is not None:
            return self._in_escape(letter)
        if letter == "\x1b":
            self._escape = ""
            return None
        if letter in "\r\n":
            return self._enter()
        if letter in _CONTROLS:
            return _CONTROLS[letter](self)
        if letter < " ":
            return None
        self._text += letter
        return Typed(echo=letter.encode())

    def _in_escape(self, letter: str) -> Typed | None:
        assert self._escape is not None
        self._escape += letter
        if letter in "[O" and len(self._escape) == 1:
            return None
        if letter.isalpha() or letter == "~" or len(self._escape) > 8:
            self._escape = None
            if letter in (_UP, _DOWN):
                return self._recall(-1 if letter == _UP else 1)
        return None

    def _enter(self) -> Typed:
        line, self._text = self._text, ""
        if line.strip():
            self._history = [*self._history[-HISTORY + 1 :], line]
        self._position = len(self._history)
        return Typed(echo=b"\r\n", line=line)

    def _recall(self, step: int) -> Typed:
        self._position = min(max(self._position + step, 0), len(self._history))
        new = self._history[self._position] if self._position < len(self._history) else ""
        return self._replace(new)

    def _replace(self, new: str) -> Typed:
        erased = BACK * len(self._text)
        self._text = new
        return Typed(echo=erased + new.encode())

    def _backspace(self) -> Typed | None:
        if not self._text:
            return None
        self._text = self._text[:-1]
        return Typed(echo=BACK)

    def _interrupt(self) -> Typed:
        self._text = ""
        return Typed(echo=b"^C\r\n", interrupt=True)

    def _end(self) -> Typed | None:
        return None if self._text else Typed(echo=b"\r\n", end=True)

    def _clear(self) -> Typed:
        return Typed(echo=b"\x1b[H\x1b[2J" + (self.prompt + self._text).encode())

    def _erase_word(self) -> Typed:
        words = self._text.rstrip().rpartition(" ")
        kept = words[0] + words[1]
        erased = BACK * (len(self._text) - len(kept))
        self._text = kept
        return Typed(echo=erased)

    def _erase_line(self) -> Typed:
        return self._replace("")


_CONTROLS = {
    "\x03": LineEditor._interrupt,
    "\x04": LineEditor._end,
    "\x08": LineEditor._backspace,
    "\x7f": LineEditor._backspace,
    "\x0c": LineEditor._clear,
    "\x15": LineEditor._erase_line,
    "\x17": LineEditor._erase_word,
}
