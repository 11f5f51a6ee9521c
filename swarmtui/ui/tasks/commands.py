"""What can be asked for about one task."""

from __future__ import annotations

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.ui.commands.command import Command, confirm

__all__ = ["TASK_COMMANDS"]

TASK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=RestartTask.name,
        title="Restart one task",
        label="Restart task",
        explanation="Restart just this task: remove its container, and Swarm starts a new one",
        about=Task,
        dialog=confirm(RestartTask.of),
        key="delete,ctrl+x",
        actions=(RestartTask,),
    ),
)
"""In the order of their keys on the screen."""
