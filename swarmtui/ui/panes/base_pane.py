"""Pane: a titled live table with a filter line of its own."""

from __future__ import annotations

import time
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from swarmtui.swarm.kinds import Kind, Target
from swarmtui.ui.commands.command import Command
from swarmtui.ui.kit.filter_line import FilterLine
from swarmtui.ui.kit.tables.columns import Fields
from swarmtui.ui.kit.tables.export import sheet_of
from swarmtui.ui.kit.tables.live_table import LiveTable
from swarmtui.ui.kit.tables.table_messages import Activated, CursorMoved, MarksChanged
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.kit.textual_internals import entitle
from swarmtui.ui.messages import ChangeAsked, InspectAsked, LogsAsked, Narrowed, RelatedAsked
from swarmtui.ui.panes.declaration import PaneDeclaration
from swarmtui.ui.panes.detail import DetailLine
from swarmtui.ui.panes.looks import Looks
from swarmtui.ui.panes.refusal import RefusedList, refusal_text
from swarmtui.ui.panes.unhealthy import Unhealthy, place_unhealthy
from swarmtui.ui.panes.view import View

__all__ = ["Pane"]

Item = TypeVar("Item")

SIFT_SHARE = 0.05
"""Of the time that may go into looking for what has become unhealthy, or well, by time alone."""


class Pane(PaneDeclaration, Vertical, Generic[Item]):
    """Base of the panes. A subclass says which items a view has, what their columns are, and which are unhealthy."""

    EXPORTED: ClassVar[Fields[Any, View]] = {}
    """What a file gets of each row beside what its columns say."""

    keyless: ClassVar[Sequence[Command]] = ()
    """What can be asked for about its objects by words alone."""

    kind: ClassVar[Kind | None] = None
    """Of the list that the rows are made from; None where they are made from several."""

    BINDINGS: ClassVar = [
        Binding(
            "slash",
            "filter",
            "Filter",
            id="pane.filter",
            tooltip="Show only rows that match (a regular expression; ! excludes)",
        ),
        Binding("c", "copy", "Copy", show=False, id="pane.copy", tooltip="Copy the name, the ID, … of the row"),
        Binding("ctrl+s", "save", "Save", show=False, id="pane.save", tooltip="Save the rows to a file"),
        Binding("i", "inspect(False)", "Inspect", id="inspect.readable", tooltip="Show the whole object in words"),
        Binding("y", "inspect(True)", "YAML", show=False, id="inspect.yaml", tooltip="Show the raw JSON as YAML"),
        Binding(
            "greater_than_sign",
            "related",
            "Go to…",
            show=False,
            id="go.related",
            tooltip="Go to a related object: stack, node, network, secret, config",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(id=self.ID, name=self.TITLE, classes="pane")
        self.table: LiveTable[Item, View] = LiveTable(
            self.COLUMNS, key=self.key_of, instead=self.key_instead, markable=self.MARKABLE, id=f"{self.ID}-table"
        )
        self._filter = FilterLine(
            placeholder="filter: a regular expression, ! excludes", compact=True, classes="filter"
        )
        self._view: View | None = None
        self._unhealthy = self.unhealthy_at_first = Unhealthy.MIXED
        self._sift_at = 0.0
        self._refused = RefusedList()
        self._entitled: Content | None = None
        self._detail = DetailLine()
        self.looks = Looks()

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

    @property
    def title_text(self) -> str:
        """The heading; a list that is refused has no numbers."""
        return f"{self.name} ?" if self._refused.line else self.heading

    @property
    def tab_text(self) -> str:
        """The same for the tab."""
        return f"{self.name} ?" if self._refused.line else self.tab

    @abstractmethod
    def key_of(self, item: Item) -> str:
        """What the item is known by in every snapshot: the object's ID; of a task, its slot."""

    def group_of(self, item: Item) -> str:
        """What stays together where the unhealthy rows come first."""
        return self.key_of(item)

    def key_instead(self, item: Item) -> str | None:
        """What the cursor goes to when this item is hidden or gone; None for its neighbour."""
        return None

    @abstractmethod
    def selected(self, item: Item, *, enter: bool) -> None:
        """The user has moved the cursor to an item, or (`enter`) opened it."""

    def passed_to(self, item: Item, *, filtered: bool) -> None:
        """The cursor has come to stand on an item without being moved there.

        Args:
            filtered: the user has changed what is shown; else rows came or went by themselves.
        """

    def detail(self, item: Item, view: View) -> Content:
        """What the item's row has no room for; it stands below the rows while the cursor is on the item."""
        return Content("")

    @property
    def change_item(self) -> object:
        """What a change that is asked for in this pane is about."""
        return self.item

    @property
    def target(self) -> Target | None:
        """The object under the cursor, as it is inspected; None where there is none."""
        return None

    @property
    def log_targets(self) -> Sequence[Target]:
        """What the logs are shown of, together."""
        return [self.target] if self.target is not None else []

    @property
    def subject(self) -> object:
        """What the rows are about; with another subject the table starts at the top again."""
        return None

    def copies(self, item: Item, view: View) -> dict[str, str]:
        """What can be copied of an item, beside its row: "name" → "web"."""
        return {"ID": self.key_of(item)}

    # ------------------------------------------------------------------------------------ the pane

    def compose(self) -> ComposeResult:
        yield self.table
        yield self._detail
        yield self._filter

    def on_mount(self) -> None:
        self._filter.display = False
        if self._view is not None:
            self.show(self._view)

    def note(self, view: View) -> None:
        """Take a snapshot as what it is about; to be shown once this can be seen."""
        self._view = view

    def show(self, view: View) -> None:
        """Show a snapshot. While the pane is out of sight, it is only taken note of which rows there are."""
        self._view = view
        self.looks.again()
        self.table.greyed = view.greyed
        self.table.empty_text = self._refused.empty_text(self.table.empty_text, view.cluster, self.kind)
        self.table.show(self.items_of(view), view, subject=self.subject)
        if self.table.in_sight:
            self._show_detail()
            self._entitle()

    def come_into_sight(self, seen: bool) -> None:
        """Be in sight from now on, or out of it."""
        came = seen and not self.table.in_sight
        self.display = self.table.in_sight = seen
        if came and self._view is not None and self.is_mounted:
            self.looks.again()
            self.tick(self._view)

    def tick(self, view: View) -> None:
        """Nothing but the time has changed."""
        self._view = view
        self.table.greyed = view.greyed
        if not (self.table.in_sight and self.looks.due(time.monotonic())):
            return
        before = self._detail.drawn, self._entitled
        changed = self._sift(view) or self.table.tick(view)
        self._show_detail()
        self._entitle()
        self.looks.looked(time.monotonic(), changed or before != (self._detail.drawn, self._entitled))

    def _sift(self, view: View) -> bool:
        """What is unhealthy changes by time alone: where that is shown alone or first, find out again what it is.

        It takes its time in a huge table, so no more than a part of the time is given to it.
        """
        begun = time.monotonic()
        if self._unhealthy is Unhealthy.MIXED or begun < self._sift_at:
            return False
        self.table.show(self.items_of(view), view, subject=self.subject)
        self._sift_at = begun + (time.monotonic() - begun) / SIFT_SHARE
        return True

    def _show_detail(self) -> None:
        item = self.item
        if self._view is None:
            content = Content("")
        elif item is None:
            content = refusal_text(self._view.cluster, self.kind)
        else:
            content = self.detail(item, self._view)
        self._detail.show(content, old=self.table.greyed)

    def _detail_follows(self) -> None:
        if self.is_attached:  # the cursor has been drawn; at the end the panes may be gone by then
            self._show_detail()

    @property
    def item(self) -> Item | None:
        """The item under the cursor."""
        return self.table.cursor_item

    @property
    def unhealthy(self) -> Unhealthy:
        """Where unhealthy rows are."""
        return self._unhealthy

    @unhealthy.setter
    def unhealthy(self, where: Unhealthy) -> None:
        if where is not self._unhealthy:
            self._unhealthy = where
            place_unhealthy(self.table, where, self.is_unhealthy, self.group_of)
            self._narrowed_anew()

    @property
    def narrowed(self) -> str:
        """What keeps rows from being shown; "" when all are."""
        parts = []
        if self._filter.value:
            count = f"{self.table.shown_count} of {self.table.total_count}"
            problem = ", taken literally: not a regular expression" if self.table.filter_problem else ""
            parts.append(f"/{visible(self._filter.value)}: {count}{problem}")
        parts.append(self._unhealthy.words)
        if self.table.marks:
            parts.append(f"{len(self.table.marks)} marked")
        return " ── ".join(filter(None, parts))

    def _entitle(self) -> None:
        title = Content(" ── ".join(part for part in (visible(self.title_text), self.narrowed) if part))
        if title != self._entitled:
            self._entitled = title
            entitle(self, title)

    def action_ask(self, what: str) -> None:
        """Ask for a change of the item under the cursor."""
        self.table.take()
        self.post_message(ChangeAsked(what, self.change_item, self.table.marked_items()))

    # ------------------------------------------------------------------------------------ taking texts away

    def action_copy(self) -> None:
        """Ask which text of the row goes to the clipboard."""
        if self.item is not None and self._view is not None:
            from swarmtui.ui.panes.taking_away import ask_what_to_copy

            self.table.take()
            ask_what_to_copy(self, self.copies(self.item, self._view), self.table.texts([self.item])[0])

    def action_save(self) -> None:
        """Save the rows that are shown, or those of them that are marked."""
        rows = self.table.marked_items() or self.table.rows
        if self._view is not None:
            from swarmtui.ui.panes.taking_away import ask_where_to_save

            ask_where_to_save(self, sheet_of(rows, self._view, self.saved_columns, self.EXPORTED))

    # ------------------------------------------------------------------------------------ all of an object, and its log

    def action_inspect(self, raw: bool) -> None:
        """Show all of the object under the cursor."""
        if self.target is not None:
            self.table.take()
            self.post_message(InspectAsked(self.target, raw=raw))

    def action_logs(self) -> None:
        """Show the logs of what is marked together, else the log of the service or task under the cursor."""
        if targets := self.log_targets:
            self.table.take()
            self.post_message(LogsAsked(*targets))

    def action_related(self) -> None:
        """Ask where you can go from the item under the cursor."""
        if self.item is not None:
            self.table.take()
            self.post_message(RelatedAsked(self.change_item))

    # ------------------------------------------------------------------------------------ filter and marks

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return not (action == "filter" and self._filter.has_focus)  # there "/" is a letter as any other

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
            self._narrowed_anew()
        return had

    @on(Input.Changed)
    def _filter_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.table.set_filter(event.value)
        self._narrowed_anew()

    def _narrowed_anew(self) -> None:
        if self.is_mounted:
            self._entitle()
            self._show_detail()
            self.post_message(Narrowed())

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

    @on(MarksChanged)
    def _marks_changed(self, event: MarksChanged) -> None:
        event.stop()
        self._narrowed_anew()

    def clear_marks(self) -> bool:
        """Mark nothing; returns whether anything was marked."""
        had = bool(self.table.marks)
        self.table.clear_marks()
        return had

    # ------------------------------------------------------------------------------------ selection

    @on(CursorMoved)
    def _cursor_moved(self, event: CursorMoved) -> None:
        event.stop()
        self.call_after_refresh(self._detail_follows)
        if (item := self.item) is None or self.key_of(item) != event.key:  # it has gone on since
            return
        if event.by_user:
            self.selected(item, enter=False)
        elif event.cause != "owner":
            self.passed_to(item, filtered=event.cause == "filter")

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        item = self.item
        if item is not None:
            self.table.take()
            self.selected(item, enter=True)
