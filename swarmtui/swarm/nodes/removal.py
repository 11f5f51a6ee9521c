"""Removing a node from the swarm's list: one that has left, or is lost; by force one that is still there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Removal, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import danger, docker, gone, impact_of, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.nodes.availability import namesakes
from swarmtui.swarm.nodes.drain import absence_consequences
from swarmtui.swarm.objects.node import Node

__all__ = ["RemoveNode", "must_be_demoted"]


def must_be_demoted(node: Node) -> bool:
    """Whether a node counts among the managers, so that the engine removes it only once it is a worker.

    Source: swarmkit manager/controlapi/node.go (`RemoveNode`).
    """
    return node.is_manager or node.manager_status is not None


@dataclass(frozen=True)
class RemoveNode(Judged, Removal):
    """Remove a worker from the swarm. Without force the engine removes none that is ready.

    Attributes:
        target: the node.
        force: remove it although it is ready.
    """

    name: ClassVar[str] = names.REMOVE_NODE
    verb: ClassVar[str] = "Remove"

    target: Target
    force: bool = False

    @classmethod
    def of(cls, node: Node, *, force: bool = False) -> RemoveNode:
        """Remove a node.

        Raises:
            NotPossible: it is a manager, or it is ready and force was not chosen.
        """
        if must_be_demoted(node):
            raise NotPossible(f"{node.name} is a manager: the engine does not remove managers.", "Demote it first.")
        if node.is_ready and not force:
            raise NotPossible(
                f"{node.name} is ready: the engine removes only nodes that are down.",
                f"Drain it and run `docker swarm leave` on {node.name}; it is down a moment later.",
            )
        return cls(Target.of(node), force=force)

    @property
    def title(self) -> str:
        return f"Remove {self.target.name} from the swarm{' by force' if self.force else ''}"

    @property
    def docker_command(self) -> str:
        # By ID: a node that has joined again has left its old entry behind, under the same name.
        return docker("node", "rm", *(["--force"] if self.force else []), self.target.id)

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"force": "true"} if self.force else {}

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        refused = node is not None and any(_refusals(node, self.force))
        return cluster if refused else cluster.without_node(self.target.id)

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        consequences = [*namesakes(cluster, node), *without_quorum(cluster), *_refusals(node, self.force)]
        if node.is_ready and self.force:
            consequences.append(
                danger(
                    f"{node.name} is ready. It is cut off, not drained: Swarm forgets it and its tasks at once."
                    " Its containers may keep running until `docker swarm leave` is run on it."
                )
            )
        elif not node.is_ready:
            consequences += [*absence_consequences(cluster, node), *_of_the_absent(node)]
        if node.labels:
            kept = ", ".join(f"{key}={value}" for key, value in sorted(node.labels.items()))
            consequences.append(note(f"Its labels are lost: {kept}."))
        quorum = Quorum.of(cluster)
        if quorum.has_quorum and not must_be_demoted(node):
            consequences.append(note(f"It is a worker: the managers stay as they are ({quorum.text})."))
        return impact_of(consequences, type_to_confirm=node.name if self.force and node.is_ready else "")

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.id in cluster.nodes:
            return Progress.waiting()
        return Progress(f"{self.target.name} is no longer in the swarm", settled=True)


def _refusals(node: Node, force: bool) -> Iterator[Consequence]:
    """The node has changed since the dialog was opened."""
    if must_be_demoted(node):
        yield danger(f"{node.name} is a manager now: the engine refuses this. Demote it first.")
    elif node.is_ready and not force:
        yield danger(f"{node.name} is ready again: the engine refuses this.")


def _of_the_absent(node: Node) -> Iterator[Consequence]:
    yield warning(
        f"If {node.name} has only lost its network or its power, it is out of the swarm for good: when it comes"
        " back it must run `docker swarm leave` and join again."
    )
