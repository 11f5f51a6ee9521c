"""Asks of which span a report is to be written, and where it goes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from swarmtui.swarm.diagnosis.finding import Finding
from swarmtui.swarm.syntax.unreadable import Unreadable
from swarmtui.swarm.timeline.report import Span, incident_report, summary_of
from swarmtui.swarm.timeline.timeline import Timeline
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
        swarm: what the endpoint is called.
        timeline: gives what is known of what happened.
        findings: what is wrong now.
        now: gives the managers' time, in seconds since 1970.
    """

    BINDINGS: ClassVar = [leaving("Cancel", "Write none")]
    FIRST_FOCUS: ClassVar = "#from"
    HEADING: ClassVar = "Report of what happened"

    def __init__(
        self,
        swarm: str,
        timeline: Callable[[], Timeline],
        findings: Sequence[Finding],
        now: Callable[[], float],
    ) -> None:
        super().__init__()
        self._swarm, self._timeline, self._findings, self._now = swarm, timeline, findings, now

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
        self._say(f"{summary_of(self._timeline().within(span.first, span.last), self._findings)}.")

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
        entries = self._timeline().within(span.first, span.last)
        self.dismiss(Written(incident_report(self._swarm, span, entries, self._findings, self._now()), to_file))

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(visible(text)))
