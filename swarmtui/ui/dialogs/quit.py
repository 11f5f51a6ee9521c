"""Quit, or go to another swarm, while a change is still under way?"""

from __future__ import annotations

from collections.abc import Sequence
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

__all__ = ["QuitDialog"]


class QuitDialog(ModalScreen[bool]):
    """Returns whether to quit, or to do what `verb` says.

    Args:
        under_way: titles of the changes that have not settled.
        sending: whether the engine has not answered yet to one of them.
        verb: the word on the button.
    """

    BINDINGS: ClassVar = [Binding("escape,ctrl+c", "cancel", "Stay", id="dialog.cancel", tooltip="Stay and watch")]

    def __init__(self, under_way: Sequence[str], *, sending: bool = False, verb: str = "Quit") -> None:
        super().__init__()
        self._under_way = under_way
        self._sending = sending
        self._verb = verb

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Still under way", classes="dialog-title")
            yield Static(Content("\n".join(f"• {visible(title)}" for title in self._under_way)))
            yield Static(
                f"The engine has not answered yet: whether it will be done is not sure if you {self._verb.lower()} now."
                if self._sending
                else "The swarm carries it on without this program; only the watching ends.",
                classes="dim",
            )
            with Horizontal(classes="buttons"):
                yield DialogButton("Stay", id="cancel")
                yield DialogButton(self._verb, id="confirm")

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(False)
