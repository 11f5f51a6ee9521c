"""OneOf: one of a few, on a line, chosen by moving to it."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding
from textual.content import Content

from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import cell_width

__all__ = ["OneOf"]

GAP = "  "


class OneOf(Choice, inherit_bindings=False):
    """A choice whose options stand beside each other."""

    BINDINGS: ClassVar = [
        Binding("left", "move(-1)", "Before", show=False, id="one_of.before", tooltip="The previous choice"),
        Binding("right,space", "move(1)", "Next", show=False, id="one_of.next", tooltip="The next choice"),
        Binding("enter", "accept", "Choose", show=False, id="one_of.accept", tooltip="Accept this choice"),
    ]

    def _draw(self) -> None:
        parts = [
            Content.styled(f"(●) {text}", "bold reverse" if self.has_focus else "bold")
            if option == self.value
            else Content(f"( ) {text}")
            for option, text in self._options.items()
        ]
        self.update(Content(GAP).join(parts))

    def on_focus(self) -> None:
        self._draw()

    def on_blur(self) -> None:
        self._draw()

    def action_move(self, step: int) -> None:
        """The one after the last is the first: space alone reaches them all."""
        options = list(self._options)
        self.choose(options[(options.index(self.value) + step) % len(options)])

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        right = 0
        for option, text in self._options.items():
            right += cell_width(f"( ) {text}{GAP}")
            if at is not None and at.x < right:
                self.choose(option)
                return
