"""Awaited: what is being brought from a node, which may be behind a slow line, for as long as it is wanted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Generic, TypeVar

__all__ = ["Awaited"]

T = TypeVar("T")


def _leave(_: object) -> None:
    """What is done with a result that needs nothing."""


def _wait() -> None:
    """What is done with work that ends by itself."""


@dataclass(frozen=True)
class Awaited(Generic[T]):
    """A result to come.

    Attributes:
        future: gives it, or raises what stood in the way.
        given_up: set to say that it is wanted no longer.
        discard: gives back what came all the same.
        stop: ends what is under way.
    """

    future: Future[T]
    given_up: threading.Event
    discard: Callable[[T], object] = _leave
    stop: Callable[[], object] = _wait

    def give_up(self) -> None:
        """It is wanted no longer."""
        self.given_up.set()
        self.stop()
        self.future.add_done_callback(self._discard_it)

    def _discard_it(self, future: Future[T]) -> None:
        if not future.cancelled() and future.exception() is None:
            self.discard(future.result())
