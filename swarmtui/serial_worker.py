"""SerialWorker: does one job after another in a thread of its own; and a thread for one job."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from swarmtui.errors import ConnectionBroken, SwarmtuiError

__all__ = ["SerialWorker", "in_a_thread"]

log = logging.getLogger("swarmtui")

T = TypeVar("T")


class SerialWorker:
    """Does jobs in the order in which they were given, in a daemon thread that starts with the first.

    Every method may be called from any thread.

    Args:
        name: of the thread.
        between: called by the thread after each job, and while there is none.
        every: seconds between two such calls while there is none; None to wait for the next job alone.
        at_end: called by the thread when it ends.
    """

    def __init__(
        self,
        name: str,
        *,
        between: Callable[[], None] | None = None,
        every: float | None = None,
        at_end: Callable[[], None] | None = None,
    ) -> None:
        self._name = name
        self._between = between or _nothing
        self._every = every
        self._at_end = at_end or _nothing
        self._jobs: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._pending: set[Future[Any]] = set()
        self._started = False
        self._closed = False

    def start(self) -> None:
        """Have the thread begin before there is a job: for what it does between jobs."""
        with self._lock:
            self._start()

    def run(self, job: Callable[[], T]) -> Future[T]:
        """Do it when its turn comes. What it raises, the future raises."""
        future: Future[T] = Future()
        with self._lock:
            if self._closed:
                future.set_exception(ConnectionBroken("The connection was closed."))
                return future
            self._pending.add(future)
            self._start()
        self._jobs.put((future, job))
        return future

    def close(self) -> None:
        """Do nothing more. Whoever waits for a result gets an error now; the thread ends by itself."""
        with self._lock:
            self._closed = True
            pending, self._pending = self._pending, set()
        for future in pending:
            _settle(future, error=ConnectionBroken("The connection was closed."))
        self._jobs.put(None)

    def _start(self) -> None:
        """The lock is held."""
        if not self._started and not self._closed:
            self._started = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()

    def _work(self) -> None:
        while not self._closed:
            try:
                item = self._jobs.get(timeout=self._every)
            except queue.Empty:
                self._between()
                continue
            if item is None:
                break
            self._do(*item)
            self._between()
        self._at_end()

    def _do(self, future: Future[Any], job: Callable[[], Any]) -> None:
        if future.done():
            return
        try:
            result = job()
        except SwarmtuiError as error:
            _settle(future, error=error)
        except Exception as error:
            log.exception("%s failed", self._name)
            _settle(future, error=error)
        else:
            _settle(future, result=result)
        with self._lock:
            self._pending.discard(future)


def _settle(future: Future[Any], *, result: Any = None, error: Exception | None = None) -> None:
    """Give a future its end, unless it has one: closing may have come first."""
    if future.done():
        return
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except Exception:
        log.debug("a future had its end already")


def _nothing() -> None:
    """What is done where nothing is to be done."""


def in_a_thread(job: Callable[[], T], name: str) -> Future[T]:
    """Do one job in a daemon thread of its own: the pools of the standard library hold up the exit."""
    future: Future[T] = Future()

    def run() -> None:
        if not future.set_running_or_notify_cancel():  # from here on it cannot be cancelled, only left alone
            return
        try:
            future.set_result(job())
        except BaseException as error:  # handed over to whoever waits
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
