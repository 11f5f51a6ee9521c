"""Pane: a titled live table with a filter line of its own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from swarmtui.swarm.kinds import Target
from swarmtui.ui.dialogs.copy import CopyDialog
from swarmtui.ui.dialogs.save import SaveDialog
from swarmtui.ui.export import Sheet
from swarmtui.ui.messages import ChangeAsked, InspectAsked, LogsAsked, Narrowed, RelatedAsked
from swarmtui.ui.panes.detail import DetailLine
from swarmtui.ui.panes.view import View
from swarmtui.ui.text import visible
from swarmtui.ui.widgets.columns import Column
from swarmtui.ui.widgets.live_table import LiveTable
from swarmtui.ui.widgets.table_messages import Activated, CursorMoved, MarksChanged

__all__ = ["Pane"]

Item = TypeVar("Item")


class FilterLine(Input):
    """Where a filter is typed. It takes every key; escape clears it, Enter goes back to the table."""

    BINDINGS: ClassVar = [
        Binding("enter", "submit", "Keep", id="filter.submit", tooltip="Keep the filter, go back to the rows"),
        Binding("escape", "clear_filter", "Clear", id="filter.clear", tooltip="Show all rows again"),
        Binding("ctrl+c", "clear_filter", "Leave", show=False, id="filter.leave", tooltip="Show all rows again"),
        Binding(
            "down",
            "keep_filter",
            "To the rows",
            show=False,
            id="filter.keep",
            tooltip="Keep the filter; to the rows",
        ),
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

    ASKS: ClassVar[Mapping[str, tuple[str, str]]] = {}
    """What can be asked for that has no key of its own, by name: what the command palette calls it, what it does."""

    BINDINGS: ClassVar = [
        Binding(
            "slash",
            "filter",
            "Filter",
            id="pane.filter",
            tooltip="Show only rows that match (a regular expression; ! excludes)",
        ),
        Binding("c", "copy", "Copy", show=False, id="pane.copy", tooltip="Copy the name, the ID, … of the row"),
        Binding("ctrl+s", "save", "Save", show=False, id="pane.save", tooltip="Save the rows as CSV or JSON"),
        Binding("i", "inspect(False)", "Inspect", id="inspect.readable", tooltip="All of the object, in words"),
        Binding("y", "inspect(True)", "YAML", show=False, id="inspect.yaml", tooltip="The object's raw JSON, as YAML"),
        Binding(
            "greater_than_sign",
            "related",
            "Go to…",
            show=False,
            id="go.related",
            tooltip="Go to what belongs to it: its stack, node, networks, secrets, configs",
        ),
    ]

    def __init__(self, columns: Sequence[Column[Item, View]], *, id: str, name: str, markable: bool = False) -> None:
        """Make a pane.

        Args:
            name: its name where there is room for nothing else: "Services".
            markable: whether several items can be marked, for a change of all of them.
        """
        super().__init__(id=id, name=name, classes="pane")
        self.table: LiveTable[Item, View] = LiveTable(columns, key=self.key_of, markable=markable, id=f"{id}-table")
        self._filter = FilterLine(
            placeholder="filter: a regular expression, ! excludes", compact=True, classes="filter"
        )
        self._view: View | None = None
        self._only_unhealthy = False
        self._entitled: Content | None = None
        self._detail = DetailLine()

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

    def show(self, view: View) -> None:
        """Show a snapshot."""
        self._view = view
        self.table.greyed = view.greyed
        self.table.show(self.items_of(view), view, subject=self.subject)
        self._show_detail()
        self._entitle()

    def tick(self, view: View) -> None:
        """Nothing but the time has changed."""
        self._view = view
        self.table.greyed = view.greyed
        self.table.tick(view)
        self._show_detail()

    def _show_detail(self) -> None:
        item = self.item
        content = Content("") if item is None or self._view is None else self.detail(item, self._view)
        self._detail.show(content, old=self.table.greyed)

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
        self.table.no_match_text = "nothing unhealthy here" if only else "nothing matches the filter"
        self.table.set_predicate(self._unhealthy if only else None)
        self._narrowed_anew()

    def _unhealthy(self, item: Item, view: View) -> bool:
        return self.is_unhealthy(item, view)

    @property
    def narrowed(self) -> str:
        """What keeps rows from being shown; "" when all are."""
        parts = []
        if self._filter.value:
            problem = ", taken literally: it is no regular expression" if self.table.filter_problem else ""
            parts.append(
                f"/{visible(self._filter.value)}: {self.table.shown_count} of {self.table.total_count}{problem}"
            )
        if self._only_unhealthy:
            parts.append("only unhealthy")
        if self.table.marks:
            parts.append(f"{len(self.table.marks)} marked")
        return " ── ".join(parts)

    def _entitle(self) -> None:
        title = Content(" ── ".join(part for part in (visible(self.heading), self.narrowed) if part))
        if title != self._entitled:
            self._entitled = title
            self.border_title = title

    def action_ask(self, what: str) -> None:
        """Ask for a change of the item under the cursor."""
        self.post_message(ChangeAsked(what, self.change_item, self.table.marked_items()))

    # ------------------------------------------------------------------------------------ taking texts away

    def action_copy(self) -> None:
        """Ask which text of the row goes to the clipboard."""
        item = self.item
        if item is None or self._view is None:
            return
        [row] = self.table.texts([item])
        texts = {**self.copies(item, self._view), "row": "  ".join(text for text in row if text)}
        self.app.push_screen(CopyDialog({label: text for label, text in texts.items() if text}), self._copy)

    def _copy(self, text: str | None) -> None:
        if text is not None:
            self.app.copy_to_clipboard(text)
            self.notify("Sent to the terminal's clipboard, if it has one that takes it.", markup=False)

    def action_save(self) -> None:
        """Save the rows that are shown, or those of them that are marked."""
        rows = self.table.marked_items() or self.table.rows
        sheet = Sheet(tuple(column.title for column in self.table.columns), tuple(self.table.texts(rows)))
        self.app.push_screen(SaveDialog(sheet, f"{self.id}.csv"), self._saved)

    def _saved(self, path: Path | None) -> None:
        if path is not None:
            self.notify(visible(f"Saved to {path}."), markup=False)

    # ------------------------------------------------------------------------------------ all of an object, and its log

    def action_inspect(self, raw: bool) -> None:
        """Show all of the object under the cursor."""
        if self.target is not None:
            self.post_message(InspectAsked(self.target, raw=raw))

    def action_logs(self) -> None:
        """Show the log of the service or task under the cursor."""
        if self.target is not None:
            self.post_message(LogsAsked(self.target))

    def action_related(self) -> None:
        """Ask where one can go from the item under the cursor."""
        if self.item is not None:
            self.post_message(RelatedAsked(self.change_item))

    # ------------------------------------------------------------------------------------ filter

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

    # ------------------------------------------------------------------------------------ marks

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
        self._show_detail()
        item = self.item
        if event.by_user and item is not None:
            self.selected(item, enter=False)

    @on(Activated)
    def _activated(self, event: Activated) -> None:
        event.stop()
        item = self.item
        if item is not None:
            self.selected(item, enter=True)
