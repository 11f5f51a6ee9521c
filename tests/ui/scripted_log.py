"""A log that says what a test tells it to."""

from __future__ import annotations

from swarmtui.engine.streams.log_lines import LogBatch, LogLine, LogPhase, LogRequest, LogStatus
from swarmtui.swarm.kinds import Target

__all__ = ["ScriptedLog"]


class ScriptedLog:
    """Meets swarmtui.engine.streams.log_lines.LogStream.

    Attributes:
        status: what the test says.
        closed, reconnected: how often that was asked for.
    """

    def __init__(self, target: Target, request: LogRequest) -> None:
        self.target = target
        self.request = request
        self.status = LogStatus(LogPhase.FOLLOWING)
        self.closed = 0
        self.reconnected = 0
        self._lines: list[LogLine] = []
        self._dropped = 0

    def write(
        self, *texts: str, task: str = "task-web-1", source: int = 1, stamp: str = "", node: str = "node-wrk1"
    ) -> None:
        """The task writes lines."""
        self._lines += [LogLine(stamp or "2026-03-01T12:00:00.000000000Z", source, task, node, text) for text in texts]

    def drop(self, lines: int) -> None:
        """Lines came too fast."""
        self._dropped += lines

    @property
    def waiting(self) -> int:
        return len(self._lines)

    def take(self) -> LogBatch:
        lines, self._lines = self._lines, []
        dropped, self._dropped = self._dropped, 0
        return LogBatch(lines, dropped)

    def reconnect(self) -> None:
        self.reconnected += 1

    def close(self) -> None:
        self.closed += 1
