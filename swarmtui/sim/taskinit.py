"""What a new leader puts in order before it orchestrates. Source: swarmkit manager/orchestrator/taskinit."""

from __future__ import annotations

from . import states
from .objects import Task
from .restart import RestartSupervisor
from .store import Store


def check_tasks(store: Store, restarts: RestartSupervisor) -> None:
    """Delete tasks of removed services, go on with delayed starts, and work out the history of restarts."""
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
