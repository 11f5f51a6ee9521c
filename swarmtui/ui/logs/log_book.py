"""LogBook: the lines of a log that are kept, and which of them a filter lets through."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from swarmtui.engine.streams.log_lines import LogLine
from swarmtui.ui.kit.tables.rows import Filter, parse_filter
from swarmtui.ui.logs.log_text import Entry, entry_of

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

    Attributes:
        entries: all that are kept, in the order they came.
        forgotten: how many came and are kept no more.
        with_context: show what does not match as well (an excluding filter excludes all the same).
    """

    def __init__(self, text_of: Callable[[Entry], str]) -> None:
        self._text_of = text_of
        self.entries: list[Entry] = []
        self.forgotten = 0
        self.with_context = False
        self._filter = parse_filter("")

    @property
    def filter(self) -> Filter:
        return self._filter

    def set_filter(self, text: str) -> None:
        """Show only what matches; `!` excludes."""
        self._filter = parse_filter(text)

    @property
    def narrows(self) -> bool:
        """Whether some lines are not shown."""
        return self._filter.pattern is not None and (self._filter.excludes or not self.with_context)

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
            gone = len(self._passing(self.entries[:drop])) if self.narrows else drop
            del self.entries[:drop]
            self.forgotten += drop
        self.entries += fresh
        return Added(self._passing(fresh) if self.narrows else fresh, gone)

    def _passing(self, entries: list[Entry]) -> list[Entry]:
        pattern = self._filter.pattern
        if pattern is None or not self.narrows:
            return list(entries)
        search, excludes, text_of = pattern.search, self._filter.excludes, self._text_of
        return [entry for entry in entries if (search(text_of(entry)) is None) is excludes]
