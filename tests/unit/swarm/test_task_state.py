"""The word and the judgement that a task's row shows."""

from __future__ import annotations

import pytest

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.task_state import Health, state_of, states_of
from tests.unit.swarm.builders import NOW, cluster, node, task

NODES = [node("a"), node("dead", state="down"), node("silent", state="unknown")]


@pytest.mark.parametrize(
    ("it", "word", "health"),
    [
        (task("web", 1, "a"), "running", Health.GOOD),
        (task("web", 1, "a", desired="shutdown"), "running", Health.PROGRESS),
        (task("web", 1, "dead"), "running?", Health.BAD),
        (task("web", 1, "dead", desired="shutdown"), "running?", Health.UNKNOWN),
        (task("web", 1, "removed"), "running?", Health.BAD),
        (task("web", 1, "silent"), "running?", Health.UNKNOWN),
        (task("web", 1, "a", state="failed", desired="shutdown"), "failed", Health.BAD),
        (task("web", 1, "dead", state="failed", desired="shutdown"), "failed", Health.BAD),
        (task("web", 1, "a", state="rejected", desired="shutdown"), "rejected", Health.BAD),
        (task("web", 1, "gone", state="orphaned"), "orphaned", Health.BAD),
        (task("web", 1, "a", state="shutdown", desired="shutdown"), "shutdown", Health.DONE),
        (task("job", 0, "a", state="complete", desired="complete"), "complete", Health.DONE),
        (task("web", 1, "a", state="complete", desired="running"), "complete", Health.PROGRESS),
        (task("web", 1, state="new", created=2), "new", Health.PROGRESS),
        (task("web", 1, state="pending", created=2), "pending", Health.PROGRESS),
        (task("web", 1, state="pending", created=2, error="no suitable node"), "pending", Health.BAD),
        (task("web", 1, state="pending", created=500), "pending", Health.BAD),
        (task("web", 1, "a", state="preparing", created=100), "preparing", Health.PROGRESS),
        (task("web", 1, "a", state="preparing", created=500), "preparing", Health.BAD),
        (task("web", 1, "a", state="ready", desired="ready", created=500), "ready", Health.PROGRESS),
        (task("web", 1, "a", state="daydreaming"), "daydreaming", Health.UNKNOWN),
        (task("web", 1, "a", state=""), "unknown", Health.UNKNOWN),
    ],
)
def test_judgement(it: Task, word: str, health: Health) -> None:
    state = state_of(cluster(NODES), it, NOW)
    assert (state.word, state.health) == (word, health)


@pytest.mark.parametrize(
    ("it", "reason"),
    [
        (task("web", 1, "dead"), "dead is down"),
        (task("web", 1, "removed"), "its node is no longer in the swarm"),
        (task("web", 1, state="pending", created=400), "waits for a node for 6 min"),
        (task("web", 1, "a", state="preparing", created=400), "is fetching its image for 6 min"),
        (task("web", 1, "a", state="failed", error="exit (1)"), "exit (1)"),
        (task("web", 1, "a", desired="remove"), "is being stopped"),
    ],
)
def test_reasons(it: Task, reason: str) -> None:
    assert state_of(cluster(NODES), it, NOW).reason == reason


def test_without_the_time_nothing_is_called_long() -> None:
    assert state_of(cluster(NODES), task("web", 1, state="pending", created=9000)).health is Health.PROGRESS


def test_before_the_nodes_are_known_a_task_is_taken_at_its_word() -> None:
    assert state_of(cluster(), task("web", 1, "a")).health is Health.GOOD


def test_many_are_judged_as_each_by_itself() -> None:
    tasks = [
        task("web", slot, on, state=state, created=created, error=error, exit_code=code)
        for slot, (on, state, created, error, code) in enumerate(
            [
                ("", "pending", 2, "no suitable node", 0),
                ("", "pending", 500, "no suitable node", 0),
                ("", "pending", 500, "", 0),
                ("", "pending", 2, "", 0),
                ("dead", "running", 2, "", 0),
                ("silent", "preparing", 2, "no such image", 0),
                ("a", "preparing", 2, "no such image", 0),
                ("a", "failed", 2, "non-zero exit", 1),
                ("a", "failed", 2, "non-zero exit", 137),
            ],
            start=1,
        )
    ]
    snapshot = cluster(NODES, tasks=tasks)
    assert states_of(snapshot, tasks, NOW) == [(each, state_of(snapshot, each, NOW)) for each in tasks]
