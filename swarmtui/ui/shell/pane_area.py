"""The panes, and how they are arranged: nodes, services and tasks together, or one pane alone."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.widget import Widget

from swarmtui.ui.findings.pane import FindingsPane
from swarmtui.ui.findings.sick_row import SickRowPane
from swarmtui.ui.nodes.pane import NodesPane
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.registry import ALONE
from swarmtui.ui.panes.unhealthy import Unhealthy
from swarmtui.ui.panes.view import View
from swarmtui.ui.services.pane import ServicesPane
from swarmtui.ui.tasks.pane import TasksPane

__all__ = ["AnyPane", "PaneArea"]

AnyPane = Pane[Any]

TALL = 48
"""Rows from which on nodes and services get no more than they need: what is long below them has the others."""

AROUND = 8
"""Rows of a pane beside those of its table: borders, the heading, and the lines about a row that is unhealthy."""


class PaneArea(Container):
    """Holds all panes, and has those in sight that belong there.

    Attributes:
        panes: all of them, in the order of their keys.
        current: the one that has, or last had, the focus.
        zoomed: whether it is shown alone by wish.
        folded: whether it is shown alone for want of room.
    """

    def __init__(self) -> None:
        super().__init__(id="panes")
        self.nodes = NodesPane()
        self.services = ServicesPane()
        self.tasks = TasksPane()
        self._together: tuple[AnyPane, ...] = (self.nodes, self.services, self.tasks)
        self._others: tuple[AnyPane, ...] = tuple(make() for make in ALONE)
        self._upper = Horizontal(self.nodes, self.services, id="upper")
        self.panes: tuple[AnyPane, ...] = (*self._together, *self._others)
        self.current: AnyPane = self.services
        self.zoomed = False
        self.folded = False
        self._rows = 0
        self._upper_height: int | None = None

    def compose(self) -> ComposeResult:
        yield self._upper
        yield self.tasks

    def add_next(self) -> bool:
        """Have one more of the panes that are not shown at first; returns whether there are more to come.

        The first screen does not wait for them: each costs as much as two dialogs.
        """
        missing = [pane for pane in self._others if not pane.is_attached]
        if missing:
            self.mount(missing[0])
        return len(missing) > 1

    def has(self, pane: AnyPane) -> bool:
        """Whether a pane can be shown; where not, it can be soon."""
        if not pane.is_attached:
            self.mount(pane)
        return pane.is_mounted

    @property
    def is_alone(self) -> bool:
        """Whether the current pane is shown alone: for want of room, by wish, or since it is not one of the three."""
        return self.folded or self.zoomed or not self.is_together

    @property
    def is_together(self) -> bool:
        """Whether the current pane is one of those that can be shown together."""
        return self.current in self._together

    def rearrange(self) -> None:
        """Show the three panes together, or the current one alone."""
        alone = self.is_alone
        for pane in self.panes:
            pane.come_into_sight(pane is self.current if alone else pane in self._together)
        self._upper.display = self.nodes.display or self.services.display
        self._share_rows()

    def on_resize(self) -> None:
        self._share_rows()

    def _share_rows(self) -> None:
        """Nodes and services have half of the rows; where there are many, and they need fewer, the tasks have them."""
        height, needed = self.size.height, self._rows + AROUND
        wanted = needed if height >= TALL and needed < height // 2 and not self.is_alone and self._rows else None
        if wanted != self._upper_height:
            self._upper_height = wanted
            self._upper.styles.height = "1fr" if wanted is None else wanted

    def named(self, name: str) -> AnyPane:
        """The pane of that ID."""
        return next(pane for pane in self.panes if pane.id == name)

    def carry_over(self, name: str) -> None:
        """Of the findings, have that under the cursor which is about the row that one comes from."""
        pane = self.named(name)
        if isinstance(pane, FindingsPane) and isinstance(self.current, SickRowPane) and self.current.item is not None:
            pane.stand_on(self.current.sick_id(self.current.item))

    def holding(self, widget: Widget) -> AnyPane | None:
        """The pane that a widget is in."""
        return next((pane for pane in self.panes if pane in widget.ancestors_with_self), None)

    def beside(self, step: int) -> AnyPane:
        """The pane so many steps further on, among those that are in sight or could be."""
        ring = self._together if self.is_together else self.panes
        return ring[(ring.index(self.current) + step) % len(ring)]

    def turn_unhealthy(self) -> None:
        """Have the unhealthy rows in the next place, in every pane."""
        self._have_unhealthy(self.current.unhealthy.next(self.current.unhealthy_at_first))

    def settle_unhealthy(self) -> bool:
        """Have them where they are at first; returns whether they were elsewhere."""
        return self._have_unhealthy(self.current.unhealthy_at_first)

    def show_healthy(self) -> bool:
        """Hide nothing that is healthy; returns whether it was hidden."""
        at_first = self.current.unhealthy_at_first
        return self.current.unhealthy.hides and self._have_unhealthy(Unhealthy.FIRST if at_first.hides else at_first)

    def _have_unhealthy(self, where: Unhealthy) -> bool:
        changes = where is not self.current.unhealthy
        for pane in self.panes:
            pane.unhealthy = where
        return changes

    def show(self, view: View) -> None:
        """Show a snapshot."""
        rows = max(len(view.cluster.nodes), len(view.cluster.services))  # all of them, whatever a filter shows now
        if rows != self._rows:
            self._rows = rows
            self._share_rows()
        for pane in self.panes:
            if pane.is_mounted:
                pane.show(view)
            else:
                pane.note(view)

    def look_again(self) -> None:
        """Time has changed something elsewhere on the screen: perhaps in the panes, too."""
        for pane in self.panes:
            pane.looks.again()

    def show_findings(self, view: View) -> None:
        """Something is known of what is wrong; the snapshot is the same."""
        pane = self.named(FindingsPane.ID)
        if pane.is_mounted and pane.is_attached:  # at the end the panes go before the timer that calls this
            pane.show(view)

    def tick(self, view: View) -> None:
        """Nothing but the time has changed."""
        for pane in self.panes:
            if pane.is_mounted:
                pane.tick(view)
            else:
                pane.note(view)
