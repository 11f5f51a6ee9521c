"""What a stack is to the rest of the program: no object of the engine's, but one of its users'."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination, to_things
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.stacks.stack import PARTS, Stack, stacks_of

__all__ = ["STACK"]


def _related(cluster: Cluster, stack: Stack) -> Iterator[Destination]:
    yield from to_things((*stack.services, *stack.networks, *stack.secrets, *stack.configs))


STACK = ObjectKind(
    kind=Kind.STACK,
    type=Stack,
    touches=PARTS,
    all_of=stacks_of,
    summary=lambda cluster, stack: stack.summary,
    related=_related,
)
