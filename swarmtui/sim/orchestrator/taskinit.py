"""What a new leader puts in order before it orchestrates. Source: swarmkit manager/orchestrator/taskinit."""

from __future__ import annotations

from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Task
from swarmtui.sim.orchestrator.restart import RestartSupervisor


def check_tasks(store: Store, restarts: RestartSupervisor) -> None:
    """Delete tasks of removed services, continue with delayed starts, and work out the history of restarts."""
    history: dict[tuple[str, int | str], list[Task]] = {}
    for task in list(store.tasks.values()):
        service = store.services.get(task.service_id)
        if service is None:
            if task.desired < states.REMOVE:
                store.delete_task(task)
            continue
        if task.spec.task.restart.max_attempts:
            history.setdefault((task.service_id, task.place), []).append(task)
        if task.desired == states.READY and task.state <= states.COMPLETE:
            restarts.delay_start(None, task, task.spec.task.restart.delay, False)
    for tasks in history.values():
        newest = max(task.spec_version for task in tasks)
        current = sorted((task for task in tasks if task.spec_version == newest), key=lambda task: task.created)
        for task in current[1:]:
            restarts.record(task)
