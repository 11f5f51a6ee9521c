"""Copy: which of an object's texts goes to the terminal's clipboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import on
from textual.app import ComposeResult

from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible

__all__ = ["CopyDialog"]


class CopyDialog(DialogScreen["str | None"]):
    """Returns the text that was chosen, exactly as it is.

    Args:
        texts: what can be copied: "name" → "web".
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Close without copying", more="q")]

    HEADING: ClassVar = "Copy"
    KEYS_LINE: ClassVar = "↑↓ choose   ⏎ Copy   esc Cancel"
    FIRST_FOCUS: ClassVar = "#choices"

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__()
        self._texts = dict(texts)

    def compose_body(self) -> ComposeResult:
        width = max(map(len, self._texts))
        options = {label: f"{label:<{width}}  {visible(text)}" for label, text in self._texts.items()}
        yield Choice(options, next(iter(options)), id="choices")

    @on(Choice.Accepted)
    def _accepted(self) -> None:
        self.dismiss(self._texts[self.query_one(Choice).value])
