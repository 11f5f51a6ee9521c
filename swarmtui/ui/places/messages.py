"""What the connect screen tells the app."""

from __future__ import annotations

from textual.message import Message

from swarmtui.places.place import Place

__all__ = ["PlaceChosen"]


class PlaceChosen(Message):
    """The user wants to go there."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
