"""Scaling a service: what the dialog says, what is sent, when it is done."""

from __future__ import annotations

import pytest

from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions.action import Progress, Severity
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.services.scale import ScaleService
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.reading import dangers, lines, notes, text, warnings

NODES = [node("a"), node("b")]


def test_the_dialogs_words() -> None:
    action = ScaleService.of(service("web", 2), 4)
    assert action.title == "Scale web from 2 to 4"
    assert action.button == "Scale web"
    assert action.docker_command == "docker service scale web=4"
    assert (action.seen, action.wanted) == ("2", "4")


def test_scaling_up() -> None:
    web = service("web", 2, status=(2, 2))
    assert lines(ScaleService.of(web, 4), cluster(NODES, [web])) == [
        "NOTE 2 tasks will start; the 2 running ones are untouched."
    ]
    web = service("web", 0, status=(0, 0))
    assert lines(ScaleService.of(web, 1), cluster(NODES, [web])) == ["NOTE 1 task will start."]


def test_scaling_up_what_does_not_run() -> None:
    web = service("web", 4, status=(1, 4))
    assert "Only 1 of 4 run now. What holds them back may hold back the new ones." in notes(
        ScaleService.of(web, 6), cluster(NODES, [web])
    )


def test_scaling_to_nothing_is_an_outage() -> None:
    web = service("web", 3, status=(3, 3))
    action = ScaleService.of(web, 0)
    assert dangers(action, cluster(NODES, [web])) == ["web will not run at all: an outage until it is scaled up again."]


def test_scaling_to_one_leaves_no_redundancy() -> None:
    web = service("web", 3, status=(3, 3))
    snapshot = cluster(NODES, [web])
    assert lines(ScaleService.of(web, 1), snapshot) == [
        "WARNING One replica has no redundancy: web is down whenever its task or node is.",
        "NOTE 2 tasks will stop, first on the nodes with the most tasks of web.",
    ]
    assert not warnings(ScaleService.of(web, 2), snapshot)


def test_a_slip_of_the_finger_is_asked_about() -> None:
    web = service("web", 4, status=(4, 4))
    snapshot = cluster(NODES, [web])
    assert warnings(ScaleService.of(web, 400), snapshot) == ["400 is 396 more than now. Is the number right?"]
    assert not warnings(ScaleService.of(web, 40), snapshot)


def test_no_node_can_take_it() -> None:
    web = service("web", 1, status=(1, 1), constraints=["node.labels.disk == ssd"])
    nodes = [node("a"), node("b", state="down"), node("c", availability="drain", labels={"disk": "ssd"})]
    (warning,) = warnings(ScaleService.of(web, 2), cluster(nodes, [web], replicas_on("web", "a")))
    assert warning == (
        "No node can take a task of web now (1 node is not ready, 1 node takes no new tasks,"
        " 1 node does not meet the placement constraints). It requires node.labels.disk == ssd. 1 task will wait."
    )


def test_more_replicas_than_the_nodes_may_hold() -> None:
    web = service("web", 3, status=(3, 3), max_replicas=2)
    assert warnings(ScaleService.of(web, 7), cluster(NODES, [web])) == [
        "The nodes have room for 4 of 7 tasks of web (2 nodes have reached the limit per node): 3 tasks will wait."
    ]
    published = Port(target_port=80, published_port=80, publish_mode="host")
    web = service("web", 1, status=(1, 1), ports=[published])
    assert warnings(ScaleService.of(web, 3), cluster([node("a")], [web])) == [
        "The nodes have room for 1 of 3 tasks of web (1 node uses the host port already): 2 tasks will wait."
    ]


def test_nothing_to_do() -> None:
    web = service("web", 2)
    assert lines(ScaleService.of(web, 2), cluster(NODES, [web])) == ["NOTE web is already at 2."]


def test_a_paused_update_goes_on_with_any_change() -> None:
    web = service("web", 2, status=(2, 2), image="new", update="paused")
    tasks = [task("web", 1, "a", image="new"), task("web", 2, "b", image="old")]
    (danger,) = dangers(ScaleService.of(web, 3), cluster(NODES, [web], tasks))
    assert "is paused, and any change resumes it: 1 task not reached yet will be replaced." in danger
    assert "A later rollback of web undoes only this scaling" in danger


@pytest.mark.parametrize(
    ("state", "severity"),
    [
        ("updating", Severity.WARNING),
        ("rollback_started", Severity.WARNING),
        ("rollback_paused", Severity.DANGER),
        ("completed", Severity.NOTE),
        ("rollback_completed", Severity.NOTE),
    ],
)
def test_an_update_matters(state: str, severity: Severity) -> None:
    web = service("web", 2, status=(2, 2), update=state)
    assert ScaleService.of(web, 3).impact(cluster(NODES, [web], replicas_on("web", "a", "b"))).severity is severity


def test_a_service_that_is_gone() -> None:
    action = ScaleService.of(service("web", 2), 3)
    assert action.impact(cluster(NODES)).severity is Severity.DANGER
    assert action.progress(cluster(NODES)) == Progress.by_others("web was removed")


@pytest.mark.parametrize("mode", ["global", "global-job"])
def test_a_global_service_has_no_number(mode: str) -> None:
    with pytest.raises(NotPossible, match="runs one task on every node that qualifies") as refusal:
        ScaleService.of(service("agent", mode=mode), 3)
    assert isinstance(refusal.value, ChangeRefused)


def test_fewer_than_none() -> None:
    with pytest.raises(NotPossible, match="cannot have -1 replicas"):
        ScaleService.of(service("web"), -1)


# ------------------------------------------------------------------------------------------------ jobs


def test_a_job_is_scaled_by_its_completions_and_starts_again() -> None:
    job = service("job", 5, mode="replicated-job", at_once=2, status=(2, 2, 3))
    action = ScaleService.of(job, 8)
    assert action.title == "Scale the completions of job from 5 to 8"
    assert action.docker_command == "docker service scale job=8"
    said = text(action, cluster(NODES, [job]))
    assert "restarts the job from the beginning: the 3 completed so far no longer count" in said
    spec = {"Mode": {"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 5}}}
    assert action.change(spec) == {"Mode": {"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 8}}}


def test_a_job_at_its_number_is_left_alone() -> None:
    job = service("job", 5, mode="replicated-job", status=(0, 1, 5))
    assert lines(ScaleService.of(job, 5), cluster(NODES, [job])) == ["NOTE job is already at 5."]


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ((0, 2, 0), Progress("0 of 5 completed, 0 running", settled=False)),
        ((2, 2, 0), Progress("0 of 5 completed, 2 running", settled=True)),
        ((1, 2, 4), Progress("4 of 5 completed, 1 running", settled=True)),
        ((0, 2, 5), Progress("5 of 5 completed, 0 running", settled=True)),
    ],
)
def test_a_job_has_settled_once_it_runs(status: tuple[int, int, int], progress: Progress) -> None:
    action = ScaleService.of(service("job", 3, mode="replicated-job", at_once=2), 5)
    job = service("job", 5, mode="replicated-job", at_once=2, status=status)
    assert action.progress(cluster(NODES, [job])) == progress


# ------------------------------------------------------------------------------------------------ what is sent


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ({}, "1"),
        ({"Mode": None}, "1"),
        ({"Mode": {}}, "1"),
        ({"Mode": {"Replicated": None}}, "1"),
        ({"Mode": {"Replicated": {}}}, "1"),
        ({"Mode": {"Replicated": {"Replicas": 0}}}, "0"),
        ({"Mode": {"Replicated": {"Replicas": 7}}}, "7"),
        ({"Mode": {"Global": {}}}, "Global"),
    ],
)
def test_the_value_in_a_spec(spec: dict[str, object], value: str) -> None:
    assert ScaleService.of(service("web", 2), 4).value(spec) == value


def test_a_jobs_value_in_a_spec() -> None:
    action = ScaleService.of(service("job", 2, mode="replicated-job"), 4)
    assert action.value({"Mode": {"ReplicatedJob": {}}}) == "1"
    assert action.value({"Mode": {"ReplicatedJob": {"MaxConcurrent": 3}}}) == "3"
    assert action.value({"Mode": {"ReplicatedJob": {"MaxConcurrent": 3, "TotalCompletions": 9}}}) == "9"


def test_a_service_made_anew_in_another_mode_is_left_alone() -> None:
    with pytest.raises(NotPossible, match="another mode"):
        ScaleService.of(service("web", 2), 4).change({"Mode": {"Global": {}}})


# ------------------------------------------------------------------------------------------------ what came of it

TO_FOUR = ScaleService.of(service("web", 2), 4)
TO_ONE = ScaleService.of(service("web", 2), 1)


@pytest.mark.parametrize(("now", "said"), [(2, "web is scaled to 2 again"), (9, "web is scaled to 9")])
def test_a_scaling_is_overtaken_by_another(now: int, said: str) -> None:
    snapshot = cluster(NODES, [service("web", now, status=(2, now))])
    assert TO_FOUR.progress(snapshot) == Progress.by_others(said)


def test_up_until_all_run() -> None:
    starting = [*replicas_on("web", "a", "b"), task("web", 3, "a", state="starting"), task("web", 4, state="new")]
    snapshot = cluster(NODES, [service("web", 4, status=(2, 4))], starting)
    assert TO_FOUR.progress(snapshot) == Progress("2 of 4 running", settled=False, runs=("service-web",))
    snapshot = cluster(NODES, [service("web", 4, status=(4, 4))], replicas_on("web", "a", "b", "a", "b"))
    assert TO_FOUR.progress(snapshot) == Progress("4 of 4 running", settled=True, runs=("service-web",))


def test_down_until_the_others_have_left() -> None:
    leaving = [task("web", 1, "a"), task("web", 2, "b", desired="remove")]
    snapshot = cluster(NODES, [service("web", 1, status=(2, 1))], leaving)
    assert TO_ONE.progress(snapshot) == Progress("1 of 1 running, 1 stopping", settled=False, runs=("service-web",))
    snapshot = cluster(NODES, [service("web", 1, status=(2, 1))], tasks=None)
    assert TO_ONE.progress(snapshot) == Progress("1 of 1 running, 1 stopping", settled=False, runs=("service-web",))
    snapshot = cluster(NODES, [service("web", 1, status=(1, 1))], replicas_on("web", "a"))
    assert TO_ONE.progress(snapshot) == Progress("1 of 1 running", settled=True, runs=("service-web",))


def test_a_dead_nodes_task_is_not_waited_for() -> None:
    nodes = [node("a"), node("b", state="down")]
    leaving = [task("web", 1, "a"), task("web", 2, "b", desired="remove")]
    snapshot = cluster(nodes, [service("web", 1, status=(2, 1))], leaving)
    assert TO_ONE.progress(snapshot).settled


def test_it_hangs() -> None:
    error = "no suitable node (insufficient resources on 2 nodes)"
    tasks = [*replicas_on("web", "a", "b", "a"), task("web", 4, state="pending", error=error)]
    snapshot = cluster(NODES, [service("web", 4, status=(3, 4))], tasks)
    assert TO_FOUR.progress(snapshot) == Progress(
        f"3 of 4 running: {error}", settled=False, failed=True, runs=("service-web",)
    )


def test_an_old_error_of_a_slot_that_runs_is_not_shown() -> None:
    old = task("web", 1, "a", state="failed", desired="shutdown", created=9000, error="long ago")
    tasks = [old, *replicas_on("web", "a", "b", "a"), task("web", 4, "b", state="preparing", created=1)]
    snapshot = cluster(NODES, [service("web", 4, status=(3, 4))], tasks)
    assert TO_FOUR.progress(snapshot) == Progress("3 of 4 running", settled=False, runs=("service-web",))
