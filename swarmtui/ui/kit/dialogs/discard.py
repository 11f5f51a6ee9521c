"""Before changes are thrown away: whether that is meant."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.yes_no import YesNoDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["DiscardDialog"]


class DiscardDialog(YesNoDialog):
    """Returns whether they may go.

    Args:
        what: what would be lost, in a sentence.
    """

    BINDINGS: ClassVar = [leaving("Keep editing", "Back to what you typed")]

    HEADING: ClassVar = "Discard changes?"
    NO: ClassVar = "Keep editing"
    YES: ClassVar = "Discard changes"

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what

    def compose_body(self) -> ComposeResult:
        yield Static(Content(visible(self._what)), id="difference")
