"""What goes wrong with the stub's engine: faults that happen to requests, and states in which it serves no swarm."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from tests.stub_engine.server import Cut, Fault, Refusal, Request

__all__ = ["LOCKED_WORDS", "NO_LEADER_WORDS", "NO_SWARM_WORDS", "WORKER_WORDS", "FaultyEngine"]

WORKER_WORDS = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. "
    "Please run this command on a manager node or promote the current node to a manager."
)
NO_SWARM_WORDS = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" '
    "to connect this node to swarm and try again."
)
LOCKED_WORDS = (
    'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.'
)
NO_LEADER_WORDS = (
    "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers "
    "are online. Make sure more than half of the managers are online."
)


class FaultyEngine:
    """An engine that is a manager, until told otherwise, and answers every request well, until told otherwise.

    Attributes:
        info: what it says of itself, as raw JSON.
    """

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._faults_lock = threading.Lock()
        self._release = threading.Event()
        self.info: dict[str, Any] = {"ID": "STUB", "Name": "mgr1", "ServerVersion": "26.1.5", "Swarm": {}}
        self.manager()

    # -------------------------------------------------------------------------------- the engine's state

    def manager(self) -> None:
        """All is well."""
        self._state("active", control=True)
        self._faults.clear()

    def worker(self) -> None:
        """The engine is a worker of a swarm."""
        self._state("active", control=False)
        self.info["Swarm"]["RemoteManagers"] = [{"NodeID": "n1", "Addr": "10.99.0.11:2377"}]
        self._refuse_swarm(WORKER_WORDS)

    def locked(self) -> None:
        """The engine waits for its unlock key."""
        self._state("locked", control=False)
        self._refuse_swarm(LOCKED_WORDS)

    def no_swarm(self) -> None:
        """The engine is in no swarm."""
        self._state("inactive", control=False)
        self._refuse_swarm(NO_SWARM_WORDS)

    def no_leader(self, *, hanging: bool = True) -> None:
        """The leader is lost. As measured: at first all but `/_ping` hangs; later all is refused, and `/info` says why.

        Args:
            hanging: whether it is still the first of the two.
        """
        self._state("active", control=True, error="" if hanging else NO_LEADER_WORDS)
        for path in ("/nodes", "/services", "/tasks", "/swarm"):
            if hanging:
                self.hang(path)
            else:
                self.refuse(path, 500, NO_LEADER_WORDS)
        if hanging:
            self.hang("/info")

    def _state(self, state: str, *, control: bool, error: str = "") -> None:
        swarm = {"NodeID": "n1", "LocalNodeState": state, "ControlAvailable": control, "Error": error}
        self.info["Swarm"] = swarm

    def _refuse_swarm(self, words: str) -> None:
        for path in ("/nodes", "/services", "/tasks", "GET /swarm", "POST /swarm/update"):
            self.refuse(path, 503, words)

    # -------------------------------------------------------------------------------- faults

    def refuse(self, prefix: str, status: int, message: str, times: int | None = None) -> None:
        """Answer such requests ("/nodes", "POST /services") with an error."""

        def act() -> None:
            raise Refusal(status, message)

        self._faults.append(Fault(prefix, act, times=times))

    def hang(self, prefix: str = "/", times: int | None = None) -> None:
        """Accept such requests and never answer, like a stopped engine, until `release`."""

        def act() -> None:
            self._release.wait()

        self._release.clear()
        self._faults.append(Fault(prefix, act, times=times))

    def delay(self, prefix: str, seconds: float, times: int | None = None) -> None:
        """Answer such requests late."""
        self._faults.append(Fault(prefix, lambda: time.sleep(seconds), times=times))

    def before(self, prefix: str, act: Callable[[], None], times: int | None = None) -> None:
        """Do something just before such a request is answered."""
        self._faults.append(Fault(prefix, act, times=times))

    def lose_answer(self, prefix: str, *, done: bool, times: int | None = 1) -> None:
        """Cut the connection instead of answering, with or without having done what was asked."""

        def cut() -> None:
            raise Cut

        self._faults.append(Fault(prefix, None if done else cut, cut if done else None, times=times))

    def release(self) -> None:
        """All faults end, and what hangs is answered."""
        self._faults.clear()
        self._release.set()

    def faults_for(self, request: Request) -> list[Fault]:
        """For the server: the faults that happen to a request."""
        with self._faults_lock:
            matching = [fault for fault in self._faults if fault.matches(request)]
            for fault in matching:
                fault.times = None if fault.times is None else fault.times - 1
            return matching
