"""ClientWorker: does one job after another with a client of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from swarmtui.engine.clients import Clients
from swarmtui.serial_worker import SerialWorker

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["ClientWorker"]

T = TypeVar("T")


class ClientWorker:
    """Does jobs that need an engine, each with the thread's client, which is opened when it is asked for first.

    Args:
        name: of the thread.
        clients: where its client comes from.
    """

    def __init__(self, name: str, clients: Clients) -> None:
        self._clients = clients
        self._made: EngineClient | None = None
        self._worker = SerialWorker(name, at_end=self._end)

    def run(self, job: Callable[[Callable[[], EngineClient]], T]) -> Future[T]:
        """Do it when its turn comes.

        Args:
            job: is given a function that gives the thread's client.
        """
        return self._worker.run(lambda: job(self._client))

    def close(self) -> None:
        """Do nothing more. Whoever waits for a result gets an error now; the thread ends by itself."""
        self._worker.close()

    def _client(self) -> EngineClient:
        if self._made is None:
            self._made = self._clients.open()
        return self._made

    def _end(self) -> None:
        if self._made is not None:
            self._made.close()
