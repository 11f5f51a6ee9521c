"""All that the user interface may ask about other swarms: a protocol, met by swarmtui.places.book.AddressBook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from swarmtui.endpoint import Endpoint
from swarmtui.places.place import Directory, Place
from swarmtui.ui.session import SwarmSession

__all__ = ["Places", "Survey"]


class Survey(Protocol):
    """The places while the user looks at them. No call blocks."""

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin. `on_news` is called, from another thread, whenever `directory` has something new."""

    def directory(self) -> Directory:
        """The newest that is known."""

    def again(self) -> None:
        """Read the list again, and try all places again."""

    def close(self) -> None:
        """End it."""


class Places(Protocol):
    """Where a swarm could be. No call waits for an engine."""

    def survey(self, opened: Endpoint) -> Survey:
        """A look at all places, which has not started; `opened`, what is open now, is listed in any case."""

    def named(self, text: str, known: Sequence[Place]) -> Place:
        """The place that an address or a name means; raises EndpointError when it makes no sense."""

    def open(self, place: Place) -> SwarmSession:
        """A session on a place, which has not started; raises EndpointError when the place cannot be used."""

    def opened(self, endpoint: Endpoint) -> None:
        """A swarm was seen there: remember the place."""
