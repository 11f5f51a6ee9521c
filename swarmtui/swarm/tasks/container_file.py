"""One file on its way out of a task's container or into it: what is asked of the engine of its node (`docker cp`)."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.kind import TASK

__all__ = ["CopyIn", "CopyOut", "FileCopy"]


@dataclass(frozen=True)
class FileCopy:
    """A copy of one file.

    Attributes:
        target: the task.
        node: where it is.
        container_id: its container's full ID.
        inside: the file's path in the container.
        here: its path on this machine.
        overwrite: the user has agreed to replace what is there.

    Class attributes:
        changes: it changes something in the container.
    """

    name: ClassVar[str]
    changes: ClassVar[bool]

    target: Target
    node: Node
    container_id: str
    inside: str = ""
    here: str = ""
    overwrite: bool = False

    @classmethod
    def of(cls, cluster: Cluster, task: Task) -> Self:
        """A copy whose paths are still to be named.

        Raises:
            ChangeRefused: the task has no container, or nobody knows where.
        """
        name, status = cluster.task_name(task), task.status.container_status
        if status is None or not status.container_id:
            raise ChangeRefused(f"{name} has no container: it is {task.status.state}.", "Choose a task that has one.")
        node = cluster.nodes.get(task.node_id)
        if node is None:
            raise ChangeRefused(f"The node of {name} is not known (any more).")
        return cls(TASK.target(cluster, task), node, status.container_id)

    def between(self, inside: str, here: str, *, overwrite: bool = False) -> Self:
        """The same with what the user has typed.

        Args:
            here: "" for a file of the same name in the current directory.

        Raises:
            ChangeRefused: a path is missing, or is none of a file.
        """
        inside = inside.strip()
        if not inside.startswith("/"):
            raise ChangeRefused("Name a file in the container; its path begins with /.")
        name = posixpath.basename(inside)
        if name in ("", ".", "..") or "\0" in inside:
            raise ChangeRefused("One file is copied, no directory.")
        return replace(self, inside=inside, here=here.strip() or name, overwrite=overwrite)

    @property
    def directory(self) -> str:
        """Where the file is in the container."""
        return posixpath.dirname(self.inside) or "/"

    @property
    def file_name(self) -> str:
        """The file's own name in the container."""
        return posixpath.basename(self.inside)

    def _ssh(self, command: str) -> str:
        """A command that is run on the task's node."""
        return f"ssh {shlex.quote(argument(Target.of(self.node)))} {shlex.quote(command)}"


@dataclass(frozen=True)
class CopyOut(FileCopy):
    """Copy a file out of a container: it lets out what the container knows, its secrets too."""

    name: ClassVar[str] = names.COPY_OUT
    changes: ClassVar[bool] = False

    @property
    def title(self) -> str:
        """A whole statement of what is done."""
        return f"Copy {self.inside} of {self.target.name} to {self.here}"

    @property
    def docker_command(self) -> str:
        """What does the same from here: docker's own command would copy to the node."""
        command = docker("cp", f"{self.container_id[:12]}:{self.inside}", "-")
        return f"{self._ssh(command)} | tar -xO > {shlex.quote(self.here)}"


@dataclass(frozen=True)
class CopyIn(FileCopy):
    """Copy a file into a container. It is gone with the container: Swarm starts the next task from the image."""

    name: ClassVar[str] = names.COPY_IN
    changes: ClassVar[bool] = True

    @property
    def title(self) -> str:
        """A whole statement of what is done."""
        return f"Copy {self.here} to {self.inside} of {self.target.name}"

    @property
    def docker_command(self) -> str:
        """What does the same from here, where the container has a shell."""
        writing = f"cat > {shlex.quote(self.inside)}"
        command = docker("exec", "-i", self.container_id[:12], "sh", "-c", writing)
        return f"{self._ssh(command)} < {shlex.quote(self.here)}"
