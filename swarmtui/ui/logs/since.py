"""How far back a log is shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.forms.choice import Choice

__all__ = ["SPANS", "SinceDialog"]

SPANS: Mapping[str, tuple[str, float | None, int | None]] = {
    "tail": ("the last 500 lines of each task", None, 500),
    "5m": ("the last 5 minutes", 300.0, None),
    "1h": ("the last hour", 3600.0, None),
    "1d": ("the last day", 86400.0, None),
    "all": ("everything", None, None),
}
"""What can be chosen: the words for it, how many seconds back, and how many lines of each task."""


class SinceDialog(DialogScreen["str | None"]):
    """Returns a key of SPANS, or None.

    Args:
        chosen: what holds now.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Keep it", more="q")]

    HEADING: ClassVar = "Show lines since…"
    KEYS_LINE: ClassVar = "↑↓ choose   ⏎ Show   esc Cancel"
    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, chosen: str) -> None:
        super().__init__()
        self._choice = Choice({key: words for key, (words, _, _) in SPANS.items()}, chosen, id="choices")

    def compose_body(self) -> ComposeResult:
        yield self._choice

    @on(Choice.Accepted)
    def _accepted(self) -> None:
        self.dismiss(self._choice.value)
