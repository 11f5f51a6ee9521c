"""An app around one table, for tests: what it was told, what it drew, and what stands on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.geometry import Region
from textual.pilot import Pilot

from swarmtui.ui.kit.cell_updates import CellUpdateApp
from swarmtui.ui.kit.tables.live_table import Cell, Column, LiveTable
from tests.ui.driving import drawn_whole

SHORT = (40, 8)
"""A terminal with a header and 7 rows."""


@dataclass(frozen=True)
class Item:
    id: str
    name: str
    state: str = "running"
    count: int | None = 0


def state_cell(item: Item, now: int) -> Cell:
    return Cell(item.state, "good" if item.state == "running" else "bad")


NAME = Column[Item, int]("name", "NAME", lambda item, now: item.name, lambda item, now: item.name, priority=9)
STATE = Column[Item, int]("state", "STATE", state_cell, lambda item, now: item.state, priority=5, min_width=8)
COUNT = Column[Item, int](
    "count", "COUNT", lambda item, now: str(item.count), lambda item, now: item.count, align="right", priority=1
)
AGE = Column[Item, int]("age", "AGE", lambda item, now: f"{now} s", searchable=False, priority=1, min_width=5)

COLUMNS = (NAME, STATE, COUNT, AGE)


def named(*names: str) -> list[Item]:
    """One item for each name, which is its key as well."""
    return [Item(name, name) for name in names]


def numbered(count: int) -> list[Item]:
    """Items with the keys "0", "1", … and names "n000", "n001", …"""
    return [Item(str(number), f"n{number:03}", count=number) for number in range(count)]


class RecordingTable(LiveTable[Item, int]):
    """A table that remembers which regions it asked to have drawn; None is all of it."""

    def __init__(self, columns: Sequence[Column[Item, int]] = COLUMNS, *, markable: bool = False) -> None:
        super().__init__(columns, key=lambda item: item.id, markable=markable)
        self.refreshed: list[Region | None] = []

    def refresh(
        self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False
    ) -> RecordingTable:
        self.refreshed += regions or [None]
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TableApp(CellUpdateApp[None]):
    """One table that fills the screen; remembers its messages."""

    def __init__(self, table: RecordingTable | None = None) -> None:
        super().__init__()
        self.table = table or RecordingTable()
        self.moves: list[tuple[str | None, bool]] = []
        self.opened: list[str] = []
        self.marks: list[frozenset[str]] = []
        self.sorts: list[tuple[str, bool] | None] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_live_table_cursor_moved(self, message: LiveTable.CursorMoved) -> None:
        self.moves.append((message.key, message.by_user))

    def on_live_table_activated(self, message: LiveTable.Activated) -> None:
        self.opened.append(message.key)

    def on_live_table_marks_changed(self, message: LiveTable.MarksChanged) -> None:
        self.marks.append(message.table.marks)

    def on_live_table_sorted(self, message: LiveTable.Sorted) -> None:
        self.sorts.append(message.table.sorting)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, without blanks at the end of a line."""
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]

    @property
    def names(self) -> list[str]:
        """The first column of the rows in sight, without the signs before it."""
        return [line.lstrip("▌│✓ ").split()[0] for line in self.lines[1:] if line.lstrip("▌│✓ ▁▂▃▄▅▆▇")]

    @property
    def cursor_line(self) -> int:
        """The line of the screen on which the cursor is drawn."""
        return next(y for y, line in enumerate(self.lines) if line.startswith(("▌", "│")))


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until all widgets have worked off what they were told, and all of it is drawn."""
    await pilot.pause()
    await drawn_whole(pilot.app)
