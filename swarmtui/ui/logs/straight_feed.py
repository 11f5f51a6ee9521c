"""StraightFeed: the logs of containers, asked of their nodes' own engines and followed as one."""

from __future__ import annotations

from collections.abc import Sequence

from swarmtui.engine.streams.log_lines import LogPhase, LogRequest, LogStatus, LogStream
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.containers import LogContainer
from swarmtui.ui.logs.log_feed import LOOKS, LogFeed
from swarmtui.ui.session import SwarmSession

__all__ = ["MOST_CONTAINERS", "StraightFeed"]

MOST_CONTAINERS = 16
"""Containers that are followed at once at most: each has a thread and a connection of its own."""
WHOLE = LogRequest(tail=None)
"""Of a container that came while one looks."""


class StraightFeed(LogFeed):
    """Opens a stream for each container, and for those that come in their place.

    Args:
        session: where the logs come from.
        request: which lines of each that is there at the beginning.

    Attributes:
        left_out: how many containers are not followed.
    """

    def __init__(self, session: SwarmSession, request: LogRequest) -> None:
        super().__init__(session, (), request)
        self._session, self._request = session, request
        self._containers: dict[str, tuple[LogContainer, LogStream]] = {}
        self._begun = False
        self.left_out = 0

    def follow(self, containers: Sequence[LogContainer]) -> None:
        """These are the containers now. Who is gone from among them is read to its end.

        Args:
            containers: the most urgent first.
        """
        wanted = {each.id: each for each in containers}
        for container_id, (_, stream) in list(self._containers.items()):
            if container_id not in wanted and not stream.waiting and stream.status.phase is not LogPhase.FOLLOWING:
                stream.close()
                del self._containers[container_id]
        new = [each for each in containers if each.id not in self._containers]
        room = max(0, MOST_CONTAINERS - len(self._containers))
        self.left_out = max(0, len(new) - room)
        for each in new[:room]:
            opened = self._session.nodes.logs(each, WHOLE if self._begun else self._request)
            self._containers[each.id] = each, opened
        if not self._begun and containers:
            self._begun = True
            self._looks_left = LOOKS if len(self._containers) > 1 else 0
        self._streams = [(each.of, stream) for each, stream in self._containers.values()]

    def go_on(self, old: Target, new: Target, request: LogRequest) -> None:
        """Nothing to do: the containers that follow one are followed by `follow`."""

    @property
    def node_count(self) -> int:
        """How many nodes are asked."""
        return len({each.node.id for each, _ in self._containers.values()})

    @property
    def statuses(self) -> list[tuple[Target, LogStatus]]:
        """How the log of each container is."""
        return [
            (Target(Kind.TASK, each.task_id, f"{each.name}@{each.node.name}", 0), stream.status)
            for each, stream in self._containers.values()
        ]
