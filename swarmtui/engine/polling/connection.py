"""Connection: the book-keeping of one swarm's connection: connecting → live → stale → reconnecting → live.

Pure except for the dice of the backoff; the watcher holds its lock and passes the clock in.
"""

from __future__ import annotations

import math
import random

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import readiness as health
from swarmtui.engine.polling.engine_questions import Lane
from swarmtui.engine.polling.observation import ConnectionStatus
from swarmtui.errors import ConnectionFailed, EndpointError, EngineSilent, NoLeader, NotUsable, SwarmtuiError
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus

__all__ = ["Connection"]

FIRST_RETRY = 0.25
"""Seconds until the second try."""
LONGEST_RETRY = 5.0
LONGEST_RETRIES = {"unix": 1.0, "ssh": 3.0}
"""A Unix socket costs nothing to try, and its engine is often back in a moment. Behind SSH a socket that cannot be
reached is looked into by commands on that host."""
UNUSABLE_RETRY = 1.0
"""An engine that answers, but cannot show its swarm, is asked at this interval whether it now can."""
JITTER = 0.2
"""Share by which each wait differs by chance, so that many programs do not all come back at once."""
SMOOTHING = 0.3
CLOCK_STEP = 0.5
"""Seconds by which the engine's clock must seem to have moved against ours to be believed: answers take time."""


class Connection:
    """What is known of how well an engine answers.

    The pulse lane (`/info`) tells whether the engine can show a swarm; the lists lane whether it does. The latest word
    of each counts, and the pulse's first: when the quorum is lost, lists only hang, while `/info` says why.

    Args:
        endpoint: which engine.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._longest = LONGEST_RETRIES.get(endpoint.url.partition(":")[0], LONGEST_RETRY)
        self._last_answer: float | None = None
        self._verdict: NotUsable | None = None
        self._lists_error: SwarmtuiError | None = None
        self._quorum: NoLeader | None = None
        self._frozen_at: float | None = None
        self._left: SwarmtuiError | None = None
        self._is_new = False
        self._tunnel: TunnelStatus | None = None
        self._retry_at: dict[Lane, float] = {}
        self._failures: dict[Lane, int] = {}
        self._latency: float | None = None
        self._pinged = -math.inf
        self._engine_version = ""
        self._api_version = ""
        self._clock_offset = 0.0
        self.overdue_after = 4.0

    # -------------------------------------------------------------------------------- what happened

    def answered(self, lane: Lane, now: float) -> None:
        """A question about the swarm was answered."""
        self._last_answer = now
        if lane is Lane.LISTS:
            self._lists_error = None
            self._forget_failures(lane)
            if self._verdict is not None:
                self._retry_at[Lane.PULSE] = now  # lists come again: is it still so bad?

    def refused(self, lane: Lane) -> None:
        """A question was refused as such: that says nothing of the swarm, and the lane continues with its others."""
        self._forget_failures(lane)

    def seen_quorum(self, verdict: NoLeader | None, now: float) -> None:
        """What the list of nodes says of the quorum. Without one the engine still answers, but nothing new."""
        if verdict is None:
            self._frozen_at = None
        elif self._quorum is None:
            self._frozen_at = now
        self._quorum = verdict

    def introduced(self, info: EngineInfo, cluster: Cluster, wall: float, now: float) -> None:
        """The engine told who it is; at `wall`, seconds since 1970 by our clock, it looked at its own."""
        theirs = seconds_of(info.system_time)
        verdict = health.from_info(info)
        if verdict is None and self._is_new:
            verdict = health.of_another_swarm(info, cluster)
        self.pulse(verdict, info.server_version, None if theirs is None else theirs - wall, now)

    def pulse(self, verdict: NotUsable | None, engine_version: str, clock_offset: float | None, now: float) -> None:
        """The engine told of itself.

        Args:
            verdict: why it cannot show a swarm; None when it can.
            engine_version: "28.1.1".
            clock_offset: seconds to add to our clock to get the engine's; None when it did not tell its time.
        """
        recovered = verdict is None and self._verdict is not None
        self._verdict = verdict
        self._left = None
        if verdict is None and self._is_new:
            self._is_new, self._lists_error = False, None
        self._engine_version = engine_version
        if clock_offset is not None and abs(clock_offset - self._clock_offset) > CLOCK_STEP:
            self._clock_offset = clock_offset
        if verdict is None:
            self._forget_failures(Lane.PULSE)
            if recovered or self._lists_error is not None:
                self._retry_at[Lane.LISTS] = min(now, self._retry_at.get(Lane.LISTS, now))
        else:
            self._retry_at[Lane.PULSE] = now + self._jittered(UNUSABLE_RETRY)

    def pinged(self, round_trip: float, api_version: str, now: float) -> None:
        """`/_ping`, which costs the engine nothing, was answered after so many seconds."""
        self._api_version = api_version
        self._pinged = now
        known = self._latency
        if known is None or round_trip < known / 2:
            self._latency = round_trip  # the first one has opened the connection too
        else:
            self._latency = known + SMOOTHING * (round_trip - known)

    def failed(self, lane: Lane, error: SwarmtuiError, started: float, now: float) -> None:
        """A question was not answered, or with a refusal.

        Measured: while there is no leader, not only lists hang for 12 s and longer, but `/info` too; `/_ping` does not.

        Args:
            started: when the question was sent.
        """
        if lane is Lane.BULK:
            return  # its own trouble: a list of megabytes may fail where the small ones do not
        if isinstance(error, EngineSilent) and self._pinged >= started:
            error = health.swarm_silent()
        count = self._failures[lane] = self._failures.get(lane, 0) + 1
        self._left = None
        if lane is Lane.LISTS or self._is_new:
            self._lists_error = error
        if isinstance(error, EndpointError) or self._tunnel_is_broken:
            wait = math.inf  # nothing will change by itself; a tunnel does its own trying, and says when it stands
        elif isinstance(error, ConnectionFailed):
            wait = min(self._longest, FIRST_RETRY * 2 ** min(count - 1, 10))
        else:
            wait = UNUSABLE_RETRY
        self._retry_at[lane] = now + self._jittered(wait)

    def tunnelled(self, status: TunnelStatus, now: float) -> bool:
        """The tunnel to the engine is in another state.

        Returns:
            Whether it has just come to stand.
        """
        was_live = self._tunnel is not None and self._tunnel.phase is TunnelPhase.LIVE
        self._tunnel = status
        if status.phase is TunnelPhase.LOST and status.error is not None:
            self._left = None
            self._lists_error = status.error
            self._retry_at[Lane.LISTS] = math.inf
        stands = status.phase is TunnelPhase.LIVE and not was_live
        if stands:
            self.retry_now(now)
        return stands

    def moved(self, tunnel: TunnelStatus | None, now: float) -> None:
        """Another engine of the swarm is asked from now on. Lists wait until it has told who it is."""
        self._left = self.error
        self._is_new = True
        self._tunnel = tunnel
        self._verdict = self._lists_error = self._quorum = self._latency = self._frozen_at = None
        self._pinged = -math.inf
        self._failures.clear()
        self._retry_at.clear()

    def retry_now(self, now: float) -> None:
        """Somebody wants it tried again at once, and quickly after that too."""
        self._failures.clear()
        for lane in self._retry_at:
            self._retry_at[lane] = now

    # -------------------------------------------------------------------------------- what follows from it

    @property
    def error(self) -> SwarmtuiError | None:
        """Why the swarm cannot be shown as it is now; None while all is well."""
        return self.own_error or self._left

    @property
    def own_error(self) -> SwarmtuiError | None:
        """The same, without what was wrong with the engine that was asked before."""
        return self._verdict or self._lists_error or self._quorum

    @property
    def is_new(self) -> bool:
        """Whether the engine that is asked has not told yet who it is."""
        return self._is_new

    @property
    def clock_offset(self) -> float:
        """Seconds to add to our clock to get the engine's."""
        return self._clock_offset

    @property
    def _tunnel_is_broken(self) -> bool:
        return self._tunnel is not None and self._tunnel.phase is not TunnelPhase.LIVE

    @property
    def lists_fail(self) -> bool:
        """Whether the last list was not answered."""
        return self._lists_error is not None

    @property
    def round_trip(self) -> float:
        """Seconds that go to the line alone."""
        return self._latency or 0.0

    def held_until(self, lane: Lane) -> float | None:
        """While there is trouble: when a lane may try again. None when it may go by its schedule."""
        if lane is Lane.BULK:
            return math.inf if self.error is not None else None
        if lane is Lane.LISTS and self._is_new:
            return math.inf
        if lane is Lane.LISTS and self._lists_error is None:
            return None
        return self._retry_at.get(lane)

    def trying(self, lane: Lane) -> None:
        """A lane is trying now."""
        if lane in self._retry_at:
            self._retry_at[lane] = math.inf

    def status(self) -> ConnectionStatus:
        """All of it, as the user interface is told it."""
        error = self.error
        moments = [moment for moment in self._retry_at.values() if moment != math.inf] if error is not None else []
        if self._tunnel is not None and self._tunnel.phase is TunnelPhase.LOST:
            moments = [self._tunnel.next_try] if self._tunnel.next_try is not None else []
        known = [moment for moment in (self._last_answer, self._frozen_at) if moment is not None]
        return ConnectionStatus(
            last_answer=min(known) if self._last_answer is not None else None,
            overdue_after=self.overdue_after,
            error=error,
            next_try=min(moments, default=None),
            latency=self._latency,
            engine_version=self._engine_version,
            api_version=self._api_version,
            clock_offset=self._clock_offset,
            tunnel=self._tunnel,
        )

    def _forget_failures(self, lane: Lane) -> None:
        self._failures.pop(lane, None)
        self._retry_at.pop(lane, None)

    def _jittered(self, wait: float) -> float:
        return wait * random.uniform(1 - JITTER, 1 + JITTER)
