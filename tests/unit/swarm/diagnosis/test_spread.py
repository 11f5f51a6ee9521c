from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from tests.unit.swarm.builders import ago, cluster, node, replicas_on, service, swarm, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

NODES = [node("wrk1"), node("wrk2"), node("wrk3")]


# ------------------------------------------------------------------------------------------------ too few


def test_tasks_on_a_node_that_does_not_answer_are_missing() -> None:
    nodes = [node("wrk1"), node("wrk2", state="unknown")]
    found = finding_of(
        "short-of-replicas", cluster(nodes, [service("web", 2, status=(2, 2))], replicas_on("web", "wrk1", "wrk2"))
    )
    assert found.severity is Severity.WARNING
    assert found.summary.startswith("1 of 2 running: web.2 running?, wrk2 is unknown")
    assert found.evidence == ("web.2 on wrk2: running?, wrk2 is unknown",)
    assert "change of leader" in found.cause
    assert [each.command for each in found.remedies] == ["inspect.readable", "service.force"]


def test_a_service_without_any_task_is_never_without_a_finding() -> None:
    found = finding_of("short-of-replicas", cluster(NODES, [service("web", 2, status=(0, 2))]))
    assert found.severity is Severity.CRITICAL
    assert found.evidence == ("No task of it waits or starts.",)


def test_a_service_that_was_just_scaled_is_given_time() -> None:
    web = service("web", 3, status=(2, 3), updated=2)
    assert rules_on(cluster(NODES, [web], replicas_on("web", "wrk1", "wrk2"))) == set()
    starting = task("web", 3, "wrk3", state="preparing", created=2, since=1)
    assert rules_on(cluster(NODES, [web], [*replicas_on("web", "wrk1", "wrk2"), starting])) == set()


def test_a_service_whose_tasks_fail_has_a_better_reason() -> None:
    ended = task(
        "web", 1, "wrk1", state="failed", desired="shutdown", created=20, since=9, error="task: non-zero exit (1)"
    )
    again = task("web", 1, "wrk1", state="ready", desired="ready", created=8)
    assert rules_on(cluster(NODES, [service("web", 1, status=(0, 1))], [ended, again])) == {"task-failed"}


# ------------------------------------------------------------------------------------------------ global


def agents(*names: str, updated: float = 600, nodes: int = 3) -> Cluster:
    agent = service("agent", mode="global", status=(len(names), len(names)), updated=updated)
    return cluster(NODES[:nodes], [agent], [task("agent", 0, name) for name in names])


def test_a_global_service_that_leaves_out_a_node_is_found() -> None:
    found = finding_of("global-gaps", agents("wrk1", "wrk2"))
    assert found.summary == "no task on wrk3, although it fits"
    assert found.evidence == ("2 nodes have a task, 1 should have one", "wrk3: no task remembered")
    assert [each.command for each in found.remedies] == ["service.force"]


def test_a_global_service_is_whole_without_nodes_that_it_must_not_use() -> None:
    assert rules_on(agents("wrk1", "wrk2", "wrk3")) == set()
    assert rules_on(agents("wrk1", updated=3)) == set()
    away = cluster(
        [node("wrk1"), node("wrk2", availability="drain"), node("wrk3", labels={"no": "agent"})],
        [service("agent", mode="global", status=(1, 1), constraints=["node.labels.no!=agent"])],
        [task("agent", 0, "wrk1")],
    )
    assert "global-gaps" not in rules_on(away)


# ------------------------------------------------------------------------------------------------ in one place


def test_replicas_that_all_stand_on_one_node_are_found() -> None:
    web = service("web", 3, status=(3, 3))
    found = finding_of("all-on-one-node", cluster(NODES, [web], replicas_on("web", "wrk1", "wrk1", "wrk1")))
    assert found.summary == "all 3 replicas on wrk1: they would fail together"
    assert found.evidence == ("2 other nodes may take its tasks: wrk2 and wrk3",)
    assert [each.command for each in found.remedies] == ["service.force"]


def test_replicas_on_one_node_are_well_when_no_other_may_take_them_or_they_have_just_come() -> None:
    bound = service("web", 2, status=(2, 2), constraints=["node.hostname==wrk1"])
    assert "all-on-one-node" not in rules_on(cluster(NODES, [bound], replicas_on("web", "wrk1", "wrk1")))
    web = service("web", 2, status=(2, 2))
    fresh = [task("web", slot, "wrk1", created=20) for slot in (1, 2)]
    assert "all-on-one-node" not in rules_on(cluster(NODES, [web], fresh))
    assert "all-on-one-node" not in rules_on(cluster(NODES, [web], replicas_on("web", "wrk1", "wrk2")))
    updating = service("web", 2, status=(2, 2), update="updating", update_started=ago(9))
    assert "all-on-one-node" not in rules_on(cluster(NODES, [updating], replicas_on("web", "wrk1", "wrk1")))


ZONES = [
    node("a1", labels={"zone": "a", "disk": "ssd"}),
    node("a2", labels={"zone": "a", "disk": "ssd"}),
    node("b1", labels={"zone": "b", "disk": "ssd"}),
]


def test_replicas_that_all_stand_in_one_zone_are_found() -> None:
    web = service("web", 2, status=(2, 2))
    found = finding_of("all-in-one-zone", cluster(ZONES, [web], replicas_on("web", "a1", "a2")))
    assert found.severity is Severity.NOTE
    assert found.summary == "all 2 replicas in zone a: they would fail together"
    assert found.remedies[0].given == {"add": "spread=node.labels.zone"}


def test_replicas_in_two_zones_or_bound_to_one_are_well() -> None:
    web = service("web", 2, status=(2, 2))
    assert "all-in-one-zone" not in rules_on(cluster(ZONES, [web], replicas_on("web", "a1", "b1")))
    bound = service("web", 2, status=(2, 2), constraints=["node.labels.zone==a"])
    assert "all-in-one-zone" not in rules_on(cluster(ZONES, [bound], replicas_on("web", "a1", "a2")))
    plain = [node(name, labels={"disk": "ssd"}) for name in ("a1", "a2", "b1")]
    assert "all-in-one-zone" not in rules_on(cluster(plain, [web], replicas_on("web", "a1", "a2")))


# ------------------------------------------------------------------------------------------------ all is well


def test_nothing_is_found_on_a_swarm_that_is_drained_scaled_and_updated() -> None:
    nodes = [node("mgr1", leader=True), *NODES]
    moved = [
        task("web", 2, "wrk2", state="shutdown", desired="shutdown", created=900, since=12),
        task("web", 2, "wrk3", state="starting", created=12, since=2),
        task("web", 1, "wrk1"),
    ]
    removed = task("api", 3, "wrk3", desired="remove", created=900)
    new = task("db", 1, "wrk1", state="preparing", created=3, since=2)
    services = [
        service("web", 2, status=(1, 2)),
        service("api", 2, status=(3, 2), updated=1),
        service("db", 1, status=(0, 1), updated=3),
        service("none", 0, status=(0, 0)),
        service("job", 1, mode="replicated-job", status=(0, 0, 1)),
    ]
    done = task("job", 0, "wrk1", state="complete", desired="complete", iteration=0)
    tasks = [*moved, *replicas_on("api", "wrk1", "wrk2"), removed, new, done]
    about_services = {"short-of-replicas", "global-gaps", "all-on-one-node", "all-in-one-zone", "task-failed"}
    assert not about_services & rules_on(cluster(nodes, services, tasks, swarm=swarm()))
