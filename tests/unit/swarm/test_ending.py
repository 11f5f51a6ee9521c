"""Why a task ended, in words that survive a narrow column."""

from __future__ import annotations

import pytest

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import RestartPolicy
from swarmtui.swarm.tasks.ending import cause_of, exit_code_of, exit_words, not_restarted
from tests.unit.swarm.builders import service, task

OCI = (
    "starting container failed: failed to create task for container: failed to create shim task: OCI runtime create "
    'failed: runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH'
    ": unknown"
)


def ended(error: str, state: str = "failed", *, code: int = 0, container: str = "") -> Task:
    return task("web", 1, "a", state=state, desired="shutdown", error=error, exit_code=code, container=container)


@pytest.mark.parametrize(
    ("it", "words"),
    [
        (ended("task: non-zero exit (1)", code=1), "exit 1 (error)"),
        (ended("task: non-zero exit (137)", code=137), "exit 137 (killed)"),
        (ended("task: non-zero exit (3)", code=3), "exit 3"),
        (ended("task: non-zero exit (159)", code=159), "exit 159 (signal 31)"),
        (
            ended("task: non-zero exit (137): dockerexec: unhealthy container", code=137),
            "unhealthy: its health check failed and Swarm stopped it, exit 137",
        ),
        (ended("No such image: shop/api:2.9", "rejected"), "cannot start: No such image: shop/api:2.9"),
        (ended(OCI, code=127), 'cannot start: exec: "serve": executable file not found in $PATH, exit 127'),
        (ended("", "complete", container="c1"), "exit 0 (done)"),
        (ended("", "orphaned"), "lost with its node"),
        (ended("", code=139, container="c1"), "exit 139 (segfault)"),
    ],
)
def test_the_most_telling_words_come_first(it: Task, words: str) -> None:
    assert cause_of(it) == words


def test_a_pull_that_failed_has_no_exit_code() -> None:
    assert exit_code_of(ended("No such image: x", "rejected", container="")) is None
    zeros = task("web", 1, "a", state="rejected", error="No such image: x", container="c1", exit_code=0)
    assert exit_code_of(zeros) is None


@pytest.mark.parametrize("code", [0, 1, 125, 126, 127, 137, 139, 143])
def test_the_usual_exit_codes_are_explained(code: int) -> None:
    assert exit_words(code).startswith(f"{code} (")


@pytest.mark.parametrize(
    ("policy", "state", "words"),
    [
        (RestartPolicy("any", max_attempts=3), "failed", "gave up after 3 restarts, its limit"),
        (RestartPolicy("any", max_attempts=1), "failed", "gave up after 1 restart, its limit"),
        (RestartPolicy("none"), "failed", "not restarted, restart condition none"),
        (RestartPolicy("on-failure"), "complete", "not restarted, restart condition on-failure"),
        (None, "failed", "not restarted"),
    ],
)
def test_why_swarm_starts_no_other_task(policy: RestartPolicy | None, state: str, words: str) -> None:
    assert not_restarted(service("web", restart=policy), ended("", state)) == words
