"""The key that copies a file out of a task's container or into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["FILE_KEY", "copy_a_file"]

FILE_KEY = Binding(
    "f", "file", "Copy file", show=False, id="task.file", tooltip="Copy a file out of the task's container, or into it"
)


def copy_a_file(app: SwarmApp, cluster: Cluster, task: Task) -> None:
    """Ask which file, and copy it."""

    from swarmtui.swarm.tasks.container_file import CopyIn, CopyOut
    from swarmtui.ui.tasks.file_copy import FilesDialog

    try:
        dialog = FilesDialog(app.session, CopyOut.of(cluster, task), CopyIn.of(cluster, task))
    except ChangeRefused as error:
        app.notify(visible(str(error)), severity="warning", markup=False)
        return

    def told(done: str | None) -> None:
        if done is not None:
            app.notify(visible(done), markup=False)

    app.push_screen(dialog, told)
