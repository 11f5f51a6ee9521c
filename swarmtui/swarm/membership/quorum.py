"""Raft arithmetic: how many managers may be lost, and what a change does to that number.

A swarm can be changed, and heals itself, only while more than half of its managers reach each other. Tasks that
run keep running without. Source: swarmkit manager/state/raft/raft.go (`CanRemoveMember`), etcd's Raft.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.node import Node

__all__ = ["Quorum", "QuorumChange", "after_demotion", "after_loss", "after_promotion", "majority", "tolerated"]


def majority(members: int) -> int:
    """How many of so many managers must reach each other."""
    return members // 2 + 1


def tolerated(members: int) -> int:
    """How many of so many managers may fail when all of them are well: 3 tolerate 1, and so do 4."""
    return members - majority(members) if members else 0


class Quorum(msgspec.Struct, frozen=True):
    """The managers of a swarm, counted.

    Attributes:
        members: the managers that take part in Raft.
        reachable: how many of them the asked manager reaches (itself included).
    """

    members: int
    reachable: int

    @classmethod
    def of(cls, cluster: Cluster) -> Quorum:
        """Count a swarm's managers; `members` is 0 while its nodes are not known."""
        return cls._of(cluster.managers)

    @classmethod
    def _of(cls, managers: Iterable[Node]) -> Quorum:
        reachability = [node.is_reachable_manager for node in managers]
        return cls(members=len(reachability), reachable=sum(reachability))

    @property
    def known(self) -> bool:
        return self.members > 0

    @property
    def majority(self) -> int:
        return majority(self.members)

    @property
    def has_quorum(self) -> bool:
        return self.known and self.reachable >= self.majority

    @property
    def can_lose(self) -> int:
        """How many of the reachable managers may fail before the swarm cannot be changed any more (not below 0)."""
        return max(self.reachable - self.majority, 0)

    @property
    def is_even(self) -> bool:
        """An even number tolerates no more failures than one fewer, and has one more manager that can fail."""
        return self.known and self.members % 2 == 0

    @property
    def text(self) -> str:
        """ "3/3, can lose 1" for the header; "?" while the managers are not known."""
        if not self.known:
            return "?"
        if not self.has_quorum:
            return f"{self.reachable}/{self.members}, no quorum"
        return f"{self.reachable}/{self.members}, can lose {self.can_lose or 'none'}"

    @property
    def sentence(self) -> str:
        """ "3 managers, 3 reachable, majority 2, can lose 1": all the numbers, for a dialog."""
        if not self.known:
            return "the managers are not known"
        managers = "1 manager" if self.members == 1 else f"{self.members} managers"
        end = f"can lose {self.can_lose or 'none'}" if self.has_quorum else "no quorum"
        return f"{managers}, {self.reachable} reachable, majority {self.majority}, {end}"


class _Kind(Enum):
    PROMOTION = "promotion"
    REMOVAL = "removal"
    LOSS = "loss"


class QuorumChange(msgspec.Struct, frozen=True):
    """What a promotion, a demotion or the loss of a node does to the quorum.

    Attributes:
        before: the managers now.
        after: the managers once the change is done.
        kind: what the change is.
    """

    before: Quorum
    after: Quorum
    kind: _Kind

    @property
    def leaves_none(self) -> bool:
        """The last manager would go: the engine refuses that (swarmkit manager/controlapi/node.go)."""
        return self.kind is _Kind.REMOVAL and self.before.known and self.after.members == 0

    @property
    def loses_quorum(self) -> bool:
        """The swarm has a majority now and would have none after."""
        return self.before.has_quorum and not self.after.has_quorum

    @property
    def tolerates_less(self) -> bool:
        return self.after.can_lose < self.before.can_lose

    @property
    def text(self) -> str:
        """ "managers 3/3, can lose 1 → 2/2, can lose none"."""
        return f"managers {self.before.text} → {self.after.text}"


def after_promotion(cluster: Cluster, node: Node) -> QuorumChange:
    """The managers once this node has joined them; one that is not ready is counted as a member out of reach.

    It joins only when it is back (swarmkit manager/role_manager.go); from then on it counts, up or down.
    """
    before = Quorum.of(cluster)
    if node.id in {manager.id for manager in cluster.managers}:
        return QuorumChange(before, before, _Kind.PROMOTION)
    joined = Quorum(before.members + 1, before.reachable + int(node.is_ready))
    return QuorumChange(before, joined, _Kind.PROMOTION)


def after_demotion(cluster: Cluster, node: Node) -> QuorumChange:
    """The managers once this node is a worker, has been removed, or has left in good order: one member fewer."""
    rest = Quorum._of(manager for manager in cluster.managers if manager.id != node.id)
    return QuorumChange(Quorum.of(cluster), rest, _Kind.REMOVAL)


def after_loss(cluster: Cluster, node: Node) -> QuorumChange:
    """The managers while this node is down or rebooting, or after it left by force: still a member, not reachable."""
    before = Quorum.of(cluster)
    counted = sum(1 for manager in cluster.managers if manager.id == node.id and manager.is_reachable_manager)
    return QuorumChange(before, Quorum(before.members, before.reachable - counted), _Kind.LOSS)
