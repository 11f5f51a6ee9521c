"""The part of the main screen that tells what happened: an entry, a report, and what happened while one was away."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.content import Content

from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline.absence import absence_words
from swarmtui.swarm.timeline.event import OF_A_SPEC, Event
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.ui.findings.messages import GoAsked
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.navigation.navigation import AnyPane, GoingScreen
from swarmtui.ui.shell.key_queue import KeyQueue
from swarmtui.ui.shell.notices import Notice
from swarmtui.ui.timeline.messages import EntryOpened, ReportAsked
from swarmtui.ui.timeline.pane import TimelinePane

if TYPE_CHECKING:
    from swarmtui.swarm.timeline.report import Incident, Span
    from swarmtui.ui.timeline.report_dialog import Written

__all__ = ["AWAY", "AwayLine", "RecallingScreen"]

AWAY = 900.0
"""Seconds without a key after which somebody is taken to have been away."""

STAYS = 600.0
"""Seconds for which it stays said after the first key."""

LOOK = 1.0
"""Seconds between two looks at whether somebody is away."""


class AwayLine(Notice):
    """Above the panes: what happened while nobody pressed a key."""

    def show(self, words: str, key: str) -> None:
        """`key` lists it; `words` is "" for nothing."""
        self.say(Content.styled(f"◆ {visible(words)}   {key} lists them", "$text-accent") if words else Content(""))


class RecallingScreen(GoingScreen):
    """Base of the main screen."""

    _diagnosis: Diagnosis

    def __init__(self) -> None:
        super().__init__()
        self._away = AwayLine(id="away")
        self._left: float | None = None
        self._returned: float | None = None

    def on_mount(self) -> None:
        self.set_interval(LOOK, self.tell_absence)

    # ------------------------------------------------------------------------------------ while one was away

    def tell_absence(self) -> None:
        """Say what has happened since the last key, where that is long ago; for a while, or until it is listed."""
        assert isinstance(self.app, KeyQueue)
        if self.observation.connection.recorded:  # what happened there happened long ago
            return
        clock, last = time.monotonic(), self.app.last_key
        if clock - last >= AWAY:
            if self._left is None or self._returned is not None:
                self._left, self._returned = last, None
        elif self._left is not None and self._returned is None:
            self._returned = last
        if self._left is None:
            return
        if self._returned is not None and clock - self._returned > STAYS:
            self.forget_absence()
            return
        until = clock if self._returned is None else self._returned
        words = absence_words(
            [
                entry
                for entry in self._session.timeline.seen_since(self._moment(self._left))
                if entry.since <= self._moment(until)
            ],
            until - self._left,
        )
        self._away.show(words, self._timeline_key())

    def forget_absence(self) -> None:
        """It has been read."""
        self._left = self._returned = None
        self._away.show("", "")

    def open(self, pane: AnyPane) -> None:
        """Go to a pane by its key: to the time line for what happened meanwhile, where that is on the screen."""
        self.go_to(pane)
        if isinstance(pane, TimelinePane) and self._left is not None:
            if self._away.display:
                pane.since(self._moment(self._left))
            self.forget_absence()

    def _moment(self, clock: float) -> float:
        """The managers' time of a moment, in seconds since 1970."""
        return time.time() - (time.monotonic() - clock) + self.observation.connection.clock_offset

    def _timeline_key(self) -> str:
        keys = (each.binding for each in self.active_bindings.values() if each.binding.id == "pane.timeline")
        return next((self.app.get_key_display(binding) for binding in keys), "9")

    # ------------------------------------------------------------------------------------ an entry

    @on(EntryOpened)
    def _entry_opened(self, event: EntryOpened) -> None:
        from swarmtui.ui.timeline.entry_dialog import EntryDialog

        entry = event.entry
        what = entry.event
        ask, superseded, seen = None, False, None
        if what.kind is Kind.SERVICE and what.category in OF_A_SPEC:
            service = self._session.observation().known_cluster.services.get(what.id)  # as new as the time line
            change = self._session.timeline.change_of(what)
            if change is None:
                superseded = self._changed_since(what)
                kept = service is not None and not superseded
            else:  # several changes may have been seen at once: then the swarm keeps only the last of them
                seen = change.difference()
                kept = service is not None and (service.previous_spec, service.spec) == tuple(change)
            if kept:
                ask = lambda: self._session.inspect(what.kind, what.id)  # noqa: E731 - as short as it gets
        dialog = EntryDialog(entry, ask, superseded=superseded, seen=seen)
        self.app.push_screen(dialog, lambda go: self._go_to_object(entry, go))

    def _changed_since(self, what: Event) -> bool:
        """Whether another change of the object's spec came after the one that this was a part of."""
        later = (each.event for each in self._session.timeline.about(what.id) if each.event.id == what.id)
        for other in later:
            if other.category in OF_A_SPEC:
                return other.at > what.at and other.versions != what.versions
        return False

    def _go_to_object(self, entry: Entry, go: bool | None) -> None:
        if go:
            self.post_message(GoAsked(entry.event.kind, entry.event.leads_to))

    # ------------------------------------------------------------------------------------ a report

    @on(ReportAsked)
    def _report_asked(self) -> None:
        from swarmtui.ui.timeline.report_dialog import ReportDialog

        dialog = ReportDialog(self._incident, lambda: self._moment(time.monotonic()))
        self.app.push_screen(dialog, self._written)

    def _incident(self, span: Span) -> Incident:
        """What is known of a span of time."""
        from swarmtui.swarm.timeline.report import Incident
        from swarmtui.swarm.timeline.state import state_lines

        timeline, diagnosis, now = self._session.timeline, self._diagnosis, self._moment(time.monotonic())
        return Incident(
            self._session.endpoint.name,
            span,
            timeline.within(span.first, span.last),
            diagnosis.spells.within(span.first, span.last),
            tuple(state_lines(self.observation.known_cluster, now)),
            diagnosis.findings,
            now,
            timeline.began,
        )

    def _written(self, written: Written | None) -> None:
        from swarmtui.ui.kit.dialogs.save import SaveDialog

        if written is None:
            return
        if written.to_file:
            name = f"what-happened-{datetime.now().astimezone():%Y%m%d-%H%M}.md"
            self.app.push_screen(SaveDialog("the report", name, lambda _: written.text), self._saved)
        else:
            self.app.copy_to_clipboard(written.text)
            self.notify("Copied (if your terminal allows it).", markup=False)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.notify(visible(f"Saved to {path}."), markup=False)
