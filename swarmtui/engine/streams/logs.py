"""A log, followed in a thread and over a connection of its own."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from swarmtui.engine.streams.log_lines import NOTICE, LogBatch, LogLine, LogPhase, LogRequest, LogStatus
from swarmtui.engine.streams.log_origins import LogOrigin
from swarmtui.engine.streams.log_parser import FramedLog, LogParser, RawLog
from swarmtui.engine.streams.reconnecting import FIRST_RETRY, Reach, ReconnectingStream
from swarmtui.errors import ObjectNotFound, SwarmtuiError
from swarmtui.swarm.objects.times import seconds_of

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["FollowedLog"]

MOST_WAITING = 50_000
"""Lines that wait to be taken at most; then the oldest go."""
OVERLAP = 10.0
"""Seconds by which a new connection asks back behind the newest line: the clocks of nodes differ, and so does the time
that a line takes from its node. What was seen already is left out by `_Seen`."""
BREATH = 0.002
"""Seconds for the other threads after each piece of a log that comes in floods."""
FLOOD = 32 * 1024
"""Bytes of a piece that make it part of a flood."""

RAW_STREAM = "application/vnd.docker.raw-stream"
MULTIPLEXED = "application/vnd.docker.multiplexed-stream"
UNNAMED_FRAMES = "1.41"
"""The API version in which frames go by the name of the raw form, too (moby api/server/router/swarm/helpers.go)."""


class FollowedLog(ReconnectingStream):
    """Follows a log until it is closed; it connects again where it stopped, without gap and without doubles.

    Args:
        reach: as for ReconnectingStream.
        origin: whose log, and how an engine gives it.
        request: which lines.
    """

    def __init__(self, reach: Reach, origin: LogOrigin, request: LogRequest) -> None:
        super().__init__("swarmtui-log", reach)
        self._origin = origin
        self._request = request
        self._lock = threading.Lock()
        self._lines: deque[LogLine] = deque(maxlen=MOST_WAITING)
        self._dropped = 0
        self._status = LogStatus()
        self._seen = _Seen()

    # -------------------------------------------------------------------------------- from any thread

    @property
    def status(self) -> LogStatus:
        """How it is."""
        return self._status

    @property
    def waiting(self) -> int:
        """How many lines wait to be taken."""
        return len(self._lines)

    def take(self) -> LogBatch:
        """Take what has come."""
        with self._lock:
            lines, self._lines = self._lines, deque(maxlen=MOST_WAITING)
            dropped, self._dropped = self._dropped, 0
        return LogBatch(list(lines), dropped)

    # -------------------------------------------------------------------------------- the log's own thread

    def _read(self, client: EngineClient) -> bool:
        try:
            again = self._follow(client)
        except ObjectNotFound as gone:
            self._set(LogPhase.ENDED, gone)
            return False
        if not again:
            self._set(LogPhase.ENDED, None)
        return again

    def _on_break(self, error: SwarmtuiError | None) -> None:
        self._set(LogPhase.BROKEN, error)

    def _follow(self, client: EngineClient) -> bool:
        """Read the stream until it ends; returns whether there may be more of it later."""
        origin = self._origin
        about = origin.about(client.get_json(origin.path))
        self._status = replace(self._status, driver=about.driver)
        terminal = about.terminal
        pieces = client.pieces(origin.log_path, self._parameters(follow=not about.ended))
        content_type = next(pieces).decode()
        if content_type == MULTIPLEXED:
            terminal = False
        elif content_type == RAW_STREAM and client.api_version != UNNAMED_FRAMES:
            terminal = True
        self._set(LogPhase.FOLLOWING, None)
        self._seen.begin()
        parser: LogParser = RawLog(origin.writer) if terminal else FramedLog(origin.writer)
        try:
            for piece in pieces:
                self._add(parser.feed(piece))
                if len(piece) >= FLOOD:
                    time.sleep(BREATH)
        finally:
            self._add(parser.end())
        return not origin.about(client.get_json(origin.path)).ended

    def _parameters(self, *, follow: bool) -> dict[str, str]:
        details = str(int(self._origin.writer is None))
        parameters = {"stdout": "1", "stderr": "1", "follow": str(int(follow)), "timestamps": "1", "details": details}
        newest = self._seen.newest
        if newest is not None:
            return {**parameters, "since": f"{max(0.0, newest - OVERLAP):.9f}"}
        if self._request.since is not None:
            parameters["since"] = f"{max(0.0, self._request.since):.9f}"
        if self._request.tail is not None:
            parameters["tail"] = str(self._request.tail)
        return parameters

    def _add(self, lines: Iterator[LogLine]) -> None:
        before = self._seen.count
        fresh = [line for line in lines if self._seen.is_new(line)]
        if not fresh:
            return
        if self._seen.count != before:  # the engine's notices alone are no reason to try again soon
            self._retry_after(FIRST_RETRY)
        with self._lock:
            room = MOST_WAITING - len(self._lines)
            self._dropped += max(0, len(fresh) - room)
            self._lines.extend(fresh)

    def _set(self, phase: LogPhase, error: SwarmtuiError | None) -> None:
        self._status = replace(self._status, phase=phase, error=error)


class _Seen:
    """What has been seen of a log, so that a new connection brings each line once.

    The lines of one stream of one task come in the order of their times, so of each its newest time is kept, and how
    many lines had that very time.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: dict[tuple[int, str], tuple[str, int]] = {}
        self._replayed: dict[tuple[int, str], int] = {}
        self._old: dict[tuple[int, str], tuple[str, int]] = {}

    @property
    def newest(self) -> float | None:
        """The time of the newest line, in seconds since 1970; None before the first."""
        times = [seconds for stamp, _ in self._last.values() if (seconds := seconds_of(stamp)) is not None]
        return max(times, default=None)

    def begin(self) -> None:
        """A new connection stands: it may bring again what the one before has brought."""
        self._old = dict(self._last)
        self._replayed.clear()

    def is_new(self, line: LogLine) -> bool:
        """Whether a line has not been seen; from then on it has."""
        if line.source == NOTICE or not line.stamp:
            return True
        place = (line.source, line.task_id)
        old = self._old.get(place)
        if old is not None:
            if line.stamp < old[0]:
                return False
            if line.stamp == old[0]:
                again = self._replayed[place] = self._replayed.get(place, 0) + 1
                if again <= old[1]:
                    return False
            else:
                del self._old[place]
        self.count += 1
        last = self._last.get(place)
        self._last[place] = (line.stamp, last[1] + 1 if last is not None and last[0] == line.stamp else 1)
        return True
