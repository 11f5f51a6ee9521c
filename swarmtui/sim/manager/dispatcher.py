"""The dispatcher: sessions with the nodes' agents, heartbeats, what tasks they get and what they report.

Source: swarmkit manager/dispatcher. Heartbeats are not simulated one by one: a node that cannot be reached any more is
declared down when its last heartbeat would have run out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Task

if TYPE_CHECKING:
    from swarmtui.sim.agent.agent import Agent
    from swarmtui.sim.agent.run import Run
    from swarmtui.sim.manager.store import Store

GRACE = 3
"""Heartbeats that may be missed."""
GRACE_UNKNOWN = 6
ORPHANED_AFTER = 24 * 3600.0
REGISTERS_WITHIN = (0.2, 1.5)
"""Seconds until an agent that finds a manager has its session."""
UNKNOWN = 'Node moved to "unknown" state due to leadership change in cluster'


class Dispatcher:
    """Knows which nodes are there."""

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store
        self._sessions: dict[str, None] = {}
        self._expiry: dict[str, Timer] = {}
        self._orphaning: dict[str, Timer] = {}
        self._registering: dict[str, Timer] = {}

    # --- the beginning of a term ---

    def start(self, *, first: bool) -> None:
        """All nodes are unknown until they call; `first` is the swarm's first term, where there is nothing to lose."""
        for node in list(self._store.nodes.values()):
            if node.state == "down":
                self._orphan_later(node)
            elif not first:
                node.state, node.message = "unknown", UNKNOWN
                self._store.update_node(node)
                self._expire_later(node, GRACE_UNKNOWN, 'heartbeat failure for node in "unknown" state')
            elif not node.machine.reachable:
                self._expire_later(node, GRACE, "heartbeat failure")
            self.look_at(node)

    def lacking(self, task: Task) -> str:
        """What an agent says of a secret or config that it was not sent, since it is gone; "" where none is.

        Source: moby daemon/container_operations_unix.go, `setupSecretDir`; measured on engine 20.10.
        """
        container = task.spec.task.container
        for kind, known in (("secret", self._store.secrets), ("config", self._store.configs)):
            for each in container.get(f"{kind.capitalize()}s") or []:
                object_id = each.get(f"{kind.capitalize()}ID")
                if object_id and object_id not in known:
                    return f"unable to get {kind} from {kind} store: {kind} {object_id} not found"
        return ""

    @property
    def store(self) -> Store:
        """What agents are given from: tasks, secrets, configs."""
        return self._store

    # --- sessions ---

    def look_at(self, node: Node) -> None:
        """The node's machine may have come within reach, or gone out of it."""
        if node.machine.reachable and node.machine.node_id == node.id:
            if node.id not in self._sessions and node.id not in self._registering:
                delay = self._term.rng.uniform(*REGISTERS_WITHIN)
                self._registering[node.id] = self._term.later(delay, lambda: self._register(node))
            return
        _cancel(self._registering, node.id)
        if self._sessions.pop(node.id, _NOTHING) is None:
            self._expire_later(node, GRACE, "heartbeat failure")

    def connect(self, node: Node) -> None:
        """Give a node its session at once (see populate)."""
        self._register(node)

    def _register(self, node: Node) -> None:
        _cancel(self._registering, node.id)
        if node.id not in self._store.nodes or not node.machine.reachable:
            return
        _cancel(self._expiry, node.id)
        _cancel(self._orphaning, node.id)
        self._sessions[node.id] = None
        if node.state != "ready" or node.message:
            node.state, node.message = "ready", ""
            self._store.update_node(node)
        agent = node.machine.agent
        if agent is not None:
            agent.connect(self)

    def _expire_later(self, node: Node, grace: int, message: str) -> None:
        """Down when the heartbeats that may be missed are missed; the last one was up to a period ago."""
        _cancel(self._expiry, node.id)
        swarm = self._store.swarm
        period = swarm.heartbeat if swarm is not None else 5.0
        wait = period * grace - self._term.rng.uniform(0.0, period)
        self._expiry[node.id] = self._term.later(wait, lambda: self._expired(node, message))

    def _expired(self, node: Node, message: str) -> None:
        self._expiry.pop(node.id, None)
        if node.id in self._store.nodes:
            node.state, node.message = "down", message
            self._store.update_node(node)
            self._orphan_later(node)

    def _orphan_later(self, node: Node) -> None:
        _cancel(self._orphaning, node.id)
        self._orphaning[node.id] = self._term.later(ORPHANED_AFTER, lambda: self._orphan(node))

    def _orphan(self, node: Node) -> None:
        """After a day nobody believes any more that tasks of a dead node run."""
        self._orphaning.pop(node.id, None)
        for task in self._store.tasks_on(node.id):
            if states.ASSIGNED <= task.state <= states.RUNNING:
                task.state = states.ORPHANED
                self._store.update_task(task)

    def on_node_removed(self, node: Node) -> None:
        for timers in (self._expiry, self._orphaning, self._registering):
            _cancel(timers, node.id)
        self._sessions.pop(node.id, None)
        node.machine.expelled(node.id)

    # --- tasks ---

    def on_task(self, task: Task) -> None:
        """Tell the agent of a task that it has, or has to do something else with."""
        agent = self._agent(task)
        if agent is not None and task.state >= states.ASSIGNED:
            agent.assigned(task)

    def on_task_removed(self, task: Task) -> None:
        agent = self._agent(task)
        if agent is not None:
            agent.forget(task.id)

    def _agent(self, task: Task) -> Agent | None:
        """The agent of a task's node, while it has a session."""
        node = self._store.nodes.get(task.node_id)
        return node.machine.agent if node is not None and node.id in self._sessions else None

    def connected(self, node_id: str) -> bool:
        """Whether a node's agent can report."""
        return not self._term.over and node_id in self._sessions

    def tasks_of(self, node_id: str) -> list[Task]:
        """All that a node is to know of: what a new session begins with."""
        return [task for task in self._store.tasks_on(node_id) if task.state >= states.ASSIGNED]

    def report(self, run: Run) -> None:
        """An agent says how a task is. What would take a task back is ignored."""
        task = self._store.tasks.get(run.task.id)
        if task is None or task.state > run.state:
            return
        if (task.state, task.message, task.err, task.container_id, task.pid) == run.status():
            return
        task.state, task.message, task.err, task.container_id, task.pid = run.status()
        task.exit_code, task.timestamp = run.exit_code, run.timestamp
        self._store.update_task(task)


_NOTHING = object()


def _cancel(timers: dict[str, Timer], key: str) -> None:
    timer = timers.pop(key, None)
    if timer is not None:
        timer.cancel()
