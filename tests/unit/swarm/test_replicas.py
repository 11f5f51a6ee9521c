"""How many run, and how many should, as a user would count them."""

from __future__ import annotations

import pytest

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.replicas import count, totals
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task


def test_the_managers_count_is_taken() -> None:
    web = service("web", 4, status=(3, 4))
    replicas = count(cluster([node("a")], [web], tasks=None), web)
    assert replicas.text == "3/4"
    assert replicas.healthy is False


def test_tasks_of_a_dead_node_do_not_run() -> None:
    web = service("web", 3, status=(3, 3))
    snapshot = cluster([node("a"), node("b", state="down")], [web], replicas_on("web", "a", "a", "b"))
    replicas = count(snapshot, web)
    assert replicas.text == "2/3"
    assert replicas.doubtful == 1
    assert replicas.healthy is False


def test_what_a_dead_node_hides_is_unknown_until_the_tasks_are_there() -> None:
    web = service("web", 3, status=(3, 3))
    nodes = [node("a"), node("b", state="down")]
    assert count(cluster(nodes, [web], tasks=None), web).healthy is None
    assert count(cluster(nodes, [web], replicas_on("web", "a", "a", "a")), web).healthy is True


def test_unknown_is_not_zero() -> None:
    web, agent = service("web", 2), service("agent", mode="global")
    snapshot = cluster([node("a")], [web, agent], tasks=None)
    assert count(snapshot, web).text == "?/2"
    assert count(snapshot, agent).text == "?/?"
    assert count(snapshot, web).healthy is None


def test_without_a_status_the_tasks_are_counted() -> None:
    web, agent = service("web", 3), service("agent", mode="global")
    tasks = [
        *replicas_on("web", "a", "b"),
        task("web", 3, "a", state="failed", desired="shutdown", created=900),
        task("web", 3, "", state="pending"),
        task("agent", 0, "a"),
        task("agent", 0, "b", state="preparing"),
        task("agent", 0, "c", desired="shutdown"),
    ]
    snapshot = cluster([node("a"), node("b"), node("c")], [web, agent], tasks)
    assert count(snapshot, web).text == "2/3"
    assert count(snapshot, agent).text == "2/2"


@pytest.mark.parametrize("number", [0, 1])
def test_replicas_missing_in_the_spec_are_one(number: int) -> None:
    web = service("web", None, status=(number, 0))
    assert count(cluster(services=[web]), web).text == f"{number}/1"


def test_scaled_to_zero_is_healthy() -> None:
    web = service("web", 0, status=(0, 0))
    assert count(cluster([node("a", state="down")], [web], tasks=None), web).healthy is True


def test_a_job_counts_its_completions() -> None:
    job = service("job", 10, mode="replicated-job", at_once=3, status=(2, 3, 8))
    replicas = count(cluster(services=[job]), job)
    assert replicas.text == "8/10 done"
    assert replicas.outstanding == 2
    assert replicas.healthy is True


def test_a_jobs_earlier_runs_do_not_count() -> None:
    job = service("job", 2, mode="replicated-job", at_once=1, iteration=1)
    tasks = [
        task("job", 0, "a", state="complete", desired="complete", iteration=0),
        task("job", 1, "a", state="complete", desired="complete", iteration=0),
        task("job", 0, "a", state="running", desired="complete", iteration=1, created=5),
    ]
    replicas = count(cluster([node("a")], [job], tasks), job)
    assert (replicas.completed, replicas.total, replicas.running) == (0, 2, 1)


def test_a_global_job_is_to_run_once_everywhere() -> None:
    job = service("job", mode="global-job", status=(1, 2, 3))
    replicas = count(cluster(services=[job]), job)
    assert replicas.text == "3/5 done"
    assert replicas.healthy is False
    done = service("job", mode="global-job", status=(0, 0, 5))
    assert count(cluster(services=[done]), done).healthy is True


def test_a_job_without_numbers_runs_once() -> None:
    job = service("job", None, mode="replicated-job", status=(0, 1, 1))
    assert count(cluster(services=[job]), job).text == "1/1 done"


@pytest.mark.parametrize("tasks", [None, []])
def test_no_tasks_left_to_run_is_never_negative(tasks: list[Task] | None) -> None:
    job = service("job", 1, mode="replicated-job", at_once=3, status=(0, 3, 4))
    assert count(cluster(services=[job], tasks=tasks), job).outstanding == 0


def test_the_whole_swarm() -> None:
    services = [
        service("web", 2, status=(2, 2)),
        service("db", 1, status=(0, 1)),
        service("job", 5, mode="replicated-job", at_once=5, status=(0, 5, 5)),
    ]
    all_of_it = totals(cluster([node("a"), node("b", state="down")], services))
    assert (all_of_it.nodes_ready, all_of_it.nodes) == (1, 2)
    assert (all_of_it.tasks_running, all_of_it.tasks_desired) == (2, 3)


def test_one_unknown_service_makes_the_sum_unknown() -> None:
    services = [service("web", 2, status=(2, 2)), service("db", 1)]
    assert totals(cluster(services=services, tasks=None)).tasks_running is None
