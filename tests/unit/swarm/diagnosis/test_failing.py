from __future__ import annotations

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task_template import Healthcheck, RestartPolicy
from tests.unit.swarm.builders import NOW, cluster, node, replicas_on, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

FAILING = {"crash-loop", "gave-up", "task-failed", "task-rejected", "failing-health-check"}


def crashing(code: int, *, rollback_to: bool = False) -> Cluster:
    return failing(error(code), web=service("web", 1, status=(1, 1), rollback_to=rollback_to))


def failing(said: str, *, state: str = "failed", times: int = 3, web: Service | None = None) -> Cluster:
    """A task that runs after so many that failed, the last one 25 s ago."""
    ends = [
        task("web", 1, "wrk1", state=state, desired="shutdown", created=age, since=age - 5, error=said)
        for age in (70, 50, 30)[-times:]
    ]
    return cluster(
        [node("wrk1")], [web or service("web", 1, status=(1, 1))], [*ends, task("web", 1, "wrk1", created=10)]
    )


def over(said: str, restart: RestartPolicy | None = None, state: str = "failed", times: int = 1) -> Cluster:
    """A task that ended, and after which swarm starts no other."""
    ended = [
        task("web", 1, "wrk1", state=state, desired="shutdown", created=age + 10, since=age, error=said)
        for age in (50, 60, 70)[:times]
    ]
    return cluster([node("wrk1")], [service("web", 1, status=(0, 1), restart=restart)], ended)


def error(code: int) -> str:
    return f"task: non-zero exit ({code})"


def test_a_crash_loop_tells_how_often_where_and_what_the_code_means() -> None:
    found = finding_of("crash-loop", crashing(137))
    assert found.severity is Severity.CRITICAL
    assert found.subject.name == "web"
    assert found.summary == "crash loop: 3 failures in 40 s, exit 137 (killed)"
    assert found.evidence == ("web.1 on wrk1: 3 failures in a row, last 25 s ago: exit 137 (killed)",)
    assert "more memory than its node has" in found.cause
    assert found.since == NOW - 65
    assert [each.command for each in found.remedies] == ["logs.open", "inspect.readable", "service.image"]


def test_a_crash_loop_offers_to_roll_back_where_there_is_something_to_go_back_to() -> None:
    commands = [each.command for each in finding_of("crash-loop", crashing(1, rollback_to=True)).remedies]
    assert commands == ["logs.open", "service.rollback", "service.image"]


def test_a_task_that_is_killed_at_its_memory_limit_is_offered_twice_as_much() -> None:
    web = service("web", 1, status=(1, 1), memory_limit_gb=0.5)
    found = finding_of("crash-loop", failing(error(137), web=web))
    assert "more memory than its limit of 512 MiB" in found.cause
    assert [each.given for each in found.remedies if each.command == "service.limits"] == [{"memory limit": "1g"}]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "an error of its own"),
        (126, "cannot be executed"),
        (127, "does not exist in the image"),
        (139, "crashed"),
        (143, "asked the program to stop"),
    ],
)
def test_each_exit_code_has_its_cause(code: int, words: str) -> None:
    assert words in finding_of("crash-loop", crashing(code)).cause


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Bind for 0.0.0.0:80 failed: port is already allocated", "host port is taken"),
        ('runc create failed: exec: "app": executable file not found in $PATH: unknown', "does not exist in the image"),
        ("exec /app: exec format error", "another processor"),
    ],
)
def test_a_container_that_cannot_be_started_has_no_log_to_offer(said: str, words: str) -> None:
    found = finding_of("crash-loop", failing(f"starting container failed: {said}"))
    assert words in found.cause
    assert [each.command for each in found.remedies] == ["service.image", "service.edit"]


def test_a_crash_loop_is_over_once_the_task_has_been_steady() -> None:
    looping = crashing(1)
    assert "crash-loop" in rules_on(looping)
    assert not FAILING & rules_on(looping, NOW + 3600)


def test_one_failure_is_a_warning_that_passes() -> None:
    once = failing(error(1), times=1)
    found = finding_of("task-failed", once)
    assert found.severity is Severity.WARNING
    assert found.summary == "failed 25 s ago: exit 1 (error)"
    assert found.until == NOW + 50
    assert not FAILING & rules_on(once, NOW + 51)


def test_nothing_is_found_on_a_service_that_runs() -> None:
    well = cluster([node("wrk1"), node("wrk2")], [service("web", 2, status=(2, 2))], replicas_on("web", "wrk1", "wrk2"))
    assert not FAILING & rules_on(well)


def test_a_health_check_that_fails_is_told_with_its_command() -> None:
    check = Healthcheck(("CMD-SHELL", "curl -f http://localhost/ || exit 1"), 30_000_000_000, 5_000_000_000, 0, 3)
    web = service("web", 1, status=(0, 1), healthcheck=check)
    said = "task: non-zero exit (137): dockerexec: unhealthy container"
    found = finding_of("failing-health-check", failing(said, web=web))
    assert found.severity is Severity.CRITICAL
    assert found.summary == "health check fails: 3 tasks stopped in 40 s, last 25 s ago"
    assert found.evidence[0] == (
        "health check: curl -f http://localhost/ || exit 1 (every 30 s, timeout 5 s, 3 retries)"
    )
    assert found.evidence[1].startswith("web.1 on wrk1: 3 failures in a row")
    assert [each.command for each in found.remedies] == [
        "inspect.readable",
        "logs.open",
        "service.image",
        "service.edit",
    ]
    assert "crash-loop" not in rules_on(failing(said, web=web))


def test_a_health_check_of_the_image_is_told_as_such() -> None:
    found = finding_of("failing-health-check", failing("task: non-zero exit (137): dockerexec: unhealthy container"))
    assert found.evidence[0] == "health check: the image's own"


def test_a_health_check_that_failed_once_is_a_warning() -> None:
    once = failing("task: non-zero exit (137): dockerexec: unhealthy container", times=1)
    assert finding_of("failing-health-check", once).severity is Severity.WARNING


def test_a_rejected_task_is_told_with_what_its_node_lacks() -> None:
    said = 'invalid mount config for type "bind": bind source path does not exist: /srv/data'
    found = finding_of("task-rejected", failing(said, state="rejected"))
    assert found.severity is Severity.CRITICAL
    assert found.summary == f"rejected 3 times in 40 s: {said}"
    assert "bind mount's path is missing" in found.cause
    assert [each.command for each in found.remedies] == ["service.image", "service.edit"]
    assert "crash-loop" not in rules_on(failing(said, state="rejected"))


def test_a_task_that_is_not_started_again_is_told_with_its_reason() -> None:
    found = finding_of("gave-up", over(error(1)))
    assert found.summary == "not restarted: exit 1 (error)"
    assert [each.command for each in found.remedies][:3] == ["logs.open", "service.force", "service.image"]


def test_a_restart_limit_that_is_used_up_is_another_thing_than_the_code() -> None:
    found = finding_of("gave-up", over(error(139), RestartPolicy("any", max_attempts=2), times=3))
    assert found.severity is Severity.CRITICAL
    assert found.summary == "gave up after 2 restarts, its limit: exit 139 (segfault)"
    assert found.evidence[0] == "Swarm will start no task for web.1."
    assert [each.given for each in found.remedies][-1] == {"attempts": "0"}


def test_a_program_that_did_its_work_and_may_end_is_only_noted() -> None:
    found = finding_of("gave-up", over("", RestartPolicy("none"), state="complete"))
    assert "ended" in found.evidence[1]
    assert "fail" not in found.evidence[1]
    assert found.severity is Severity.NOTE
    assert [each.given for each in found.remedies][-1] == {"condition": "any"}


def test_a_global_service_gave_up_nothing_on_a_node_that_was_drained() -> None:
    ended = task("agent", 0, "wrk1", state="failed", desired="shutdown", created=60, since=50, error=error(1))
    agent = service("agent", mode="global", status=(0, 0), restart=RestartPolicy("none"))
    assert "gave-up" in rules_on(cluster([node("wrk1")], [agent], [ended]))
    assert "gave-up" not in rules_on(cluster([node("wrk1", availability="drain")], [agent], [ended]))
