"""ListDialog: base of the dialogs that are one list of lines."""

from __future__ import annotations

from typing import ClassVar

from textual.screen import ScreenResultType
from textual.widgets import OptionList

from swarmtui.ui.kit.dialogs.dialog import DialogScreen

__all__ = ["ListDialog"]


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
