"""An update that is watched: each slot, what the updater has counted, when it will be over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest

from swarmtui.swarm.objects.service import Service, UpdateConfig
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.rollout.overview import Overview, overview_of
from swarmtui.swarm.rollout.slots import Stage
from swarmtui.swarm.units import SECOND
from tests.unit.swarm.builders import NOW, ago, cluster, node, service, task

OLD, NEW = "nginx:1.26", "nginx:1.27"


def updated(replicas: int = 4, state: str = "updating", began: float = 60, **policy: Any) -> Service:
    """web, whose update to NEW began so many seconds ago."""
    web = service("web", replicas, image=NEW, update=state, update_started=ago(began), rollback_to=True)
    given = UpdateConfig(**{"parallelism": 1, "monitor": 5 * SECOND, "failure_action": "pause", **policy})
    spec = msgspec.structs.replace(web.spec, update_config=given, rollback_config=given)
    return msgspec.structs.replace(web, spec=spec)


def replaced(slot: int, created: float, runs: float) -> list[Task]:
    """The tasks of a slot whose new one was made and got to run so many seconds ago."""
    return [
        task("web", slot, "a", image=NEW, created=created, since=runs),
        task("web", slot, "a", image=OLD, created=600, state="shutdown", desired="shutdown", since=created),
    ]


def failed(slot: int, created: float, ended: float) -> list[Task]:
    """The tasks of a slot whose new one has failed, and waits to be started again."""
    error = "task: non-zero exit (1)"
    return [
        task("web", slot, "a", image=NEW, created=ended, state="ready", desired="ready"),
        task(
            "web", slot, "a", image=NEW, created=created, since=ended, state="failed", desired="shutdown", error=error
        ),
        task("web", slot, "a", image=OLD, created=600, state="shutdown", desired="shutdown", since=created),
    ]


def old(slot: int) -> list[Task]:
    return [task("web", slot, "a", image=OLD, created=600)]


def watched(web: Service, *slots: Iterable[Task], now: float = NOW) -> Overview:
    return overview_of(cluster([node("a")], [web], [each for slot in slots for each in slot]), web, now)


def stages(overview: Overview) -> dict[str, Stage]:
    return {slot.name: slot.stage for slot in overview.slots or ()}


def test_each_slot_is_told_and_those_in_trouble_come_first() -> None:
    starting = [task("web", 3, "a", image=NEW, created=2, state="preparing"), *old(3)]
    found = watched(updated(5), replaced(1, 40, 30), replaced(2, 10, 3), starting, old(4), failed(5, 20, 12))
    assert list(stages(found).items()) == [
        ("web.5", Stage.FAILED),
        ("web.3", Stage.REPLACING),
        ("web.2", Stage.MONITORED),
        ("web.4", Stage.WAITING),
        ("web.1", Stage.DONE),
    ]
    assert found.slots is not None
    assert found.slots[0].trouble == "exit 1 (error)"
    assert found.headline == "updating 2 of 5 slots, begun 1 min ago"
    assert found.images == "nginx:1.26 → nginx:1.27"


def test_the_time_that_the_newest_slot_is_monitored_runs_out() -> None:
    web = updated(1, monitor=30 * SECOND)
    found = watched(web, replaced(1, 20, 10))
    assert found.monitored_for == pytest.approx(20)
    assert watched(web, replaced(1, 20, 10), now=NOW + 20).monitored_for is None


def test_one_failure_acts_where_no_ratio_is_allowed() -> None:
    found = watched(updated(), replaced(1, 40, 30), old(2), old(3), old(4))
    assert (found.failures, found.allowed) == (0, 0)
    assert found.on_failure == "0 failures, 0 allowed (0% of 4 slots); 1 more pauses the update"


@pytest.mark.parametrize(("ratio", "allowed"), [(0.2, 1), (0.25, 1), (0.39, 1), (0.4, 2), (1.0, 5)])
def test_the_ratio_is_of_the_slots_to_replace_and_more_than_it_acts(ratio: float, allowed: int) -> None:
    assert watched(updated(5, max_failure_ratio=ratio), *(old(slot) for slot in range(1, 6))).allowed == allowed


def test_the_slots_that_had_the_new_spec_before_are_not_among_those_to_replace() -> None:
    """An update that was paused and resumed: it has begun again."""
    before = [task("web", 1, "a", image=NEW, created=300), *old(1)[1:]]
    found = watched(updated(2, began=60, max_failure_ratio=0.5), before, old(2))
    assert stages(found) == {"web.1": Stage.KEPT, "web.2": Stage.WAITING}
    assert (found.to_replace, found.allowed, found.replaced) == (1, 0, 1)


def test_a_failure_is_counted_once_a_slot_whatever_its_restarts_do() -> None:
    again = failed(2, 40, 38)
    again.insert(0, task("web", 2, "a", image=NEW, created=20, since=18, state="failed", desired="shutdown"))
    found = watched(updated(max_failure_ratio=0.5), replaced(1, 58, 50), again, old(3), old(4))
    assert (found.failures, found.allowed) == (1, 2)
    assert found.on_failure == "1 failure, 2 allowed (50% of 4 slots); 2 more pause the update"


def test_a_task_that_fails_after_its_monitor_period_is_not_counted() -> None:
    late = failed(2, 50, 10)
    assert watched(updated(), replaced(1, 58, 56), late, old(3)).failures == 0


def test_nothing_is_counted_where_the_update_continues_anyway() -> None:
    found = watched(updated(failure_action="continue"), failed(1, 20, 18), old(2))
    assert found.on_failure == "failures are not counted: the update continues whatever fails"


def test_a_rollback_goes_by_its_own_policy_and_is_never_rolled_back() -> None:
    web = updated(3, state="rollback_started", failure_action="rollback")
    back = replaced(1, 30, 20)
    tasks = [back, old(2)]
    found = watched(web, *tasks)
    assert found.is_rollback
    assert found.headline.startswith("rolling back 1 of 2 slots")
    assert found.failure_action == "pause"


def test_in_a_rollback_the_old_tasks_of_the_same_spec_are_not_taken_for_new_ones() -> None:
    """The update has replaced slot 1, which waits to go back; slot 2 was not reached."""
    web = updated(2, state="rollback_started", began=60)
    reached = [
        task("web", 1, "a", image=OLD, created=50),
        task("web", 1, "a", image=NEW, created=600, state="shutdown", desired="shutdown", since=51),
    ]
    assert stages(watched(web, reached, [task("web", 2, "a", image=NEW, created=600)])) == {
        "web.1": Stage.WAITING,
        "web.2": Stage.KEPT,
    }


# ---------------------------------------------------------------------------------------------------- the time left


def test_the_time_left_is_reckoned_from_the_pace_so_far() -> None:
    """A task takes 10 s to start, 4 s lie between two: slot 1 is free now, 3 slots wait, then 5 s are monitored."""
    web = updated(delay=4 * SECOND)
    found = watched(web, replaced(1, 20, 10), old(2), old(3), old(4))
    assert found.estimate.seconds == pytest.approx(3 * 14 + 5)
    assert found.time_left.startswith("about 45 s left: a task takes 10 s to start")


def test_several_at_a_time_take_less() -> None:
    found = watched(updated(delay=4 * SECOND, parallelism=2), replaced(1, 20, 10), old(2), old(3), old(4))
    assert found.estimate.seconds == pytest.approx(2 * 14 + 5)


def test_at_the_end_only_the_monitoring_is_left() -> None:
    found = watched(updated(1, monitor=30 * SECOND), replaced(1, 20, 10))
    assert found.estimate.seconds == pytest.approx(20)


def test_before_the_first_new_task_runs_the_time_left_is_not_known() -> None:
    starting = [task("web", 1, "a", image=NEW, created=5, state="preparing"), *old(1)]
    found = watched(updated(2), starting, old(2))
    assert found.time_left == "time left not known yet: no new task runs yet"


def test_nor_while_a_slot_does_not_get_on() -> None:
    pending = task(
        "web", 2, "", image=NEW, created=30, state="pending", error="no suitable node (1 node not available)"
    )
    found = watched(updated(3), replaced(1, 58, 50), [pending, *old(2)], old(3))
    assert stages(found)["web.2"] is Stage.HELD_UP
    assert found.time_left == "time left not known yet: web.2 does not get on"


def test_a_paused_update_waits_for_a_person() -> None:
    found = watched(updated(2, state="paused"), failed(1, 20, 12), old(2))
    assert found.headline.startswith("paused at 0 of 2 slots, begun 1 min ago")
    assert found.time_left == "paused until you resume it or roll back"


# ---------------------------------------------------------------------------------------------------- nothing goes on


def test_a_service_that_was_never_updated_says_so() -> None:
    web = service("web", 2)
    found = overview_of(cluster(services=[web]), web, NOW)
    assert found.headline == "web is not being updated, and was not since it was created or last changed"
    assert found.time_left == ""


def test_an_update_that_is_over_says_since_when() -> None:
    web = service("web", 1, image=NEW, update="completed", update_started=ago(11000), update_completed=ago(10800))
    found = watched(web, [task("web", 1, "a", image=NEW, created=10900)])
    assert found.headline == "web is not being updated; its last update completed 3 h ago"
    assert stages(found) == {"web.1": Stage.DONE}


def test_a_job_is_not_updated() -> None:
    job = service("job", 2, mode="replicated-job")
    assert overview_of(cluster(services=[job]), job, NOW).headline.startswith("job is a job")


def test_while_the_tasks_are_not_known_there_are_no_slots() -> None:
    web = updated()
    found = overview_of(cluster(services=[web], tasks=None), web, NOW)
    assert found.slots is None
    assert found.headline == "updating, begun 1 min ago"
