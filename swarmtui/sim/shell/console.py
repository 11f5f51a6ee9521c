"""The standard streams of a command."""

from __future__ import annotations

from typing import Protocol

from swarmtui.sim.agent.log_samples import STDOUT


class Console(Protocol):
    """The three standard streams of a command."""

    tty: bool

    async def write(self, data: bytes, stream: int = STDOUT) -> None:
        """Write to stdout (1) or stderr (2)."""

    async def line(self, prompt: str) -> str | None:
        """The next line of input; None at its end."""

    async def pause(self, seconds: float) -> bool:
        """Wait; True when ctrl+c ended it."""
