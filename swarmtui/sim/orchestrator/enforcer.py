"""The constraint enforcer: tasks whose node no longer suits them are rejected.

Source: swarmkit manager/orchestrator/constraintenforcer.
"""

from __future__ import annotations

from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Task
from swarmtui.sim.scheduler.constraint import all_met
from swarmtui.sim.scheduler.genericresource import consume, has_all, stock


class ConstraintEnforcer:
    """Looks at a node's tasks whenever the node changes."""

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store

    def start(self) -> None:
        """At the beginning of a term, look at all nodes."""
        for node in list(self._store.nodes.values()):
            self.on_node(node)

    def on_node(self, node: Node) -> None:
        """The service's present constraints count, not those the task was made with."""
        if node.availability != "active":
            return
        cpus, memory = node.machine.cpus, node.machine.memory
        generic = stock(node.machine.generic_resources)
        for task in self._store.tasks_on(node.id):
            if not states.ASSIGNED <= task.desired <= states.COMPLETE or task.state >= states.COMPLETE:
                continue
            service = self._store.services.get(task.service_id)
            constraints = (service or task).spec.task.constraints
            template = task.spec.task
            if not all_met(constraints, node) or template.memory > memory or template.cpus > cpus:
                self._reject(task)
                continue
            cpus, memory = cpus - template.cpus, memory - template.memory
            if not has_all(generic, task.assigned):
                self._reject(task)
                continue
            consume(generic, task.assigned)

    def _reject(self, task: Task) -> None:
        task.state = states.REJECTED
        task.message = "task rejected by constraint enforcer"
        task.err = "assigned node no longer meets constraints"
        task.timestamp = self._term.now()
        self._store.update_task(task)
