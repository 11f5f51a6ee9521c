"""What is asked for from a finding, as Textual messages."""

from __future__ import annotations

from textual.message import Message

from swarmtui.swarm.diagnosis.finding import Remedy
from swarmtui.swarm.kinds import Kind

__all__ = ["GoAsked", "RemedyAsked"]


class RemedyAsked(Message):
    """The dialog or the view of a remedy is to be opened."""

    def __init__(self, remedy: Remedy) -> None:
        super().__init__()
        self.remedy = remedy


class GoAsked(Message):
    """The cursor is to go to an object in its own pane."""

    def __init__(self, kind: Kind, object_id: str) -> None:
        super().__init__()
        self.kind = kind
        self.object_id = object_id
