"""TextKeys: what keys and mouse do in a long text, in terms of lines. What lines are is the subclass's business."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from swarmtui.ui.kit.tables.line_view import LineView

__all__ = ["SIDE_STEP", "TextKeys"]

SIDE_STEP = 8
"""Cells that the keys to the side scroll."""


class TextKeys(LineView):
    """A long text with a cursor on one of its lines, which keys and mouse move."""

    header_height = 0

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", False, id="text.up", tooltip="The line above"),
        Binding("down,j", "move(1)", "Down", False, id="text.down", tooltip="The line below"),
        Binding("pageup", "leaf(-1.0)", "Page up", False, id="text.page_up", tooltip="A page up"),
        Binding("pagedown", "leaf(1.0)", "Page down", False, id="text.page_down", tooltip="A page down"),
        Binding("ctrl+u", "leaf(-0.5)", "Half up", False, id="text.half_up", tooltip="Half a page up"),
        Binding("ctrl+d", "leaf(0.5)", "Half down", False, id="text.half_down", tooltip="Half a page down"),
        Binding("g,home", "first", "First", False, id="text.first", tooltip="The first line"),
        Binding("G,end", "last", "Last", False, id="text.last", tooltip="The last line"),
        Binding("shift+up,K", "select(-1)", "Select up", False, id="text.select_up", tooltip="Select the line above"),
        Binding(
            "shift+down,J", "select(1)", "Select down", False, id="text.select_down", tooltip="Select the line below"
        ),
        Binding("less_than_sign,shift+left", "sideways(-1)", "Left", False, id="text.left", tooltip="Scroll left"),
        Binding(
            "greater_than_sign,shift+right", "sideways(1)", "Right", False, id="text.right", tooltip="Scroll right"
        ),
        Binding("w", "wrap", "Wrap", id="text.wrap", tooltip="Wrap long lines, or scroll with < and >"),
        Binding("n", "find(1)", "Next hit", False, id="text.next", tooltip="The next hit; in a log the next older one"),
        Binding(
            "N",
            "find(-1)",
            "Previous hit",
            False,
            id="text.previous",
            tooltip="The previous hit; in a log the next newer one",
        ),
        Binding("c", "copy", "Copy", id="text.copy", tooltip="Copy the line or the selected lines"),
        Binding("C", "copy_all", "Copy all", False, id="text.copy_all", tooltip="Copy the whole text"),
    ]

    class CursorMoved(Message):
        """The user has moved the cursor."""

    class Copied(Message):
        """The user wants a text on the clipboard.

        Attributes:
            text: plain.
            lines: how many.
        """

        def __init__(self, text: str, lines: int) -> None:
            super().__init__()
            self.text = text
            self.lines = lines

    # ------------------------------------------------------------------------------- what subclasses say

    @property
    def cursor(self) -> int:
        """The line the cursor is on; -1 when there is none."""
        raise NotImplementedError

    @property
    def line_count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def move_to(self, line: int, *, selecting: bool = False) -> None:
        """Put the cursor on a line, as near as there is one."""
        raise NotImplementedError

    def line_under(self, row: int) -> int:
        """The line that a row of the text belongs to."""
        raise NotImplementedError

    def row_above(self, line: int) -> int:
        """The first row of a line."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------- keys

    def _moved(self, line: int, *, selecting: bool = False) -> None:
        self.move_to(line, selecting=selecting)
        self.post_message(self.CursorMoved())

    def action_move(self, step: int) -> None:
        self._moved(self.cursor + step)

    def action_select(self, step: int) -> None:
        self._moved(self.cursor + step, selecting=True)

    def action_leaf(self, pages: float) -> None:
        """The text moves, and the cursor with it."""
        rows = int(pages * self.page) or (1 if pages > 0 else -1)
        there = self.row_above(self.cursor) + rows
        with self.one_redraw():
            self.jump(self.top + rows)
            self._moved(self.line_under(max(0, there)))

    def action_first(self) -> None:
        self._moved(0)

    def action_last(self) -> None:
        self._moved(self.line_count - 1)

    def action_sideways(self, step: int) -> None:
        self.scroll_to(x=self.scroll_x + step * SIDE_STEP, force=True)

    # ------------------------------------------------------------------------------------------ mouse

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is not None and self.line_count:
            self._moved(self.line_under(self.top + at.y), selecting=event.shift)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll_by_wheel(event, 3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll_by_wheel(event, -3)

    def _scroll_by_wheel(self, event: events.MouseEvent, rows: int) -> None:
        event.stop()
        event.prevent_default()
        first = max(0, self.row_above(self.cursor) + rows)
        with self.one_redraw():
            self.jump(self.top + rows)
            self._moved(self.line_under(first))
