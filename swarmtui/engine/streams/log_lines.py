"""Log lines as the user interface gets them, and what it may ask of a stream of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from swarmtui.errors import SwarmtuiError

__all__ = [
    "BETWEEN",
    "NOTICE",
    "REMARKS",
    "STDERR",
    "STDOUT",
    "LogBatch",
    "LogLine",
    "LogPhase",
    "LogRequest",
    "LogStatus",
    "LogStream",
]

STDOUT, STDERR, NOTICE, BETWEEN = 1, 2, 3, 4
"""Where a line comes from; NOTICE is the engine's own word in the stream: "no logs from that node". BETWEEN is this
program's, between the lines of a task and those of its replacement."""

REMARKS = frozenset({NOTICE, BETWEEN})
"""What no task wrote."""


class LogLine(NamedTuple):
    """One line that a task wrote.

    Attributes:
        stamp: when, as the engine's RFC 3339 text in UTC with nine digits after the point; "" where it gave none.
        source: STDOUT, STDERR, NOTICE or BETWEEN. A task with a terminal has stdout alone.
        task_id: whose; "" where the engine did not tell.
        node_id: where that task is.
        text: without its line end, otherwise as it came; it may hold anything.
    """

    stamp: str
    source: int
    task_id: str
    node_id: str
    text: str


@dataclass(frozen=True)
class LogRequest:
    """Which lines are wanted.

    Attributes:
        since: leave out what is older, in seconds since 1970 by the engine's clock; None for no such limit.
        tail: the last so many lines of each task, to begin with; None for all.
    """

    since: float | None = None
    tail: int | None = 500


class LogPhase(Enum):
    """How a stream is; the value is the word for it."""

    CONNECTING = "connecting"
    FOLLOWING = "following"
    BROKEN = "reconnecting"
    """It broke off (see `error`) and is tried again."""
    ENDED = "ended"
    """No line will come any more; `error` says why where there is a reason."""


@dataclass(frozen=True)
class LogStatus:
    """The state of a stream.

    Attributes:
        phase: how it is.
        error: why it is not better.
        driver: the service's own log driver; "" for the engine's default.
        retries: of a broken one, whether it is tried again without being asked to.
    """

    phase: LogPhase = LogPhase.CONNECTING
    error: SwarmtuiError | None = None
    driver: str = ""
    retries: bool = True


class LogBatch(NamedTuple):
    """What has come since the last time.

    Attributes:
        lines: in the order they came.
        dropped: how many were lost before them, since nobody took them in time.
    """

    lines: list[LogLine]
    dropped: int


class LogStream(Protocol):
    """The log of a service or a task, followed. No call blocks; every method may be called from any thread."""

    @property
    def status(self) -> LogStatus:
        """How it is."""

    @property
    def waiting(self) -> int:
        """How many lines wait to be taken."""

    def take(self) -> LogBatch:
        """Take what has come."""

    def reconnect(self) -> None:
        """Begin again where it stopped, now: the connection may be dead without having said so."""

    def close(self) -> None:
        """End it at once."""
