"""Quit, or go to another swarm, while a change is still under way?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from swarmtui.ui.changes.operation import Batch, OperationOrBatch, Stage
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.yes_no import YesNoDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["QuitDialog"]

MOST_LINES = 8
"""How many of them are named."""


class QuitDialog(YesNoDialog):
    """Returns whether to quit, or to do what `verb` says.

    Args:
        under_way: the changes that have not come to their end.
        verb: the word on the button.
    """

    BINDINGS: ClassVar = [leaving("Stay", "Stay and watch")]

    HEADING: ClassVar = "Still under way"
    NO: ClassVar = "Stay"

    def __init__(self, under_way: Sequence[OperationOrBatch], *, verb: str = "Quit") -> None:
        super().__init__()
        self._under_way = under_way
        self._verb = verb

    @property
    def yes(self) -> str:
        return self._verb

    def compose_body(self) -> ComposeResult:
        yield Static(Content("\n".join(self._lines())))
        yield Static(Content(self._meaning()), classes="dim")

    def _lines(self) -> list[str]:
        shown = [f"• {visible(each.title)}: {visible(each.text)}" for each in self._under_way[:MOST_LINES]]
        more = len(self._under_way) - len(shown)
        return [*shown, f"• and {more} more"] if more else shown

    def _meaning(self) -> str:
        """What becomes of them without this program."""
        if unsent := sum(each.unsent for each in self._under_way if isinstance(each, Batch)):
            return f"{unsent} not sent yet: if you {self._verb.lower()} now, they will not be done."
        if any(each.stage is Stage.SENDING for each in self._under_way):
            return f"The engine has not answered yet: if you {self._verb.lower()} now, it may or may not be done."
        return "The swarm continues without this program; nothing is lost but the view."
