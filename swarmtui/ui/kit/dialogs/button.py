"""The buttons of a dialog: that one has the focus is told by signs, not by colour alone."""

from __future__ import annotations

from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button

from swarmtui.ui.kit.texts.text import visible

__all__ = ["DialogButton", "buttons"]


def buttons(no: str, yes: str, *, disabled: bool = False) -> Horizontal:
    """The row that most dialogs end with: `#cancel` and `#confirm`.

    Args:
        no, yes: the words on them.
        disabled: whether yes cannot be pressed yet.
    """
    return Horizontal(
        DialogButton(no, id="cancel"), DialogButton(yes, id="confirm", disabled=disabled), classes="buttons"
    )


class DialogButton(Button):
    """A compact button whose words are plain text."""

    def __init__(self, words: str, *, id: str, disabled: bool = False) -> None:
        super().__init__(Content(f"  {visible(words)}  "), id=id, compact=True, disabled=disabled)
        self._words = words
        self._focused = False

    def say(self, words: str) -> None:
        """Change the words; the button grows or shrinks with them."""
        if words != self._words:
            self._words = words
            self._draw()
            self.refresh(layout=True)

    def on_focus(self) -> None:
        self._focused = True
        self._draw()

    def on_blur(self) -> None:
        self._focused = False
        self._draw()

    def _draw(self) -> None:
        words = visible(self._words)
        self.label = Content(f"▸ {words} ◂" if self._focused else f"  {words}  ")
