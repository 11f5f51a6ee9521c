"""Stacks: what `docker stack deploy` has put under one label.

The engine knows nothing of stacks: one is all services, secrets, configs and networks whose label
`com.docker.stack.namespace` has its name. It ends to exist with the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import count
from swarmtui.swarm.rollout import rollout_of
from swarmtui.swarm.shared import Network, Shared, StoredConfig, StoredSecret, stack_of

__all__ = ["Stack", "StackHealth", "health_of", "short_name", "stack_named", "stacks_of"]

T = TypeVar("T", Service, StoredSecret, StoredConfig, Network)


@dataclass(frozen=True)
class Stack:
    """A stack, as its labels tell. Each of its parts by name.

    Attributes:
        name: the label's value; it is all that a stack has of an ID.
    """

    name: str
    services: tuple[Service, ...] = ()
    secrets: tuple[StoredSecret, ...] = ()
    configs: tuple[StoredConfig, ...] = ()
    networks: tuple[Network, ...] = ()

    @property
    def id(self) -> str:
        return self.name

    @property
    def parts(self) -> tuple[Service | Shared, ...]:
        """All of it, in the order in which docker removes a stack."""
        return (*self.services, *self.secrets, *self.configs, *self.networks)

    @property
    def summary(self) -> str:
        """ "3 services, 2 secrets, 1 network"."""
        counts = {
            "service": len(self.services),
            "secret": len(self.secrets),
            "config": len(self.configs),
            "network": len(self.networks),
        }
        return ", ".join(counted(number, noun) for noun, number in counts.items() if number)


@dataclass(frozen=True)
class StackHealth:
    """How a stack is.

    Attributes:
        healthy: services with everything running that should.
        services: all of its services.
        running, desired: tasks; None while some service's are not known.
        trouble: what asks for attention: "2 services short: api and web", "update of api paused"; "" when nothing does.
        under_way: what goes on: "updating web".
    """

    healthy: int
    services: int
    running: int | None
    desired: int | None
    trouble: str = ""
    under_way: str = ""

    @property
    def tasks_text(self) -> str:
        """ "5/6"; "?" for what is not known."""
        return f"{'?' if self.running is None else self.running}/{'?' if self.desired is None else self.desired}"


def stacks_of(cluster: Cluster) -> tuple[Stack, ...]:
    """All stacks, by name. Secrets, configs and networks that have not been asked for yet are left out."""
    services, secrets = _grouped(cluster.services), _grouped(cluster.secrets or {})
    configs, networks = _grouped(cluster.configs or {}), _grouped(cluster.networks or {})
    names = sorted({*services, *secrets, *configs, *networks})
    return tuple(
        Stack(
            name,
            tuple(services.get(name, ())),
            tuple(secrets.get(name, ())),
            tuple(configs.get(name, ())),
            tuple(networks.get(name, ())),
        )
        for name in names
    )


def stack_named(cluster: Cluster, name: str) -> Stack | None:
    """One stack; None when nothing bears its label (any more)."""

    def own(things: Mapping[str, T] | None) -> tuple[T, ...]:
        found = [thing for thing in (things or {}).values() if stack_of(thing) == name]
        return tuple(sorted(found, key=lambda thing: thing.name))

    stack = Stack(name, own(cluster.services), own(cluster.secrets), own(cluster.configs), own(cluster.networks))
    return stack if stack.parts else None


def health_of(cluster: Cluster, stack: Stack) -> StackHealth:
    """How a stack's services are at this moment."""
    counts = [(service, count(cluster, service)) for service in stack.services]
    short = [short_name(service) for service, counted_now in counts if counted_now.healthy is False]
    troubles = [f"{counted(len(short), 'service')} short: {listed(short, 3)}"] if short else []
    going: list[str] = []
    for service in stack.services:
        rollout = rollout_of(cluster, service)
        if rollout is not None and rollout.went_wrong:
            troubles.append(f"{short_name(service)} {rollout.text}")
        elif rollout is not None and rollout.under_way:
            going.append(f"{short_name(service)} {rollout.text}")
    return StackHealth(
        healthy=sum(counted_now.healthy is True for _, counted_now in counts),
        services=len(counts),
        running=_sum(counted_now.running for _, counted_now in counts),
        desired=_sum(counted_now.outstanding for _, counted_now in counts),
        trouble=", ".join(troubles),
        under_way=", ".join(going),
    )


def short_name(thing: Service | Shared) -> str:
    """A name without the stack's before it: "web" of "shop_web"."""
    return thing.name.removeprefix(f"{stack_of(thing)}_") or thing.name


def _sum(numbers: Iterable[int | None]) -> int | None:
    total = 0
    for number in numbers:
        if number is None:
            return None
        total += number
    return total


def _grouped(things: Mapping[str, T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for thing in things.values():
        name = stack_of(thing)
        if name:
            groups.setdefault(name, []).append(thing)
    for group in groups.values():
        group.sort(key=lambda thing: thing.name)
    return groups
