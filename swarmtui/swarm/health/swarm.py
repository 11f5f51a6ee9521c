"""Whether a swarm is well: its services, and its managers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import Enum

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import Condition, service_health
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.service import Service

__all__ = ["Managers", "SwarmHealth", "managers_health", "of_services", "swarm_health"]


class Managers(Enum):
    """What the managers are like, the worst first."""

    LOST = "lost"
    """Fewer than a majority reach each other, or none is known: nothing can be changed."""
    SHORT = "short"
    """One of several is out of reach, or none of them may be."""
    ALONE = "alone"
    """There is one manager: with it the swarm is lost, as it was set up."""
    WELL = "well"


def managers_health(quorum: Quorum) -> Managers:
    """Judge the managers."""
    if not quorum.has_quorum:
        return Managers.LOST
    if quorum.members == 1:
        return Managers.ALONE
    return Managers.SHORT if quorum.reachable < quorum.members or not quorum.can_lose else Managers.WELL


class SwarmHealth(msgspec.Struct, frozen=True):
    """The verdicts on several services.

    Attributes:
        well: how many are.
        looping: how many are in a crash loop.
        unknown: of how many that cannot be told; they are not among `well`.
        services: all of them.
        until: the moment at which this may change though nothing else does.
    """

    well: int
    looping: int
    unknown: int
    services: int
    until: float = math.inf


class _Newest:
    """The verdict on the newest snapshot that was asked about."""

    def __init__(self) -> None:
        self._kept: tuple[Cluster, float, SwarmHealth] | None = None

    def of(self, cluster: Cluster, now: float) -> SwarmHealth:
        kept = self._kept
        if kept is None or kept[0] is not cluster or not kept[1] <= now < kept[2].until:
            kept = (cluster, now, of_services(cluster, cluster.services.values(), now))
            self._kept = kept
        return kept[2]


_newest = _Newest()


def swarm_health(cluster: Cluster, now: float) -> SwarmHealth:
    """Judge all services of a swarm; made once as long as it holds."""
    return _newest.of(cluster, now)


def of_services(cluster: Cluster, services: Iterable[Service], now: float) -> SwarmHealth:
    """Judge some services."""
    verdicts = [service_health(cluster, service, now) for service in services]
    return SwarmHealth(
        well=sum(verdict.well is True for verdict in verdicts),
        looping=sum(verdict.condition is Condition.LOOPING for verdict in verdicts),
        unknown=sum(verdict.well is None for verdict in verdicts),
        services=len(verdicts),
        until=min((verdict.until for verdict in verdicts), default=math.inf),
    )
