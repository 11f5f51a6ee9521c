"""LogFeed: the logs of one or several objects, followed as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from swarmtui.engine.streams.log_lines import LogBatch, LogLine, LogRequest, LogStatus, LogStream
from swarmtui.swarm.kinds import Target
from swarmtui.ui.session import SwarmSession

__all__ = ["MOST_SOURCES", "LogFeed", "Taken", "merged"]

MOST_SOURCES = 8
"""Logs that are followed at once at most: each has a thread and a connection of its own."""
LOOKS = 20
"""Looks at what has come, at most, until the first lines are shown: those of all logs together."""


class Taken(NamedTuple):
    """What has come since the last time.

    Attributes:
        lines: of all logs, by their times.
        dropped: how many were lost.
        writers: of each target, the tasks that wrote.
    """

    lines: list[LogLine]
    dropped: int
    writers: Sequence[tuple[Target, set[str]]]


class LogFeed:
    """Opens a stream for each target, and merges what they bring.

    Each log begins with old lines. So that those of several logs stand in the order of their times, nothing is given
    out until all logs are there and no more lines come for a moment.

    Args:
        session: where the logs come from.
        targets: services and tasks.
        request: which lines of each.
    """

    def __init__(self, session: SwarmSession, targets: Sequence[Target], request: LogRequest) -> None:
        self._session = session
        self._streams: list[tuple[Target, LogStream]] = [(each, session.logs(each, request)) for each in targets]
        self._looks_left = LOOKS if len(targets) > 1 else 0
        self._waited = -1

    @property
    def statuses(self) -> list[tuple[Target, LogStatus]]:
        """How each log is."""
        return [(target, stream.status) for target, stream in self._streams]

    @property
    def waiting(self) -> int:
        """How many lines wait to be taken."""
        return sum(stream.waiting for _, stream in self._streams)

    def take(self) -> Taken:
        """Take what has come."""
        if self._gathers():
            return Taken([], 0, ())
        batches = [(target, stream.take()) for target, stream in self._streams]
        writers = [(target, {line.task_id for line in batch.lines}) for target, batch in batches if batch.lines]
        return Taken(merged([batch for _, batch in batches]), sum(batch.dropped for _, batch in batches), writers)

    def _gathers(self) -> bool:
        """Whether the first lines are still coming."""
        if not self._looks_left:
            return False
        waited, self._waited = self._waited, self.waiting
        ready = all(status.phase is not status.phase.CONNECTING for _, status in self.statuses)
        self._looks_left = 0 if ready and waited == self._waited else self._looks_left - 1
        return self._looks_left > 0

    def go_on(self, old: Target, new: Target, request: LogRequest) -> None:
        """Follow another log in the place of one."""
        for place, (target, stream) in enumerate(self._streams):
            if target == old:
                stream.close()
                self._streams[place] = (new, self._session.logs(new, request))

    def reconnect(self) -> None:
        """Begin again where they stopped: the connections may be dead without having said so."""
        for _, stream in self._streams:
            stream.reconnect()

    def close(self) -> None:
        """End all of them at once."""
        for _, stream in self._streams:
            stream.close()


def merged(batches: Sequence[LogBatch]) -> list[LogLine]:
    """The lines of several logs by their times. Lines of one log stay in the order in which they came."""
    batches = [batch for batch in batches if batch.lines]
    if len(batches) == 1:
        return batches[0].lines
    timed: list[tuple[str, LogLine]] = []
    for batch in batches:
        newest = ""
        for line in batch.lines:
            newest = max(newest, line.stamp)  # of an engine's notice there is no time
            timed.append((newest, line))
    timed.sort(key=lambda each: each[0])
    return [line for _, line in timed]
