"""KeptOutput: the lines of a command's output, the first and the last ones, however much it writes."""

from __future__ import annotations

from collections import deque

from swarmtui.engine.nodes.command_run import STDERR, STDOUT, Output, OutputLine

__all__ = ["KeptOutput"]

LONGEST_LINE = 64 * 1024
"""Bytes after which a line is broken: a program that never ends its line must not fill the memory."""
MOST_LINES = 10_000


class KeptOutput:
    """Makes lines of what comes, and keeps half of `most` bytes from the beginning and half from the end.

    Belongs to one thread.

    Args:
        most: bytes to keep.
    """

    def __init__(self, most: int) -> None:
        self._half = most // 2
        self._first: list[OutputLine] = []
        self._first_size = 0
        self._first_full = False
        self._last: deque[tuple[OutputLine, int]] = deque()
        self._last_size = 0
        self._cut_lines = self._cut_bytes = 0
        self._begun: dict[int, bytes] = {}

    def add(self, stream: int, data: bytes) -> None:
        """Take what has come."""
        stream = STDERR if stream == STDERR else STDOUT
        *whole, rest = (self._begun.pop(stream, b"") + data).split(b"\n")
        for line in whole:
            self._keep(stream, line)
        while len(rest) >= LONGEST_LINE:
            self._keep(stream, rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        if rest:
            self._begun[stream] = rest

    def end(self) -> None:
        """No more comes: what was begun is a line, too."""
        begun, self._begun = self._begun, {}
        for stream, rest in begun.items():
            self._keep(stream, rest)

    def now(self) -> Output:
        """What is kept; a line that is not ended yet stands last."""
        begun = [_line(stream, rest) for stream, rest in self._begun.items()]
        last = [line for line, _ in self._last]
        if not self._cut_lines:
            return Output((*self._first, *last, *begun))
        return Output(tuple(self._first), self._cut_lines, self._cut_bytes, (*last, *begun))

    def _keep(self, stream: int, text: bytes) -> None:
        line, size = _line(stream, text), len(text) + 1
        if not self._first_full:
            self._first_full = self._first_size + size > self._half or len(self._first) >= MOST_LINES // 2
        if not self._first_full:
            self._first.append(line)
            self._first_size += size
            return
        self._last.append((line, size))
        self._last_size += size
        while self._last_size > self._half or len(self._last) > MOST_LINES // 2:
            _, gone = self._last.popleft()
            self._last_size -= gone
            self._cut_lines += 1
            self._cut_bytes += gone


def _line(stream: int, text: bytes) -> OutputLine:
    return OutputLine(stream, text.removesuffix(b"\r").decode(errors="replace"))
