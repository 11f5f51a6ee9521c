"""Which task is meant: the one under the cursor, or one of a service's tasks, which the user is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.container_exec import replicas_with_container
from swarmtui.ui.kit.dialogs.picker import Option, PickerDialog
from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["choose_task"]


def choose_task(app: SwarmApp, target: Target, question: str, then: Callable[[Cluster, Task], None]) -> None:
    """Find the task that is meant. A service with several tasks that run has the user choose one.

    Args:
        target: a task or a service.
        question: "A shell in which task of web?".
        then: called with the task, once it is known; not at all where there is none, which the user is told.
    """
    cluster = app.session.observation().cluster
    if cluster is None:
        return
    if target.kind is not Kind.SERVICE:
        found = {each.id: each for each in cluster.all_tasks() if each.id == target.id}
    elif cluster.tasks_of(target.id) is None:
        app.notify(f"The tasks of {visible(target.name)} are not known yet. Try again in a moment.", markup=False)
        return
    else:
        found = {task.id: task for task in replicas_with_container(cluster, target.id)}
        if not found:
            app.notify(f"{visible(target.name)} has no task that runs.", severity="warning", markup=False)
    if len(found) == 1:
        then(cluster, next(iter(found.values())))
    elif found:
        options = [Option(cluster.task_name(task), cluster.node_name(task.node_id), id) for id, task in found.items()]
        picker = PickerDialog(question, options, empty="No task runs.")
        app.push_screen(picker, lambda chosen: then(cluster, found[chosen]) if chosen else None)
