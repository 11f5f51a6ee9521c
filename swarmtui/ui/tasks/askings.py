"""How the commands on one task ask."""

from __future__ import annotations

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.commands.asking import Asking, Dialog, DialogContext

__all__ = ["TaskAskings"]


def _restart(task: Task, context: DialogContext) -> Dialog:
    """Of one task at a time: all at once, replicas that keep serving would be promised wrongly."""
    return ConfirmDialog(RestartTask.of(task, context.observation.cluster), context.observation)


class TaskAskings:
    restart = Asking(_restart, (RestartTask,))
