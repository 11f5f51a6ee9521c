"""The orchestrator of replicated services. Source: swarmkit manager/orchestrator/replicated."""

from __future__ import annotations

from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Service, Task
from swarmtui.sim.orchestrator.orchestrator import is_invalid, remove_tasks, set_desired
from swarmtui.sim.orchestrator.restart import RestartSupervisor
from swarmtui.sim.orchestrator.updater import UpdateSupervisor

Slots = dict[int, list[Task]]

MODE = "replicated"


class ReplicatedOrchestrator:
    """Keeps as many slots filled as each service wants."""

    def __init__(self, term: LeaderTerm, restarts: RestartSupervisor, updates: UpdateSupervisor) -> None:
        self._term = term
        self._store = term.store
        self._restarts = restarts
        self._updates = updates
        self._to_reconcile: dict[str, None] = {}
        self._to_restart: dict[str, None] = {}

    def start(self) -> None:
        """At the beginning of a term, look at everything."""
        for service in self._store.services.values():
            self.on_service(service)
        for task in self._store.tasks.values():
            self.on_task(task)

    # --- news ---

    def on_service(self, service: Service) -> None:
        if service.spec.mode == MODE:
            self._to_reconcile[service.id] = None

    def on_service_removed(self, service: Service) -> None:
        if service.spec.mode != MODE:
            return
        remove_tasks(self._store, service)
        self._restarts.forget(service)
        self._updates.forget(service)
        self._to_reconcile.pop(service.id, None)

    def on_task(self, task: Task) -> None:
        if task.desired > states.RUNNING or task.spec.mode != MODE:
            return
        if task.ended or (task.node_id and is_invalid(self._store.nodes.get(task.node_id))):
            self._to_restart[task.id] = None

    def on_task_removed(self, task: Task) -> None:
        if task.desired <= states.RUNNING and task.service_id in self._store.services and task.spec.mode == MODE:
            self._to_reconcile[task.service_id] = None
        self._restarts.cancel(task.id)

    def on_node(self, node: Node) -> None:
        """Take the tasks off a node that went down, was drained, or is gone."""
        if node.id in self._store.nodes and not node.invalid:
            return
        for task in self._store.tasks_on(node.id):
            if task.desired <= states.RUNNING and task.spec.mode == MODE:
                self._to_restart[task.id] = None

    def tick(self) -> bool:
        """Do what the news ask for; whether there was anything to do."""
        restarts, self._to_restart = self._to_restart, {}
        for task_id in restarts:
            task = self._store.tasks.get(task_id)
            if task is None or task.desired > states.RUNNING:
                continue
            service = self._store.services.get(task.service_id)
            if service is not None:
                self._restarts.restart(service, task)
        services, self._to_reconcile = self._to_reconcile, {}
        for service_id in services:
            service = self._store.services.get(service_id)
            if service is not None:
                self._reconcile(service)
        return bool(restarts or services)

    # --- reconciliation ---

    def _reconcile(self, service: Service) -> None:
        running, dead = self._running_and_dead(service)
        wanted = service.spec.replicas
        if wanted >= len(running):
            self._updates.update(service, list(running.values()))
            self._add(service, running, dead, wanted - len(running))
            self._delete(dead)
            return
        ordered = _in_order_of_keeping(running)
        self._updates.update(service, ordered[:wanted])
        self._delete(dead)
        for slot in ordered[wanted:]:
            for task in slot:
                set_desired(self._store, task, states.REMOVE)

    def _running_and_dead(self, service: Service) -> tuple[Slots, Slots]:
        running: Slots = {}
        dead: Slots = {}
        for number, tasks in self._store.slots(service.id).items():
            assert isinstance(number, int)
            updatable = self._restarts.updatable(tasks, service)
            if updatable:
                running[number] = updatable
            else:
                dead[number] = list(tasks)
        return running, dead

    def _add(self, service: Service, running: Slots, dead: Slots, count: int) -> None:
        """New tasks in the lowest free slots; the history of a slot that is used again stays."""
        number = 0
        for _ in range(count):
            number += 1
            while number in running:
                number += 1
            dead.pop(number, None)
            self._store.create_task(self._term.new_task(service, number))

    def _delete(self, dead: Slots) -> None:
        for tasks in dead.values():
            for task in tasks:
                self._store.delete_task(task)


def _in_order_of_keeping(running: Slots) -> list[list[Task]]:
    """Which slots stay when scaled down: one a node, then a second a node, …; those that run and low numbers first."""

    def runs(slot: list[Task]) -> bool:
        return any(task.state == states.RUNNING for task in slot)

    by_state = sorted(running.values(), key=lambda slot: (not runs(slot), slot[0].slot))
    on_node: dict[str, int] = {}
    indexed: list[tuple[int, list[Task]]] = []
    for slot in by_state:
        if len(slot) == 1 and slot[0].node_id:
            nth = on_node[slot[0].node_id] = on_node.get(slot[0].node_id, 0) + 1
            indexed.append((nth, slot))
        else:
            indexed.append((len(by_state) + 1, slot))
    return [slot for _, slot in sorted(indexed, key=lambda each: each[0])]
