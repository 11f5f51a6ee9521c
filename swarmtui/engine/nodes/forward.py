"""A forwarded port as the user interface gets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from swarmtui.swarm.tasks.port_forward import PortForward

__all__ = ["Forward", "ForwardStatus"]


@dataclass(frozen=True)
class ForwardStatus:
    """What is known of a forward.

    Attributes:
        listen, port: where it listens on this machine.
        connections: how many there are now.
        carried: how many there were, those included.
        sent, received: bytes to the task, and from it.
        trouble: why the last connection failed, a sentence; "" while none did.
        ended: why it takes no more connections, a sentence; "" while it does.
    """

    listen: str
    port: int
    connections: int = 0
    carried: int = 0
    sent: int = 0
    received: int = 0
    trouble: str = ""
    ended: str = ""

    @property
    def url(self) -> str:
        """Where a browser goes: "http://127.0.0.1:8080"."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.listen)
        return f"http://{host or (f'[{self.listen}]' if ':' in self.listen else self.listen)}:{self.port}"


class Forward(Protocol):
    """A local port that leads to a task. No call blocks."""

    @property
    def asked(self) -> PortForward:
        """What was asked for."""

    @property
    def status(self) -> ForwardStatus:
        """The newest that is known."""

    @property
    def warning(self) -> str:
        """What the user should know besides: the audit log cannot be written; "" where there is nothing."""

    def close(self) -> None:
        """End it with all its connections, and list it no longer."""
