"""Whether a stack is well: its services are."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import Condition, service_health
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.stacks.stack import Stack, short_name

__all__ = ["StackHealth", "stack_health"]

STANDING_STILL = frozenset({Condition.HALTED, Condition.GAVE_UP})
GOING_ON = frozenset({Condition.UPDATING, Condition.STARTING, Condition.RECOVERING})


class StackHealth(msgspec.Struct, frozen=True):
    """How a stack is.

    Attributes:
        healthy: services that are well.
        services: all of its services.
        running, desired: tasks; None while some service's are not known.
        trouble: what asks for attention: "crash loop: api", "2 services short: api and web", "api paused 1/3"; "" when
            nothing does.
        under_way: what goes on: "web updating 2/4", "db recovering".
    """

    healthy: int
    services: int
    running: int | None
    desired: int | None
    trouble: str = ""
    under_way: str = ""

    @property
    def well(self) -> bool:
        """Whether all of its services are, and nothing asks for attention."""
        return not self.trouble and self.healthy == self.services

    @property
    def tasks_text(self) -> str:
        """ "5/6"; "?" for what is not known."""
        return f"{'?' if self.running is None else self.running}/{'?' if self.desired is None else self.desired}"


def stack_health(cluster: Cluster, stack: Stack, now: float) -> StackHealth:
    """How a stack's services are.

    Args:
        now: the engine's time, in seconds since 1970.
    """
    verdicts = [(short_name(service), service_health(cluster, service, now)) for service in stack.services]
    looping = [name for name, health in verdicts if health.condition is Condition.LOOPING]
    short = [name for name, health in verdicts if health.condition is Condition.SHORT]
    troubles = [f"crash loop: {listed(looping, 3)}"] if looping else []
    troubles += [f"{counted(len(short), 'service')} short: {listed(short, 3)}"] if short else []
    troubles += [f"{name} {health.brief}" for name, health in verdicts if health.condition in STANDING_STILL]
    going = [f"{name} {health.brief}" for name, health in verdicts if health.condition in GOING_ON]
    counts = [count(cluster, service) for service in stack.services]
    return StackHealth(
        healthy=sum(health.well is True for _, health in verdicts),
        services=len(verdicts),
        running=_sum(each.running for each in counts),
        desired=_sum(each.outstanding for each in counts),
        trouble=", ".join(troubles),
        under_way=", ".join(going),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total
