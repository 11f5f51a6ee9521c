"""Who may ask what: each call goes to the engine of one machine, and that is not always a manager that can answer.

Source: moby daemon/cluster/cluster.go (lockedManagerAction, errNoManager) and swarmkit's raft proxy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.control.errors import ApiError, Hangs, no_leader

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster
    from swarmtui.sim.manager.store import Store

NO_SWARM = (
    'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm '
    "and try again."
)
LOCKED = (
    'Swarm is encrypted and needs to be unlocked before it can be used. Please use "docker swarm unlock" to unlock it.'
)
PREPARING = "This node is not a swarm manager. Manager is being prepared or has trouble connecting to the cluster."
WORKER = (
    "This node is not a swarm manager. Worker nodes can't be used to view or modify cluster state. "
    "Please run this command on a manager node or promote the current node to a manager."
)


class Access:
    """The calls of one engine share this: its machine, and the way to the swarm's store."""

    def __init__(self, cluster: Cluster, machine: Machine) -> None:
        self._cluster = cluster
        self._machine = machine

    @property
    def store(self) -> Store:
        return self._cluster.store

    def reading(self) -> Store:
        """The store, to look at; ApiError or Hangs when this engine cannot show it."""
        self.must_be_manager()
        raft, node_id = self._cluster.raft, self._machine.node_id
        if raft.serves(node_id) or raft.reads_stale(node_id):
            return self.store
        raise no_leader() if raft.refuses(node_id) else Hangs()

    def writing(self) -> Store:
        """The store, to change; ApiError or Hangs when this engine cannot change it."""
        self.must_be_manager()
        raft, node_id = self._cluster.raft, self._machine.node_id
        if raft.serves(node_id):
            return self.store
        raise no_leader() if raft.refuses(node_id) else Hangs()

    def must_be_manager(self) -> None:
        """Refuse as an engine does that is not a manager, or none yet."""
        machine = self._machine
        if machine.locked:
            raise ApiError(503, LOCKED)
        if not machine.node_id or machine.fault:
            raise ApiError(503, NO_SWARM)
        if machine.role != "manager":
            raise ApiError(503, WORKER)
        if machine.node_id not in self._cluster.raft.members:
            raise ApiError(503, PREPARING)

    def changed(self) -> None:
        """Let the managers do what follows at once of a change."""
        self._cluster.commit()
