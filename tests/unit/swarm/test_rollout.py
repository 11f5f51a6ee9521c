"""How far a rolling update is."""

from __future__ import annotations

import pytest

from swarmtui.swarm.services.rollout import rollout_of
from tests.unit.swarm.builders import NOW, ago, cluster, node, service, task

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


@pytest.mark.parametrize("by_hand", [True, False])
def test_in_a_rollback_the_slots_that_the_update_never_reached_are_done(by_hand: bool) -> None:
    started = ago(20 if by_hand else 100)  # Swarm's own rollback leaves the time that the update began
    web = service(
        "web", 4, image=OLD, update="rollback_started", update_started=started, updated=20, rollback_to=by_hand
    )
    tasks = [
        task("web", 1, "a", image=OLD, created=10),
        task("web", 1, "a", image=NEW, created=90, state="shutdown", desired="shutdown", since=10),
        task("web", 1, "a", image=OLD, created=600, state="shutdown", desired="shutdown", since=90),
        task("web", 2, "a", image=NEW, created=80),
        task("web", 3, "a", image=OLD),
        task("web", 4, "a", image=OLD),
    ]
    for done, now in ((3, tasks), (4, [*tasks[:3], task("web", 2, "a", image=OLD, created=5), *tasks[4:]])):
        rollout = rollout_of(cluster([node("a")], [web], now), web)
        assert rollout is not None
        assert rollout.text == f"rolling back {done}/4"
        assert rollout.reached == done


def test_in_swarm_s_own_rollback_that_is_so_too_where_tasks_do_not_show_the_change() -> None:
    web = service("web", 4, update="rollback_started", update_started=ago(100), updated=20)
    tasks = [task("web", slot, "a", created=age) for slot, age in enumerate((10, 90, 600, 600), start=1)]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.text == "rolling back 3/4", "the first went back, the last two were never touched"


MESSAGE = "update paused due to failure or early termination of task tcf3t48zxyomtpk2q1fvhtp4m"


def test_what_stopped_an_update_is_said_by_slot_and_exit_code_not_by_an_id() -> None:
    web = service("web", 3, image=NEW, update="paused", update_message=MESSAGE)
    error = "task: non-zero exit (1)"
    tasks = [
        task("web", 1, "a", image=OLD),
        task("web", 2, "a", image=NEW, state="failed", desired="shutdown", error=error, id=MESSAGE.split()[-1]),
        task("web", 2, "a", image=NEW, created=3),
        task("web", 3, "a", image=OLD),
    ]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.went_wrong
    assert rollout.sentence == "paused 0/3: web.2 on a: exit 1 (error)"


def test_when_the_task_that_stopped_an_update_is_forgotten_the_one_that_fails_now_is_named() -> None:
    web = service("web", 1, image=NEW, update="paused", update_message=MESSAGE)
    error = "task: non-zero exit (137)"
    tasks = [
        task("web", 1, "a", image=NEW, state="failed", desired="shutdown", created=20, since=10, error=error),
        task("web", 1, "a", image=NEW, created=5, state="ready", desired="ready"),
    ]
    rollout = rollout_of(cluster([node("a")], [web], tasks), web)
    assert rollout is not None
    assert rollout.sentence == "paused 0/1: web.1 on a: exit 137 (killed)"


def test_what_is_no_longer_remembered_is_said_to_be_so() -> None:
    web = service("web", 1, update="paused", update_message=MESSAGE)
    rollout = rollout_of(cluster(services=[web]), web)
    assert rollout is not None
    assert rollout.sentence.endswith("a new task failed; Swarm no longer lists it")


def test_a_task_that_fails_again_and_again_does_not_count_as_updated() -> None:
    web = service("web", 2, image=NEW, update="paused", update_started=ago(100))
    tasks = [
        task("web", 1, "a", image=OLD, created=600),
        task("web", 2, "a", image=NEW, state="failed", desired="shutdown", created=60, since=50),
        task("web", 2, "a", image=NEW, created=45, since=40),
    ]
    snapshot = cluster([node("a")], [web], tasks)

    def text(now: float | None) -> str:
        rollout = rollout_of(snapshot, web, now)
        return rollout.text if rollout is not None else ""

    assert text(None) == text(NOW) == "paused 0/2"
    assert text(NOW + 21) == "paused 1/2", "it has been steady"


@pytest.mark.parametrize(
    ("by_hand", "sentence"),
    [(True, "rolled back by request"), (False, "rolled back by Swarm: the update failed")],
)
def test_who_rolled_a_service_back_is_said(by_hand: bool, sentence: str) -> None:
    web = service("web", update="rollback_completed", update_message="rollback completed", rollback_to=by_hand)
    rollout = rollout_of(cluster(services=[web]), web)
    assert rollout is not None
    assert rollout.sentence == sentence
    assert not rollout.alarming
