"""What actions share in what they say: findings in order, docker command lines, targets."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from swarmtui.swarm.actions.action import Finding, Impact, Kind, Severity, Target
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Node, Service, Swarm
from swarmtui.swarm.quorum import Quorum

__all__ = [
    "argument",
    "danger",
    "docker",
    "gone",
    "impact_of",
    "note",
    "target_node",
    "target_service",
    "target_swarm",
    "warning",
    "without_quorum",
]


def note(text: str) -> Finding:
    return Finding(Severity.NOTE, text)


def warning(text: str) -> Finding:
    return Finding(Severity.WARNING, text)


def danger(text: str) -> Finding:
    return Finding(Severity.DANGER, text)


def impact_of(findings: Iterable[Finding], type_to_confirm: str = "") -> Impact:
    """The findings, the worst first and otherwise in the order given."""
    ordered = sorted(findings, key=lambda finding: finding.severity, reverse=True)
    return Impact(tuple(ordered), type_to_confirm)


def gone(target: Target) -> Impact:
    """The impact on an object that is no longer there."""
    return impact_of([danger(f"{target.name} is no longer in the swarm: the engine will refuse this.")])


def docker(*words: str) -> str:
    """A docker command line that a shell takes as it stands."""
    return shlex.join(("docker", *words))


def argument(target: Target) -> str:
    """How a command line names an object: by its name, or by its ID where the name is not fit for that.

    A name that begins with a dash would be taken for an option, and one with unprintable characters would not
    survive being copied.
    """
    usable = bool(target.name) and target.name.isprintable() and not target.name.startswith("-")
    return target.name if usable else target.id


def target_node(node: Node) -> Target:
    return Target(Kind.NODE, node.id, node.name, node.version.index)


def target_service(service: Service) -> Target:
    return Target(Kind.SERVICE, service.id, service.name, service.version.index)


def target_swarm(swarm: Swarm) -> Target:
    return Target(Kind.SWARM, swarm.id, "the swarm", swarm.version.index)


def without_quorum(cluster: Cluster) -> Iterator[Finding]:
    """What stands in the way of every change while too few managers reach each other."""
    quorum = Quorum.of(cluster)
    if quorum.known and not quorum.has_quorum:
        yield danger(f"The managers have no quorum ({quorum.text}): the engine cannot carry this out.")
