"""EndpointHandle: how docker reaches one engine, straight or through a tunnel."""

from __future__ import annotations

from typing import Protocol

from swarmtui.endpoint import Endpoint
from swarmtui.errors import SwarmtuiError

__all__ = ["EndpointHandle", "ReadinessGate"]


class ReadinessGate(Protocol):
    """What stands before an engine's socket: an SSH tunnel (swarmtui.tunnel.ssh.Tunnel)."""

    @property
    def error(self) -> SwarmtuiError | None:
        """Why connections fail now; None when nothing is known against them."""

    def wait_ready(self, timeout: float) -> None:
        """Wait until connections can go through, for so many seconds at most; raises SwarmtuiError if they cannot."""


class EndpointHandle:
    """How docker reaches one engine. It is the same object for as long as it is the same way.

    Attributes:
        endpoint: what docker connects to: a unix:// or tcp:// URL, of an ssh:// endpoint the tunnel's local end. Its
            name is what error texts call it.
        gate: what has to stand first; None for nothing.
        api_version: what one client has agreed on with the engine, so that others need not ask; "" when none has.
    """

    def __init__(self, endpoint: Endpoint, gate: ReadinessGate | None = None) -> None:
        self.endpoint = endpoint
        self.gate = gate
        self.api_version = ""
