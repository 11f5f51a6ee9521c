"""Pane: a titled live table with a filter line of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from swarmtui.swarm.objects import Node, Service
from swarmtui.ui.messages import ChangeAsked
from swarmtui.ui.panes.view import View
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.columns import Column
from swarmtui.ui.widgets.live_table import LiveTable
from swarmtui.ui.widgets.table_messages import Activated, CursorMoved

__all__ = ["Pane"]

Item = TypeVar("Item")


class FilterLine(Input):
    """Where a filter is typed. It takes every key; escape clears it, Enter goes back to the table."""

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "clear_filter", "Clear", id="filter.clear", tooltip="Show all rows again"),
        Binding("down", "keep_filter", show=False),
    ]

    class Cleared(Message):
        """The filter shall go."""

    class Kept(Message):
        """The filter stays; back to the rows."""

    def action_clear_filter(self) -> None:
        self.post_message(self.Cleared())

    def action_keep_filter(self) -> None:
        self.post_message(self.Kept())


class Pane(Vertical, Generic[Item]):
    """Base of the panes. A subclass says which items a view has, what their columns are, and which are unhealthy."""

    BINDINGS: ClassVar = [
        Binding(
            "slash",
            "filter",
            "Filter",
            id="pane.filter",
            tooltip="Show only rows that match (a regular expression; ! excludes)",
        ),
    ]

    def __init__(self, columns: Sequence[Column[Item, View]], *, id: str) -> None:
        super().__init__(id=id, classes="pane")
        self.table: LiveTable[Item, View] = LiveTable(columns, key=self.key_of, id=f"{id}-table")
        self._filter = FilterLine(
            placeholder="filter: a regular expression, ! excludes", compact=True, classes="filter"
        )
        self._view: View | None = None
        self._only_unhealthy = False
        self._entitled: Content | None = None

    # ------------------------------------------------------------------------------------ for subclasses

    @abstractmethod
    def items_of(self, view: View) -> Sequence[Item]:
        """The rows of a view, in their order; the same sequence object when nothing changed."""

    @abstractmethod
    def is_unhealthy(self, item: Item, view: View) -> bool:
        """Whether an item asks for attention."""

    @property
    @abstractmethod
    def heading(self) -> str:
        """The pane's title: what it shows and how many."""

    @property
    def tab(self) -> str:
        """The title where there is little room for it."""
        return self.heading

    @abstractmethod
    def key_of(self, item: Item) -> str:
        """The item's ID."""

    @abstractmethod
    def selected(self, item: Item, *, enter: bool) -> None:
        """The user has moved the cursor to an item, or (`enter`) opened it."""

    @property
    def change_item(self) -> Node | Service | None:
        """What a change that is asked for in this pane is about."""
        return None

    @property
    def subject(self) -> object:
        """What the rows are about; with another subject the table starts at the top again."""
        return None

    # ------------------------------------------------------------------------------------ the pane

    def compose(self) -> ComposeResult:
        yield self.table
        yield self._filter

    def on_mount(self) -> None:
        self._filter.display = False

    def show(self, view: View) -> None:
        """Show a snapshot."""
        self._view = view
        self.table.greyed = view.greyed
        self.table.show(self.items_of(view), view, subject=self.subject)
        self._entitle()

    def tick(self, view: View) -> None:
        """Nothing but the time has changed."""
        self._view = view
        self.table.greyed = view.greyed
        self.table.tick(view)

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        return self.table.cursor_item

    @property
    def only_unhealthy(self) -> bool:
        return self._only_unhealthy

    @only_unhealthy.setter
    def only_unhealthy(self, only: bool) -> None:
        self._only_unhealthy = only
        self.table.set_predicate(self._unhealthy if only else None)
        self._entitle()

    def _unhealthy(self, item: Item, view: View) -> bool:
        return self.is_unhealthy(item, view)

    def _entitle(self) -> None:
        parts = [visible(self.heading)]
        if self._filter.value:
            parts.append(f"/{visible(self._filter.value)}: {self.table.shown_count} of {self.table.total_count}")
        if self._only_unhealthy:
            parts.append("only unhealthy")
        title = Content(" ── ".join(parts))
        if title != self._entitled:
            self._entitled = title
            self.border_title = title

    def action_ask(self, what: str) -> None:
        """Ask for a change of the item under the cursor."""
        self.post_message(ChangeAsked(what, self.change_item))

    # ------------------------------------------------------------------------------------ filter

    def action_filter(self) -> None:
        self._filter.display = True
        self._filter.focus()

    def clear_filter(self) -> bool:
        """Show all rows again; returns whether there was a filter."""
        had = bool(self._filter.value) or self._filter.display
        if had:
            self._filter.value = ""
            self._filter.display = False
            self.table.set_filter("")
            self.table.focus()
            self._entitle()
        return had

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.table.set_filter(event.value)
        self._entitle()

    @on(Input.Submitted)
    @on(FilterLine.Kept)
    def _filter_kept(self, event: Message) -> None:
        event.stop()
        self._filter.display = bool(self._filter.value)
        self.table.focus()

    @on(FilterLine.Cleared)
    def _filter_cleared(self, event: Message) -> None:
        event.stop()
        self.clear_filter()

    # ------------------------------------------------------------------------------------ selection

    @on(CursorMoved)
    def _cursor_moved(self, event: CursorMoved) -> None:
        event.stop()
        item = self.item
        if event.by_user and item is not None:
            self.selected(item, enter=False)

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        item = self.item
        if item is not None:
            self.selected(item, enter=True)
