"""A protected endpoint: its name must be typed before anything is changed on it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.text import visible

__all__ = ["ProtectedDialog"]


class ProtectedDialog(ModalScreen["str | None"]):
    """Returns what was typed, once that is the endpoint's name; None when the user would rather not.

    Args:
        name: the endpoint's.
        title: what is about to be done: "Scale web from 2 to 4".
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this and change nothing")
    ]

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self._endpoint = name
        self._title = title

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static(Content(f"{visible(self._endpoint)} is protected"), classes="dialog-title")
            yield Static(Content(visible(self._title)))
            yield Input(placeholder=f"type {visible(self._endpoint)} to go on", id="typed", compact=True)
            with Horizontal(classes="buttons"):
                yield DialogButton("Cancel", id="cancel")
                yield DialogButton("Go on", id="confirm", disabled=True)

    def on_mount(self) -> None:
        self.query_one("#typed").focus()

    @property
    def _typed(self) -> str:
        return self.query_one("#typed", Input).value.strip()

    @on(Input.Changed)
    def _changed(self) -> None:
        self.query_one("#confirm", Button).disabled = self._typed != self._endpoint

    @on(Input.Submitted)
    def _submitted(self) -> None:
        confirm = self.query_one("#confirm", Button)
        (self.query_one("#cancel") if confirm.disabled else confirm).focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(self._typed)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(None)
