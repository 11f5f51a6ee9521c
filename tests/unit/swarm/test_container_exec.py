"""A command in a task's container: in which, what is asked, and the commands that do the same."""

from __future__ import annotations

import shlex

import pytest

from swarmtui.errors import ChangeRefused
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.tasks.container_exec import ContainerExec, replicas_with_container
from tests.unit.swarm.builders import cluster, node, service, task


def swarm(*, state: str = "running") -> Cluster:
    return cluster([node("wrk1")], [service("web", 1)], [task("web", 1, "wrk1", state=state, container="c0ffee" * 10)])


def asked(command: str = "", user: str = "", directory: str = "") -> ContainerExec:
    world = swarm()
    return ContainerExec.of(world, next(world.all_tasks())).asking_for(command, user, directory)


def test_a_shell_where_nothing_is_named() -> None:
    shell = asked()
    assert shell.title == "Open a shell in web.1"
    assert shell.words == (), "which one, the container tells"
    assert shell.docker_command == "docker exec -it c0ffeec0ffee sh"
    assert shell.ssh_command("ops@wrk1") == "ssh -t ops@wrk1 'docker exec -it c0ffeec0ffee sh'"


def test_what_is_named_is_kept_to_the_letter() -> None:
    named = asked("psql -c 'select 1'", "postgres:postgres", "/var/lib")
    assert named.words == ("psql", "-c", "select 1")
    body = named.body(named.words, 120, 36)
    assert body["Cmd"] == ["psql", "-c", "select 1"]
    assert (body["User"], body["WorkingDir"], body["ConsoleSize"]) == ("postgres:postgres", "/var/lib", [36, 120])
    words = shlex.split(named.docker_command)
    assert words == [
        *["docker", "exec", "-it", "-u", "postgres:postgres", "-w", "/var/lib", "c0ffeec0ffee", "psql", "-c"],
        "select 1",
    ]
    assert shlex.split(shlex.split(named.ssh_command("wrk1"))[3]) == words, "through two shells"


@pytest.mark.parametrize(
    ("command", "user", "directory", "words"),
    [("echo 'a", "", "", "quote"), ("", "", "srv", "begin with /"), ("", "ro ot", "", "A user is")],
)
def test_what_makes_no_sense_is_refused(command: str, user: str, directory: str, words: str) -> None:
    with pytest.raises(ChangeRefused, match=words):
        asked(command, user, directory)


def test_a_task_that_does_not_run_has_no_container() -> None:
    world = swarm(state="pending")
    with pytest.raises(ChangeRefused, match=r"web\.1 has no running container: it is pending"):
        ContainerExec.of(world, next(world.all_tasks()))
    assert replicas_with_container(world, "service-web") == ()
    assert [each.slot for each in replicas_with_container(swarm(), "service-web")] == [1]
