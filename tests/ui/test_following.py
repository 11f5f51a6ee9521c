"""What follows a change ends with what it found: done, failed, overtaken (by what), or given up after a time."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from swarmtui.engine.polling.observation import Observation, Outcome
from swarmtui.errors import EngineSilent, ObjectNotFound
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.files.changes import Content, CreateSecret
from swarmtui.swarm.files.rotation import RotateSecret
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.secret import Secret
from swarmtui.swarm.services.lines_change import SetEnvironment
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.ui.changes.operation import Batch, Operation, Stage
from swarmtui.ui.changes.operations import Operations
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm.builders import NOW, cluster, node, replicas_on, service, task
from tests.unit.swarm.examples.services import raw_service
from tests.unit.swarm.shared_builders import secret, using, with_shared

RAW = raw_service()
ENVIRONMENT = SetEnvironment.of(RAW, ["A=2", "DB_PASSWORD=hunter2"])
NODES = [node("mgr1", manager=True, leader=True), node("b"), node("c")]


def web(version: int, *, wanted: int = 2, running: int = 2, update: str = "completed") -> Cluster:
    """A swarm with web at a version of its own."""
    found = service("web", wanted, status=(running, wanted), version=version, update=update)
    return cluster(NODES, [found], replicas_on("web", *["b"] * running))


def raw(version: int, *environment: str) -> dict[str, Any]:
    """web as the engine gives it."""
    changed = raw_service()
    changed["Version"]["Index"] = version
    changed["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"] = list(environment)
    return changed


class PromptQueue:
    """Operations on a session that says what it is told to, by a clock that is moved by hand."""

    def __init__(self) -> None:
        self.session = ScriptedSession(web(10))
        self.now = 1000.0
        self.operations = Operations(self.session, self._never, lambda _: None)
        self.operations.clock = lambda: self.now
        self.operations.wall_clock = lambda: NOW + self.now - 1000.0

    async def _never(self, *_: object) -> bool:
        raise AssertionError("nobody is in the way")

    async def accepted(self, action: Action, outcome: Outcome | None = None) -> Operation:
        """An action that the engine has just said yes to."""
        sending = asyncio.create_task(self.operations.run(action))
        await asyncio.sleep(0)
        self.session.applied[-1][2].set_result(outcome or Outcome(10))
        return await sending

    def shows(self, snapshot: Cluster | None = None, *, later: float = 0.0, **connection: object) -> None:
        """Time has passed, and there is a snapshot."""
        self.now += later
        self.session.tell(snapshot, live(**connection))
        self.operations.observe(self.session.observation())

    async def answers(self, answer: Any) -> None:
        """The engine answers the newest request for an object."""
        future = self.session.inspected[-1][2]
        if isinstance(answer, BaseException):
            future.set_exception(answer)
        else:
            future.set_result(answer)
        await asyncio.sleep(0.01)


@pytest.fixture
def desk() -> PromptQueue:
    return PromptQueue()


# ------------------------------------------------------------------------------------------------ whose spec it is


async def test_no_success_is_told_before_the_spec_was_looked_at(desk: PromptQueue) -> None:
    operation = await desk.accepted(ENVIRONMENT)
    desk.shows(web(11))
    assert operation.under_way
    await desk.answers(raw(11, "A=2", "DB_PASSWORD=hunter2"))
    assert (operation.stage, operation.text) == (Stage.DONE, "2 of 2 running")
    assert len(desk.session.inspected) == 1


async def test_a_set_that_somebody_put_back_is_no_success(desk: PromptQueue) -> None:
    operation = await desk.accepted(ENVIRONMENT)
    desk.shows(web(11, update="updating"))
    await desk.answers(raw(11, "A=2", "DB_PASSWORD=hunter2"))
    assert operation.under_way
    desk.shows(web(12))
    await desk.answers(raw(12, "A=1", "DB_PASSWORD=hunter2"))
    assert operation.stage is Stage.OVERTAKEN
    assert operation.text.startswith("overtaken: the environment of web: A=1, DB_PASSWORD=")
    assert operation.text.endswith(" again")
    assert "hunter2" not in operation.text


async def test_what_others_set_beside_it_overtakes_nothing(desk: PromptQueue) -> None:
    operation = await desk.accepted(ENVIRONMENT)
    desk.shows(web(12))
    await desk.answers(raw(12, "A=2", "DB_PASSWORD=hunter2", "THEIRS=yes"))
    assert operation.stage is Stage.DONE


async def test_while_the_engine_does_not_say_whose_spec_it_is_it_is_asked_again(desk: PromptQueue) -> None:
    operation = await desk.accepted(ENVIRONMENT)
    desk.shows(web(11))
    await desk.answers(EngineSilent("It is silent."))
    desk.shows(later=1.0)
    assert len(desk.session.inspected) == 1
    desk.shows(later=3.0)
    assert len(desk.session.inspected) == 2
    await desk.answers(raw(11, "A=2", "DB_PASSWORD=hunter2"))
    assert operation.stage is Stage.DONE


async def test_what_a_snapshot_holds_is_not_asked_for(desk: PromptQueue) -> None:
    operation = await desk.accepted(ScaleService.of(service("web", 2), 3))
    desk.shows(web(10))
    assert operation.text == "accepted"
    desk.shows(web(11))
    assert (operation.stage, operation.text) == (Stage.OVERTAKEN, "overtaken: web is scaled to 2 again")
    assert not desk.session.inspected


# ------------------------------------------------------------------------------------------------ what goes


async def test_it_ends_when_its_object_goes(desk: PromptQueue) -> None:
    scaling = await desk.accepted(ScaleService.of(service("web", 2), 3))
    labels = await desk.accepted(SetNodeLabels.of(node("b"), {"disk": "ssd"}))
    desk.shows(cluster(NODES[:1], []))
    assert (scaling.stage, scaling.text) == (Stage.OVERTAKEN, "overtaken: web was removed")
    assert (labels.stage, labels.text) == (Stage.OVERTAKEN, "overtaken: b was removed")
    told = Batch("Two changes", 2, [scaling, labels]).text
    assert told == "0 of 2 done, 2 overtaken"
    assert Batch("One", 1, [labels]).text == f"0 of 1 done, 1 overtaken ({labels.title}: b was removed)"


async def test_what_was_made_and_removed_at_once_is_said_to_be_gone(desk: PromptQueue) -> None:
    """It was never on a snapshot, so that the engine has to be asked for it."""
    action = CreateSecret.of("key", Content(Secret("hidden"), 6, "typed"))
    operation = await desk.accepted(action, Outcome(0, created_id="secret-id"))
    desk.shows(with_shared(web(10), []))
    assert not desk.session.inspected, "a snapshot may be a moment old"
    desk.shows(later=3.0)
    [(_, object_id, _)] = desk.session.inspected
    assert object_id == "secret-id"
    await desk.answers(ObjectNotFound("secret secret-id not found"))
    assert (operation.stage, operation.text) == (Stage.OVERTAKEN, "overtaken: key was removed")


async def test_a_rotation_is_overtaken_only_by_what_lasts(desk: PromptQueue) -> None:
    """A snapshot of many objects may be from before it."""
    old, new = secret("key"), secret("key2")
    before = with_shared(cluster(NODES, [using("web", old)]), [old, new])
    content = Content(Secret("hidden"), 6, "typed")
    rotation = RotateSecret.of(old, "key3", content, before)
    operation = await desk.accepted(rotation, Outcome(0, 2))
    late = with_shared(cluster(NODES, [using("web", old, version=99)]), [old, new, secret("key3")])
    desk.shows(late)
    assert operation.under_way
    desk.shows(later=14.0)
    assert operation.under_way
    desk.shows(later=1.0)
    assert (operation.stage, operation.text) == (Stage.OVERTAKEN, "overtaken: web does not use key3")


# ------------------------------------------------------------------------------------------------ what does not end


async def test_what_does_not_move_for_ten_minutes_is_no_longer_followed(desk: PromptQueue) -> None:
    operation = await desk.accepted(ScaleService.of(service("web", 2), 3))
    desk.shows(web(11, wanted=3))
    desk.shows(later=599.0)
    assert (operation.stage, operation.text) == (Stage.SETTLING, "2 of 3 running")
    desk.shows(later=1.0)
    assert operation.stage is Stage.GIVEN_UP
    assert operation.text == "no progress for 10 min, no longer followed: 2 of 3 running"


async def test_a_number_that_comes_and_goes_is_no_progress(desk: PromptQueue) -> None:
    operation = await desk.accepted(ScaleService.of(service("web", 2), 4))
    for running in (2, 3, 2, 3, 2, 3, 2):
        desk.shows(web(11, wanted=4, running=running), later=120.0)
    assert operation.stage is Stage.GIVEN_UP


async def test_time_without_a_connection_does_not_count(desk: PromptQueue) -> None:
    operation = await desk.accepted(ScaleService.of(service("web", 2), 3))
    desk.shows(web(11, wanted=3))
    desk.shows(later=3600.0, error=EngineSilent("It is silent."))
    desk.shows(later=599.0)
    assert operation.under_way
    desk.shows(later=1.0)
    assert operation.stage is Stage.GIVEN_UP


# ------------------------------------------------------------------------------------------------ what does not stay up


def restarted(*failed_at: float, running_since: float, update: str = "", undoable: bool = True) -> Cluster:
    """web, of which one of two tasks failed (seconds after the change), and now runs since some time after it."""
    running = [task("web", 1, "b", created=-running_since), task("web", 2, "c", created=-1)]
    failed = [
        task("web", 1, "b", state="failed", desired="shutdown", created=2 - at, since=-at, exit_code=1, error=CRASH)
        for at in failed_at
    ]
    found = service("web", 2, status=(2, 2), version=11, update=update, rollback_to=undoable)
    return cluster(NODES, [found], [*running, *failed])


CRASH = "task: non-zero exit (1)"
SCALED = ScaleService.of(service("web", 1), 2)


async def test_what_is_healthy_is_done_at_once(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(running_since=1.0), later=2.0)
    assert (operation.stage, operation.text) == (Stage.DONE, "2 of 2 running")


async def test_a_task_that_failed_before_the_change_holds_nothing_up(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(-30.0, running_since=-28.0), later=2.0)
    assert operation.stage is Stage.DONE


async def test_success_is_held_back_until_a_task_that_failed_is_steady(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(4.0, running_since=6.0), later=10.0)
    assert operation.under_way
    assert operation.text == "2 of 2 running, watching for 55 s: failed 6 s ago: exit 1 (error)"
    desk.shows(later=55.0)
    assert operation.under_way
    desk.shows(later=1.0)
    assert (operation.stage, operation.text) == (Stage.DONE, "2 of 2 running")


async def test_a_crash_loop_is_a_failure_though_its_task_happens_to_run(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(4.0, running_since=6.0), later=10.0)
    desk.shows(restarted(4.0, 11.0, 18.0, running_since=20.0), later=12.0)
    assert operation.stage is Stage.FAILED
    assert operation.text == "crash loop: 3 failures in 14 s, exit 1 (error) (web.1): R rolls back; 2 of 2 running"


async def test_scaling_what_crashed_all_along_is_no_success(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(-24.0, -17.0, -10.0, running_since=-8.0), later=2.0)
    assert operation.stage is Stage.FAILED
    assert operation.text == "crash loop: 3 failures in 14 s, exit 1 (error) (web.1): l shows its log"


async def test_a_loop_that_begins_after_the_success_makes_a_failure_of_it(desk: PromptQueue) -> None:
    """An update is complete for the engine once its tasks ran for a few seconds."""
    operation = await desk.accepted(ENVIRONMENT)
    desk.shows(restarted(running_since=1.0, update="completed"), later=8.0)
    await desk.answers(raw(11, "A=2", "DB_PASSWORD=hunter2"))
    assert (operation.stage, operation.text) == (Stage.DONE, "2 of 2 running")
    desk.operations.dismiss_ended()
    desk.shows(restarted(9.0, 20.0, 31.0, running_since=33.0, update="completed"), later=30.0)
    ended = (operation.stage, operation.text)
    assert ended == (Stage.FAILED, "crash loop: 3 failures in 20 s, exit 1 (error) (web.1): R rolls back")
    assert desk.operations.shown == (operation,)


async def test_a_loop_after_somebody_elses_change_is_not_told_of_ours(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(running_since=1.0), later=2.0)
    others = service("web", 2, status=(2, 2), version=14, image="nginx:1.28")
    looping = restarted(9.0, 20.0, 31.0, running_since=33.0)
    desk.shows(looping.with_service(others), later=30.0)
    desk.shows(looping, later=1.0)
    assert operation.stage is Stage.DONE


async def test_a_loop_of_a_new_service_names_its_log(desk: PromptQueue) -> None:
    operation = await desk.accepted(SCALED)
    desk.shows(restarted(4.0, 11.0, 18.0, running_since=20.0, undoable=False), later=22.0)
    assert operation.text.endswith("(web.1): l shows its log; 2 of 2 running")


# ------------------------------------------------------------------------------------------------ many; what is shown


async def test_a_set_says_what_it_waits_for_and_what_overtook_it(desk: PromptQueue) -> None:
    actions = [SetAvailability.of(node(name), "drain") for name in ("b", "c")]
    running = asyncio.create_task(desk.operations.run_all(actions, "Drain 2 nodes"))
    for number in range(2):
        await asyncio.sleep(0.01)
        desk.session.applied[number][2].set_result(Outcome(10))
    batch = await running
    drained = [node(name, availability="drain", version=11) for name in ("b", "c")]
    desk.shows(cluster([NODES[0], *drained], [service("web", 2, status=(2, 2))], replicas_on("web", "b", "c")))
    assert batch.text == "0 of 2 done, 2 settling (b: 1 task left on b)"
    active = [node(name, version=12) for name in ("b", "c")]
    desk.shows(cluster([NODES[0], *active], [service("web", 2, status=(2, 2))], replicas_on("web", "b", "c")))
    assert batch.stage is Stage.OVERTAKEN
    assert batch.text == "0 of 2 done, 2 overtaken"
    assert not desk.operations.under_way


async def test_the_newest_is_told_first_and_what_is_dismissed_is_followed_no_more(desk: PromptQueue) -> None:
    await desk.accepted(ScaleService.of(service("web", 2), 3))
    desk.now += 5
    second = await desk.accepted(SetAvailability.of(node("b"), "drain"))
    assert [each.title for each in desk.operations.shown] == ["Drain b", "Scale web from 2 to 3"]
    desk.now += 5
    desk.shows(cluster(NODES, []))
    assert [each.title for each in desk.operations.shown] == ["Scale web from 2 to 3", "Drain b"], "it has just ended"
    desk.operations.dismiss(second)
    assert [each.title for each in desk.operations.shown] == ["Scale web from 2 to 3"]
    assert not desk.operations.under_way
    desk.shows(cluster([], []))
    assert second.under_way
    desk.operations.dismiss_ended()
    assert not desk.operations.shown


def test_an_observation_without_a_snapshot_tells_nothing(desk: PromptQueue) -> None:
    desk.operations.observe(Observation())
