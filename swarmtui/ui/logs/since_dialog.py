"""Asks since when a log is to be shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Input, Static

from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.forms.choice import Choice
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.logs.since import EXAMPLES, SPANS, Since, read_since

__all__ = ["SinceDialog"]


class SinceDialog(DialogScreen["Since | None"]):
    """Returns what was chosen or typed, or None. A digit begins to type.

    Args:
        chosen: what holds now.
        now: the time by the clock here, which tells what is in the future.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Keep it", more="q")]

    HEADING: ClassVar = "Show lines since…"
    KEYS_LINE: ClassVar = "↑↓ choose   tab or a digit: type a time   ⏎ Show   esc Cancel"

    def __init__(self, chosen: Since, now: Callable[[], float]) -> None:
        super().__init__()
        self._now = now
        at_first = next((key for key, since in SPANS.items() if since == chosen), next(iter(SPANS)))
        self._choice = Choice({key: since.words for key, since in SPANS.items()}, at_first, id="choices")
        self._time = Input(chosen.typed, placeholder=EXAMPLES, compact=True, select_on_focus=False, id="time")

    @property
    def first_focus(self) -> str:
        return "#time" if self._time.value else "#choices"

    def compose_body(self) -> ComposeResult:
        yield self._choice
        yield Static("or since a time, as your clock shows it:", classes="dim", id="or")
        yield self._time
        yield Static(id="wrong")

    def on_key(self, event: events.Key) -> None:
        """A time begins with a digit, and no choice is made by one."""
        if self._choice.has_focus and event.character is not None and event.character.isdigit():
            event.stop()
            self._time.focus()
            self._time.insert_text_at_cursor(event.character)

    @on(Choice.Accepted)
    def _accepted(self) -> None:
        self.dismiss(SPANS[self._choice.value])

    @on(Input.Changed)
    def _typed(self) -> None:
        self._say("")

    @on(Input.Submitted)
    def _typed_out(self) -> None:
        text = self._time.value.strip()
        if not text:
            self._say("Type a time.")
            return
        try:
            since = read_since(text, self._now())
        except Unreadable as wrong:
            self._say(str(wrong))
        else:
            self.dismiss(since)

    def _say(self, what: str) -> None:
        """What is wrong with the time, and what helps."""
        text = f"✖ {what} Type {EXAMPLES}." if what else ""
        self.query_one("#wrong", Static).update(Content.styled(visible(text), "$text-error"))
