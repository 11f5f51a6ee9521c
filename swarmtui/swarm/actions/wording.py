"""What actions share in what they say: consequences in order, docker command lines, targets."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence, Impact, danger, impact_of, note, warning
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.node import Node

__all__ = [
    "argument",
    "danger",
    "docker",
    "gone",
    "impact_of",
    "named_apart",
    "no_docker_command",
    "note",
    "on_node",
    "warning",
    "without_quorum",
]


AnyAction = TypeVar("AnyAction", bound=Action)


def gone(target: Target) -> Impact:
    """The impact on an object that is no longer there."""
    return impact_of([danger(f"{target.name} is no longer in the swarm: the engine will refuse this.")])


def docker(*words: str) -> str:
    """A docker command line that a shell takes as it stands."""
    return shlex.join(("docker", *words))


def no_docker_command(target: Target, why: str) -> str:
    """What replaces a command line where docker has none: the reason, and the call of the Engine API."""
    path = "/swarm" if target.kind is Kind.SWARM else f"/{target.kind.value}/{target.id}"
    return f"# {why}. Engine API: POST {path}/update?version={target.version}"


def on_node(command: str, node: Node) -> str:
    """A docker command that is to be run on a node: which one is said in a comment, so that a shell takes the line."""
    return f"{command}  # on {argument(Target.of(node))}"


def argument(target: Target) -> str:
    """How a command line names an object: by its name, or by its ID where the name is not fit for that.

    docker refuses a name that two nodes have. A name that begins with a dash would be taken for an option, and one with
    unprintable characters would not survive being copied.
    """
    name = target.name
    usable = bool(name) and not target.shares_name and name.isprintable() and not name.startswith("-")
    return target.name if usable else target.id


def named_apart(action: AnyAction, cluster: Cluster | None) -> AnyAction:
    """The action whose command names a node by its ID where another node has its name, and by its name elsewhere."""
    target = action.target
    if cluster is None or target.kind is not Kind.NODE:
        return action
    shared = any(node.name == target.name and node.id != target.id for node in cluster.nodes.values())
    if shared == target.shares_name:
        return action
    return cast("AnyAction", replace(cast("Any", action), target=replace(target, shares_name=shared)))


def without_quorum(cluster: Cluster) -> Iterator[Consequence]:
    """What stands in the way of every change while too few managers reach each other."""
    quorum = Quorum.of(cluster)
    if quorum.known and not quorum.has_quorum:
        yield danger(f"The managers have no quorum ({quorum.text}): the engine cannot carry this out.")
