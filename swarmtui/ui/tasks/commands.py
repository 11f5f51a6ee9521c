"""What can be asked for about one task."""

from __future__ import annotations

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.commands.command import Command, Dialog, DialogContext

__all__ = ["TASK_COMMANDS"]


def _restart(task: Task, context: DialogContext) -> Dialog:
    """Of one task at a time: all at once, replicas that keep serving would be promised wrongly."""
    return ConfirmDialog(RestartTask.of(task, context.observation.cluster), context.observation)


TASK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=RestartTask.name,
        title="Restart one task",
        label="Restart task",
        explanation="Restart just this task: remove its container, and Swarm starts a new one",
        about=Task,
        dialog=_restart,
        key="delete,ctrl+x",
        actions=(RestartTask,),
    ),
)
"""In the order of their keys on the screen."""
