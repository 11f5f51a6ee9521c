"""What someone else does to the swarm meanwhile, over another manager's Engine API."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Protocol

from tests.lab.cluster import EngineError

__all__ = ["Restless", "change_node", "change_service", "label", "scale"]

Edit = Callable[[dict[str, Any]], None]


class Manager(Protocol):
    """A manager's Engine API."""

    def get(self, target: str, *, timeout: float = ...) -> Any:
        """What it answers."""

    def post(self, target: str, body: object = ..., *, timeout: float = ...) -> Any:
        """What it answers."""


def change_service(manager: Manager, name: str, edit: Edit) -> float:
    """Change a service's spec; returns the moment at which the manager said yes."""
    return _change(manager, "services", name, edit)


def change_node(manager: Manager, identity: str, edit: Edit) -> float:
    """Change a node's spec; returns the moment at which the manager said yes."""
    return _change(manager, "nodes", identity, edit)


def _change(manager: Manager, kind: str, identity: str, edit: Edit) -> float:
    while True:
        found = manager.get(f"/{kind}/{identity}")
        edit(found["Spec"])
        try:
            manager.post(f"/{kind}/{found['ID']}/update?version={found['Version']['Index']}", found["Spec"], timeout=30)
        except EngineError as error:
            if "out of sequence" not in str(error):
                raise
        else:
            return time.monotonic()


def scale(replicas: int) -> Edit:
    """To so many replicas."""

    def edit(spec: dict[str, Any]) -> None:
        spec["Mode"]["Replicated"]["Replicas"] = replicas

    return edit


def label(value: str) -> Edit:
    """Another label on the service itself: its tasks stay."""

    def edit(spec: dict[str, Any]) -> None:
        spec["Labels"] = {**(spec.get("Labels") or {}), "bench": value}

    return edit


class Restless:
    """Goes on changing the swarm, one change after another, as long as the `with` block lasts.

    Attributes:
        count: how many changes were made.
    """

    def __init__(self, changes: Sequence[Callable[[int], object]], interval: float) -> None:
        """
        Args:
            changes: done in turn; each is given the number of its turn.
            interval: seconds from the end of one to the beginning of the next.
        """
        self.count = 0
        self._changes = changes
        self._interval = interval
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="restless", daemon=True)

    def __enter__(self) -> Restless:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join(60)

    def _run(self) -> None:
        while not self._over.wait(self._interval):
            turn, which = divmod(self.count, len(self._changes))
            self._changes[which](turn)
            self.count += 1
