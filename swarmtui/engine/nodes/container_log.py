"""ContainerLog: the log of a container, straight from the engine of its node."""

from __future__ import annotations

from dataclasses import replace

from swarmtui.engine.nodes.roads import LASTING, NodeRoads
from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.engine.streams.log_origins import ContainerLogOrigin
from swarmtui.engine.streams.logs import FollowedLog
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.logs.containers import LogContainer

__all__ = ["ContainerLog"]

WHEN_ASKED = 86_400.0
"""Seconds until a node is tried again that does not let us in: it would ask the user something each time."""


class ContainerLog(FollowedLog):
    """Meets swarmtui.engine.streams.log_lines.LogStream.

    Args:
        roads: the way to its node.
        container: which.
        request: which lines.
    """

    def __init__(self, roads: NodeRoads, container: LogContainer, request: LogRequest) -> None:
        origin = ContainerLogOrigin(container.id, container.task_id, container.node.id)
        super().__init__(lambda given_up: roads.client(container.node, given_up), origin, request)

    def _on_break(self, error: SwarmtuiError | None) -> None:
        super()._on_break(error)
        lasts = isinstance(error, LASTING)
        self._status = replace(self._status, retries=not lasts)
        if lasts:
            self._retry_after(WHEN_ASKED)
