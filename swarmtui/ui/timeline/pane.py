"""What happened: the time line, newest first. Enter opens an entry; > goes to its object."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec
from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.moment_words import clock
from swarmtui.swarm.timeline.timeline import Entry, Timeline
from swarmtui.ui.findings.messages import GoAsked
from swarmtui.ui.kit.texts.text import cell_width, visible
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.timeline.columns import COLUMNS, EXPORTED
from swarmtui.ui.timeline.messages import EntryOpened, ReportAsked

__all__ = ["TimelinePane"]

SOURCES = {
    Source.SEEN: "",
    Source.KEPT: "kept by the swarm, from before swarmtui watched",
    Source.OWN: "done with swarmtui",
    Source.NODE: "told by the node's own engine",
    Source.GAP: "",
}
"""How it is known, where that has to be said."""


class Narrowing(msgspec.Struct, frozen=True):
    """What alone is shown.

    Attributes:
        object_id, name: what happened to an object; "" for all of them.
        since: what was seen after a moment, in seconds since 1970; None for all times.
    """

    object_id: str = ""
    name: str = ""
    since: float | None = None


class TimelinePane(Pane[Entry]):
    """The newest first."""

    ID: ClassVar = "timeline"
    TITLE: ClassVar = "What happened"
    PLACE: ClassVar = "what happened: the time line"
    COLUMNS: ClassVar = COLUMNS
    EXPORTED: ClassVar = EXPORTED
    BINDINGS: ClassVar = [
        Binding(
            "plus",
            "unfold",
            "Unfold",
            id="timeline.unfold",
            tooltip="Show each of the events that a line counts, or fold them again",
        ),
        Binding(
            "f",
            "only",
            "Only this",
            id="timeline.only",
            tooltip="Show only what happened to the object under the cursor, or all again",
        ),
        Binding("r", "report", "Report", id="timeline.report", tooltip="Write a report of a span of time"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.table.empty_text = "Nothing is known yet: the swarm is being looked at for the first time."
        self._narrowing = Narrowing()
        self._unfolded: frozenset[str] = frozenset()
        self._of: tuple[object, ...] = ()
        self._items: Sequence[Entry] = ()

    def key_of(self, item: Entry) -> str:
        return item.key

    def items_of(self, view: View) -> Sequence[Entry]:
        of = (view.timeline, self._narrowing, self._unfolded)
        if len(self._of) != len(of) or any(a is not b for a, b in zip(of, self._of, strict=True)):
            self._of = of
            self._items = self._rows(view.timeline)
        return self._items

    def _rows(self, timeline: Timeline) -> Sequence[Entry]:
        narrowing = self._narrowing
        entries = timeline.entries if narrowing.since is None else timeline.seen_since(narrowing.since)
        if narrowing.object_id:
            entries = tuple(entry for entry in entries if entry.is_about(narrowing.object_id))
        if not self._unfolded:
            return entries
        rows: list[Entry] = []
        for entry in entries:
            rows.append(entry)
            if entry.key in self._unfolded:
                rows += [
                    Entry(f"{entry.key}/{place}", event, 1, event.at, (event,))
                    for place, event in enumerate(entry.events)
                ]
        return rows

    def is_unhealthy(self, item: Entry, view: View) -> bool:
        return item.event.tone == "bad"

    @property
    def heading(self) -> str:
        return self.TITLE

    @property
    def narrowed(self) -> str:
        narrowing = self._narrowing
        now = self._view.now if self._view is not None else 0.0
        parts = [
            f"only {visible(narrowing.name)}" if narrowing.object_id else "",
            f"seen since {clock(narrowing.since, now)}" if narrowing.since is not None else "",
            super().narrowed,
        ]
        return " ── ".join(filter(None, parts))

    def detail(self, item: Entry, view: View) -> Content:
        event = item.event
        room = self.table.width_of("what")
        cut = 0 < room < cell_width(visible(item.text)) + 2
        lines = [Content(visible(item.text))] if cut else []
        words = [f"$ {event.command}" if event.command else "", SOURCES[event.source]]
        if item.count > 1:
            words.append(f"{item.count} times since {clock(item.since, view.now)}; + unfolds them")
        lines += [Content(visible(each)) for each in words if each]
        return Content("\n").join(lines)

    @property
    def target(self) -> Target | None:
        event = self.item.event if self.item is not None else None
        if event is None or not event.id or event.kind is Kind.STACK:
            return None
        return Target(event.kind, event.id, event.name, 0)

    @property
    def change_item(self) -> object:
        """The object that it happened to, if it is still there."""
        event, view = self.item.event if self.item is not None else None, self._view
        if event is None or view is None:
            return None
        return (
            view.cluster.swarm if event.kind is Kind.SWARM else (view.cluster.objects(event.kind) or {}).get(event.id)
        )

    def copies(self, item: Entry, view: View) -> dict[str, str]:
        event = item.event
        return {"sentence": item.text, "command": event.command, "name": event.name, "ID": event.id}

    def selected(self, item: Entry, *, enter: bool) -> None:
        if enter:
            self.post_message(EntryOpened(item))

    def show(self, view: View) -> None:
        """Who stands on the newest entry stays on the newest: what comes is what one waits for."""
        at_top = self.table.cursor_row <= 0
        super().show(view)
        if at_top and self.table.cursor_row > 0:
            self.table.move_cursor(self.table.rows[0].key)

    # ------------------------------------------------------------------------------------ fewer rows, more rows

    def narrow(self, narrowing: Narrowing) -> None:
        """Show only a part of the time line."""
        self._narrowing = narrowing
        self._show_again()
        self.table.stand_at_top()

    def since(self, moment: float) -> None:
        """Show only what was seen to happen after a moment, in seconds since 1970."""
        self.clear_filter()
        self.narrow(Narrowing(since=moment))

    def clear_filter(self) -> bool:
        had = super().clear_filter()
        if self._narrowing != Narrowing():
            self._narrowing = Narrowing()
            self._show_again()
            had = True
        return had

    def action_only(self) -> None:
        item, narrowing = self.item, self._narrowing
        if narrowing.object_id:
            self.narrow(Narrowing(since=narrowing.since))
        elif item is not None and item.event.id:
            self.table.take()
            event, name = item.event, item.event.name
            identity = event.id
            if event.kind is Kind.TASK and event.related:
                identity, name = event.related[0], name.rpartition(".")[0] or name
            self._narrowing = Narrowing(identity, name, narrowing.since)
            self._show_again()

    def action_unfold(self) -> None:
        if self.item is None:
            return
        key = self.item.key.partition("/")[0]
        if self.item.count > 1 or key in self._unfolded:
            self.table.take()
            self._unfolded ^= {key}
            self.table.move_cursor(key)
            self._show_again()

    def _show_again(self) -> None:
        if self._view is not None:
            self.show(self._view)
        self._narrowed_anew()

    # ------------------------------------------------------------------------------------ from here on

    def action_related(self) -> None:
        """Go to the object that it happened to."""
        item, view = self.item, self._view
        if item is None or view is None or item.event.category is Category.GAP:
            return
        self.table.take()
        event, cluster = item.event, view.cluster
        owner = event.leads_to.partition("/")[0]
        known = cluster.services if event.kind is Kind.TASK else cluster.objects(event.kind) or {}
        if event.kind is Kind.SWARM or owner in known:
            self.post_message(GoAsked(event.kind, event.leads_to))
        else:
            self.notify(visible(f"{event.subject} is no longer in the swarm."), markup=False)

    def action_report(self) -> None:
        """Ask for which span a report is to be written."""
        self.post_message(ReportAsked())
