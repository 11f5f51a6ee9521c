"""GoingOn: the logs of tasks go on in those of the tasks that replace them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from swarmtui.engine.streams.log_lines import BETWEEN, LogLine, LogPhase
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.succession import Handover, Succession
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.ui.logs.log_feed import LogFeed

__all__ = ["GoingOn", "Step"]

SETTLING = 2.0
"""Seconds for which an ended task's last lines may be on their way. Some engines never end its log."""


class Step(NamedTuple):
    """From one task to the next.

    Attributes:
        old, new: both tasks.
        line: stands between their lines.
        rest: whether one had come to read the old one, so that the new one must not push it away.
    """

    old: Target
    new: Target
    line: LogLine
    rest: bool


class GoingOn:
    """Knows for each task whose log is open which one follows it.

    Args:
        targets: services and tasks; services have no replacement.
    """

    def __init__(self, targets: Sequence[Target]) -> None:
        self._successions = {target: Succession(target) for target in targets if target.kind is Kind.TASK}
        self._found: dict[Target, tuple[Handover, float]] = {}

    def observe(self, cluster: Cluster, timeline: Timeline, now: float) -> None:
        """Look at the newest snapshot.

        Args:
            now: the managers' time, in seconds since 1970.
        """
        for target, succession in self._successions.items():
            if target not in self._found:
                handover = succession.handover(cluster, timeline, now)
                if handover is not None:
                    self._found[target] = (handover, time.monotonic() + SETTLING)

    def due(self, feed: LogFeed) -> Iterator[Step]:
        """What is over, and goes on now. Each is given once."""
        if not self._found:
            return
        phases = {target: status.phase for target, status in feed.statuses}
        for old, (handover, settled) in list(self._found.items()):
            if feed.waiting or (phases.get(old) is not LogPhase.ENDED and time.monotonic() < settled):
                continue
            rest = self._successions.pop(old).ended_before
            del self._found[old]
            self._successions[handover.to] = Succession(handover.to)
            yield Step(old, handover.to, LogLine("", BETWEEN, "", "", handover.words), rest)
