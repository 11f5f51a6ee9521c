"""ProcessFeed: the processes of one container, asked for every few seconds."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import CancelledError
from typing import Any

from swarmtui.engine.nodes.awaited import Awaited
from swarmtui.errors import EngineRefused, SwarmtuiError
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stats.processes import PS_ARGUMENTS, Process, processes_of
from swarmtui.ui.session import SwarmSession

__all__ = ["ProcessFeed"]

EVERY = 5.0
"""Seconds from an answer to the next question: the node starts its ps for each."""
AGAIN = 30.0
"""Seconds after one that has failed."""


class ProcessFeed:
    """
    Attributes:
        processes: the newest that are known; None before the first answer.
        problem: why there are none; "" for nothing.
    """

    def __init__(self, session: SwarmSession) -> None:
        self._session = session
        self._pending: Awaited[Any] | None = None
        self._next_at = 0.0
        self._plain = False
        self.processes: Sequence[Process] | None = None
        self.problem = ""

    def look(self, node: Node, container_id: str) -> None:
        """Take an answer that has come; ask again when it is time. Never blocks."""
        if self._pending is not None and self._pending.future.done():
            pending, self._pending = self._pending, None
            self._take(pending)
        if self._pending is None and time.monotonic() >= self._next_at:
            arguments = {} if self._plain else {"ps_args": PS_ARGUMENTS}
            self._pending = self._session.nodes.ask(node, f"/containers/{container_id}/top", arguments)

    def _take(self, pending: Awaited[Any]) -> None:
        try:
            self.processes = processes_of(pending.future.result())
        except (SwarmtuiError, CancelledError) as error:
            if isinstance(error, EngineRefused) and error.status not in (404, 409) and not self._plain:
                self._plain = True  # a ps that does not know these arguments: as it does by itself
                return
            self.problem = f"No processes: {error}"
            self._next_at = time.monotonic() + AGAIN
        else:
            self.problem = ""
            self._next_at = time.monotonic() + EVERY

    def stop(self) -> None:
        """Nobody looks any more."""
        if self._pending is not None:
            self._pending.give_up()
