"""From the bytes of a log to its lines: the multiplexed form and that of a terminal.

Without a terminal, output comes in frames (`frames`). With one, it comes as it is. In both, what we ask for
stands before each message: its time, and in the log of a service or task the task it is of (`timestamps=1`,
`details=1`; moby api/server/httputils/write_log_stream.go). A long line comes as several messages of which only the
last has a line end (16 kB each), and each has the same before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Protocol, TypeAlias

from swarmtui.engine.streams.frames import Frames
from swarmtui.engine.streams.log_lines import NOTICE, STDERR, STDOUT, LogLine

__all__ = ["LONGEST_LINE", "PART", "FramedLog", "LogParser", "RawLog", "Writer"]

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

_STAMP = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)) ")
"""The time alone."""
PART = 16 * 1024
"""Bytes of a long line that come as one message (moby daemon/logger/copier.go, defaultBufSize)."""

_OURS = b"com.docker.swarm."
_TASK = b"com.docker.swarm.task.id="
_NODE = b"com.docker.swarm.node.id="


Writer: TypeAlias = tuple[str, str]
"""The IDs of a task and of its node."""


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


class _Before(Protocol):
    """Reads what stands before a message."""

    def split(self, data: bytes) -> tuple[_Head, bytes]:
        """What stands before a message, and the message."""

    def joined(self, text: bytes) -> bytes:
        """A terminal's line without what stands before its further parts."""


class _Stamp:
    """Reads the time before a message, of a log that one task alone writes: what follows is the program's own.

    Args:
        task_id, node_id: that task, and where it is.
    """

    def __init__(self, task_id: str, node_id: str) -> None:
        self._nobody = _Head("", task_id, node_id)

    def split(self, data: bytes) -> tuple[_Head, bytes]:
        found = _STAMP.match(data)
        if found is None:
            return self._nobody, data
        return self._nobody._replace(stamp=found[1].decode()), data[found.end() :]

    def joined(self, text: bytes) -> bytes:
        at = PART
        while found := _STAMP.match(text, at):
            text = text[:at] + text[found.end() :]
            at += PART
        return text


class _Details:
    """Reads the time and the details before a message. Tasks are few and messages many: details are remembered."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[str, str]] = {}

    def split(self, data: bytes) -> tuple[_Head, bytes]:
        found = _BEFORE.match(data)
        if found is None:
            return NOBODY, data
        stamp, details = found[1].decode(), found[2]
        if details is None or _OURS not in details:
            return _Head(stamp), data[found.end(1) + 1 :]
        return _Head(stamp, *(self._known.get(details) or self._read(details))), data[found.end() :]

    def joined(self, text: bytes) -> bytes:
        return _AGAIN.sub(b"", text)

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


def _before(writer: Writer | None) -> _Before:
    return _Details() if writer is None else _Stamp(*writer)


class FramedLog:
    """The multiplexed form.

    Args:
        writer: the one task that writes, and its node; None where the details tell whose each message is.
    """

    def __init__(self, writer: Writer | None = None) -> None:
        self._frames = Frames()
        self._before = _before(writer)
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
        head, text = self._before.split(message)
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
    """The form of a terminal: nothing tells the streams apart, and lines end as terminals end them.

    Args:
        writer: as for FramedLog.
    """

    def __init__(self, writer: Writer | None = None) -> None:
        self._rest = b""
        self._before = _before(writer)

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
        head, text = self._before.split(data)
        if not head.stamp and text.startswith(b"Error grabbing logs: "):
            return _line(NOTICE, head, text)
        return _line(STDOUT, head, self._before.joined(text))


def _line(source: int, head: _Head, text: bytes) -> LogLine:
    return LogLine(head.stamp, source, head.task_id, head.node_id, text.removesuffix(b"\r").decode(errors="replace"))
