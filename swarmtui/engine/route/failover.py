"""Failover: for how long a manager in trouble is waited for before another one is looked for. Pure."""

from __future__ import annotations

import math

from swarmtui.errors import (
    ConnectionFailed,
    EngineSilent,
    NoLeader,
    NotUsable,
    SwarmtuiError,
)
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus

__all__ = ["Failover"]

LOST = 3.0
"""Seconds for a connection that broke: a restarted sshd or bastion is back by then."""
SILENT = 6.0
"""For an engine that falls silent, which is noticed after about 5 s: a slow line is not to look like a dead manager."""
LEADERLESS = 25.0
"""For a manager that knows no leader: an election takes 10 to 20 s, and the others see none meanwhile either."""
FIRST = 3.0
"""For the first manager to be reached, if others were named."""
PAUSE = 1.5
"""Between two rounds of trying the others."""


class Failover:
    """Keeps the time of one manager's trouble. All times are in seconds of `time.monotonic`.

    Args:
        now: when the manager came into use.
    """

    def __init__(self, now: float) -> None:
        self._began = now
        self._error: SwarmtuiError | None = None
        self._since = math.inf
        self._lived = False
        self._tunnel: TunnelStatus | None = None
        self._not_before = -math.inf

    def heard(self, error: SwarmtuiError | None, answered: bool, now: float) -> None:
        """How the engine answers.

        Args:
            error: why the swarm cannot be shown now; None while all is well.
            answered: whether it has ever been shown.
        """
        self._error = error
        self._lived = self._lived or (answered and error is None)
        self._keep_time(now)

    def seen(self, tunnel: TunnelStatus, now: float) -> None:
        """How the tunnel is."""
        self._tunnel = tunnel
        self._keep_time(now)

    def tried(self, now: float) -> None:
        """None of the others would do."""
        self._not_before = now + PAUSE

    def try_again(self) -> None:
        """Somebody wants it tried again at once."""
        self._not_before = -math.inf

    @property
    def trouble(self) -> SwarmtuiError | None:
        """Why the manager cannot be used now; None while it can, or nothing is known against it."""
        if self._tunnel is not None and self._tunnel.phase is TunnelPhase.LOST:
            return self._tunnel.error
        return self._error

    @property
    def jumps_stand(self) -> bool:
        """Whether the hosts on the way are not what is broken."""
        tunnel = self._tunnel
        return tunnel is None or tunnel.phase is TunnelPhase.LIVE or tunnel.standing >= len(tunnel.way) - 1

    def due(self) -> float:
        """When another manager is to be looked for; infinity when none is."""
        if self._tunnel is not None and self._tunnel.asks:
            return math.inf  # the user is at it
        trouble = self.trouble
        if trouble is not None:
            return max(self._not_before, self._since + self._patience(trouble))
        return math.inf if self._lived else max(self._not_before, self._began + FIRST)

    def _patience(self, trouble: SwarmtuiError) -> float:
        match trouble:
            case NoLeader():
                return LEADERLESS
            case NotUsable():  # demoted, removed, locked: it will not change by waiting
                return 0.0
            case EngineSilent() if self._lived:
                return SILENT
            case ConnectionFailed():
                return LOST if self._lived else 0.0
            case _:
                return math.inf

    def _keep_time(self, now: float) -> None:
        if self.trouble is None:
            self._since = math.inf
        elif self._since == math.inf:
            self._since = now
