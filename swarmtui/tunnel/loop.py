"""The SSH side's own thread and event loop. No Docker call ever runs here (ronf/asyncssh#340, #410).

Daemon threads only: one that hangs in a name lookup must not hold the exit of the program, as the threads of
concurrent.futures and of asyncio's default executor do.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

__all__ = ["SSHLoop", "shared_loop"]

T = TypeVar("T")
P = ParamSpec("P")


class _DaemonThreads(ThreadPoolExecutor):
    """An executor with a daemon thread for each call. (asyncio takes nothing but a ThreadPoolExecutor.)"""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                result = fn(*args, **kwargs)
            except BaseException as error:
                future.set_exception(error)
            else:
                future.set_result(result)

        threading.Thread(target=work, name="swarmtui-ssh-helper", daemon=True).start()
        return future


class SSHLoop:
    """An event loop in a daemon thread. Every method may be called from any other thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(_DaemonThreads(max_workers=1))
        threading.Thread(target=self._work, name="swarmtui-ssh", daemon=True).start()

    def _work(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Run a coroutine there."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def call(self, function: Callable[[], object]) -> None:
        """Call a function there, soon."""
        self._loop.call_soon_threadsafe(function)


_lock = threading.Lock()
_shared: list[SSHLoop] = []


def shared_loop() -> SSHLoop:
    """The one loop of this process; made when it is asked for first."""
    with _lock:
        if not _shared:
            _shared.append(SSHLoop())
        return _shared[0]
