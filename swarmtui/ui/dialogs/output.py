"""What docker's own program said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.text import visible

__all__ = ["OutputDialog"]


class OutputDialog(ModalScreen[None]):
    """Shows it, for reading.

    Args:
        title: what was done.
        command: the command line.
        output: line by line.
        failed: whether it ended with an error.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c,q", "close", "Close", id="output.close", tooltip="Close this"),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(self, title: str, command: str, output: Sequence[str], *, failed: bool) -> None:
        super().__init__()
        self._title, self._command, self._output, self._failed = title, command, output, failed

    def compose(self) -> ComposeResult:
        sign, style = ("✖", "$text-error") if self._failed else ("✔", "$text-success")
        lines = "\n".join(visible(line) for line in self._output) or "(it said nothing)"
        with Vertical(classes="dialog"):
            yield Static(Content.styled(f"{sign} {visible(self._title)}", style), classes="dialog-title")
            yield Static(Content(f"$ {visible(self._command)}"), classes="command")
            with VerticalScroll(id="output", can_focus=False):
                yield Static(Content(lines))
            with Horizontal(classes="buttons"):
                yield DialogButton("Close", id="close")

    def on_mount(self) -> None:
        self.query_one("#close").focus()

    def action_scroll(self, lines: int) -> None:
        self.query_one("#output", VerticalScroll).scroll_relative(y=lines, animate=False)

    @on(Button.Pressed, "#close")
    def action_close(self) -> None:
        self.dismiss(None)
