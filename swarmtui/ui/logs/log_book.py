"""LogBook: the lines of a log that are kept, and which of them are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from swarmtui.engine.streams.log_lines import LogLine
from swarmtui.ui.logs.log_text import Entry, entry_of
from swarmtui.ui.logs.narrowing import Narrowing

__all__ = ["MOST_LINES", "Added", "LogBook"]

MOST_LINES = 50_000
"""Lines that are kept at most."""
SPARE = 2_000
"""Lines that go at a time when there are too many: to let go of one for each that comes would cost more."""


class Added(NamedTuple):
    """What new lines mean for what is shown.

    Attributes:
        shown: the entries to be added at the end.
        gone: how many entries at the beginning of what is shown are kept no more.
    """

    shown: list[Entry]
    gone: int


class LogBook:
    """Keeps the newest lines.

    Args:
        text_of: what a filter looks at, a line for each part that is apart from the others on the screen.
        in_scope: whether an entry belongs to the scope of the narrowing.

    Attributes:
        entries: all that are kept, in the order they came.
        forgotten: how many came and are kept no more.
        narrowing: which of them are to be shown.
    """

    def __init__(self, text_of: Callable[[Entry], str], in_scope: Callable[[Entry], bool] | None = None) -> None:
        self._text_of = text_of
        self._in_scope = in_scope
        self.entries: list[Entry] = []
        self.forgotten = 0
        self.narrowing = Narrowing()

    def shown(self) -> list[Entry]:
        """All entries that are to be shown."""
        return self._passing(self.entries)

    def clear(self) -> None:
        """Forget all."""
        self.entries.clear()
        self.forgotten = 0

    def add(self, lines: Sequence[LogLine]) -> Added:
        """Keep new lines."""
        if len(lines) > MOST_LINES:
            self.forgotten += len(lines) - MOST_LINES
            lines = lines[-MOST_LINES:]
        fresh = [entry_of(line) for line in lines]
        gone = 0
        if len(self.entries) + len(fresh) > MOST_LINES:
            drop = min(len(self.entries), len(self.entries) + len(fresh) - MOST_LINES + SPARE)
            gone = len(self._passing(self.entries[:drop])) if self.narrowing.narrows else drop
            del self.entries[:drop]
            self.forgotten += drop
        self.entries += fresh
        return Added(self._passing(fresh) if self.narrowing.narrows else fresh, gone)

    def in_any_scope(self) -> list[Entry]:
        """All entries that the filters let through, whoever wrote them."""
        return self.narrowing.passing(self.entries, self._text_of, None)

    def place_of(self, read: Entry | None, shown: Sequence[Entry]) -> int:
        """Which of the lines that are shown is the one that was read; else the nearest before it, else after it."""
        places = {id(entry): place for place, entry in enumerate(shown)}
        at = next((number for number, entry in enumerate(self.entries) if entry is read), -1)
        if at < 0:
            return len(shown) - 1
        for number in (*range(at, -1, -1), *range(at + 1, len(self.entries))):
            if (place := places.get(id(self.entries[number]))) is not None:
                return place
        return -1

    def _passing(self, entries: list[Entry]) -> list[Entry]:
        return self.narrowing.passing(entries, self._text_of, self._in_scope)
