"""One command in the containers of several tasks, without a terminal: each has its own output and exit code."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import msgspec

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.actions import names
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.container_exec import ContainerExec, replicas_with_container

__all__ = ["Chosen", "CollectedExec", "nodes_of", "tasks_and_nodes", "where_it_runs"]


@dataclass(frozen=True)
class CollectedExec(ContainerExec):
    """A command in one task's container whose output and exit code are collected."""

    name: ClassVar[str] = names.COLLECTED_EXEC

    def asking_for(self, command: str, user: str, directory: str) -> Self:
        if not command.strip():
            raise ChangeRefused("Type the command to run.")
        return super().asking_for(command, user, directory)

    @property
    def title(self) -> str:
        """ "Run df -h in web.1"."""
        return f"Run {self.command or 'a command'} in {self.target.name}"

    @property
    def docker_command(self) -> str:
        """What does the same on the task's node."""
        options = [*(["-u", self.user] if self.user else []), *(["-w", self.directory] if self.directory else [])]
        return shlex.join(["docker", "exec", *options, self.container_id[:12], *self.words])

    def ssh_command(self, host: str) -> str:
        """The same from any machine that reaches the node by SSH."""
        return f"ssh {shlex.quote(host)} {shlex.quote(self.docker_command)}"

    def body_without_terminal(self) -> Mapping[str, Any]:
        """What `POST /containers/{id}/exec` takes. Nothing can be typed: the command reads an empty input."""
        return {
            "AttachStdin": False,
            "AttachStdout": True,
            "AttachStderr": True,
            "Tty": False,
            "Cmd": list(self.words),
            "User": self.user,
            "WorkingDir": self.directory,
        }


class Chosen(msgspec.Struct, frozen=True):
    """Whose containers were chosen; the tasks in them may be others a moment later.

    Attributes:
        name: what was chosen, in a word or two: "web", "3 marked tasks".
        services: the IDs of services, for all of their tasks.
        tasks: single tasks.
    """

    name: str
    services: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()

    def tasks_now(self, cluster: Cluster) -> tuple[Task, ...]:
        """The tasks that run there now. A chosen task that was replaced is followed by the one in its place."""
        of_services = [task for service_id in self.services for task in replicas_with_container(cluster, service_id)]
        return (*of_services, *(_in_place_of(cluster, task) for task in self.tasks))

    def unknown(self, cluster: Cluster) -> bool:
        """Whether the tasks of a chosen service have not been asked for yet."""
        return any(cluster.tasks_of(service_id) is None for service_id in self.services)


def _in_place_of(cluster: Cluster, task: Task) -> Task:
    """The task that runs in the place of another one; itself, as it is now, where it runs or nothing else does."""
    now = {each.id: each for each in cluster.tasks_of(task.service_id) or ()}
    task = now.get(task.id, task)
    if task.status.state == "running":
        return task
    place = (task.slot, "" if task.slot else task.node_id)
    running = replicas_with_container(cluster, task.service_id)
    return next((each for each in running if (each.slot, "" if each.slot else each.node_id) == place), task)


def where_it_runs(cluster: Cluster, tasks: Iterable[Task]) -> tuple[tuple[CollectedExec, ...], tuple[str, ...]]:
    """The containers of tasks, by the tasks' names, and why some tasks have none, a sentence each."""
    found: list[CollectedExec] = []
    without: list[str] = []
    for task in tasks:
        try:
            found.append(CollectedExec.of(cluster, task))
        except ChangeRefused as error:
            without.append(error.message)
    return tuple(sorted(found, key=lambda each: natural(each.target.name))), tuple(without)


def nodes_of(execs: Sequence[ContainerExec]) -> Mapping[str, tuple[str, ...]]:
    """The names of the tasks on each node, by the node's name, in the order in which the nodes come."""
    nodes: dict[str, tuple[str, ...]] = {}
    for each in execs:
        nodes[each.node.name] = (*nodes.get(each.node.name, ()), each.target.name)
    return nodes


def tasks_and_nodes(execs: Sequence[ContainerExec]) -> str:
    """ "5 tasks on 3 nodes"."""
    return f"{counted(len(execs), 'task')} on {counted(len(nodes_of(execs)), 'node')}"
