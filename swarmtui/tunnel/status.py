"""TunnelStatus: what is known of a tunnel, in one immutable value. Imports no asyncssh."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from swarmtui.errors import SwarmtuiError

__all__ = ["TunnelPhase", "TunnelStatus"]


class TunnelPhase(enum.Enum):
    """Where a tunnel is."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"
    """Not connected; `TunnelStatus.next_try` tells when it tries again."""
    CLOSED = "closed"


@dataclass(frozen=True)
class TunnelStatus:
    """What is known of a tunnel.

    Attributes:
        phase: where it is.
        doing: while connecting, what is being done: "connecting: jump host 1 of 2 bastion"; "" else.
        asks: whether it waits for an answer of the user.
        error: why it does not stand, or why the engine's socket behind it could not be reached last time; None when
            all is well or nothing is known yet. While it tries again it is the error of the last try.
        next_try: when it tries again, in seconds of `time.monotonic`; None when it waits for the user (`retry_now`).
        since: when the phase began, in seconds of `time.monotonic`.
        way: the hosts that it goes through, in order, the engine's last: ("bastion", "mgr1").
        standing: how many of these are connected; while LOST, of its last try.
        means: how Docker connections go: "stream forwarding" or the remote command; "" while not live.
        notices: what ssh_config says and is not honoured, one sentence each.
        times_live: how often it has come to stand.
    """

    phase: TunnelPhase = TunnelPhase.CONNECTING
    doing: str = ""
    asks: bool = False
    error: SwarmtuiError | None = None
    next_try: float | None = None
    since: float = 0.0
    way: tuple[str, ...] = ()
    standing: int = 0
    means: str = ""
    notices: tuple[str, ...] = ()
    times_live: int = 0
