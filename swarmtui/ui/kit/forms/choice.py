"""Choice: one of a few, chosen by moving to it. The sign tells which, not colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

__all__ = ["Choice"]


class Choice(Static, can_focus=True):
    """A list of which exactly one is chosen.

    Args:
        options: what can be chosen, with the words for it.
        chosen: what is chosen at first.
    """

    DEFAULT_CSS = """
    Choice {
        height: auto;
        padding: 0 1;
        &:focus {
            background: $boost;
        }
    }
    """

    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, id="choice.up", tooltip="The choice above"),
        Binding("down,j", "move(1)", "Down", show=False, id="choice.down", tooltip="The choice below"),
        Binding("enter,space", "accept", "Choose", show=False, id="choice.accept", tooltip="Accept this choice"),
    ]

    class Changed(Message):
        """Something else is chosen now: `value`."""

        def __init__(self, value: str) -> None:
            super().__init__()
            self.value = value

    class Accepted(Message):
        """The user continues with what is chosen."""

    def __init__(self, options: Mapping[str, str], chosen: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._options = dict(options)
        self.value = chosen

    def on_mount(self) -> None:
        self._draw()

    def choose(self, value: str) -> None:
        """Choose an option."""
        if value != self.value:
            self.value = value
            self._draw()
            self.post_message(self.Changed(value))

    def _draw(self) -> None:
        lines = [
            Content.styled(f"(●) {text}", "bold") if option == self.value else Content(f"( ) {text}")
            for option, text in self._options.items()
        ]
        self.update(Content("\n").join(lines))

    def action_move(self, step: int) -> None:
        options = list(self._options)
        place = options.index(self.value) + step
        if 0 <= place < len(options):
            self.choose(options[place])

    def action_accept(self) -> None:
        self.post_message(self.Accepted())

    def on_click(self, event: events.Click) -> None:
        options = list(self._options)
        at = event.get_content_offset(self)
        if at is not None and at.y < len(options):
            self.choose(options[at.y])
