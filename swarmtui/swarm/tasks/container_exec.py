"""A command in a task's container: what is asked of the engine of its node (Engine API, "Exec")."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions import names
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.kind import TASK

__all__ = ["SHELLS", "ContainerExec", "replicas_with_container"]

SHELLS = ("bash", "sh")
"""What is tried, in this order, where the user names no command."""


@dataclass(frozen=True)
class ContainerExec:
    """A command that runs in a task's container, on a terminal of ours.

    Attributes:
        target: the task.
        node: where it runs.
        container_id: its container's full ID.
        command: as a shell would take it; "" for the first of SHELLS that is there.
        user: as whom, "name", "uid" or "uid:gid"; "" for the container's own user.
        directory: where it begins; "" for the container's own.
    """

    name: ClassVar[str] = names.CONTAINER_EXEC

    target: Target
    node: Node
    container_id: str
    command: str = ""
    user: str = ""
    directory: str = ""

    @classmethod
    def of(cls, cluster: Cluster, task: Task) -> Self:
        """A shell in a task's container.

        Raises:
            ChangeRefused: it has none, or nobody knows where.
        """
        name = cluster.task_name(task)
        status = task.status.container_status
        if task.status.state != "running" or status is None or not status.container_id:
            raise ChangeRefused(
                f"{name} has no running container: it is {task.status.state}.", "Choose a task that runs."
            )
        node = cluster.nodes.get(task.node_id)
        if node is None:
            raise ChangeRefused(f"The node of {name} is not known (any more).")
        return cls(TASK.target(cluster, task), node, status.container_id)

    def asking_for(self, command: str, user: str, directory: str) -> Self:
        """The same with what the user has typed.

        Raises:
            ChangeRefused: it cannot be split into words, or makes no sense.
        """
        try:
            shlex.split(command)
        except ValueError as error:
            raise ChangeRefused("A quote is not closed in the command.") from error
        if directory and not directory.startswith("/"):
            raise ChangeRefused("The directory must begin with /.")
        if any(char.isspace() for char in user):
            raise ChangeRefused("A user is a name, a number, or uid:gid.")
        return replace(self, command=command.strip(), user=user, directory=directory)

    @property
    def words(self) -> tuple[str, ...]:
        """The command's words; () where a shell is to be looked for."""
        return tuple(shlex.split(self.command))

    @property
    def title(self) -> str:
        """ "Open a shell in web.1": a whole statement of what will be done."""
        return f"Run {self.command} in {self.target.name}" if self.command else f"Open a shell in {self.target.name}"

    @property
    def docker_command(self) -> str:
        """What does the same on the task's node."""
        options = [
            "-it",
            *(["-u", self.user] if self.user else []),
            *(["-w", self.directory] if self.directory else []),
        ]
        return shlex.join(["docker", "exec", *options, self.container_id[:12], *(self.words or SHELLS[-1:])])

    def ssh_command(self, host: str) -> str:
        """The same from any machine that reaches the node by SSH.

        Args:
            host: the node, as ssh takes it.
        """
        return f"ssh -t {shlex.quote(host)} {shlex.quote(self.docker_command)}"

    def body(self, words: tuple[str, ...], columns: int, rows: int) -> Mapping[str, Any]:
        """What `POST /containers/{id}/exec` takes, for a terminal of this size."""
        return {
            "AttachStdin": True,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": True,
            "ConsoleSize": [rows, columns],
            "Env": ["TERM=xterm-256color"],
            "Cmd": list(words),
            "User": self.user,
            "WorkingDir": self.directory,
        }

    def probe(self, shell: str) -> Mapping[str, Any]:
        """The same for finding out whether a shell is there."""
        return {"Cmd": [shell, "-c", "exit 0"], "User": self.user, "WorkingDir": self.directory}


def replicas_with_container(cluster: Cluster, service_id: str) -> tuple[Task, ...]:
    """The tasks of a service in which a command can run."""
    return tuple(
        task
        for task in cluster.tasks_of(service_id) or ()
        if task.status.state == "running" == task.desired_state and task.status.container_status is not None
    )
