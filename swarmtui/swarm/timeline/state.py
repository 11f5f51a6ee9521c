"""The state of a swarm in a few lines, for a report: managers, nodes, services and tasks, and what is not well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.services import service_health
from swarmtui.swarm.health.swarm import swarm_health
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.natural import natural
from swarmtui.swarm.services.replicas import count, totals

__all__ = ["state_lines"]

MOST = 20
"""So many nodes or services that are not well are named."""


def state_lines(cluster: Cluster, now: float) -> Iterator[str]:
    """A line each. They may hold names from outside.

    Args:
        now: the managers' time, in seconds since 1970.
    """
    sums, health = totals(cluster), swarm_health(cluster, now)
    if Kind.NODE in cluster.refused:
        yield f"nodes: not known, the engine refuses their list: {cluster.refused[Kind.NODE]}"
    else:
        leader = f", leader {cluster.leader.name}" if cluster.leader is not None else ", no leader"
        yield f"managers: {Quorum.of(cluster).text}{leader}"
        yield f"nodes: {sums.nodes_ready} of {sums.nodes} ready{_named(_nodes(cluster))}"
    if Kind.SERVICE in cluster.refused:
        yield f"services: not known, the engine refuses their list: {cluster.refused[Kind.SERVICE]}"
        return
    unknown = f", {health.unknown} unknown" if health.unknown else ""
    yield f"services: {health.well} of {health.services} well{unknown}{_named(_services(cluster, now))}"
    if sums.tasks_running is not None and sums.tasks_desired is not None:
        yield f"tasks: {sums.tasks_running} of {sums.tasks_desired} running"


def _named(names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f", and {len(names) - MOST} more" if len(names) > MOST else ""
    return f"; {', '.join(names[:MOST])}{more}"


def _nodes(cluster: Cluster) -> list[str]:
    """The nodes that are not ready and active, with what they are."""
    found = []
    for node in sorted(cluster.nodes.values(), key=lambda each: natural(each.name)):
        words = [] if node.is_ready else [node.status.state]
        words += [] if node.spec.availability in ("active", "") else [node.spec.availability]
        found += [f"{node.name} {' and '.join(words)}"] if words else []
    return found


def _services(cluster: Cluster, now: float) -> list[str]:
    """The services that are not well, with what they are."""
    found = []
    for service in sorted(cluster.services.values(), key=lambda each: natural(each.name)):
        verdict = service_health(cluster, service, now)
        if verdict.well is False:
            found.append(f"{service.name} {count(cluster, service).text} {verdict.condition.value}")
    return found
