"""Restarting one task: what the dialog says of it, and how far the swarm has got."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Progress, Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import UpdateStatus
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Mount, RestartPolicy
from swarmtui.swarm.tasks.restart import RestartTask
from swarmtui.swarm.units import SECOND
from tests.unit.swarm.builders import cluster, node, service, task

C = "c" * 64
WEB_1 = task("web", 1, "wrk1", container=C)
WEB_2 = task("web", 2, "wrk2", container="d" * 64)
NODES = [node("mgr1", leader=True), node("wrk1"), node("wrk2")]


def swarm(*tasks: Task, policy: RestartPolicy | None = None, mounts: tuple[Mount, ...] = (), **more: Any) -> Cluster:
    web = service("web", 2)
    template = web.spec.task_template
    container = msgspec.structs.replace(template.container_spec, mounts=mounts)  # type: ignore[type-var]
    template = msgspec.structs.replace(template, restart_policy=policy, container_spec=container)
    spec = msgspec.structs.replace(web.spec, task_template=template)
    return cluster(NODES, [msgspec.structs.replace(web, spec=spec, **more)], tasks or (WEB_1, WEB_2))


def said(world: Cluster, of: Task = WEB_1) -> list[str]:
    return [each.text for each in RestartTask.of(of, world).impact(world).consequences]


def severity(world: Cluster) -> Severity:
    return RestartTask.of(WEB_1, world).impact(world).severity


def test_its_container_is_removed_from_its_node() -> None:
    action = RestartTask.of(WEB_1, swarm())
    assert (action.method, action.path, action.parameters) == ("DELETE", f"/containers/{C}", {"force": "true"})
    assert action.title == "Restart web.1 on wrk1"
    assert action.docker_command == "docker rm --force cccccccccccc  # on wrk1"
    assert action.watched.name == "web"


def test_where_others_keep_running() -> None:
    world = swarm()
    assert said(world) == [
        "The container of web.1 is killed at once, without its grace period.",
        "Swarm starts a new task in its place after 5 s.",
        "1 other replica of web keeps running.",
        "Swarm may place the new task on another node.",
    ]
    assert severity(world) is Severity.WARNING


def test_the_only_one_means_an_outage() -> None:
    world = swarm(WEB_1)
    assert "No other task of web runs: web is down until the new web.1 runs." in said(world)
    assert severity(world) is Severity.DANGER


def test_a_policy_that_starts_no_new_one_is_a_danger() -> None:
    world = swarm(policy=RestartPolicy("none"))
    assert said(world)[0].startswith("Swarm starts no new task: the restart condition of web is none. web.1 stays away")
    assert severity(world) is Severity.DANGER
    limited = swarm(policy=RestartPolicy("any", 0, 3, 60 * SECOND))
    assert "It counts as a failure, and Swarm gives up after 3 restarts within 1 min." in said(limited)
    assert "Swarm starts a new task in its place at once." in said(limited)


def test_an_update_and_local_data_are_warned_of() -> None:
    updating = swarm(update_status=UpdateStatus("updating"))
    assert any(each.startswith("web is being updated") for each in said(updating))
    stays = swarm(mounts=(Mount("volume", "data", "/data"),))
    assert "Data: its volume data stays on wrk1; elsewhere it starts empty." in said(stays)


@pytest.mark.parametrize(
    ("of", "words"),
    [
        (task("web", 1, "wrk1", state="failed", desired="shutdown", container=C), "has ended"),
        (task("web", 1, "wrk1", state="preparing"), "no container yet"),
    ],
)
def test_what_cannot_be_restarted(of: Task, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        RestartTask.of(of, swarm(of, WEB_2))


def progress(*tasks: Task, policy: RestartPolicy | None = None) -> Progress:
    return RestartTask.of(WEB_1, swarm()).progress(swarm(*tasks, WEB_2, policy=policy))


def test_it_is_followed_until_a_new_task_runs() -> None:
    ended = task("web", 1, "wrk1", state="failed", desired="shutdown", container=C, id=WEB_1.id)
    assert progress(WEB_1).text == "wrk1 removes the container"
    assert progress(ended).text == "waiting for a new web.1"
    preparing = progress(ended, task("web", 1, "wrk2", state="preparing", created=1))
    assert (preparing.text, preparing.settled) == ("the new web.1 is preparing on wrk2", False)
    done = progress(ended, task("web", 1, "wrk2", created=1))
    assert (done.text, done.settled, done.failed) == ("web.1 runs again on wrk2", True, False)
    none = progress(ended, policy=RestartPolicy("none"))
    assert none.settled
    assert none.text == "web.1 has ended; Swarm starts no other (restart condition none)"
