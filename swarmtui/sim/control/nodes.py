"""Nodes: list, inspect, update, remove. Source: moby daemon/cluster/nodes.go, swarmkit controlapi/node.go."""

from __future__ import annotations

import msgspec

from swarmtui.sim.control.access import Access
from swarmtui.sim.control.errors import ApiError, not_found, out_of_sequence, rpc
from swarmtui.sim.control.selection import Filters, begins, by_id, check, find, has_labels
from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import encode, states
from swarmtui.sim.objects.objects import Node
from swarmtui.sim.objects.spec import JSON


class Nodes(Access):
    """The nodes of the swarm, as this engine sees them."""

    def list(self, filters: Filters | None = None) -> bytes:
        """`GET /nodes`, encoded."""
        given = check(filters, "name", "id", "label", "role", "membership", "node.label")
        for key, accepted in (("role", ("worker", "manager")), ("membership", ("accepted", "pending"))):
            for value in given.get(key, ()):
                if value.lower() not in accepted:
                    raise ApiError(500, f"Invalid {key} filter: '{value}'")
        store = self.reading()
        return encode.array(self._encoded(node) for node in by_id(store.nodes) if _wanted(node, given))

    def inspect(self, name: str) -> JSON:
        """`GET /nodes/{id}`: by ID, hostname or the beginning of the ID."""
        result: JSON = msgspec.json.decode(self._encoded(self._find(self.reading(), name)))
        return result

    def update(self, name: str, version: int, spec: JSON) -> None:
        """`POST /nodes/{id}/update`: the whole spec; what it leaves out is gone."""
        role, availability = (
            _choice(spec, "Role", "worker", "manager"),
            _choice(spec, "Availability", "active", "pause", "drain"),
        )
        store = self.writing()
        node = self._find(store, name)
        if node.desired_role == "manager" and role == "worker":
            self._check_demotion(store, node)
        if version != node.version:
            raise out_of_sequence()
        node.name = spec.get("Name") or ""
        node.labels = {str(key): str(value) for key, value in (spec.get("Labels") or {}).items()}
        node.desired_role, node.availability, node.posted = role, availability, True
        store.update_node(node)
        self.changed()

    def remove(self, name: str, force: bool = False) -> None:
        """`DELETE /nodes/{id}`."""
        store = self.writing()
        node = self._find(store, name)
        if node.desired_role == "manager" and node.id in self._cluster.raft.members:
            raise rpc(
                "FailedPrecondition",
                f"node {node.id} is a cluster manager and is a member of the raft cluster. "
                "It must be demoted to worker before removal",
            )
        if node.state == "ready" and not force:
            raise rpc("FailedPrecondition", f"node {node.id} is not down and can't be removed")
        for task in store.tasks_on(node.id):
            if task.state < states.COMPLETE:
                task.state, task.message, task.err = (
                    states.ORPHANED,
                    "Task belonged to a node that has been deleted",
                    "",
                )
                task.timestamp = self._cluster.clock.now()
                store.update_task(task)
        store.delete_node(node)
        self.changed()

    def _check_demotion(self, store: Store, node: Node) -> None:
        """A swarm keeps a manager, and its majority."""
        raft = self._cluster.raft
        managers = [each.id for each in store.nodes.values() if each.role == "manager"]
        if managers == [node.id]:
            raise rpc("FailedPrecondition", "attempting to demote the last manager of the swarm")
        if node.id not in raft.members:
            raise rpc("NotFound", "can't find manager in raft memberlist")
        if not raft.can_remove(node.id):
            raise rpc("FailedPrecondition", "can't remove member from the raft: this would result in a loss of quorum")

    def _find(self, store: Store, name: str) -> Node:
        if name == "self":
            name = self._machine.node_id
        if not name:
            raise not_found("node", name)
        return find("node", name, store.nodes, lambda node: node.machine.hostname)

    def _encoded(self, node: Node) -> bytes:
        return encode.node(node, self._manager_status(node))

    def _manager_status(self, node: Node) -> JSON | None:
        raft = self._cluster.raft
        if node.id not in raft.members:
            return None
        reachable = raft.sees(self._machine.node_id, node.id)
        leader: JSON = {"Leader": True} if node.id == raft.leader else {}
        return {
            **leader,
            "Reachability": "reachable" if reachable else "unreachable",
            "Addr": f"{node.addr}:{node.port}",
        }


def _wanted(node: Node, filters: Filters) -> bool:
    roles = [each.lower() for each in filters.get("role", ())]
    memberships = [each.lower() for each in filters.get("membership", ())]
    return (
        begins(node.machine.hostname, filters.get("name", ()))
        and begins(node.id, filters.get("id", ()))
        and has_labels(node.machine.engine_labels, filters.get("label", ()))
        and has_labels(node.labels, filters.get("node.label", ()))
        and (not roles or node.role in roles)
        and (not memberships or ("pending" if node.posted else "accepted") in memberships)
    )


def _choice(spec: JSON, key: str, *accepted: str) -> str:
    value = str(spec.get(key) or "")
    if value.lower() not in accepted:
        raise ApiError(400, f'invalid {key}: "{value}"')
    return value.lower()
