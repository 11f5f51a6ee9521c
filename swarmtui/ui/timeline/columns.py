"""The columns of the time line."""

from __future__ import annotations

from collections.abc import Mapping

from swarmtui.swarm.natural import natural
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.moment_words import clock
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.ui.kit.tables.columns import Cell, Column, Fields
from swarmtui.ui.kit.tables.export import moment_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_middle
from swarmtui.ui.panes.view import View

__all__ = ["COLUMNS", "EXPORTED", "SOURCE_TONES", "kind_word"]

SOURCE_TONES: Mapping[Source, str] = {Source.OWN: "accent", Source.GAP: "warn"}
"""How the word for a source is drawn; the others are dim."""

UNFOLDED = "  "
"""Before the events of an entry that is unfolded."""


def kind_word(entry: Entry) -> str:
    """ "service"; "" of what is about no object."""
    return "" if entry.event.category is Category.GAP else entry.event.kind.word


def time_cell(entry: Entry, view: View) -> Cell:
    return Cell(clock(entry.at, view.now))


def what_cell(entry: Entry, view: View) -> Cell:
    event = entry.event
    tone = "dim" if event.category is Category.GAP and not event.tone else event.tone
    if entry.count > 1:
        return Cell(f"▸ {entry.text}", tone)
    return Cell(f"{UNFOLDED if '/' in entry.key else ''}{entry.text}", tone)


COLUMNS: tuple[Column[Entry, View], ...] = (
    WholeColumn(
        "time",
        "TIME",
        time_cell,
        lambda entry, view: -entry.at,
        priority=9,
        enough=12,
        export={"time": lambda entry, view: moment_value(entry.at)},
    ),
    Column(
        "age",
        "AGE",
        lambda entry, view: Cell(view.age(entry.at), "dim"),
        lambda entry, view: -entry.at,
        searchable=False,
        priority=3,
        min_width=6,
        align="right",
        export={},
    ),
    WholeColumn(
        "known",
        "KNOWN",
        lambda entry, view: Cell(entry.event.source.sign, SOURCE_TONES.get(entry.event.source, "dim")),
        lambda entry, view: entry.event.source.value,
        priority=6,
        enough=5,
        export={"known": lambda entry, view: entry.event.source.value},
    ),
    WholeColumn(
        "kind",
        "KIND",
        lambda entry, view: Cell(kind_word(entry), "dim"),
        lambda entry, view: kind_word(entry) or None,
        priority=4,
        enough=7,
    ),
    WholeColumn(
        "object",
        "OBJECT",
        lambda entry, view: Cell(entry.event.name),
        lambda entry, view: natural(entry.event.name) or None,
        priority=5,
        weight=1,
        enough=14,
        cut=fit_middle,
        export={"object": lambda entry, view: entry.event.name or None},
    ),
    WholeColumn(
        "what",
        "WHAT HAPPENED",
        what_cell,
        lambda entry, view: entry.text,
        priority=8,
        weight=5,
        enough=52,
        export={"what": lambda entry, view: entry.text},
    ),
)

EXPORTED: Fields[Entry, View] = {
    "category": lambda entry, view: entry.event.category.value,
    "before": lambda entry, view: entry.event.before or None,
    "after": lambda entry, view: entry.event.after or None,
    "times": lambda entry, view: entry.count,
    "since": lambda entry, view: moment_value(entry.since),
    "command": lambda entry, view: entry.event.command or None,
    "object_id": lambda entry, view: entry.event.id or None,
}
