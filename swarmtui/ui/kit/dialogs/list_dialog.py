"""Bases of the dialogs that are one list of lines."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.content import Content
from textual.screen import ScreenResultType
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from swarmtui.ui.kit.dialogs.dialog import DialogScreen

__all__ = ["ListDialog", "LiveListDialog"]

Item = TypeVar("Item")


class ListDialog(DialogScreen[ScreenResultType]):
    """Its keys move in the list, which a subclass composes."""

    FIRST_FOCUS: ClassVar = "OptionList"

    @property
    def lines(self) -> OptionList:
        """The list."""
        return self.query_one(OptionList)

    def action_move(self, step: int) -> None:
        """To the line below, or above."""
        if step > 0:
            self.lines.action_cursor_down()
        else:
            self.lines.action_cursor_up()


class LiveListDialog(ListDialog[ScreenResultType], Generic[ScreenResultType, Item]):
    """Lists what comes, changes and goes while it is open. Only lines that differ are drawn again."""

    NOTHING: ClassVar = ""
    """What stands there instead of an empty list."""
    BEGINS_AT: ClassVar = 0
    """Which line the cursor is on at first, and when its own has gone."""

    def __init__(self) -> None:
        super().__init__()
        self._listed: Sequence[Item] = ()
        self._shown: list[Content] = []

    def compose_body(self) -> ComposeResult:
        yield OptionList(compact=True)
        yield Static(id="none", classes="dim")

    def on_mount(self) -> None:
        self.show_items()

    @abstractmethod
    def items(self) -> Sequence[Item]:
        """What is listed now."""

    @abstractmethod
    def line_of(self, item: Item) -> Content:
        """Its line."""

    @property
    def item(self) -> Item | None:
        """What the cursor is on."""
        place = self.lines.highlighted
        return self._listed[place] if place is not None and place < len(self._listed) else None

    def show_items(self) -> None:
        """Show what there is now; the cursor stays on what it is on."""
        listed = self.items()
        lines = [self.line_of(each) for each in listed]
        rows = self.lines
        if listed == self._listed and len(lines) == len(self._shown):
            for place, (line, before) in enumerate(zip(lines, self._shown, strict=True)):
                if line != before:
                    rows.replace_option_prompt_at_index(place, line)
        else:
            on = self.item
            rows.set_options([Option(line) for line in lines])
            begin = range(len(listed))[self.BEGINS_AT] if listed else None
            rows.highlighted = listed.index(on) if on is not None and on in listed else begin
        self._listed, self._shown = listed, lines
        self.query_one("#none", Static).update("" if listed else self.NOTHING)
