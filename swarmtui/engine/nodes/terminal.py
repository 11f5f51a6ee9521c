"""A terminal in a container as the user interface gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.tasks.container_exec import ContainerExec

__all__ = ["End", "Terminal"]


@dataclass(frozen=True)
class End:
    """How a terminal's end came about.

    Attributes:
        code: the command's exit code; None where it goes on, or nobody knows.
        runs: it goes on in the container: the user has detached from it, or the connection was lost.
        error: why nobody knows; None where it is known.
    """

    code: int | None = None
    runs: bool = False
    error: SwarmtuiError | None = None


class Terminal(Protocol):
    """A command that runs in a container. One thread may read while another one does all else."""

    @property
    def asked(self) -> ContainerExec:
        """What was asked for."""

    @property
    def warning(self) -> str:
        """What the user should know besides: the audit log cannot be written; "" where there is nothing."""

    def read(self) -> bytes:
        """What the command has written; b"" at the end. Blocks."""

    def write(self, data: bytes) -> None:
        """What the user has typed. Raises OSError at the end of the connection."""

    def resize(self, columns: int, rows: int) -> bool:
        """The user's terminal has another size. Returns whether the engine has taken it; if not, nothing is changed."""

    def end(self, *, detached: bool = False) -> End:
        """Give everything back, and tell how the command ended. Nobody may be reading any more.

        Args:
            detached: the user has left it running: the engine, which may be silent, is not asked.
        """

    def abort(self) -> None:
        """End the connection, from another thread: whoever reads gets b""."""
