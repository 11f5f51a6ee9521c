"""The role manager: promotions and demotions take effect. Source: swarmkit manager/role_manager.go."""

from __future__ import annotations

from typing import Protocol

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.manager.raft import Raft
from swarmtui.sim.objects.objects import Node

RETRY = 5.0
"""Seconds after which what could not be done is tried again (roleReconcileInterval)."""


class Membership(Protocol):
    """What becomes of a machine whose role has changed."""

    def promoted(self, node: Node) -> None:
        """It is to get a manager's certificate and join raft."""

    def demoted(self, node: Node) -> None:
        """It is to be a worker."""


class RoleManager:
    """Brings each node's role to what its spec says."""

    def __init__(self, term: LeaderTerm, raft: Raft, membership: Membership) -> None:
        self._term = term
        self._store = term.store
        self._raft = raft
        self._membership = membership
        self._pending: dict[str, None] = {}
        self._timer: Timer | None = None

    def start(self) -> None:
        """At the beginning of a term, look at all nodes and all members."""
        for node_id in [each for each in self._raft.members if each not in self._store.nodes]:
            self._raft.remove(node_id)
        for node in list(self._store.nodes.values()):
            self.on_node(node)

    def on_node(self, node: Node) -> None:
        if node.role == node.desired_role:
            self._pending.pop(node.id, None)
        elif node.desired_role == "manager":
            node.role = "manager"
            self._store.update_node(node)
            self._membership.promoted(node)
        else:
            self._demote(node)

    def on_node_removed(self, node: Node) -> None:
        self._pending.pop(node.id, None)
        if self._raft.can_remove(node.id):
            self._raft.remove(node.id)

    def _demote(self, node: Node) -> None:
        """First out of raft, then, a moment later, out of office."""
        if node.id in self._raft.members:
            self._remove_member(node)
            self._later(node)
            return
        node.role = "worker"
        self._pending.pop(node.id, None)
        self._store.update_node(node)

    def _remove_member(self, node: Node) -> None:
        if not self._raft.can_remove(node.id):
            return
        if node.id == self._raft.leader:
            self._term.later(0.0, self._raft.transfer)
            return
        self._raft.remove(node.id)
        self._membership.demoted(node)

    def _later(self, node: Node) -> None:
        self._pending[node.id] = None
        if self._timer is None or not self._timer.pending:
            self._timer = self._term.later(RETRY, self._again)

    def _again(self) -> None:
        for node_id in list(self._pending):
            node = self._store.nodes.get(node_id)
            if node is None:
                del self._pending[node_id]
            else:
                self.on_node(node)
