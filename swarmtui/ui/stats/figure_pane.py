"""FigurePane: base of the panes whose rows use something: they have the keys, columns and lines of live figures."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, TypeVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figures import Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.ui.findings.sick_row import SickRowPane
from swarmtui.ui.kit.tables.columns import Column
from swarmtui.ui.messages import FiguresAsked, Narrowed, UsageAsked
from swarmtui.ui.panes.view import View
from swarmtui.ui.stats.columns import is_figure, with_figures

__all__ = ["FIGURE_KEYS", "FigurePane"]

Item = TypeVar("Item")

FIGURES = Binding(
    "T", "figures", "Figures", id="stats.figures", tooltip="Turn live CPU, memory, network and block I/O on or off"
)
USAGE = Binding(
    "P",
    "usage",
    "Processes",
    show=False,
    id="stats.usage",
    tooltip="Show what it uses and used in the last minutes; of a task its processes",
)

FIGURE_KEYS = (FIGURES, USAGE)
"""For a pane to declare among its own."""

SORTED_AGAIN = 3.0
"""Seconds from one sorting by a figure to the next: rows that change places each second cannot be read."""


class FigurePane(SickRowPane[Item]):
    """A pane declares the keys among its own."""

    FIGURE_COLUMNS: ClassVar[Sequence[Column[Any, View]]] = ()
    FIGURES_AFTER: ClassVar[str] = ""
    """The ID of the column behind which they stand."""

    _live_words = ""
    _sorted_at = 0.0

    @abstractmethod
    def tasks_behind(self, item: Item, cluster: Cluster) -> Sequence[Task]:
        """The tasks whose containers a row is about."""

    @abstractmethod
    def total_of(self, item: Item, live: LiveFigures) -> Total:
        """What a row uses."""

    # ------------------------------------------------------------------------------------ keys

    def action_figures(self) -> None:
        """Turn live figures on or off, in all panes."""
        self.post_message(FiguresAsked())

    def action_usage(self) -> None:
        """Show what the row under the cursor uses."""
        if self.target is not None:
            self.table.take()
            self.post_message(UsageAsked(self.target))

    # ------------------------------------------------------------------------------------ what is shown

    @property
    def figures(self) -> bool:
        """Whether they are on."""
        return self.has_class("-figures")

    @figures.setter
    def figures(self, on: bool) -> None:
        if on != self.figures:
            self.set_class(on, "-figures")
            plain = [column for column in self.table.columns if column not in self.FIGURE_COLUMNS]
            self.table.change_columns(with_figures(plain, self.FIGURE_COLUMNS, self.FIGURES_AFTER) if on else plain)

    @property
    def saved_columns(self) -> Sequence[Column[Any, Any]]:
        return with_figures(self.COLUMNS, self.FIGURE_COLUMNS, self.FIGURES_AFTER) if self.figures else self.COLUMNS

    @property
    def _live(self) -> LiveFigures | None:
        return self._view.live if self._view is not None and self.figures else None

    def in_sight(self) -> Iterable[Item]:
        """The rows whose figures are on the screen; all of them where their order depends on figures."""
        table = self.table
        sorting = table.sorting
        if sorting is not None and is_figure(sorting[0]):
            return table.rows
        return table.rows[table.top : table.top + table.page]

    @property
    def narrowed(self) -> str:
        live = self._live
        return " ── ".join(filter(None, (super().narrowed, live.words if live is not None else "")))

    def tick(self, view: View) -> None:
        """With figures, most rows are drawn again: each pane in a turn of its own, so that keys come in between."""
        if self.figures and self.is_attached:
            self.call_later(self._tick_now, view)
        else:
            super().tick(view)

    def _tick_now(self, view: View) -> None:
        if not self.is_attached or (self._view is not None and self._view.now > view.now):
            return
        sorting = self.table.sorting
        if sorting is not None and is_figure(sorting[0]) and time.monotonic() > self._sorted_at + SORTED_AGAIN:
            self._sorted_at = time.monotonic()
            self.table.show(self.items_of(view), view, subject=self.subject)
        self.looks.again()  # figures are others each time
        super().tick(view)
        words = self._live.words if self._live is not None else ""
        if words != self._live_words:
            self._live_words = words
            self.post_message(Narrowed())

    def _show_detail(self) -> None:
        item, live = self.item, self._live if self.display else None
        lines = Content("")
        if item is not None and live is not None:
            from swarmtui.ui.stats.lines import figure_lines

            tasks = self.tasks_behind(item, live.cluster)
            most = 2 if self.screen.has_class("-alone") else 1  # beside other panes rows are worth more
            lines = figure_lines(self.total_of(item, live), live, tasks, self._detail.room, most)
        self._detail.ahead = lines
        super()._show_detail()
