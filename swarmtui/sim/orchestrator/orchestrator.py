"""What all orchestrators have in common. Source: swarmkit manager/orchestrator/{task,service}.go."""

from __future__ import annotations

from swarmtui.sim.manager.store import Store
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Node, Service, Task
from swarmtui.sim.objects.spec import TaskSpec
from swarmtui.sim.scheduler.constraint import all_met

MODE_JOBS = ("replicated-job", "global-job")


def is_task_dirty(service: Service, task: Task, node: Node | None) -> bool:
    """Whether a task has to be replaced because its service's spec has changed. Rule: orchestrator.IsTaskDirty.

    Constraints that changed alone do not make it dirty while its node meets them.
    """
    if service.spec_version == task.spec_version:
        return False
    wanted, present = service.spec.task, task.spec.task
    same_endpoint = service.spec.endpoint == task.spec.endpoint
    if wanted is present or wanted.raw == present.raw:
        return not same_endpoint
    may_stay = node is not None and all_met(wanted.constraints, node)
    return not (may_stay and _only_placement_differs(wanted, present))


def _only_placement_differs(wanted: TaskSpec, present: TaskSpec) -> bool:
    if wanted.raw.get("Placement") == present.raw.get("Placement"):
        return False
    return {**wanted.raw, "Placement": None} == {**present.raw, "Placement": None}


def is_invalid(node: Node | None) -> bool:
    """Whether a task cannot stay on this node: it is gone, down or drained."""
    return node is None or node.invalid


def set_desired(store: Store, task: Task, desired: int) -> None:
    """Move a task's desired state on; it never goes back."""
    if task.desired < desired:
        task.desired = desired
        store.update_task(task)


def remove_tasks(store: Store, service: Service) -> None:
    """Let all tasks of a removed service be shut down and forgotten. Rule: SetServiceTasksRemove."""
    for task in store.tasks_of(service.id):
        set_desired(store, task, states.REMOVE)


def newest(slot: list[Task]) -> Task:
    """The task of a slot whose status changed last."""
    return max(slot, key=lambda task: task.timestamp)
