"""What a drain does to the tasks on a node.

Swarm stops them first and starts others afterwards; replicated ones anywhere else, global ones nowhere. Source:
swarmkit manager/orchestrator/replicated/tasks.go (`handleNodeChange`), global/global.go (`reconcileOneNode`),
restart/restart.go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from swarmtui.swarm.actions.action import Finding
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import limit_per_node, obstacle, obstacles_text
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.objects import Node, Service, Task
from swarmtui.swarm.quorum import Quorum, after_loss
from swarmtui.swarm.replicas import replicas_wanted
from swarmtui.swarm.states import holds_a_place

__all__ = ["drain_findings", "loss_findings", "tasks_to_move"]


def tasks_to_move(cluster: Cluster, node: Node) -> list[Task]:
    """The known tasks on a node that a drain stops."""
    return [task for task in cluster.tasks_on(node.id) if holds_a_place(task)]


def drain_findings(cluster: Cluster, node: Node) -> list[Finding]:
    """What draining a node moves, stops, and leaves without a place."""
    if not node.is_ready:
        state = f"{node.name} is {node.status.state}: "
        first = note(f"{state}Swarm has started its tasks elsewhere already, where it could.")
        return [first, *_of_raft(cluster, node)]
    return [
        *loss_findings(cluster, node),
        *_of_raft(cluster, node),
        note(f"Nothing comes back by itself when {node.name} is active again."),
    ]


def loss_findings(cluster: Cluster, node: Node) -> list[Finding]:
    """What it means for the services when a node that is ready is no longer there from one moment to the next."""
    here = Counter(task.service_id for task in tasks_to_move(cluster, node))
    known = [
        (cluster.services[service_id], number) for service_id, number in here.items() if service_id in cluster.services
    ]
    moving = [(service, number) for service, number in known if service.spec.mode.name.startswith("replicated")]
    places = {service.id: _places_elsewhere(cluster, node, service) for service, _ in moving}
    return [
        *_of_outages(cluster, node, moving),
        *_of_places(cluster, node, moving, places),
        *_of_moves(node, [(service, number) for service, number in moving if places[service.id] != 0]),
        *_of_those_that_stop(cluster, known),
        *_of_unknown(cluster),
    ]


def _of_moves(node: Node, moving: list[tuple[Service, int]]) -> Iterator[Finding]:
    total = sum(number for _, number in moving)
    if total:
        parts = listed([f"{service.name} {number}" for service, number in moving])
        yield note(f"{counted(total, 'task')} will stop here and then start on other nodes: {parts}.")
        jobs = [service.name for service, _ in moving if service.spec.mode.name == "replicated-job"]
        if jobs:
            yield warning(f"Tasks of jobs begin again from the start: {listed(jobs)}.")
    else:
        yield note(f"No task has to move away from {node.name}.")


def _of_outages(cluster: Cluster, node: Node, moving: list[tuple[Service, int]]) -> Iterator[Finding]:
    """Services of which nothing runs while their tasks move."""
    single, together = [], []
    for service, number in moving:
        if service.spec.mode.name != "replicated" or _runs_elsewhere(cluster, node, service):
            continue
        if number == 1 and replicas_wanted(service) <= 1:
            single.append(service.name)
        else:
            together.append(f"{service.name} ({number})")
    if single:
        yield danger(
            f"An outage of {listed(single)}: the only replica is here, and Swarm stops it before it starts another."
        )
    if together:
        yield danger(f"An outage of {listed(together)}: all that run are here, and Swarm stops them first.")


def _runs_elsewhere(cluster: Cluster, node: Node, service: Service) -> bool:
    away = cluster.nodes_not_ready | {node.id}
    tasks = cluster.tasks_of(service.id) or ()
    return any(t.status.state == "running" and t.node_id not in away and holds_a_place(t) for t in tasks)


def _places_elsewhere(cluster: Cluster, node: Node, service: Service) -> int | None:
    """How many tasks of the service the other nodes can take; None for any number."""
    others = (other for other in cluster.nodes.values() if other.id != node.id and obstacle(service, other) is None)
    limit = limit_per_node(service)
    if limit is None:
        return None if any(True for _ in others) else 0
    return limit * sum(1 for _ in others)


def _of_places(
    cluster: Cluster, node: Node, moving: list[tuple[Service, int]], places: Mapping[str, int | None]
) -> Iterator[Finding]:
    """Services that the other nodes cannot take, or not all tasks of."""
    for service, number in moving:
        room = places[service.id]
        if room is None:
            continue
        if room == 0:
            why = obstacles_text(cluster, service, apart_from=node.id) or f"{node.name} is the only node"
            wants = f" It wants {listed(service.constraints)}." if service.constraints else ""
            waits = "Its task stops and waits" if number == 1 else f"Its {number} tasks stop and wait"
            yield danger(f"No other node can take {service.name} ({why}).{wants} {waits}.")
            continue
        short = _places_needed(service) - room
        if short > 0:
            yield warning(
                f"The other nodes have room for {room} of {service.name}: {counted(short, 'task')} will wait."
            )


def _places_needed(service: Service) -> int:
    return replicas_wanted(service) if service.spec.mode.name == "replicated" else 0


def _of_those_that_stop(cluster: Cluster, known: list[tuple[Service, int]]) -> Iterator[Finding]:
    stopping = [service.name for service, _ in known if service.spec.mode.name == "global"]
    if stopping:
        yield note(f"Global services just stop here: {listed(stopping)}.")
    jobs = [service.name for service, _ in known if service.spec.mode.name == "global-job"]
    if jobs:
        yield warning(f"Global jobs are cut off here before they complete: {listed(jobs)}.")


def _of_unknown(cluster: Cluster) -> Iterator[Finding]:
    if not cluster.tasks_complete:
        yield warning("Not all tasks are known yet: more services may be affected than are named here.")


def _of_raft(cluster: Cluster, node: Node) -> Iterator[Finding]:
    if node.manager_status is None:
        return
    down = after_loss(cluster, node)
    yield note(f"{node.name} stays a manager: a drain moves tasks and does not touch Raft ({Quorum.of(cluster).text}).")
    if down.loses_quorum:
        yield warning(f"To reboot {node.name} would cost the quorum: {down.text}.")
