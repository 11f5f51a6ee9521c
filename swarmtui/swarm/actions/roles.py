"""Promote and demote: what can be done to a node's role, and so to the quorum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.nodes import namesakes
from swarmtui.swarm.actions.raw import field_of, with_field
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, target_node, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Node
from swarmtui.swarm.quorum import Quorum, QuorumChange, after_demotion, after_promotion, tolerated

__all__ = ["Demote", "Promote"]


@dataclass(frozen=True)
class _SetRole(SpecChange):
    """What promoting and demoting have in common: they set one field."""

    field: ClassVar[str] = "role"
    role: ClassVar[str]
    role_before: ClassVar[str]

    target: Target

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("Role",), self.role)

    def value(self, spec: Spec) -> str:
        return str(field_of(spec, "Role") or "worker")

    @property
    def seen(self) -> str:
        return self.role_before

    @property
    def wanted(self) -> str:
        return self.role

    @property
    def title(self) -> str:
        return f"{self.verb} {self.target.name} to {self.role}"

    @property
    def docker_command(self) -> str:
        return docker("node", self.verb.lower(), argument(self.target))

    def progress(self, cluster: Cluster) -> Progress:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        if node.spec.role != self.role:
            return Progress("waiting for the engine", settled=False)
        return self._raft_progress(cluster, node)

    def _raft_progress(self, cluster: Cluster, node: Node) -> Progress:
        raise NotImplementedError


@dataclass(frozen=True)
class Promote(_SetRole):
    """Make a worker a manager."""

    name: ClassVar[str] = "node.promote"
    verb: ClassVar[str] = "Promote"
    label: ClassVar[str] = "Promote a worker to manager"
    role: ClassVar[str] = "manager"
    role_before: ClassVar[str] = "worker"

    @classmethod
    def of(cls, node: Node) -> Promote:
        """Promote a node.

        Raises:
            NotPossible: it is a manager already.
        """
        if node.is_manager:
            raise NotPossible(f"{node.name} is a manager already.")
        return cls(target_node(node))

    def impact(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        findings = [*namesakes(cluster, node), *_of_promotion(node, after_promotion(cluster, node))]
        return impact_of(findings)

    def _raft_progress(self, cluster: Cluster, node: Node) -> Progress:
        if node.manager_status is None:
            if not node.is_ready:
                return Progress(
                    f"{node.name} is {node.status.state}: joins when it is back", settled=False, failed=True
                )
            return Progress(f"{node.name} is joining the managers", settled=False)
        if not node.is_reachable_manager:
            return Progress(f"{node.name} is {node.manager_status.reachability}", settled=False)
        return Progress(f"{node.name} is a manager ({Quorum.of(cluster).text})", settled=True)


@dataclass(frozen=True)
class Demote(_SetRole):
    """Make a manager a worker."""

    name: ClassVar[str] = "node.demote"
    verb: ClassVar[str] = "Demote"
    label: ClassVar[str] = "Demote a manager to worker"
    role: ClassVar[str] = "worker"
    role_before: ClassVar[str] = "manager"

    @classmethod
    def of(cls, node: Node, cluster: Cluster | None = None) -> Demote:
        """Demote a node.

        Args:
            node: the manager.
            cluster: where known, so that the last manager is refused at once; the engine refuses it in any case.

        Raises:
            NotPossible: it is no manager, or the last one.
        """
        if not node.is_manager:
            raise NotPossible(f"{node.name} is not a manager.")
        if cluster is not None and after_demotion(cluster, node).leaves_none:
            raise NotPossible(
                f"{node.name} is the last manager: a swarm cannot be without one.", "Promote another node first."
            )
        return cls(target_node(node))

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return cluster
        spec = msgspec.structs.replace(node.spec, role="worker")
        return cluster.with_node(msgspec.structs.replace(node, spec=spec, manager_status=None))

    def impact(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        change = after_demotion(cluster, node)
        findings = [*namesakes(cluster, node), *_of_demotion(node, change)]
        if cluster.info.swarm.node_id == node.id and not change.leaves_none:
            findings.append(
                warning(f"You are connected to {node.name}: as a worker it shows no swarm. Connect to another manager.")
            )
        return impact_of(findings, type_to_confirm=node.name if change.loses_quorum else "")

    def _raft_progress(self, cluster: Cluster, node: Node) -> Progress:
        if node.manager_status is not None:
            return Progress(f"{node.name} is leaving the managers", settled=False)
        return Progress(f"{node.name} is a worker ({Quorum.of(cluster).text})", settled=True)


def _of_promotion(node: Node, change: QuorumChange) -> Iterator[Finding]:
    before, after = change.before, change.after
    if not before.known:
        yield warning("The managers are not known yet, so the quorum cannot be told.")
        return
    if not before.has_quorum:
        yield danger(f"The managers have no quorum ({before.text}): the engine cannot carry this out.")
    yield note(f"Now: {before.sentence}. After: {after.sentence}.")
    if not node.is_ready:
        yield danger(
            f"{node.name} is {node.status.state}: it joins the managers only once it is back, at a time nobody chose,"
            " and until then it cannot be demoted again. A manager that is down counts against the quorum."
        )
    elif after.members == 2:
        yield warning("With 2 managers both must be up: losing either one stops all changes. Have 3.")
    elif after.is_even:
        yield warning(
            f"{after.members} managers tolerate {tolerated(after.members)} failing, no more than {before.members} do:"
            " an odd number is better."
        )
    if after.members > 7:
        yield warning(f"{after.members} managers make every change slower; more than 7 are not recommended.")
    if node.is_ready and node.spec.availability == "active":
        yield note(f"{node.name} goes on taking tasks. Drain it if managers are to run none.")


def _of_demotion(node: Node, change: QuorumChange) -> Iterator[Finding]:
    before, after = change.before, change.after
    if node.manager_status is None:
        yield warning(f"{node.name} has not joined the managers yet: until it has, the engine refuses to demote it.")
        return
    if change.leaves_none:
        yield danger(f"{node.name} is the last manager: the engine refuses this. Promote another node first.")
        return
    if not before.has_quorum:
        yield danger(f"The managers have no quorum ({before.text}): the engine cannot carry this out.")
    elif change.loses_quorum:
        yield danger(
            f"The quorum would be lost: {after.reachable} of {after.members} managers would be reachable,"
            f" {after.majority} are needed. The swarm could not be changed any more. The engine should refuse this."
        )
    yield note(f"Now: {before.sentence}. After: {after.sentence}.")
    if after.has_quorum and not after.can_lose:
        yield warning("No manager may fail after this: the next one that does stops all changes.")
    elif after.is_even:
        fewer = after.members - 1
        yield warning(
            f"{after.members} managers tolerate {tolerated(after.members)} failing, no more than {fewer} do:"
            " an odd number is better."
        )
    if node.is_leader:
        yield note(f"{node.name} is the leader: another manager takes over, and changes wait for a few seconds.")
    if not node.is_reachable_manager:
        yield note(f"{node.name} is not reachable. Demoting it stops it from counting against the quorum.")
    yield note("Its tasks stay where they are.")
