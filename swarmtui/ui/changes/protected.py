"""A protected endpoint: its name must be typed before anything is changed on it."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.ui.kit.dialogs.button import buttons
from swarmtui.ui.kit.dialogs.dialog import DialogScreen
from swarmtui.ui.kit.texts.text import visible

__all__ = ["ProtectedDialog"]


class ProtectedDialog(DialogScreen["str | None"]):
    """Returns what was typed, once that is the endpoint's name; None when the user would rather not.

    Args:
        name: the endpoint's.
        title: what is about to be done: "Scale web from 2 to 4".
    """

    FIRST_FOCUS: ClassVar = "#typed"

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self._endpoint = name
        self._title = title

    @property
    def heading(self) -> str:
        return f"{self._endpoint} is protected"

    def compose_body(self) -> ComposeResult:
        yield Static(Content(visible(self._title)))

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Input(placeholder=f"type {visible(self._endpoint)} to continue", id="typed", compact=True)
            yield buttons("Cancel", "Continue", disabled=True)

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
