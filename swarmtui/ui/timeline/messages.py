"""What is asked for from the time line, as Textual messages."""

from __future__ import annotations

from textual.message import Message

from swarmtui.swarm.timeline.timeline import Entry

__all__ = ["EntryOpened", "ReportAsked"]


class EntryOpened(Message):
    """All of an entry is to be shown."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry


class ReportAsked(Message):
    """A report of a span of time is to be written."""
