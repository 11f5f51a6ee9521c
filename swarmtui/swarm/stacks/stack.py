"""Stacks: what `docker stack deploy` has put under one label.

The engine knows nothing of stacks: one is all services, secrets, configs and networks whose label
`com.docker.stack.namespace` has its name. It ends to exist with the last of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import ServiceDependency, stack_of
from swarmtui.swarm.short_text import counted

__all__ = ["PARTS", "Stack", "short_name", "stack_named", "stacks_of"]


PARTS = (Kind.SERVICE, Kind.SECRET, Kind.CONFIG, Kind.NETWORK)
"""What a stack is made of, in the order in which docker removes it. (A node's volumes are no objects of the swarm.)"""


@dataclass(frozen=True)
class Stack:
    """A stack, as its labels tell. Each of its parts by name.

    Attributes:
        name: the label's value; it is all that a stack has of an ID.
    """

    kind: ClassVar[Kind] = Kind.STACK

    name: str
    services: tuple[Service, ...] = ()
    secrets: tuple[SecretFile, ...] = ()
    configs: tuple[ConfigFile, ...] = ()
    networks: tuple[Network, ...] = ()

    @property
    def id(self) -> str:
        return self.name

    @property
    def parts(self) -> tuple[Service | ServiceDependency, ...]:
        """All of it, in the order in which docker removes a stack."""
        return (*self.services, *self.secrets, *self.configs, *self.networks)

    @property
    def summary(self) -> str:
        """ "3 services, 2 secrets, 1 network"."""
        counts = Counter(part.kind for part in self.parts)
        return ", ".join(counted(counts[kind], kind.word) for kind in PARTS if counts[kind])


def stacks_of(cluster: Cluster) -> tuple[Stack, ...]:
    """All stacks, by name. Secrets, configs and networks that have not been asked for yet are left out."""
    parts = {kind.value: _grouped(cluster.objects(kind) or {}) for kind in PARTS}
    names = sorted({name for groups in parts.values() for name in groups}, key=natural)
    return tuple(Stack(name, **{part: tuple(groups.get(name, ())) for part, groups in parts.items()}) for name in names)


def stack_named(cluster: Cluster, name: str) -> Stack | None:
    """One stack; None when nothing bears its label (any more)."""

    def own(things: Mapping[str, Any]) -> tuple[Any, ...]:
        found = [thing for thing in things.values() if stack_of(thing) == name]
        return tuple(sorted(found, key=lambda thing: natural(thing.name)))

    stack = Stack(name, **{kind.value: own(cluster.objects(kind) or {}) for kind in PARTS})
    return stack if stack.parts else None


def short_name(thing: Service | ServiceDependency) -> str:
    """A name without the stack's before it: "web" of "shop_web"."""
    return thing.name.removeprefix(f"{stack_of(thing)}_") or thing.name


def _grouped(things: Mapping[str, Any]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for thing in things.values():
        name = stack_of(thing)
        if name:
            groups.setdefault(name, []).append(thing)
    for group in groups.values():
        group.sort(key=lambda thing: natural(thing.name))
    return groups
