"""FilterLine: where a filter or a search is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.message import Message
from textual.widgets import Input

__all__ = ["FilterLine"]


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
        """The filter should go."""

    class Kept(Message):
        """The filter stays; back to the rows."""

    class Emptied(Message):
        """Backspace was pressed in the empty line."""

    def action_delete_left(self) -> None:
        if not self.value:
            self.post_message(self.Emptied())
        super().action_delete_left()

    def action_clear_filter(self) -> None:
        self.post_message(self.Cleared())

    def action_keep_filter(self) -> None:
        self.post_message(self.Kept())
