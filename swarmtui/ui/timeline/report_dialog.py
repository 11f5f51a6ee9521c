"""Asks of which span a report is to be written, and where it goes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.timeline.report import Incident, Span, incident_report
from swarmtui.ui.kit.dialogs.button import DialogButton
from swarmtui.ui.kit.dialogs.dialog import DialogScreen, leaving
from swarmtui.ui.kit.forms.labelled_fields import field
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.logs.since import EXAMPLES, read_since

__all__ = ["ReportDialog", "Written", "read_span"]

USUAL = "30 min"
NOW = "now"


class Written(NamedTuple):
    """A report, and where it goes.

    Attributes:
        text: Markdown.
        to_file: to a file rather than to the clipboard.
    """

    text: str
    to_file: bool


def read_span(first: str, last: str, now: float) -> Span:
    """What was typed: clock times, or how long ago.

    Args:
        now: in seconds since 1970.

    Raises:
        Unreadable: it cannot be understood; its text is a sentence.
    """
    start, end = _moment(first or USUAL, now), now if last in ("", NOW) else _moment(last, now)
    if start >= end:
        raise Unreadable("It ends before it begins.")
    return Span(start, end)


def _moment(typed: str, now: float) -> float:
    since = read_since(typed.lower().removeprefix("last ").strip(), now)
    return since.at if since.at is not None else now - (since.back or 0.0)


class ReportDialog(DialogScreen["Written | None"]):
    """Returns the report, or None.

    Args:
        incident: gives what is known of a span.
        now: gives the managers' time, in seconds since 1970.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Write none")]
    FIRST_FOCUS: ClassVar = "#from"
    HEADING: ClassVar = "Report of what happened"

    def __init__(self, incident: Callable[[Span], Incident], now: Callable[[], float]) -> None:
        super().__init__()
        self._incident, self._now = incident, now

    def compose_body(self) -> ComposeResult:
        yield Static(Content(f"As your clock shows it: {EXAMPLES}"), classes="dim")
        yield field("From", "from", USUAL)
        yield field("To", "to", NOW)

    def compose_foot(self) -> ComposeResult:
        with Vertical(classes="dialog-foot"):
            yield Static(id="said")
            yield Horizontal(
                DialogButton("Cancel", id="cancel"),
                DialogButton("Copy", id="copy"),
                DialogButton("Save", id="confirm"),
                classes="buttons",
            )

    def on_mount(self) -> None:
        self._typed()

    def _span(self) -> Span:
        first, last = (self.query_one(f"#{name}", Input).value.strip() for name in ("from", "to"))
        return read_span(first, last, self._now())

    @on(Input.Changed)
    def _typed(self) -> None:
        try:
            span = self._span()
        except Unreadable as problem:
            self._say(f"✖ {problem}")
            return
        self._say(f"{self._incident(span).summary}.")

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.query_one("#confirm").focus()

    @on(Button.Pressed, "#copy")
    def _copy(self) -> None:
        self._write(to_file=False)

    @on(Button.Pressed, "#confirm")
    def _save(self) -> None:
        self._write(to_file=True)

    def _write(self, *, to_file: bool) -> None:
        try:
            span = self._span()
        except Unreadable as problem:
            self._say(f"✖ {problem}")
            self.query_one("#from").focus()
            return
        self.dismiss(Written(incident_report(self._incident(span)), to_file))

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(visible(text)))
