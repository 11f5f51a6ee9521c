"""Asks which moment of a record to show."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from swarmtui.swarm.recording.position import Position
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.logs.since import read_since

__all__ = ["MomentDialog"]

EXAMPLES = "02:40, 02:40:15, yesterday 23:10, 2026-11-28 23:10"


class MomentDialog(DialogScreen["float | None"]):
    """Returns a moment in seconds since 1970, or None.

    Args:
        position: where one is in the record; "today" is its last day.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Stay at this moment")]

    HEADING: ClassVar = "Go to a moment"
    KEYS_LINE: ClassVar = "⏎ Go   esc Cancel"
    FIRST_FOCUS: ClassVar = "#moment"

    def __init__(self, position: Position) -> None:
        super().__init__()
        self._position = position

    def compose_body(self) -> ComposeResult:
        yield Static("A time, as your clock would have shown it:", classes="dim")
        yield Input(placeholder=EXAMPLES, compact=True, id="moment")
        yield Static(id="wrong")

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say("")

    @on(Input.Submitted)
    def _typed_out(self, event: Input.Submitted) -> None:
        last = self._position.last
        try:
            since = read_since(event.value.strip(), last)
        except Unreadable as wrong:
            self._say(str(wrong).replace("in the future", "after the end of the record"))
            return
        moment = since.at if since.at is not None else last - (since.back or 0.0)
        if moment < self._position.first:
            self._say("The record begins later.")
        else:
            self.dismiss(moment)

    def _say(self, what: str) -> None:
        text = f"✖ {what} Type {EXAMPLES}." if what else ""
        self.query_one("#wrong", Static).update(Content.styled(visible(text), "$text-error"))
