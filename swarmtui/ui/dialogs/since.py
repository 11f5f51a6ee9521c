"""How far back a log is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from swarmtui.ui.widgets.choice import Choice

__all__ = ["SPANS", "SinceDialog"]

SPANS: Mapping[str, tuple[str, float | None, int | None]] = {
    "tail": ("the last 500 lines of each task", None, 500),
    "5m": ("the last 5 minutes", 300.0, None),
    "1h": ("the last hour", 3600.0, None),
    "1d": ("the last day", 86400.0, None),
    "all": ("all that there is", None, None),
}
"""What can be chosen: the words for it, how many seconds back, and how many lines of each task."""


class SinceDialog(ModalScreen["str | None"]):
    """Returns a key of SPANS, or None.

    Args:
        chosen: what holds now.
    """

    BINDINGS: ClassVar = [Binding("escape,ctrl+c,q", "cancel", "Cancel", id="dialog.cancel", tooltip="Leave it")]

    def __init__(self, chosen: str) -> None:
        super().__init__()
        self._choice = Choice({key: words for key, (words, _, _) in SPANS.items()}, chosen, id="choices")

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield Static("Show the log from when on?", classes="dialog-title")
            yield self._choice
            yield Static("↑↓ choose   ⏎ Show   esc Cancel", classes="dim")

    def on_mount(self) -> None:
        self._choice.focus()

    @on(Choice.Accepted)
    def _accepted(self) -> None:
        self.dismiss(self._choice.value)

    def action_cancel(self) -> None:
        self.dismiss(None)
