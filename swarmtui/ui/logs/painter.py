"""LogPainter: what stands on the screen, in a file and before a search for a line of a log."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from swarmtui.engine.streams.log_lines import BETWEEN, NOTICE, REMARKS, STDERR, LogLine
from swarmtui.swarm.logs.writers import Writers
from swarmtui.ui.kit.texts.text import cell_width, fit_middle, visible
from swarmtui.ui.kit.texts.text_lines import Piece, TextLine
from swarmtui.ui.logs.log_text import Entry, clock_of, notice_text

__all__ = ["LogPainter"]

COLOURS = 6
LEAST_NAME, WIDEST_NAME = 6, 24
"""Cells for a task's name before its lines."""
SHORT_CLOCK, FULL_CLOCK = 13, 36
"""Cells that a line's time takes at most."""


class LogPainter:
    """Makes lines of entries.

    Args:
        writers: who the tasks are.
        named: whether the tasks' names stand before their lines.
        node_name: a node's name, by its ID.

    Attributes:
        times: 0 for none, 1 for those of the clock here, 2 for the engine's own.
    """

    def __init__(self, writers: Writers, *, named: bool, node_name: Callable[[str], str]) -> None:
        self._writers = writers
        self._named = named
        self._node_name = node_name
        self.times = 0
        self._name_width = 0

    def make_room(self, task_ids: Iterable[str], width: int) -> bool:
        """Make room for the names of tasks on a screen of a width; their column only grows. Returns whether it did."""
        if not self._named:
            return False
        wanted = max((cell_width(self._name_of(task_id)) for task_id in task_ids), default=0)
        most = max(LEAST_NAME, min(WIDEST_NAME, width // 4))
        before, self._name_width = self._name_width, max(self._name_width, min(wanted, most))
        return self._name_width != before

    def _name_of(self, task_id: str) -> str:
        return visible(self._writers.of(task_id).label)

    def line_of(self, entry: Entry) -> TextLine:
        """Its line on the screen."""
        line, text = entry
        if line.source in REMARKS:
            tone = "warn" if line.source == NOTICE else "accent"
            return TextLine((("» ", tone), (self._remark(entry), tone)), 2)
        pieces: list[Piece] = []
        if self.times:
            pieces.append((f"{self._clock(line)} ", "dim"))
        if self._name_width:
            colour = f"task{zlib.crc32(line.task_id.encode()) % COLOURS}"
            pieces.append((fit_middle(self._name_of(line.task_id), self._name_width) + " ", colour))
        wrong = line.source == STDERR
        pieces.append(("! " if wrong else "  ", "warn"))
        hang = sum(cell_width(part) for part, _ in pieces)
        pieces.append((text, "warn" if wrong else ""))
        return TextLine(tuple(pieces), hang)

    def _clock(self, line: LogLine) -> str:
        return clock_of(line.stamp, full=self.times == 2)

    def search_text(self, entry: Entry) -> str:
        """What can be read of an entry: its time, its task and its text, each on a line of its own."""
        line, text = entry
        if line.source in REMARKS:
            return self._remark(entry)
        time = self._clock(line) if self.times else ""
        name = self._name_of(line.task_id) if self._name_width else ""
        return "\n".join([part for part in (time, name, text) if part])

    def _remark(self, entry: Entry) -> str:
        return notice_text(entry.text, self._node_name) if entry.line.source == NOTICE else entry.text

    def cells_of(self, entry: Entry) -> int:
        """The width of an entry's line, or more."""
        clock = (0, SHORT_CLOCK, FULL_CLOCK)[self.times]
        text = entry.text
        return clock + self._name_width + 3 + (len(text) if text.isascii() else 2 * len(text))

    def as_file(self, entries: Iterable[Entry]) -> str:
        """Entries as they are saved: each with its time, its task and where it comes from."""
        lines = []
        for line, text in entries:
            name = self._name_of(line.task_id) if self._name_width and line.source not in REMARKS else ""
            source = {STDERR: "stderr", NOTICE: "engine", BETWEEN: "swarmtui"}.get(line.source, "stdout")
            lines.append(" ".join([part for part in (line.stamp, name, source, text) if part]) + "\n")
        return "".join(lines)
