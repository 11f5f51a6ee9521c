"""What docker's own program said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from swarmtui.ui.kit.dialogs.button import DialogButton
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible

__all__ = ["OutputDialog"]


class OutputDialog(DialogScreen[None]):
    """Shows it, for reading.

    Args:
        title: what was done.
        command: the command line.
        output: line by line.
        failed: whether it ended with an error.
    """

    BINDINGS: ClassVar = [leaving("Close", "Close this", more="q", id="output.close")]

    def __init__(self, title: str, command: str, output: Sequence[str], *, failed: bool) -> None:
        super().__init__()
        self._title, self._command, self._output, self._failed = title, command, output, failed

    @property
    def heading(self) -> Content:
        sign, style = ("✖", "$text-error") if self._failed else ("✔", "$text-success")
        return Content.styled(f"{sign} {visible(self._title)}", style)

    def compose_body(self) -> ComposeResult:
        yield Static(Content(f"$ {visible(self._command)}"), classes="command")
        lines = "\n".join(visible(line) for line in self._output) or "(it said nothing)"
        yield Static(Content(lines), id="impact")

    def compose_foot(self) -> ComposeResult:
        yield Horizontal(DialogButton("Close", id="cancel"), classes="buttons")
