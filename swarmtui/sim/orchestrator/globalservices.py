"""The orchestrator of global services: one task on every node. Source: swarmkit manager/orchestrator/global."""

from __future__ import annotations

from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Service, Task
from swarmtui.sim.orchestrator.orchestrator import is_task_dirty, remove_tasks, set_desired
from swarmtui.sim.orchestrator.restart import RestartSupervisor
from swarmtui.sim.orchestrator.updater import UpdateSupervisor
from swarmtui.sim.scheduler.constraint import all_met

MODE = "global"


class GlobalOrchestrator:
    """Keeps one task of each global service on each node that may have it."""

    def __init__(self, term: LeaderTerm, restarts: RestartSupervisor, updates: UpdateSupervisor) -> None:
        self._term = term
        self._store = term.store
        self._restarts = restarts
        self._updates = updates
        self._services: dict[str, Service] = {}
        self._to_reconcile: dict[str, None] = {}
        self._to_restart: dict[str, None] = {}
        self._nodes: dict[str, None] = {}

    def start(self) -> None:
        """At the beginning of a term, look at everything."""
        for service in self._store.services.values():
            self.on_service(service)
        for task in self._store.tasks.values():
            self._fix(task)

    def _fix(self, task: Task) -> None:
        """What the leader before may have left undone. Rule: FixTask."""
        if task.service_id not in self._services or task.desired > states.RUNNING:
            return
        node = self._store.nodes.get(task.node_id)
        if node is None or node.invalid:
            set_desired(self._store, task, states.SHUTDOWN)
        else:
            self.on_task(task)

    # --- news ---

    def on_service(self, service: Service) -> None:
        if service.spec.mode == MODE:
            self._services[service.id] = service
            self._to_reconcile[service.id] = None

    def on_service_removed(self, service: Service) -> None:
        if self._services.pop(service.id, None) is not None:
            remove_tasks(self._store, service)
            self._restarts.forget(service)
            self._updates.forget(service)

    def on_node(self, node: Node) -> None:
        self._nodes[node.id] = None

    def on_node_removed(self, node: Node) -> None:
        for task in self._store.tasks_on(node.id):
            if task.service_id in self._services:
                self._store.delete_task(task)

    def on_task(self, task: Task) -> None:
        if task.ended and task.desired <= states.RUNNING and task.service_id in self._services:
            self._to_restart[task.id] = None

    def tick(self) -> bool:
        """Do what the news ask for; whether there was anything to do."""
        restarts, self._to_restart = self._to_restart, {}
        for task_id in restarts:
            self._restart(task_id)
        services, self._to_reconcile = self._to_reconcile, {}
        for service_id in services:
            if service_id in self._services:
                self._reconcile(self._services[service_id])
        nodes, self._nodes = self._nodes, {}
        for node_id in nodes:
            node = self._store.nodes.get(node_id)
            if node is not None and self._services:
                self._reconcile_node(node)
        return bool(restarts or services or nodes)

    def _restart(self, task_id: str) -> None:
        task = self._store.tasks.get(task_id)
        if task is None or task.desired > states.RUNNING:
            return
        service, node = self._services.get(task.service_id), self._store.nodes.get(task.node_id)
        if service is None or node is None or node.invalid:
            return
        if node.availability == "pause" or not all_met(service.spec.task.constraints, node):
            set_desired(self._store, task, states.SHUTDOWN)
        else:
            self._restarts.restart(service, task)

    # --- reconciliation ---

    def _reconcile(self, service: Service) -> None:
        """One service on all nodes."""
        by_node: dict[str, list[Task]] = {}
        for place, tasks in self._store.slots(service.id).items():
            updatable = self._restarts.updatable(tasks, service)
            if updatable:
                by_node[str(place)] = updatable
        outdated: list[list[Task]] = []
        for node in list(self._store.nodes.values()):
            if node.invalid:
                continue
            tasks = by_node.pop(node.id, [])
            if not all_met(service.spec.task.constraints, node):
                self._shut_down(tasks)
            elif node.availability == "pause":
                continue
            elif tasks:
                outdated.append(tasks)
            else:
                self._add(service, node.id)
        if outdated:
            self._updates.update(service, outdated)
        for tasks in by_node.values():
            self._shut_down(tasks)

    def _reconcile_node(self, node: Node) -> None:
        """All services on one node."""
        if node.invalid:
            self._shut_down([task for task in self._store.tasks_on(node.id) if task.service_id in self._services])
            return
        if node.availability == "pause":
            return
        for service in list(self._services.values()):
            if all_met(service.spec.task.constraints, node):
                self._reconcile_one(service, node)

    def _reconcile_one(self, service: Service, node: Node) -> None:
        """An outdated task is replaced at once here: this is no rolling update."""
        slot = self._store.slots(service.id).get(node.id)
        tasks = self._restarts.updatable(slot, service) if slot else []
        dirty = [task for task in tasks if is_task_dirty(service, task, node)]
        clean = [task for task in tasks if task not in dirty]
        if not clean:
            self._add(service, node.id)
        self._shut_down(dirty + clean[1:])

    def _add(self, service: Service, node_id: str) -> None:
        self._store.create_task(self._term.new_task(service, 0, node_id))

    def _shut_down(self, tasks: list[Task]) -> None:
        for task in tasks:
            set_desired(self._store, task, states.SHUTDOWN)
