"""A command that runs in several containers, as the user interface gets it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, Protocol

from swarmtui.engine.streams.log_lines import STDERR, STDOUT
from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.command_across import CollectedExec

__all__ = ["STDERR", "STDOUT", "CommandRun", "Output", "OutputLine", "Result", "Stage"]


class Stage(Enum):
    """How far the command is in one container."""

    WAITING = "waiting"
    REACHING = "reaching"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"
    """It was not begun, or nobody knows how it ended: `Result.error` tells why."""
    LEFT = "left"
    """The user has stopped waiting: it was not begun, or may still be running there."""


class OutputLine(NamedTuple):
    """A line of output.

    Attributes:
        stream: STDOUT or STDERR.
        text: without its end.
    """

    stream: int
    text: str


@dataclass(frozen=True)
class Output:
    """What a command has written, as far as it is kept.

    Attributes:
        first: the lines that came first.
        cut_lines, cut_bytes: what came between and is not kept.
        last: the lines that came last.
    """

    first: tuple[OutputLine, ...] = ()
    cut_lines: int = 0
    cut_bytes: int = 0
    last: tuple[OutputLine, ...] = ()


NOTHING = Output()


@dataclass(frozen=True)
class Result:
    """What is known of the command in one container.

    Attributes:
        asked: what runs where.
        stage: how far it is.
        since: when the stage began, in seconds of `time.monotonic`.
        took: seconds that the command ran; None while it does, or where it was not begun.
        doing: what is being done to reach the node; "" for nothing.
        code: its exit code, once it has ended.
        error: why it was not begun, or why nobody knows how it ended.
        begun: whether it was started there.
        output: what it has written.
    """

    asked: CollectedExec
    stage: Stage = Stage.WAITING
    since: float = 0.0
    took: float | None = None
    doing: str = ""
    code: int | None = None
    error: SwarmtuiError | None = None
    begun: bool = False
    output: Output = NOTHING


class CommandRun(Protocol):
    """A command that runs in several containers, a few at a time. No call blocks."""

    @property
    def results(self) -> tuple[Result, ...]:
        """What is known, in the order in which the containers were named; the same object while nothing is new."""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the user should know besides: the audit log cannot be written."""

    def stop(self) -> None:
        """Begin no more, and wait for none any longer. What runs in a container goes on there."""
