from __future__ import annotations

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.finding import Severity
from tests.unit.swarm.builders import NOW, ago, cluster, node, service, task
from tests.unit.swarm.diagnosis.finding_of import finding_of, rules_on

NODES = [node("wrk1"), node("wrk2")]
ROLLOUT = {"update-paused", "rollback-paused", "rolling-back", "rolled-back"}


def updated(
    state: str,
    *,
    rollback_to: bool = True,
    running: int = 1,
    completed: float | None = None,
    image: str = "shop/web:2",
    failed: str = "task: non-zero exit (139)",
) -> Cluster:
    """A service of two whose update began 200 s ago; the new task in slot 2 failed 150 s ago, and Swarm acted on it."""
    web = service(
        "web",
        2,
        image=image,
        status=(running, 2),
        update=state,
        update_started=ago(200),
        update_message="update paused due to failure or early termination of task bad",
        update_completed=ago(completed) if completed is not None else "",
        updated=149,
        rollback_to=rollback_to,
    )
    bad = task(
        "web",
        2,
        "wrk2",
        state="failed",
        desired="shutdown",
        created=160,
        since=150,
        error=failed,
        image="shop/web:2",
        id="bad",
    )
    first = task("web", 1, "wrk1", image="shop/web:1", created=9000)
    second = task("web", 2, "wrk2", image=image, created=140, since=138 if running > 1 else 5)
    return cluster(NODES, [web], [first, *([second] if running > 1 else []), bad])


def test_a_paused_update_tells_which_task_and_which_code() -> None:
    found = finding_of("update-paused", updated("paused", running=2))
    assert found.severity is Severity.WARNING
    assert found.summary == "update paused 1/2: web.2 on wrk2: exit 139 (segfault)"
    assert found.evidence[0] == "web.2 on wrk2 failed 2 min ago: exit 139 (segfault)"
    assert "the update began 3 min ago" in found.evidence
    assert "crashed" in found.cause
    assert found.since == NOW - 149
    assert [each.command for each in found.remedies] == [
        "logs.open",
        "service.rollback",
        "service.image",
        "service.resume",
    ]


@pytest.mark.parametrize(
    ("rule", "state"),
    [("update-paused", "paused"), ("rollback-paused", "rollback_paused"), ("rolling-back", "rollback_started")],
)
def test_an_update_that_stopped_is_as_old_as_its_stop_whatever_fails_since(rule: str, state: str) -> None:
    snapshot = updated(state, running=2, rollback_to=False)
    tasks = list(snapshot.tasks_of("service-web") or ())
    again = task("web", 2, "wrk2", state="failed", desired="shutdown", created=30, since=20, image="shop/web:2")
    for failed in ((), (again,)):
        assert finding_of(rule, snapshot.with_all_tasks([*failed, *tasks])).since == NOW - 149


def test_a_paused_update_that_has_left_nothing_running_is_critical() -> None:
    assert finding_of("update-paused", updated("paused", running=0)).severity is Severity.CRITICAL


def test_a_paused_update_whose_image_cannot_be_pulled_says_so() -> None:
    snapshot = updated("paused", failed="task: non-zero exit (127)")
    assert "does not exist in the image" in finding_of("update-paused", snapshot).cause


def test_a_paused_rollback_is_critical() -> None:
    found = finding_of("rollback-paused", updated("rollback_paused", rollback_to=False, running=2))
    assert found.severity is Severity.CRITICAL
    assert "service.rollback" not in [each.command for each in found.remedies]


def test_a_rollback_of_swarms_own_is_told_with_what_failed() -> None:
    going = updated("rollback_started", rollback_to=False, image="shop/web:1", running=2)
    found = finding_of("rolling-back", going)
    assert found.severity is Severity.WARNING
    assert "image that failed: shop/web:2" in found.evidence
    assert [each.command for each in found.remedies] == ["logs.open"]


def test_a_rollback_that_somebody_asked_for_is_no_trouble() -> None:
    assert not ROLLOUT & rules_on(updated("rollback_started", rollback_to=True, image="shop/web:1", running=2))
    assert not ROLLOUT & rules_on(updated("rollback_completed", rollback_to=True, image="shop/web:1", running=2))


def test_a_service_that_swarm_rolled_back_is_told_of_for_a_day() -> None:
    back = updated("rollback_completed", rollback_to=False, image="shop/web:1", running=2, completed=100)
    found = finding_of("rolled-back", back)
    assert found.summary == "rolled back by Swarm 1 min ago, the update failed: exit 139 (segfault)"
    assert (found.since, found.until) == (NOW - 100, NOW - 100 + 86400)
    assert "rolled-back" not in rules_on(back, NOW + 86400)


def test_what_fails_after_a_rollback_is_not_why_the_update_failed() -> None:
    back = updated("rollback_completed", rollback_to=False, image="shop/web:1", running=2, completed=130)
    tasks = [
        task("web", 1, "wrk1", state="failed", desired="shutdown", created=old, since=old - 5, image="shop/web:1",
             error="task: non-zero exit (1)")
        for old in (140, 90)
    ]  # fmt: skip
    snapshot = back.with_all_tasks([*(back.tasks_of("service-web") or ()), *tasks])
    found = finding_of("rolled-back", snapshot)
    assert found.summary == "rolled back by Swarm 2 min ago, the update failed: exit 139 (segfault)"


def test_a_normal_update_is_no_trouble() -> None:
    for state in ("updating", "completed", ""):
        web = service("web", 2, image="shop/web:2", status=(2, 2), update=state, update_started=ago(30))
        replaced = task("web", 1, "wrk1", state="shutdown", desired="shutdown", image="shop/web:1", since=20)
        fresh = task("web", 1, "wrk1", image="shop/web:2", created=20, since=15)
        other = task("web", 2, "wrk2", image="shop/web:2" if state != "updating" else "shop/web:1", created=29)
        assert rules_on(cluster(NODES, [web], [replaced, fresh, other])) == set()
