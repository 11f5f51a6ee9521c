"""The columns of live figures, which the tables have while these are on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from swarmtui.swarm.stats.figure_words import UNKNOWN, cpu_text, memory_text, ways_text
from swarmtui.swarm.stats.figures import Figures, Total
from swarmtui.ui.kit.tables.columns import Cell, Column, Value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.panes.view import View

__all__ = ["PARTIAL", "Of", "figure_columns", "is_figure", "with_figures"]

T = TypeVar("T")

Of = Callable[[T, View], Total]
"""What is known of a row."""

WHOLE = 24
"""Cells of the widest of their texts: a number that is cut says something else."""

ALARM, WARN = 0.95, 0.85
"""Of the memory's limit: the kernel kills what needs more than all of it."""

PARTIAL = "≥"
"""Before a sum to which some containers are missing."""


class _Kind(msgspec.Struct, frozen=True):
    """A column, whatever its rows are.

    Attributes:
        text: what a cell says.
        key: what is sorted by.
        width: cells that hold most of its texts: it must not move those beside it with each figure.
        export: what a file gets.
    """

    id: str
    title: str
    text: Callable[[Figures], str]
    key: Callable[[Figures], float | None]
    width: int
    export: Mapping[str, Callable[[Figures], Value]]


KINDS = (
    _Kind(
        "cpu",
        "CPU",
        lambda f: cpu_text(f.cpu),
        lambda f: f.cpu,
        5,
        {"cpu_percent": lambda f: None if f.cpu is None else round(f.cpu * 100, 2)},
    ),
    _Kind(
        "memory",
        "MEM",
        memory_text,
        lambda f: f.memory,
        12,
        {"memory_used_bytes": lambda f: f.memory, "memory_limit_bytes": lambda f: f.limit},
    ),
    _Kind(
        "network",
        "NET/S",
        lambda f: ways_text(f.received, f.sent, ("↓", "↑")),
        lambda f: f.network,
        17,
        {"received_bytes_per_second": lambda f: f.received, "sent_bytes_per_second": lambda f: f.sent},
    ),
    _Kind(
        "block",
        "BLOCK/S",
        lambda f: ways_text(f.read, f.written, ("r ", "w ")),
        lambda f: f.block,
        19,
        {"read_bytes_per_second": lambda f: f.read, "written_bytes_per_second": lambda f: f.written},
    ),
    _Kind(
        "pids",
        "PIDS",
        lambda f: UNKNOWN if f.pids is None else str(f.pids),
        lambda f: f.pids,
        4,
        {"processes": lambda f: f.pids},
    ),
)
IDS = frozenset(each.id for each in KINDS)


def figure_columns(
    of: Of[T],
    priorities: Mapping[str, int],
    cells: Mapping[str, Callable[[T, Figures], str]] = {},
) -> tuple[Column[T, View], ...]:
    """CPU, memory, network, block I/O and processes, as far as they have a priority.

    Args:
        priorities: by the columns' IDs.
        cells: other words than the usual ones for some of them.
    """
    return tuple(_column(kind, of, priorities[kind.id], cells.get(kind.id)) for kind in KINDS if kind.id in priorities)


def _column(kind: _Kind, of: Of[T], priority: int, words: Callable[[T, Figures], str] | None) -> Column[T, View]:
    def cell(item: T, view: View) -> Cell:
        total = of(item, view)
        made: Cell | None = total.drawn.get(kind.id)
        if made is None:
            made = total.drawn[kind.id] = make(item, total)
        return made

    def make(item: T, total: Total) -> Cell:
        text = kind.text(total.figures) if words is None else words(item, total.figures)
        if text == UNKNOWN or total.known == 0:
            return Cell(UNKNOWN, "dim")
        tone = _tone(total.figures) if kind.id == "memory" else ""
        return Cell(text if total.complete else f"{PARTIAL}{text}", tone or ("" if total.complete else "dim"))

    def exported(read: Callable[[Figures], Value]) -> Callable[[T, View], Value]:
        return lambda item, view: read(of(item, view).figures)

    return WholeColumn(
        kind.id,
        kind.title,
        cell,
        lambda item, view: kind.key(of(item, view).figures),
        priority=priority,
        enough=WHOLE,
        reserve=kind.width,
        align="right",
        searchable=False,
        export={name: exported(read) for name, read in kind.export.items()},
    )


def _tone(figures: Figures) -> str:
    share = figures.memory_share
    return "" if share is None or share < WARN else "warn" if share < ALARM else "bad"


def is_figure(column_id: str | None) -> bool:
    """Whether a column is one of these."""
    return column_id in IDS


def with_figures(
    columns: Sequence[Column[Any, View]], figures: Sequence[Column[Any, View]], after: str
) -> list[Column[Any, View]]:
    """The columns of a table with those of live figures behind one of them, or at the end where it is not shown."""
    ids = [column.id for column in columns]
    place = ids.index(after) + 1 if after in ids else len(ids)
    return [*columns[:place], *figures, *columns[place:]]
