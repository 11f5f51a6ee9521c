"""Toggle: yes or no. A cross tells which, not colour alone."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from swarmtui.ui.kit.texts.text import visible

__all__ = ["Toggle"]


class Toggle(Static, can_focus=True):
    """A line that is on or off.

    Args:
        words: what it is about.
        value: whether it is on at first.
    """

    DEFAULT_CSS = """
    Toggle {
        width: auto;
        height: 1;
        margin: 0 2 0 0;
        &:focus {
            background: $boost;
            text-style: bold;
        }
    }
    """

    BINDINGS: ClassVar = [
        Binding("space", "turn", "On or off", show=False, id="toggle.turn", tooltip="Turn on or off"),
        Binding("enter", "accept", "Continue", show=False, id="toggle.accept", tooltip="Keep it and continue"),
    ]

    class Changed(Message):
        """It was turned on or off."""

    class Accepted(Message):
        """The user continues with it as it is."""

    def __init__(self, words: str, *, value: bool = False, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = words
        self.value = value

    def on_mount(self) -> None:
        self._draw()

    def _draw(self) -> None:
        self.update(Content(f"[{'x' if self.value else ' '}] {visible(self._words)}"))

    def action_turn(self) -> None:
        self.value = not self.value
        self._draw()
        self.post_message(self.Changed())

    def action_accept(self) -> None:
        self.post_message(self.Accepted())

    def on_click(self) -> None:
        self.action_turn()
