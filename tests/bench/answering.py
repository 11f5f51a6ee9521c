"""A terminal that answers what programs ask of it when they start: some wait for seconds where none does."""

from __future__ import annotations

from collections.abc import Iterable

from tests.emulator import SYNCHRONIZED

from .recording import RecordingTerminal

__all__ = ["ANSWERS", "AnsweringTerminal"]

ANSWERS = {
    b"\x1b]10;?": "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",  # the colour of text
    b"\x1b]11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\",  # the background's
    b"\x1b[6n": "\x1b[1;1R",  # where the cursor is
    b"\x1b[c": "\x1b[?62;22c",  # what the terminal is
    b"\x1b[?2026$p": "\x1b[?2026;2$y",  # whether frames are shown once they are whole
    b"\x1b[?2027$p": "\x1b[?2027;0$y",  # whether it knows graphemes
}

Style = tuple[str, str, bool, bool]


class AnsweringTerminal(RecordingTerminal):
    """Answers, and knows how the rows on its screen look: by that a cursor is seen, whatever program draws it."""

    def _take(self, moment: float, data: bytes) -> None:
        for question, answer in ANSWERS.items():
            if question in data:
                self._child.send(answer)
        super()._take(moment, data)

    def looks(self, rows: Iterable[int]) -> list[list[Style]] | None:
        """The style of each cell of some rows; None while a frame is being written."""
        if SYNCHRONIZED in self._screen.mode:
            return None
        with self._news:
            lines = [self._screen.buffer[y] for y in rows]
            return [
                [
                    (cell.fg, cell.bg, cell.bold, cell.reverse)
                    for cell in map(line.__getitem__, range(self._screen.columns))
                ]
                for line in lines
            ]
