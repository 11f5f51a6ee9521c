"""Copy: which of an object's texts goes to the terminal's clipboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from swarmtui.ui.text import visible
from swarmtui.ui.widgets.choice import Choice

__all__ = ["CopyDialog"]


class CopyDialog(ModalScreen["str | None"]):
    """Returns the text that was chosen, exactly as it is.

    Args:
        texts: what can be copied: "name" → "web".
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,q", "cancel", "Cancel", id="dialog.cancel", tooltip="Close this, copy nothing")
    ]

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = dict(texts)

    def compose(self) -> ComposeResult:
        width = max(map(len, self._texts))
        options = {label: f"{label:<{width}}  {visible(text)}" for label, text in self._texts.items()}
        with Vertical(classes="dialog"):
            yield Static("Copy", classes="dialog-title")
            yield Choice(options, next(iter(options)), id="choices")
            yield Static(Content("↑↓ choose   ⏎ Send it to the terminal   esc Cancel"), classes="dim keys-line")

    def on_mount(self) -> None:
        self.query_one(Choice).focus()

    @on(Choice.Accepted)
    def _accepted(self) -> None:
        self.dismiss(self._texts[self.query_one(Choice).value])

    def action_cancel(self) -> None:
        self.dismiss(None)
