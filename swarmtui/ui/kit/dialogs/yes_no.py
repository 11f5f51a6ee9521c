"""YesNoDialog: base of the dialogs that ask for a plain yes."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.widgets import Button

from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen

__all__ = ["YesNoDialog"]


class YesNoDialog(DialogScreen[bool]):
    """Returns whether the user says yes. It begins on no."""

    NO: ClassVar = "Cancel"
    YES: ClassVar = "Continue"

    @property
    def yes(self) -> str:
        """The words on the button."""
        return self.YES

    def compose_foot(self) -> ComposeResult:
        yield buttons(self.NO, self.yes)

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(True)

    def action_cancel(self) -> None:
        self.dismiss(False)
