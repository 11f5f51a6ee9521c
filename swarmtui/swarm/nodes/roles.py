"""Promote and demote: what can be done to a node's role, and so to the quorum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged, verdict_of
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.quorum import Quorum, after_demotion
from swarmtui.swarm.nodes.availability import namesakes
from swarmtui.swarm.objects.node import ManagerStatus, Node
from swarmtui.swarm.specs.fields import field_of, with_field

__all__ = ["Demote", "Promote"]


@dataclass(frozen=True)
class _SetRole(Judged, SpecChange):
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

    def shown(self, cluster: Cluster) -> str | None:
        node = cluster.nodes.get(self.target.id)
        return None if node is None else node.spec.role or "worker"

    def standing(self, value: str) -> str:
        return f"{self.target.name} is a {value}"


@dataclass(frozen=True)
class Promote(_SetRole):
    """Make a worker a manager."""

    name: ClassVar[str] = names.PROMOTE
    verb: ClassVar[str] = "Promote"
    role: ClassVar[str] = "manager"
    role_before: ClassVar[str] = "worker"

    @classmethod
    def of(cls, node: Node) -> Promote:
        """Promote a node.

        Raises:
            NotPossible: it is a manager already.
        """
        if node.is_manager:
            raise NotPossible(f"{node.name} is already a manager.")
        return cls(Target.of(node))

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return cluster
        joined = ManagerStatus(reachability="reachable" if node.is_ready else "unreachable", addr=node.status.addr)
        spec = msgspec.structs.replace(node.spec, role="manager")
        return cluster.with_node(msgspec.structs.replace(node, spec=spec, manager_status=node.manager_status or joined))

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        return (
            gone(self.target) if node is None else impact_of([*namesakes(cluster, node), *_of_promotion(cluster, node)])
        )

    def settling(self, cluster: Cluster) -> Progress:
        node = cluster.nodes[self.target.id]
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

    name: ClassVar[str] = names.DEMOTE
    verb: ClassVar[str] = "Demote"
    role: ClassVar[str] = "worker"
    role_before: ClassVar[str] = "manager"

    @classmethod
    def of(cls, node: Node, cluster: Cluster | None = None) -> Demote:
        """Demote a node.

        Args:
            node: the manager.
            cluster: where known, so that the last manager is refused at once; the engine refuses it in any case.

        Raises:
            NotPossible: it is not a manager, or the last one.
        """
        if not node.is_manager:
            raise NotPossible(f"{node.name} is not a manager.")
        if cluster is not None and after_demotion(cluster, node).leaves_none:
            raise NotPossible(f"{node.name} is the last manager: a swarm needs one.", "Promote another node first.")
        return cls(Target.of(node))

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return cluster
        spec = msgspec.structs.replace(node.spec, role="worker")
        return cluster.with_node(msgspec.structs.replace(node, spec=spec, manager_status=None))

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        consequences = [*namesakes(cluster, node), *_of_demotion(node)]
        if cluster.info.swarm.node_id == node.id and len(cluster.managers) > 1:
            consequences.append(
                warning(f"You are connected to {node.name}: as a worker it shows no swarm. Connect to another manager.")
            )
        if not verdict_of([self], cluster).services:
            consequences.append(note("Its tasks stay where they are."))
        return impact_of(consequences)

    def settling(self, cluster: Cluster) -> Progress:
        node = cluster.nodes[self.target.id]
        if node.manager_status is not None:
            return Progress(f"{node.name} is leaving the managers", settled=False)
        return Progress(f"{node.name} is a worker ({Quorum.of(cluster).text})", settled=True)


def _of_promotion(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    if not cluster.managers:
        yield warning("The managers are not known yet, so the effect on the quorum is unknown.")
    elif not node.is_ready:
        yield danger(
            f"{node.name} is {node.status.state}: it joins the managers only once it is back, and cannot be"
            " demoted until then."
            " A manager that is down counts against the quorum."
        )
    elif node.spec.availability == "active":
        yield note(f"{node.name} keeps taking tasks. Drain it if managers should run none.")


def _of_demotion(node: Node) -> Iterator[Consequence]:
    if node.manager_status is None:
        yield warning(f"{node.name} has not joined the managers yet: until then the engine refuses to demote it.")
        return
    if node.is_leader:
        yield note(f"{node.name} is the leader: another manager takes over, and changes wait for a few seconds.")
    if not node.is_reachable_manager:
        yield note(f"{node.name} is not reachable. Demoting it stops it from counting against the quorum.")
