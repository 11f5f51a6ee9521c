"""How many lines and errors each replica has written, so that the one that is ill is found at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import clipped, counted
from swarmtui.swarm.units import age
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import ListDialog
from swarmtui.ui.kit.texts.text import fit, fit_middle, visible
from swarmtui.ui.logs.tally import Tally

__all__ = ["TallyDialog"]

NAME, LINES, ERRORS, LAST = 30, 9, 9, 14
"""Cells of the columns."""
LONGEST_TITLE = 70
LOOK = 1.0
"""Seconds between two counts, while it is open."""
SHARE = 0.05
"""Of the time that may go into counting: 50,000 lines take a tenth of a second."""


class TallyDialog(ListDialog["Tally | None"]):
    """Returns the replica whose lines alone are wanted, or None.

    Args:
        count: counts again, those with most errors first.
        now: the time by the engine's clock.
        filters: what keeps lines from being counted, in words; "" for nothing.
    """

    BINDINGS: ClassVar = [
        leaving("Close", "Close this", more="q,e", id="tally.close"),
        Binding("k", "move(-1)", "Up", show=False, id="tally.up", tooltip="The replica above"),
        Binding("j", "move(1)", "Down", show=False, id="tally.down", tooltip="The replica below"),
    ]

    BOX: ClassVar = "wide"

    def __init__(self, count: Callable[[], Sequence[Tally]], now: Callable[[], float], filters: str) -> None:
        super().__init__()
        self._count = count
        self._now = now
        self._filters = filters
        self._listed: Sequence[Tally] = ()
        self._shown: list[Content] = []
        self._count_at = 0.0

    @property
    def heading(self) -> Content:
        """What is counted, and the columns: they stay while the rows scroll."""
        title = f"Lines of each replica, {visible(self._filters)}" if self._filters else "Lines of each replica"
        numbers = (("LINES", LINES), ("ERRORS", ERRORS), ("LAST LINE", LAST))
        columns = fit("REPLICA", NAME) + "".join(fit(*each, align="right") for each in numbers)
        return Content.assemble(clipped(title, LONGEST_TITLE), "\n", (columns, "$text-muted"))

    def compose_body(self) -> ComposeResult:
        yield OptionList(compact=True)

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="sum", classes="dim")
            yield Static("⏎ Show only this replica   esc Close", classes="dim")

    def on_mount(self) -> None:
        self._list()
        self.set_interval(LOOK, self._list)

    def _list(self) -> None:
        on, now, begun = self._on, self._now(), time.monotonic()
        if begun >= self._count_at:
            self._listed = self._count()
            self._count_at = begun + (time.monotonic() - begun) / SHARE
        lines = [_line(each, now) for each in self._listed]
        rows = self.lines
        if len(lines) != len(self._shown):
            rows.set_options([Option(line) for line in lines])
            rows.highlighted = 0 if lines else None
        for place, (line, before) in enumerate(zip(lines, self._shown, strict=False)):
            if line != before and len(lines) == len(self._shown):
                rows.replace_option_prompt_at_index(place, line)
        self._shown = lines
        names = [each.writer.replica for each in self._listed]
        if on in names and rows.highlighted != names.index(on):
            rows.highlighted = names.index(on)
        self._sum_up()

    def _sum_up(self) -> None:
        lines, errors = sum(each.lines for each in self._listed), sum(each.errors for each in self._listed)
        replicas = counted(len(self._listed), "replica")
        said = f"{replicas}, {lines:,} lines, {errors:,} errors: stderr, and lines that say so"
        self.query_one("#sum", Static).update(Content(said))

    @property
    def _on(self) -> str:
        """The replica that the user has moved the cursor to; "" for whichever has most errors."""
        place = self.lines.highlighted or 0
        return self._listed[place].writer.replica if 0 < place < len(self._listed) else ""

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._listed[event.option_index])


def _line(tally: Tally, now: float) -> Content:
    """ "web.2@wrk2      1,204      12     3 s ago"."""
    last = seconds_of(tally.last)
    when = "never" if last is None else f"{age(now - last)} ago"
    return Content.assemble(
        fit_middle(visible(tally.writer.label), NAME),
        fit(f"{tally.lines:,}", LINES, align="right"),
        (fit(f"{tally.errors:,}", ERRORS, align="right"), "$text-error" if tally.errors else "$text-muted"),
        fit(when, LAST, align="right"),
    )
