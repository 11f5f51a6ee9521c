"""Whether a service is well: not only that it runs at this moment, but that it has been steady."""

from __future__ import annotations

import math
import time

import pytest
from msgspec.structs import replace

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.nodes import NodeHealth, node_health
from swarmtui.swarm.health.services import Condition, ServiceHealth, service_health
from swarmtui.swarm.health.stacks import stack_health
from swarmtui.swarm.health.swarm import Managers, managers_health, swarm_health
from swarmtui.swarm.health.tasks import doubt_about, is_well
from swarmtui.swarm.membership.quorum import Quorum
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import RestartPolicy
from swarmtui.swarm.stacks.stack import Stack, stacks_of
from swarmtui.swarm.tasks.history import rows_of
from tests.unit.swarm.builders import NOW, ago, cluster, node, replicas_on, service, task

NODES = [node("a", leader=True), node("b")]


def failed(
    slot: int,
    ended: float,
    *,
    error: str = "task: non-zero exit (137)",
    state: str = "failed",
    lasted: float = 4.0,
    of: str = "web",
    on: str = "a",
    image: str = "nginx:1.27",
    iteration: int | None = None,
) -> Task:
    """A task that ended by itself so many seconds ago."""
    created = ended + lasted
    return task(
        of,
        slot,
        on,
        state=state,
        desired="shutdown",
        created=created,
        since=ended,
        error=error,
        image=image,
        iteration=iteration,
    )


def judged(web: Service, tasks: list[Task] | None, after: float = 0.0) -> ServiceHealth:
    """The verdict on a service so many seconds after NOW."""
    return service_health(cluster(NODES, [web], tasks), web, NOW + after)


LOOP = [failed(1, 100), failed(1, 90), failed(1, 80), failed(1, 70), failed(1, 60)]


def test_a_crash_loop_is_no_less_one_while_its_task_happens_to_run() -> None:
    web = service("web", 1, status=(1, 1))
    for runs_for in (1.0, 30.0, 59.0):
        verdict = judged(web, [*LOOP, task("web", 1, "a", created=runs_for + 2, since=runs_for)])
        assert verdict.condition is Condition.LOOPING
        assert verdict.well is False
        assert (verdict.brief, verdict.because) == ("looping 5×", "exit 137 (killed)")
        assert verdict.reason == "crash loop: 5 failures in 40 s, exit 137 (killed) (web.1 on a)"
    between = judged(web, [*LOOP, task("web", 1, "a", state="ready", desired="ready", created=2)])
    assert between.condition is Condition.LOOPING


def test_it_is_well_again_by_time_alone_once_it_has_been_steady() -> None:
    web = service("web", 1, status=(1, 1))
    tasks = [*LOOP, task("web", 1, "a", created=52, since=50)]
    verdict = judged(web, tasks)
    assert verdict.until == NOW + 250
    assert judged(web, tasks, after=249).condition is Condition.LOOPING
    assert judged(web, tasks, after=251).condition is Condition.WELL


def test_one_failure_is_no_loop_and_is_history_after_a_minute() -> None:
    web = service("web", 1, status=(1, 1))
    tasks = [failed(1, 40, error="task: non-zero exit (1)"), task("web", 1, "a", created=38, since=35)]
    verdict = judged(web, tasks)
    assert verdict.condition is Condition.RECOVERING
    assert verdict.well is False
    assert verdict.reason == "failed 40 s ago: exit 1 (error) (web.1 on a)"
    assert judged(web, tasks, after=26).well is True


def test_a_loop_that_takes_minutes_is_seen_between_its_crashes() -> None:
    web = service("web", 1, status=(1, 1))
    slow = [failed(1, each, lasted=290) for each in (1000, 700, 400)]
    verdict = judged(web, [*slow, task("web", 1, "a", created=395, since=390)])
    assert verdict.condition is Condition.LOOPING


def test_a_new_service_is_well_as_soon_as_it_runs() -> None:
    web = service("web", 2, status=(2, 2))
    assert judged(web, [task("web", slot, "a", created=2, since=1) for slot in (1, 2)]).well is True


def test_a_service_that_is_scaled_up_is_starting() -> None:
    web = service("web", 2, status=(1, 2))
    verdict = judged(web, [task("web", 1, "a"), task("web", 2, "b", state="preparing", created=3)])
    assert verdict.condition is Condition.STARTING
    assert not verdict.alarming


def test_what_keeps_a_task_from_running_is_said() -> None:
    web = service("web", 2, status=(1, 2))
    stuck = task("web", 2, state="pending", error="no suitable node (insufficient resources on 2 nodes)")
    verdict = judged(web, [task("web", 1, "a"), stuck])
    assert verdict.condition is Condition.SHORT
    assert verdict.brief == "pending"
    assert verdict.reason.startswith("1 of 2 running: web.2 pending, no suitable node")


def test_a_rolling_update_is_no_loop() -> None:
    web = service("web", 3, image="nginx:1.28", status=(3, 3), update="updating", update_started=ago(90))
    tasks = [
        replaced
        for slot in (1, 2, 3)
        for replaced in (
            task("web", slot, "a", state="shutdown", desired="shutdown", created=900, since=80),
            task("web", slot, "a", image="nginx:1.28", created=79, since=75),
        )
    ]
    assert judged(web, tasks).condition is Condition.UPDATING
    assert judged(web, tasks).well is True


def test_what_failed_before_an_update_makes_no_loop_of_what_came_after() -> None:
    web = service("web", 1, image="nginx:1.28", status=(1, 1), update="completed", update_started=ago(50))
    tasks = [*LOOP, task("web", 1, "a", image="nginx:1.28", created=49, since=45)]
    assert judged(web, tasks).condition is Condition.RECOVERING
    assert judged(web, tasks, after=16).well is True
    same_image = service("web", 1, status=(1, 1), update="completed", update_started=ago(50))
    assert judged(same_image, [*LOOP, task("web", 1, "a", created=49, since=45)]).condition is Condition.RECOVERING


def test_what_failed_long_before_the_task_was_made_has_nothing_to_do_with_it() -> None:
    web = service("web", 1, status=(0, 1))
    old = [failed(1, each) for each in (9020, 9010, 9000)]
    drained = task("web", 1, "b", state="shutdown", desired="shutdown", created=8990, since=20)
    verdict = judged(web, [*old, drained, task("web", 1, state="pending", created=19)])
    assert verdict.condition is Condition.STARTING


def test_a_service_whose_program_ends_without_an_error_loops_as_well() -> None:
    web = service("web", 1, status=(1, 1))
    tasks = [failed(1, each, state="complete", error="") for each in (40, 30, 20)]
    verdict = judged(web, [*tasks, task("web", 1, "a", created=14, since=12)])
    assert verdict.condition is Condition.LOOPING
    assert verdict.reason.startswith("restart loop: 3 ends in 20 s")


def test_an_image_that_cannot_be_pulled_is_a_loop_of_starts() -> None:
    web = service("web", 1, status=(0, 1))
    tasks = [failed(1, each, state="rejected", error="No such image: x:9") for each in (16, 11, 6)]
    verdict = judged(web, [*tasks, task("web", 1, "a", state="ready", desired="ready", created=5)])
    assert verdict.reason.startswith("start loop: 3 failures in 10 s, cannot start: No such image: x:9")


def test_a_restart_limit_that_is_used_up_is_said() -> None:
    web = service("web", 1, status=(0, 1), restart=RestartPolicy("any", max_attempts=2))
    verdict = judged(web, [failed(1, 30), failed(1, 20), failed(1, 10)])
    assert verdict.condition is Condition.GAVE_UP
    assert verdict.reason == "gave up after 2 restarts, its limit: exit 137 (killed) (web.1 on a)"


def test_a_global_service_that_swarm_gave_up_is_not_well_though_nothing_is_wanted_of_it() -> None:
    agent = service("agent", mode="global", status=(0, 0), restart=RestartPolicy("none"))
    tasks = [failed(0, 30, of="agent", on="a"), failed(0, 30, of="agent", on="b")]
    assert judged(agent, tasks).condition is Condition.GAVE_UP
    drained = cluster([NODES[0], node("b", availability="drain")], [agent], [tasks[1]])
    assert service_health(drained, agent, NOW).well is True


def test_a_jobs_tasks_end_as_they_should() -> None:
    job = service("job", 2, mode="replicated-job", at_once=1, status=(0, 1, 2))
    tasks = [task("job", slot, "a", state="complete", desired="complete", iteration=0) for slot in (0, 1)]
    assert judged(job, tasks).well is True


def test_a_job_that_fails_again_and_again_loops() -> None:
    job = service("job", 1, mode="replicated-job", status=(1, 1, 0))
    tasks = [failed(0, each, of="job", iteration=0) for each in (40, 30, 20)]
    running = task("job", 0, "a", desired="complete", created=10, since=8, iteration=0)
    assert judged(job, [*tasks, running]).condition is Condition.LOOPING


def test_a_task_that_is_being_removed_is_no_loop() -> None:
    web = service("web", 0, status=(0, 0))
    assert judged(web, [*LOOP, task("web", 1, "a", desired="remove", created=5, since=3)]).well is True


def test_a_dead_node_is_named() -> None:
    web = service("web", 1, status=(1, 1))
    snapshot = cluster([NODES[0], node("b", state="down")], [web], [task("web", 1, "b")])
    verdict = service_health(snapshot, web, NOW)
    assert (verdict.condition, verdict.brief) == (Condition.SHORT, "node down")


def test_without_its_tasks_a_service_is_judged_by_the_managers_counts() -> None:
    assert judged(service("web", 2, status=(2, 2)), None).well is True
    assert judged(service("web", 2, status=(1, 2)), None).well is False
    assert judged(service("web", 2), None).well is None


@pytest.mark.parametrize(
    ("state", "by_hand", "condition", "brief"),
    [
        ("paused", False, Condition.HALTED, "paused 1/1"),
        ("rollback_paused", True, Condition.HALTED, "rollback paused 1/1"),
        ("rollback_started", False, Condition.HALTED, "rolling back 1/1"),
        ("rollback_started", True, Condition.UPDATING, "rolling back 1/1"),
        ("rollback_completed", False, Condition.WELL, ""),
        ("rollback_completed", True, Condition.WELL, ""),
    ],
)
def test_an_update_that_waits_for_a_person_is_a_trouble_and_one_that_was_rolled_back_is_history(
    state: str, by_hand: bool, condition: Condition, brief: str
) -> None:
    web = service("web", 1, status=(1, 1), update=state, rollback_to=by_hand)
    verdict = judged(web, [task("web", 1, "a")])
    assert (verdict.condition, verdict.brief) == (condition, brief)


def test_the_node_that_has_a_wrong_clock_hides_no_loop() -> None:
    web = service("web", 1, status=(1, 1))
    behind = task("web", 1, "a", created=5, since=3600)  # its node is an hour behind
    assert judged(web, [*LOOP, behind]).condition is Condition.LOOPING


def test_the_rows_of_a_slot_say_so_too() -> None:
    web = service("web", 1, status=(1, 1))
    snapshot = cluster(NODES, [web], [*LOOP, task("web", 1, "a", created=5, since=3)])
    current, *earlier = rows_of(snapshot, web.id)
    assert doubt_about(web, current.failures, NOW) == "crash loop: 5 failures in 40 s, exit 137 (killed)"
    assert doubt_about(web, current.failures, NOW + 600) == ""
    assert all(row.failures is None for row in earlier)


def test_a_stack_with_a_loop_is_not_all_well() -> None:
    labels = {"com.docker.stack.namespace": "shop"}
    web = service("shop_web", 1, status=(1, 1), labels=labels, id="service-web")
    snapshot = cluster(NODES, [web], [*LOOP, task("web", 1, "a", created=5, since=3)])
    (stack,) = stacks_of(snapshot)
    assert stack_health(snapshot, stack, NOW).trouble == "crash loop: web"
    assert stack_health(snapshot, stack, NOW).healthy == 0
    assert not stack_health(snapshot, stack, NOW).well
    assert stack_health(snapshot, stack, NOW + 600).trouble == ""
    assert stack_health(snapshot, stack, NOW + 600).well


def test_a_stack_of_which_a_service_cannot_be_told_is_not_well() -> None:
    snapshot = cluster(NODES, [service("shop_web", 1, labels={"com.docker.stack.namespace": "shop"})], None)
    (stack,) = stacks_of(snapshot)
    verdict = stack_health(snapshot, stack, NOW)
    assert (verdict.trouble, verdict.well) == ("", False)


def test_a_stack_that_has_no_services_is_well() -> None:
    assert stack_health(cluster(NODES), Stack("shop"), NOW).well


@pytest.mark.parametrize(
    ("judged", "well", "reason"),
    [
        (node("a"), True, ""),
        (node("a", leader=True), True, ""),
        (node("a", state="down"), False, ""),
        (node("a", availability="drain"), False, ""),
        (node("a", availability="pause"), False, ""),
        (node("a", manager=True, reachable=False), False, "its manager is unreachable"),
    ],
)
def test_a_node_is_well_that_is_ready_active_and_reached(judged: Node, well: bool, reason: str) -> None:
    assert node_health(judged) == NodeHealth(well, reason)


def test_what_the_managers_say_of_a_node_is_told_while_it_is_not_ready() -> None:
    down = node("a", state="down")
    said = replace(down, status=replace(down.status, message="heartbeat failure"))
    assert node_health(said).reason == "heartbeat failure"
    assert node_health(replace(said, status=replace(said.status, state="ready"))).reason == ""


@pytest.mark.parametrize(
    ("members", "reachable", "verdict"),
    [
        (0, 0, Managers.LOST),
        (1, 1, Managers.ALONE),
        (2, 2, Managers.SHORT),
        (3, 3, Managers.WELL),
        (3, 2, Managers.SHORT),
        (3, 1, Managers.LOST),
        (5, 4, Managers.SHORT),
    ],
)
def test_managers_are_well_that_all_reach_each_other_and_can_lose_one(
    members: int, reachable: int, verdict: Managers
) -> None:
    assert managers_health(Quorum(members, reachable)) is verdict


def test_a_task_is_well_once_it_has_been_steady_and_what_it_follows_is_history() -> None:
    web = service("web", 1, status=(1, 1))
    snapshot = cluster(NODES, [web], [*LOOP, task("web", 1, "a", created=5, since=3)])
    current, *earlier = rows_of(snapshot, web.id)
    assert not is_well(snapshot, current, NOW)
    assert is_well(snapshot, current, NOW + 600)
    assert all(is_well(snapshot, row, NOW) for row in earlier)


@pytest.mark.parametrize(
    ("current", "well"),
    [
        (task("web", 1, "a"), True),
        (task("web", 1, "a", state="preparing", since=5), True),
        (task("web", 1, "a", state="preparing", since=1000), False),
        (task("web", 1, "a", state="rejected", error="No such image"), False),
        (task("web", 1, "gone"), False),
    ],
    ids=["runs", "is on its way", "for too long", "was rejected", "on a node that is gone"],
)
def test_a_task_is_well_that_runs_or_will_soon(current: Task, well: bool) -> None:
    snapshot = cluster(NODES, [service("web", 1)], [current])
    assert [is_well(snapshot, row, NOW) for row in rows_of(snapshot, "service-web")] == [well]


def test_a_swarm_is_judged_as_its_services_are() -> None:
    services = [service("web", 1, status=(1, 1)), service("api", 1, status=(1, 1)), service("db", 1)]
    snapshot = cluster(NODES, services, None).with_tasks_of(
        ["service-web", "service-api"], [*LOOP, task("web", 1, "a", created=5, since=3), task("api", 1, "a")]
    )
    verdict = swarm_health(snapshot, NOW)
    assert (verdict.well, verdict.looping, verdict.unknown, verdict.services) == (1, 1, 1, 3)
    assert swarm_health(snapshot, NOW + 600).well == 2


def large() -> Cluster:
    services = [service(f"s{number}", 3, status=(3, 3)) for number in range(1000)]
    tasks = [each for item in services for each in replicas_on(item.name, "a", "b", "a")]
    return cluster(NODES, services, tasks)


def test_a_thousand_services_are_judged_anew_each_second_at_next_to_no_cost() -> None:
    snapshot = large()
    first = swarm_health(snapshot, NOW)
    assert (first.well, first.until) == (1000, math.inf)
    one_failed = [failed(1, 10, of="s1"), *(task("s1", slot, "a", created=5, since=3) for slot in (1, 2, 3))]
    recovering = snapshot.with_tasks_of(["service-s1"], one_failed)
    swarm_health(recovering, NOW)
    begun = time.process_time()
    for second in range(1, 11):
        assert swarm_health(recovering, NOW + second).well == 999
    assert time.process_time() - begun < 0.5, "ten seconds of a thousand services"
