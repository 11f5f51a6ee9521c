"""What can be asked for about one task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.actions import names
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.commands.command import Command

if TYPE_CHECKING:
    from swarmtui.ui.tasks.askings import TaskAskings

__all__ = ["TASK_COMMANDS"]


def _askings() -> type[TaskAskings]:
    from swarmtui.ui.tasks.askings import TaskAskings

    return TaskAskings


TASK_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.RESTART_TASK,
        title="Restart one task",
        label="Restart task",
        explanation="Restart just this task: remove its container, and Swarm starts a new one",
        about=Task,
        asking=lambda: _askings().restart,
        key="delete,ctrl+x",
    ),
)
"""In the order of their keys on the screen."""
