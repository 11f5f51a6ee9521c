"""What is known of a swarm at one moment, and how well: the newest Cluster and the state of the connection."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from swarmtui.errors import SwarmtuiError
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.engine import EngineInfo
from swarmtui.swarm.secret import Secret
from swarmtui.tunnel.status import TunnelStatus

if TYPE_CHECKING:
    from swarmtui.swarm.actions.action import SpecChange

__all__ = ["ConnectionStatus", "JoinTokens", "Observation", "Outcome", "Phase", "Secret", "TaskScope"]


class Phase(Enum):
    """connecting → live → stale → reconnecting → live …; the value is the word for the header."""

    CONNECTING = "connecting"
    """Nothing has been seen of this swarm yet."""
    LIVE = "live"
    """The engine answers in time."""
    STALE = "stale"
    """An answer is overdue: what is known gets old, but the connection is not given up."""
    RECONNECTING = "reconnecting"
    """The last try failed (see `error`); the next one is at `next_try`."""


@dataclass(frozen=True)
class ConnectionStatus:
    """The state of one connection. All times are in seconds of `time.monotonic`.

    Attributes:
        last_answer: when the engine last answered a question about the swarm with something that could be new: once
            the quorum is lost it repeats what it knew. None before the first answer.
        overdue_after: the age of `last_answer` from which on it counts as stale, in seconds.
        error: why the last try failed; None while all is well.
        next_try: when the engine is asked again; None when that is not set (all is well, or a try is under way).
        latency: smoothed time to answer a small question, in seconds; None before the first.
        engine_version: "28.1.1"; "" before the first answer.
        api_version: the version spoken: "1.47"; "" before the first answer.
        clock_offset: seconds to add to our clock to get the engine's.
        tunnel: the SSH tunnel to it; None where there is none.
        manager: whom it leads to, when that is not the one that the user named first; else "".
        trying: another manager that is just being tried, since this one fails; "" for none.
        notices: sentences that the user should see once, the oldest first; it only grows.
        recorded: what is known comes from a record: there is no engine.
    """

    last_answer: float | None = None
    overdue_after: float = 4.0
    error: SwarmtuiError | None = None
    next_try: float | None = None
    latency: float | None = None
    engine_version: str = ""
    api_version: str = ""
    clock_offset: float = 0.0
    tunnel: TunnelStatus | None = None
    manager: str = ""
    trying: str = ""
    notices: tuple[str, ...] = ()
    recorded: bool = False

    @property
    def essence(self) -> ConnectionStatus:
        """This without what changes with every answer."""
        return replace(self, last_answer=0.0 if self.last_answer else None, latency=None, overdue_after=0.0)

    def phase(self, now: float) -> Phase:
        """The phase at a moment: it turns stale by the mere passing of time."""
        if self.error is not None:
            return Phase.CONNECTING if self.last_answer is None else Phase.RECONNECTING
        if self.last_answer is None:
            return Phase.CONNECTING
        return Phase.STALE if now - self.last_answer > self.overdue_after else Phase.LIVE

    def age(self, now: float) -> float | None:
        """How old the data is, in seconds; None before the first answer."""
        return None if self.last_answer is None else max(0.0, now - self.last_answer)


@dataclass(frozen=True)
class Observation:
    """Attributes:
    cluster: the newest snapshot; None before the first answer.
    connection: how fresh it is, and what is wrong where something is.
    info: what the engine says of itself, whether it can show a swarm or not.
    read_only: whether the program refuses every change, for as long as it runs.
    refuses_because: what of the user's settings makes it refuse them; "" when that is not why.
    """

    cluster: Cluster | None = None
    connection: ConnectionStatus = field(default_factory=ConnectionStatus)
    info: EngineInfo = field(default_factory=EngineInfo)
    read_only: bool = False
    refuses_because: str = ""

    @property
    def known_cluster(self) -> Cluster:
        """The snapshot; while there is none, one that holds nothing but what the engine says of itself."""
        return self.cluster if self.cluster is not None else Cluster(self.info)


class TaskScope(msgspec.Struct, frozen=True):
    """Whose tasks are on the screen: those of one service, of one node, or (neither) of all."""

    service_id: str = ""
    node_id: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a change that the gateway let through went.

    Attributes:
        version: the object's version that the accepted change was made on.
        attempts: how often it was sent (more than once after "update out of sequence").
        warnings: what the engine said besides "yes".
        created_id: of the object that was made; "" when none was.
        output: what docker's own program said, where that did it.
        made: the change as it was really made: upon `version`, with what others had changed in it. None where that is
            no change of a spec, or was so already.
    """

    version: int
    attempts: int = 1
    warnings: tuple[str, ...] = ()
    created_id: str = ""
    output: tuple[str, ...] = ()
    made: SpecChange | None = None


class JoinTokens(msgspec.Struct, frozen=True):
    """The swarm's join tokens and where to join.

    Attributes:
        worker: the token with which a machine joins as a worker.
        manager: the same for a manager.
        address: host:port of a reachable manager, for the `docker swarm join` line.
    """

    worker: Secret
    manager: Secret
    address: str
