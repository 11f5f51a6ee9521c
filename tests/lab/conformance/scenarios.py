"""Updates, rollbacks, restarts and jobs, each a story of one service.

What lasts long enough to be seen by ten looks a second is compared step by step.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .stories import SECOND, Scenario, Story, Wanted

Steps = Iterator[Wanted]


def config(**more: Any) -> dict[str, Any]:
    """An update config: one slot at a time, watched for a second."""
    given = {"Parallelism": 1, "Delay": 1, "Monitor": 1, **more}
    return {key: int(value * SECOND) if key in ("Delay", "Monitor") else value for key, value in given.items()}


def restart(condition: str = "any", delay: float = 1, **more: Any) -> dict[str, Any]:
    given = {"Condition": condition, "Delay": int(delay * SECOND), **more}
    return {key: int(value * SECOND) if key == "Window" else value for key, value in given.items()}


# --- updates that work ---


def one_by_one(story: Story) -> Steps:
    story.create(replicas=3, UpdateConfig=config(Delay=2))
    yield story.settled(3)
    story.update(image="web:1.1")
    yield story.updated("completed")


def two_at_a_time(story: Story) -> Steps:
    story.create(replicas=4, UpdateConfig=config(Parallelism=2))
    yield story.settled(4)
    story.update(image="web:1.1")
    yield story.updated("completed")


def all_at_once(story: Story) -> Steps:
    story.create(replicas=3, UpdateConfig=config(Parallelism=0))
    yield story.settled(3)
    story.update(image="web:1.1")
    yield story.updated("completed")


def start_first(story: Story) -> Steps:
    story.create(UpdateConfig=config(Order="start-first"))
    yield story.settled(2)
    story.update(image="web:1.1")
    yield story.updated("completed")
    assert story.fewest == 2, story.steps


def forced(story: Story) -> Steps:
    story.create(UpdateConfig=config())
    yield story.settled(2)
    story.update(ForceUpdate=1)
    yield story.updated("completed")


def only_labels(story: Story) -> Steps:
    story.create()
    yield story.settled(2)
    story.update(Labels={"team": "shop"})
    yield story.settled(2)


def everywhere(story: Story) -> Steps:
    story.create(Mode={"Global": {}}, UpdateConfig=config(Parallelism=2))
    yield story.settled(5)
    story.update(image="web:1.1")
    yield story.updated("completed")


def replaced_under_way(story: Story) -> Steps:
    story.create(UpdateConfig=config(Delay=30))
    yield story.settled(2)
    story.update(image="web:1.1")
    yield (
        lambda: (
            {"web:1.1"} & {task["Spec"]["ContainerSpec"]["Image"].rpartition("/")[2] for task in story.running} != set()
        )
    )
    story.update(image="web:1.0", UpdateConfig=config())
    yield story.updated("completed")


def scaled_up_under_way(story: Story) -> Steps:
    story.create(UpdateConfig=config(Delay=5))
    yield story.settled(2)
    story.update(image="web:1.1")
    yield story.updated("updating")
    story.update(replicas=4)
    yield story.updated("completed")
    yield story.settled(4)


def scaled_down_under_way(story: Story) -> Steps:
    """Which slot stays, and so whether anything is left to update, is chance."""
    story.create(replicas=4, UpdateConfig=config(Delay=2))
    yield story.settled(4)
    story.update(image="web:1.1")
    yield story.updated("updating")
    story.update(replicas=1)
    yield lambda: story.settled(1)() and story.steps[-1] == "1 of web:1.1"


def freed_by_an_update(story: Story) -> Steps:
    story.create(Placement={"Constraints": ["node.labels.lab==nowhere"]}, UpdateConfig=config())
    yield story.seen("pending", 2)
    story.update(Placement={})
    yield story.updated("completed")


def healthy_before_running(story: Story) -> Steps:
    check = {"Test": ["CMD", "true"], "Interval": 2 * SECOND, "Timeout": SECOND, "Retries": 2}
    story.create(Healthcheck=check, UpdateConfig=config())
    yield story.settled(2)
    story.update(image="web:1.1")
    yield story.updated("completed")


# --- updates that fail ---


def pauses(story: Story) -> Steps:
    story.create(UpdateConfig=config(Delay=3, Monitor=4), RestartPolicy=restart(delay=30))
    yield story.settled(2)
    story.update(image="exits:1.0")
    yield story.updated("paused")
    yield story.full(2)


def rolls_back(story: Story) -> Steps:
    story.create(UpdateConfig=config(Delay=3, Monitor=4, FailureAction="rollback"), RollbackConfig=config())
    yield story.settled(2)
    story.update(image="exits:1.0")
    yield story.updated("rollback_completed")
    yield story.settled(2)


def goes_on_over_failures(story: Story) -> Steps:
    story.create(UpdateConfig=config(FailureAction="continue"), RestartPolicy=restart("none"))
    yield story.settled(2)
    story.update(image="exits:1.0")
    yield story.updated("completed")
    yield story.ended("failed", 2)


def bears_some_failures(story: Story) -> Steps:
    story.create(
        replicas=3, UpdateConfig=config(Delay=2, Monitor=6, MaxFailureRatio=0.5), RestartPolicy=restart("none")
    )
    yield story.settled(3)
    story.update(image="exits:1.0")
    yield story.updated("paused")


def fails_after_the_monitor(story: Story) -> Steps:
    story.create(replicas=1, UpdateConfig=config(Delay=0, Monitor=2), RestartPolicy=restart(delay=30))
    yield story.settled(1)
    story.update(image="late:5s")
    yield story.updated("completed")
    yield story.seen("failed", 1)
    yield story.full(1)


def fails_within_the_delay(story: Story) -> Steps:
    story.create(replicas=1, UpdateConfig=config(Delay=6, Monitor=2), RestartPolicy=restart(delay=30))
    yield story.settled(1)
    story.update(image="late:5s")
    yield story.updated("paused")
    yield story.full(1)


def has_no_image(story: Story) -> Steps:
    story.create(UpdateConfig=config(), RestartPolicy=restart(delay=30))
    yield story.settled(2)
    story.update(image="nosuch:1.0")
    yield story.updated("paused")
    yield story.full(2)


def never_healthy(story: Story) -> Steps:
    story.create(replicas=1, UpdateConfig=config(FailureAction="rollback"), RollbackConfig=config())
    yield story.settled(1)
    story.update(image="unhealthy:1.0")
    yield story.updated("rollback_completed")
    yield story.settled(1)


def resumes_after_a_pause(story: Story) -> Steps:
    story.create(UpdateConfig=config(Delay=3, Monitor=4), RestartPolicy=restart(delay=30))
    yield story.settled(2)
    story.update(image="exits:1.0")
    yield story.updated("paused")
    story.update(image="web:1.1")
    yield story.updated("completed")


# --- rollbacks ---


def rolled_back_by_hand(story: Story) -> Steps:
    story.create(UpdateConfig=config(), RollbackConfig=config(Delay=2))
    yield story.settled(2)
    story.update(image="web:1.1")
    yield story.updated("completed")
    story.update(rollback="previous")
    yield story.updated("rollback_completed")


def rolled_back_twice(story: Story) -> Steps:
    story.create(replicas=1, UpdateConfig=config(), RollbackConfig=config())
    yield story.settled(1)
    story.update(image="web:1.1")
    yield story.updated("completed")
    story.update(rollback="previous")
    yield story.updated("rollback_completed")
    story.update(rollback="previous")
    yield story.updated("rollback_started")
    yield story.updated("rollback_completed")


def a_rollback_fails(story: Story) -> Steps:
    story.create(
        "exits:1.0", 1, UpdateConfig=config(), RollbackConfig=config(Monitor=4), RestartPolicy=restart(delay=30)
    )
    yield story.seen("failed", 1)
    story.update(image="web:1.1", RollbackConfig=config(Monitor=4))
    yield story.updated("completed")
    story.update(rollback="previous")
    yield story.updated("rollback_paused")
    yield story.full(1)


def a_rollback_finds_ended_tasks(story: Story) -> Steps:
    """While the first slot is rolled back, the tasks of the others end by themselves, for good."""
    story.create(
        replicas=3,
        UpdateConfig=config(Parallelism=0, Delay=0, FailureAction="continue"),
        RollbackConfig=config(Delay=6),
        RestartPolicy=restart("none"),
    )
    yield story.settled(3)
    story.update(image="late:5s")
    yield story.updated("completed")
    story.update(rollback="previous")
    yield story.updated("rollback_completed")


# --- restarts ---


def crash_loop(story: Story) -> Steps:
    story.create("exits:1.0", 1, RestartPolicy=restart())
    yield story.seen("failed", 3)


def not_again_after_success(story: Story) -> Steps:
    story.create("done:1s", RestartPolicy=restart("on-failure"))
    yield story.ended("complete", 2)


def again_after_success(story: Story) -> Steps:
    story.create("done:1s", 1, RestartPolicy=restart("any"))
    yield story.seen("complete", 2)


def never_again(story: Story) -> Steps:
    story.create("exits:1.0", RestartPolicy=restart("none"))
    yield story.ended("failed", 2)


def twice_again(story: Story) -> Steps:
    story.create("exits:1.0", 1, RestartPolicy=restart(MaxAttempts=2))
    yield story.ended("failed", 3)
    assert len(story.tasks) == 3


def twice_again_in_a_window(story: Story) -> Steps:
    story.create("exits:1.0", 1, RestartPolicy=restart(MaxAttempts=2, Window=120))
    yield story.ended("failed", 3)
    assert len(story.tasks) == 3


def unhealthy_again(story: Story) -> Steps:
    story.create("unhealthy:1.0", 1, RestartPolicy=restart(MaxAttempts=1))
    yield story.ended("failed", 2)


# --- jobs ---


def a_job_in_turn(story: Story) -> Steps:
    story.create("done:1s", Mode={"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 3}})
    yield story.seen("complete", 3)


def a_job_everywhere(story: Story) -> Steps:
    story.create("done:1s", Mode={"GlobalJob": {}})
    yield story.seen("complete", 5)


def a_job_that_fails(story: Story) -> Steps:
    mode = {"ReplicatedJob": {"MaxConcurrent": 1, "TotalCompletions": 1}}
    story.create("exits:1.0", Mode=mode, RestartPolicy=restart("on-failure", MaxAttempts=1))
    yield story.seen("failed", 2)
    yield story.after(6)
    assert len(story.tasks) == 2


def a_global_job_that_fails(story: Story) -> Steps:
    """It is tried again for ever, whatever is said of attempts."""
    policy = restart("on-failure", MaxAttempts=1)
    story.create(
        "exits:1.0", Mode={"GlobalJob": {}}, RestartPolicy=policy, Placement={"Constraints": ["node.role==worker"]}
    )
    yield story.seen("failed", 6)


def a_job_again(story: Story) -> Steps:
    story.create("done:1s", Mode={"ReplicatedJob": {"MaxConcurrent": 2, "TotalCompletions": 2}})
    yield story.seen("complete", 2)
    story.update(ForceUpdate=1)
    yield lambda: (story.service.get("JobStatus") or {}).get("JobIteration") == {"Index": 1} and not story.wanted
    yield lambda: len([task for task in story.tasks if (task.get("JobIteration") or {}).get("Index") == 1]) == 2
    yield (
        lambda: {task["Status"]["State"] for task in story.tasks if task["DesiredState"] == "complete"} == {"complete"}
    )


STEPWISE = (
    *(one_by_one, forced, only_labels, freed_by_an_update, healthy_before_running, replaced_under_way),
    *(pauses, bears_some_failures, fails_after_the_monitor, fails_within_the_delay),
    *(never_healthy, rolled_back_by_hand, rolled_back_twice, a_rollback_fails),
)
"""One slot at a time, each step lasting long enough to be seen by ten looks a second."""
BY_SLOTS = (
    *(two_at_a_time, all_at_once, start_first, everywhere, scaled_up_under_way),
    *(goes_on_over_failures, has_no_image, resumes_after_a_pause),
    *(not_again_after_success, never_again, twice_again, twice_again_in_a_window, unhealthy_again),
    *(a_job_in_turn, a_job_everywhere, a_job_that_fails, a_job_again),
)
OPEN = (
    a_rollback_finds_ended_tasks,
    *(rolls_back, crash_loop, again_after_success, a_global_job_that_fails, scaled_down_under_way),
)
"""These go on until they are removed, or it is chance which task ends or is replaced first: how they end is all."""

SCENARIOS: tuple[Scenario, ...] = (
    *(Scenario(tale, stepwise=False, slotwise=False) for tale in OPEN),  # the longest story first
    *(Scenario(tale, stepwise=False) for tale in BY_SLOTS),
    *map(Scenario, STEPWISE),
)
