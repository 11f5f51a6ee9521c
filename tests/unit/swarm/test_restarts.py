"""Will this change restart tasks? What swarmkit's rule says, in the dialog's words."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.restarts import Restart, RollingPolicy, restart_consequences, what_restarts
from swarmtui.swarm.specs.fields import with_field
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.spec_deletions import DELETIONS, full_spec, without

SPEC: dict[str, Any] = {
    "Name": "web",
    "Labels": {"team": "ops"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "nginx:1.27", "Env": ["A=1"]},
        "Placement": {"Constraints": ["node.labels.disk == ssd"], "MaxReplicas": 0},
        "Resources": {},
        "ForceUpdate": 0,
    },
    "Mode": {"Replicated": {"Replicas": 4}},
    "UpdateConfig": {"Parallelism": 1, "Delay": 10_000_000_000, "FailureAction": "pause", "Order": "stop-first"},
    "EndpointSpec": {"Mode": "vip"},
}
NODES = [node("a", labels={"disk": "ssd"}), node("b", labels={"disk": "ssd"}), node("c"), node("d")]
IMAGE = ("TaskTemplate", "ContainerSpec", "Image")
CONSTRAINTS = ("TaskTemplate", "Placement", "Constraints")


def said(new: dict[str, Any], web: Service, snapshot: Cluster, old: dict[str, Any] = SPEC) -> list[str]:
    return [f"{each.severity.name} {each.text}" for each in restart_consequences(old, new, web, snapshot)]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (IMAGE, "nginx:1.28", Restart.ALL),
        (("TaskTemplate", "ContainerSpec", "Env"), ["A=2"], Restart.ALL),
        (("TaskTemplate", "ForceUpdate"), 1, Restart.ALL),
        (("TaskTemplate", "Resources", "Limits"), {"MemoryBytes": 1 << 30}, Restart.ALL),
        (("TaskTemplate", "RestartPolicy"), {"Condition": "none"}, Restart.ALL),
        (("EndpointSpec", "Ports"), [{"TargetPort": 80}], Restart.ALL),
        (("Networks",), [{"Target": "n"}], Restart.ALL),
        (CONSTRAINTS, ["node.role == manager"], Restart.MISFITS),
        (("TaskTemplate", "Placement", "MaxReplicas"), 2, Restart.MISFITS),
        (("Mode", "Replicated", "Replicas"), 9, Restart.NONE),
        (("Labels", "team"), "dev", Restart.NONE),
        (("UpdateConfig", "Parallelism"), 3, Restart.NONE),
        (("RollbackConfig",), {"Parallelism": 1}, Restart.NONE),
        (("TaskTemplate", "Resources", "Limits"), {}, Restart.ALL),
        (("TaskTemplate", "ContainerSpec", "Isolation"), "default", Restart.NONE),
        (("TaskTemplate", "ContainerSpec", "Labels"), {}, Restart.NONE),
        (("TaskTemplate", "ContainerSpec", "Labels"), {"Mode": "vip"}, Restart.ALL),
        (("TaskTemplate", "ContainerSpec", "Init"), False, Restart.ALL),
        (("EndpointSpec", "Ports"), None, Restart.NONE),
    ],
)
def test_what_replaces_tasks(path: tuple[str, ...], value: object, expected: Restart) -> None:
    assert what_restarts(SPEC, with_field(SPEC, path, value)) is expected


@pytest.mark.parametrize(("path", "replaced"), DELETIONS.items(), ids=str)
def test_what_is_taken_out_is_judged_as_an_engine_does_it(path: tuple[str, ...], replaced: bool) -> None:
    spec = full_spec("nginx:1.27")
    assert what_restarts(spec, without(spec, path)) is (Restart.ALL if replaced else Restart.NONE)


def test_ports_with_their_defaults_written_down_are_the_same_ports() -> None:
    short = with_field(SPEC, ("EndpointSpec", "Ports"), [{"TargetPort": 80, "PublishedPort": 8080}])
    whole = [{"TargetPort": 80, "PublishedPort": 8080, "Protocol": "tcp", "PublishMode": "ingress"}]
    assert what_restarts(short, with_field(SPEC, ("EndpointSpec", "Ports"), whole)) is Restart.NONE


def test_a_placement_that_changes_with_something_else_replaces_all() -> None:
    new = with_field(with_field(SPEC, IMAGE, "nginx:2"), CONSTRAINTS, [])
    assert what_restarts(SPEC, new) is Restart.ALL


def test_all_are_replaced_as_the_update_policy_says() -> None:
    web = service("web", 4)
    snapshot = cluster(NODES, [web], replicas_on("web", "a", "b", "a", "b"))
    assert said(with_field(SPEC, IMAGE, "nginx:1.28"), web, snapshot) == [
        "WARNING All 4 tasks are replaced, 1 at a time, stop-first, 10 s apart.",
        "NOTE If a new task fails within 5 s: the update pauses and running tasks stay.",
    ]


def test_all_at_once_is_an_outage() -> None:
    web = service("web", 2)
    snapshot = cluster(NODES, [web], replicas_on("web", "a", "b"))
    old = with_field(SPEC, ("UpdateConfig", "Parallelism"), 0)
    assert said(with_field(old, IMAGE, "new"), web, snapshot, old)[:2] == [
        "WARNING All 2 tasks are replaced, all at once, stop-first.",
        "DANGER All tasks stop together: web is down until the new ones run.",
    ]


def test_a_single_task() -> None:
    web = service("web", 1)
    snapshot = cluster(NODES, [web], replicas_on("web", "a"))
    assert said(with_field(SPEC, IMAGE, "new"), web, snapshot)[0] == (
        "WARNING The one task is replaced, stop-first: it is down until the new one runs."
    )
    old = with_field(SPEC, ("UpdateConfig", "Order"), "start-first")
    assert said(with_field(old, IMAGE, "new"), web, snapshot, old)[0] == (
        "WARNING The one task is replaced, start-first; both run for a moment."
    )


def test_only_tasks_on_nodes_that_no_longer_fit() -> None:
    web = service("web", 4, constraints=["node.labels.disk == ssd"])
    snapshot = cluster(NODES, [web], replicas_on("web", "a", "b", "a", "c"))
    new = with_field(SPEC, CONSTRAINTS, ["node.hostname != a"])
    assert said(new, web, snapshot) == [
        "WARNING 2 of 4 tasks are replaced, 1 at a time, stop-first, 10 s apart: a no longer fits."
    ]
    new = with_field(SPEC, CONSTRAINTS, [])
    assert said(new, web, snapshot) == ["NOTE No task is restarted: each is on a node that fits."]


def test_a_global_service_stops_here_and_starts_there() -> None:
    agent = service("agent", mode="global", constraints=["node.labels.disk == ssd"])
    old = with_field(SPEC, ("Mode",), {"Global": {}})
    snapshot = cluster(NODES, [agent], [task("agent", on="a"), task("agent", on="b")])
    new = with_field(old, CONSTRAINTS, ["node.hostname != a"])
    assert said(new, agent, snapshot, old) == [
        "WARNING 1 of 2 tasks stops: a no longer fits.",
        "NOTE 2 tasks will start, on c and d.",
    ]


def test_tasks_that_are_not_known_yet() -> None:
    web = service("web", 4, status=(4, 4))
    snapshot = cluster(NODES, [web], None)
    assert "All 4 tasks are replaced" in said(with_field(SPEC, IMAGE, "new"), web, snapshot)[0]
    assert said(with_field(SPEC, CONSTRAINTS, ["node.hostname != a"]), web, snapshot) == [
        "WARNING Tasks on nodes that no longer fit are replaced, 1 at a time, stop-first, 10 s apart; the others stay."
    ]


def test_nothing_runs() -> None:
    web = service("web", 0, status=(0, 0))
    old = with_field(SPEC, ("Mode", "Replicated", "Replicas"), 0)
    assert said(with_field(old, IMAGE, "new"), web, cluster(NODES, [web]), old) == [
        "NOTE No task of web is running; a new one will be started."
    ]


def test_a_job_begins_again_with_any_change() -> None:
    job = service("job", 5, mode="replicated-job", status=(1, 1, 3))
    snapshot = cluster(NODES, [job])
    assert said(with_field(SPEC, ("Labels",), {}), job, snapshot) == [
        "WARNING A change restarts the job from the beginning: the 3 completed so far no longer count;"
        " running tasks are stopped."
    ]


def test_the_engines_defaults() -> None:
    assert RollingPolicy.of({}) == RollingPolicy(1, 0, "stop-first", "pause", 5_000_000_000)
    assert RollingPolicy.of({"UpdateConfig": {"Parallelism": 0, "Order": "start-first"}}).pace(3) == (
        "all at once, start-first"
    )


def test_a_spec_that_cannot_be_read_is_no_trouble() -> None:
    web = service("web", 1)
    broken = {**SPEC, "TaskTemplate": {"Placement": 7}, "EndpointSpec": "?"}
    assert said(broken, web, cluster(NODES, [web], replicas_on("web", "a")))
