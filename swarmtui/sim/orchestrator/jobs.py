"""The orchestrator of jobs, replicated and global. Source: swarmkit manager/orchestrator/jobs."""

from __future__ import annotations

from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Service, Task
from swarmtui.sim.orchestrator.orchestrator import remove_tasks, set_desired
from swarmtui.sim.orchestrator.restart import RestartSupervisor
from swarmtui.sim.scheduler.constraint import all_met


class JobOrchestrator:
    """Starts the tasks that a job still needs, and again those that failed."""

    def __init__(self, term: LeaderTerm, restarts: RestartSupervisor) -> None:
        self._term = term
        self._store = term.store
        self._restarts = restarts
        self._to_reconcile: dict[str, None] = {}

    def start(self) -> None:
        """At the beginning of a term, look at everything."""
        for service in self._store.services.values():
            self.on_service(service)

    # --- news ---

    def on_service(self, service: Service) -> None:
        if service.spec.is_job:
            self._to_reconcile[service.id] = None

    def on_service_removed(self, service: Service) -> None:
        if service.spec.is_job:
            remove_tasks(self._store, service)
            self._restarts.forget(service)

    def on_task(self, task: Task) -> None:
        if task.ended and task.desired <= states.COMPLETE and task.spec.is_job:
            self._to_reconcile[task.service_id] = None

    def on_node(self, node: Node) -> None:
        """A task of a job does not stay on a node that went down or is drained.

        swarmkit finds that out when the job is next looked at; here the node's change is the occasion.
        """
        if node.id in self._store.nodes and not node.invalid:
            return
        for task in self._store.tasks_on(node.id):
            if task.spec.is_job and not task.ended and task.desired <= states.COMPLETE:
                service = self._store.services.get(task.service_id)
                if service is not None and not service.spec.is_global:
                    self._restarts.restart(service, task)
                else:
                    set_desired(self._store, task, states.SHUTDOWN)

    def tick(self) -> bool:
        """Do what the news ask for; whether there was anything to do."""
        services, self._to_reconcile = self._to_reconcile, {}
        for service_id in services:
            service = self._store.services.get(service_id)
            if service is None:
                continue
            if service.spec.is_global:
                self._reconcile_global(service)
            else:
                self._reconcile_replicated(service)
        return bool(services)

    # --- reconciliation ---

    def _reconcile_replicated(self, service: Service) -> None:
        running = complete = 0
        taken: dict[int, None] = {}
        failed: list[Task] = []
        for task in self._store.tasks_of(service.id):
            if task.iteration != service.iteration:
                if not task.ended:
                    set_desired(self._store, task, states.REMOVE)
            elif task.state == states.COMPLETE:
                complete += 1
                taken[task.slot] = None
            elif task.desired <= states.COMPLETE:
                running += 1
                taken[task.slot] = None
                if task.ended:
                    failed.append(task)
        spec = service.spec
        count = min(spec.max_concurrent - running, spec.total_completions - complete - running)
        free = (slot for slot in range(spec.total_completions) if slot not in taken)
        for slot in [slot for slot, _ in zip(free, range(max(count, 0)), strict=False)]:
            self._create(service, slot, "")
        self._again(service, failed)

    def _reconcile_global(self, service: Service) -> None:
        there: dict[str, Task] = {}
        failed: list[Task] = []
        for task in self._store.tasks_of(service.id):
            if task.iteration != service.iteration:
                set_desired(self._store, task, states.REMOVE)
            elif task.desired <= states.COMPLETE:
                there[task.node_id] = task
                if task.state > states.COMPLETE:
                    failed.append(task)
        for node in list(self._store.nodes.values()):
            if not all_met(service.spec.task.constraints, node):
                continue
            if node.accepts_tasks and node.id not in there:
                self._create(service, 0, node.id)
            elif node.invalid and node.id in there and not there[node.id].ended:
                set_desired(self._store, there[node.id], states.SHUTDOWN)
        self._again(service, failed)

    def _create(self, service: Service, slot: int, node_id: str) -> None:
        task = self._term.new_task(service, slot, node_id)
        task.desired = states.COMPLETE
        self._store.create_task(task)

    def _again(self, service: Service, failed: list[Task]) -> None:
        for task in failed:
            if task.desired <= states.COMPLETE:
                self._restarts.restart(service, task)
