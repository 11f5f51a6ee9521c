"""How far a rolling update is."""

from __future__ import annotations

import pytest

from swarmtui.swarm.rollout import rollout_of
from tests.unit.swarm.builders import ago, cluster, node, service, task

OLD, NEW = "nginx:1.26", "nginx:1.27"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        ("updating", "updating 2/3"),
        ("paused", "paused 2/3"),
        ("rollback_started", "rolling back 2/3"),
        ("rollback_paused", "rollback paused 2/3"),
        ("rollback_completed", "rolled back"),
        ("completed", ""),
        ("something_new", "something_new"),
    ],
)
def test_the_column(state: str, text: str) -> None:
    web = service("web", 3, image=NEW, update=state)
    tasks = [task("web", 1, "a", image=NEW), task("web", 2, "a", image=NEW), task("web", 3, "a", image=OLD)]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.text == text


def test_no_update() -> None:
    web = service("web")
    assert rollout_of(cluster(services=[web]), web) is None


def test_without_the_tasks_there_is_no_count() -> None:
    web = service("web", update="updating")
    rollout = rollout_of(cluster(services=[web], tasks=None), web)
    assert rollout is not None
    assert rollout.text == "updating"


def test_a_slot_counts_once_its_new_task_runs() -> None:
    web = service("web", 2, image=NEW, update="updating")
    tasks = [
        task("web", 1, "a", image=OLD),
        task("web", 1, "a", image=NEW, state="starting", created=2),
        task("web", 2, "a", image=NEW),
        task("web", 2, "a", image=OLD, state="shutdown", desired="shutdown"),
    ]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.text == "updating 1/2"


def test_a_force_update_is_seen_by_its_counter() -> None:
    web = service("web", 2, force_update=1, update="updating")
    tasks = [task("web", 1, "a", force_update=1), task("web", 2, "a")]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.text == "updating 1/2"


def test_a_change_that_tasks_do_not_show_is_seen_by_their_age() -> None:
    web = service("web", 2, update="updating", update_started=ago(60))
    tasks = [task("web", 1, "a", created=30), task("web", 2, "a", created=600)]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.text == "updating 1/2"


def test_what_went_wrong_is_said() -> None:
    message = "update paused due to failure or early termination of task x"
    web = service("web", 1, update="paused", update_message=message)
    rollout = rollout_of(cluster(services=[web]), web)
    assert rollout is not None
    assert rollout.went_wrong
    assert rollout.sentence.endswith(message)
