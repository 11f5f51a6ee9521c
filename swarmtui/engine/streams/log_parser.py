"""From the bytes of a log to its lines: the multiplexed form and that of a terminal.

Without a terminal, output comes in frames (`frames`). With one, it comes as it is. In both, what we ask for
stands before each message: its time, and the task it is of (`timestamps=1`, `details=1`; moby
api/server/httputils/write_log_stream.go). A long line comes as several messages of which only the last has a line end
(16 kB each), and each has the time and task before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from swarmtui.engine.streams.frames import Frames
from swarmtui.engine.streams.log_lines import NOTICE, STDERR, STDOUT, LogLine

__all__ = ["LONGEST_LINE", "FramedLog", "LogParser", "RawLog"]

LONGEST_LINE = 64 * 1024
"""Characters after which a line is broken: a program that never ends its line must not fill the memory."""
_BEFORE = re.compile(
    rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ((?:[^\s=,]+=[^\s,]*)(?:,[^\s=,]+=[^\s,]*)*)? ?"
)
"""The time and the details before a message. Keys and values of the details are escaped as in a URL: no blanks."""

_AGAIN = re.compile(
    rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z com\.docker\.swarm\.node\.id=\w+,com\.docker\.swarm\.service\.id=\w+,"
    rb"com\.docker\.swarm\.task\.id=\w+ "
)
"""The same in the middle of a terminal's line: there the next part of a long line begins."""

_OURS = b"com.docker.swarm."
_TASK = b"com.docker.swarm.task.id="
_NODE = b"com.docker.swarm.node.id="


class LogParser(Protocol):
    """Makes lines of bytes, however the bytes are cut."""

    def feed(self, data: bytes) -> Iterator[LogLine]:
        """The lines that these bytes complete."""

    def end(self) -> Iterator[LogLine]:
        """The lines that were begun and will not be completed any more."""


class _Head(NamedTuple):
    """What stands before a message."""

    stamp: str = ""
    task_id: str = ""
    node_id: str = ""


NOBODY = _Head()


class _Details:
    """Reads what stands before a message. Tasks are few and messages many: details are remembered."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, str]] = {}

    def split(self, data: bytes) -> tuple[_Head, bytes]:
        """What stands before a message, and the message."""
        found = _BEFORE.match(data)
        if found is None:
            return NOBODY, data
        stamp, details = found[1].decode(), found[2]
        if details is None or _OURS not in details:
            return _Head(stamp), data[found.end(1) + 1 :]
        return _Head(stamp, *(self._known.get(details) or self._read(details))), data[found.end() :]

    def _read(self, details: bytes) -> tuple[str, str]:
        task = node = ""
        for pair in details.split(b","):
            if pair.startswith(_TASK):
                task = pair[len(_TASK) :].decode(errors="replace")
            elif pair.startswith(_NODE):
                node = pair[len(_NODE) :].decode(errors="replace")
        if len(self._known) < 10_000:
            self._known[details] = (task, node)
        return task, node


class FramedLog:
    """The multiplexed form."""

    def __init__(self) -> None:
        self._frames = Frames()
        self._details = _Details()
        self._begun: dict[tuple[int, str], tuple[_Head, bytes]] = {}

    def feed(self, data: bytes) -> Iterator[LogLine]:
        for stream, message in self._frames.feed(data):
            yield from self._message(stream, message)

    def end(self) -> Iterator[LogLine]:
        begun, self._begun = self._begun, {}
        for (source, _), (head, text) in begun.items():
            yield _line(source, head, text)

    def _message(self, stream: int, message: bytes) -> Iterator[LogLine]:
        source = stream if stream in (STDERR, NOTICE) else STDOUT
        if source is NOTICE:
            yield from (_line(NOTICE, NOBODY, text) for text in message.splitlines() if text.strip())
            return
        head, text = self._details.split(message)
        place = (source, head.task_id)
        if begun := self._begun.pop(place, None):
            head, text = begun[0], begun[1] + text
        *whole, rest = text.split(b"\n")
        for each in whole:
            yield _line(source, head, each)
        if len(rest) >= LONGEST_LINE:
            yield _line(source, head, rest)
        elif rest:
            self._begun[place] = (head, rest)


class RawLog:
    """The form of a terminal: nothing tells the streams apart, and lines end as terminals end them."""

    def __init__(self) -> None:
        self._rest = b""
        self._details = _Details()

    def feed(self, data: bytes) -> Iterator[LogLine]:
        *whole, rest = (self._rest + data).split(b"\n")
        for each in whole:
            yield self._line(each)
        if len(rest) >= LONGEST_LINE:
            yield self._line(rest)
            rest = b""
        self._rest = rest

    def end(self) -> Iterator[LogLine]:
        rest, self._rest = self._rest, b""
        if rest:
            yield self._line(rest)

    def _line(self, data: bytes) -> LogLine:
        head, text = self._details.split(data)
        if head is NOBODY and text.startswith(b"Error grabbing logs: "):
            return _line(NOTICE, head, text)
        return _line(STDOUT, head, _AGAIN.sub(b"", text))


def _line(source: int, head: _Head, text: bytes) -> LogLine:
    return LogLine(head.stamp, source, head.task_id, head.node_id, text.removesuffix(b"\r").decode(errors="replace"))
