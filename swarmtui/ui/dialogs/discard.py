"""Before typed text is thrown away: whether that is meant."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.text import visible

__all__ = ["DiscardDialog"]


class DiscardDialog(ModalScreen[bool]):
    """Returns whether the text may go.

    Args:
        what: what would be lost, in a sentence.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "keep", "Keep it", id="dialog.cancel", tooltip="Go back to what you have typed"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
    ]

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Throw it away?", classes="dialog-title")
            yield Static(Content(visible(self._what)), id="difference")
            with Horizontal(classes="buttons"):
                yield DialogButton("Keep it", id="keep")
                yield DialogButton("Throw it away", id="discard")

    def on_mount(self) -> None:
        self.query_one("#keep").focus()

    @on(Button.Pressed, "#discard")
    def _discard(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#keep")
    def action_keep(self) -> None:
        self.dismiss(False)
