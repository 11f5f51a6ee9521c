"""What an action has to say of a node whose tasks leave, beside what the judge finds."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.actions.wording import note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.consequences import Consequence
from swarmtui.swarm.judgement.local_data import data_left_behind
from swarmtui.swarm.judgement.sentences import consequences_of
from swarmtui.swarm.judgement.verdict import judge
from swarmtui.swarm.membership.quorum import Quorum, after_loss
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["absence_consequences", "drain_remarks", "loss_consequences", "tasks_to_move"]


def tasks_to_move(cluster: Cluster, node: Node) -> list[Task]:
    """The known tasks on a node that a drain stops."""
    return [task for task in cluster.tasks_on(node.id) if holds_a_place(task)]


def drain_remarks(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    """What draining a node does not do, and what it may be a step to."""
    if not node.is_ready:
        yield from absence_consequences(cluster, node)
    yield from _of_raft(cluster, node)
    if node.is_ready:
        yield note(f"Nothing comes back by itself when {node.name} is active again.")


def absence_consequences(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    """A node that is not there: its tasks have gone, and left their data."""
    yield note(f"{node.name} is {node.status.state}: Swarm has already started its tasks elsewhere, where it could.")
    for service in sorted(cluster.services.values(), key=lambda service: service.name):
        for each in data_left_behind(cluster, service):
            if each.was_on == node.id:
                yield warning(f"{service.name}: {each.text(cluster)}.")


def loss_consequences(cluster: Cluster, node: Node) -> list[Consequence]:
    """What it means for the services when a node is no longer there from one moment to the next."""
    return consequences_of(judge(cluster, cluster.without_node(node.id)))


def _of_raft(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    if node.manager_status is None:
        return
    down = after_loss(cluster, node)
    yield note(f"{node.name} stays a manager: a drain moves tasks and does not touch Raft ({Quorum.of(cluster).text}).")
    if down.loses_quorum:
        yield warning(f"Rebooting {node.name} would lose the quorum: {down.text}.")
