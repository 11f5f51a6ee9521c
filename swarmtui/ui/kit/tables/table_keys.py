"""TableKeys: what keys and mouse do in a table, in terms of rows. What rows are is the subclass's business."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from swarmtui.ui.kit.tables.line_view import LineView

__all__ = ["TableKeys"]

# Cells that left and right scroll, in a table that is too narrow even without its least columns.
SIDE_STEP = 8

MOVES = frozenset({"move", "leaf", "first", "last"})
"""The actions that move the cursor and do nothing else."""


class TableKeys(LineView):
    """A view of rows with a cursor that keys and mouse move.

    Attributes:
        markable: whether the user can mark rows.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", False, id="table.up", tooltip="The row above"),
        Binding("down,j", "move(1)", "Down", False, id="table.down", tooltip="The row below"),
        Binding("pageup", "leaf(-1.0)", "Page up", False, id="table.page_up", tooltip="A page up"),
        Binding("pagedown", "leaf(1.0)", "Page down", False, id="table.page_down", tooltip="A page down"),
        Binding("ctrl+u", "leaf(-0.5)", "Half up", False, id="table.half_up", tooltip="Half a page up"),
        Binding("ctrl+d", "leaf(0.5)", "Half down", False, id="table.half_down", tooltip="Half a page down"),
        Binding("g,home", "first", "First", False, id="table.first", tooltip="The first row"),
        Binding("G,end", "last", "Last", False, id="table.last", tooltip="The last row"),
        Binding("left", "sideways(-1)", "Left", False, id="table.left", tooltip="Scroll to the columns on the left"),
        Binding("right", "sideways(1)", "Right", False, id="table.right", tooltip="Scroll to the columns on the right"),
        Binding("enter", "activate", "Open", False, id="table.open", tooltip="Open the row under the cursor"),
        Binding("o", "sort_next", "Sort", False, id="table.sort", tooltip="Sort by the next column"),
        Binding("O", "sort_reverse", "Reverse", False, id="table.reverse", tooltip="Reverse the sort order"),
        Binding("space", "mark", "Mark", False, id="table.mark", tooltip="Mark or unmark this row"),
        Binding("ctrl+a", "mark_all", "Mark all", False, id="table.mark_all", tooltip="Mark all rows shown, or none"),
    ]

    markable = False

    # ------------------------------------------------------------------------------- what subclasses say

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    @property
    def cursor_row(self) -> int:
        """The row the cursor is on; -1 when there is none."""
        raise NotImplementedError

    @property
    def fits(self) -> bool:
        """Whether all columns are in sight."""
        raise NotImplementedError

    def go_to_row(self, row: int) -> None:
        """Move the cursor to a row, or the nearest there is."""
        raise NotImplementedError

    def open_row(self) -> None:
        """Open the row under the cursor."""
        raise NotImplementedError

    def mark_row(self) -> None:
        """Mark or unmark the row under the cursor, and continue to the next."""
        raise NotImplementedError

    def mark_all_rows(self) -> None:
        """Mark all rows, or none when all are marked."""
        raise NotImplementedError

    def sort_next(self) -> None:
        """Sort by the next column in sight that can be sorted by; after the last one, as the owner does."""
        raise NotImplementedError

    def sort_reverse(self) -> None:
        """Reverse the sort order."""
        raise NotImplementedError

    def click_header(self, x: int) -> None:
        """Sort by the column at this cell: up, then down, then as the owner does."""
        raise NotImplementedError

    # ---------------------------------------------------------------------------------------------- keys

    def only_moves(self, action: str | tuple[object, ...]) -> bool:
        """Whether an action of a key moves the cursor and does nothing else."""
        return isinstance(action, str) and action.partition("(")[0] in MOVES

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in {"mark", "mark_all"}:
            return self.markable
        if action == "sideways":
            return not self.fits
        return super().check_action(action, parameters)

    def action_move(self, rows: int) -> None:
        self.go_to_row(self.cursor_row + rows)

    def action_leaf(self, pages: float) -> None:
        """Move by pages; the cursor stays on its line of the screen as far as possible."""
        step = max(1, round(self.page * abs(pages)))
        step = step if pages > 0 else -step
        with self.one_redraw():
            self.jump(self.top + step)
            self.go_to_row(self.cursor_row + step)

    def action_first(self) -> None:
        self.go_to_row(0)

    def action_last(self) -> None:
        self.go_to_row(self.row_count - 1)

    def action_sideways(self, steps: int) -> None:
        self.scroll_to(x=max(0, min(self.scroll_x + SIDE_STEP * steps, self.max_scroll_x)))

    def action_activate(self) -> None:
        self.open_row()

    def action_sort_next(self) -> None:
        self.sort_next()

    def action_sort_reverse(self) -> None:
        self.sort_reverse()

    def action_mark(self) -> None:
        self.mark_row()

    def action_mark_all(self) -> None:
        self.mark_all_rows()

    # --------------------------------------------------------------------------------------------- mouse

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or event.button != 1:
            return
        event.stop()
        if at.y < self.header_height:
            self.click_header(at.x + self.scroll_offset.x)
            return
        row = at.y - self.header_height + self.top
        if row < self.row_count:
            self.go_to_row(row)
            if event.chain == 2:
                self.open_row()
