"""When the tasks of which services are asked for: what is not settled soon, what is heavy seldom."""

from __future__ import annotations

from itertools import pairwise

from swarmtui.engine.polling.engine_questions import OF_SERVICES, Lane, Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.service_watches import HEAVY, ServiceState
from tests.unit.engine.scheduled_engine import Engine, big, small


def test_a_task_that_has_ended_brings_its_service_with_its_history_at_once() -> None:
    engine = big(restless=())
    engine.told = True
    engine.run(60)
    start = engine.now
    engine.schedule.ended({"web"}, engine.now)
    engine.run(0.5)
    assert Question(Topic.TASKS_OF, ("web",)) in [each for at, each in engine.log if at >= start]
    assert engine.asked(Topic.SOME_SERVICES, "web", since=start)


def test_a_heavy_service_does_not_hold_up_the_lists() -> None:
    engine = big()
    engine.run(300)
    lists = [each for _, each in engine.log if each.topic in OF_SERVICES and "big" not in each.ids]
    assert all(len(each.ids) >= 1 for each in lists)
    asked = engine.asked(Topic.SERVICES)
    assert max(b - a for a, b in pairwise(asked)) < 3.5


def test_after_an_event_a_heavy_service_is_asked_for_at_once_but_not_again_and_again() -> None:
    engine = big()
    engine.run(30)
    start = engine.now
    for _ in range(20):
        engine.schedule.nudge_service("big", engine.now)
        engine.run(0.25)
    asked = engine.asked(Topic.TASKS_OF, "big", since=start)
    assert asked[0] - start < 0.1
    assert len(asked) <= 2


def test_a_change_of_counts_brings_the_tasks_within_a_second_or_so() -> None:
    engine = small()
    engine.schedule.look_at(TaskScope(service_id="api"), engine.now)
    engine.run(20)
    start = engine.now
    engine.states = {**engine.states, "web": ServiceState((2, (2, 3, 0)), restless=True)}
    engine.run(1.2)
    assert engine.asked(Topic.TASKS_OF, "web", since=start)


def test_restless_services_share_one_request() -> None:
    engine = Engine({f"s{n}": 2000 for n in range(50)} | {"quiet": 200_000}, tuple(f"s{n}" for n in range(50)))
    engine.schedule.look_at(TaskScope(service_id="quiet"), engine.now)
    engine.run(30)
    questions = [each for _, each in engine.log if each.topic in OF_SERVICES and "s0" in each.ids]
    assert questions
    assert all(len(each.ids) >= 50 for each in questions[1:])


def test_many_light_services_in_one_request_do_not_become_heavy() -> None:
    engine = Engine({f"s{n}": HEAVY // 20 for n in range(100)}, tuple(f"s{n}" for n in range(100)))
    engine.schedule.look_at(TaskScope(node_id="n1"), engine.now)
    engine.run(60)
    assert all(engine.schedule._lane(each) is Lane.LISTS for _, each in engine.log if each.topic is Topic.TASKS_OF)


def test_a_service_that_stays_short_without_change_is_asked_less_and_less() -> None:
    engine = Engine({"stuck": 3000, "web": 300_000}, ("stuck",))
    engine.schedule.look_at(TaskScope(node_id="n1"), engine.now)
    engine.run(20)
    first = len(engine.asked(Topic.TASKS_OF, "stuck"))
    engine.run(40)
    start = engine.now
    engine.run(20)
    assert first > 10
    assert len(engine.asked(Topic.TASKS_OF, "stuck", since=start)) <= 6


def test_the_service_on_the_screen_is_asked_for_every_second() -> None:
    engine = Engine({"web": 20_000, "rest": 2_000_000})
    engine.run(5)
    engine.schedule.look_at(TaskScope(service_id="web"), engine.now)
    start = engine.now
    engine.run(20)
    asked = engine.asked(Topic.TASKS_OF, "web", since=start)
    assert asked[0] - start < 0.05
    assert 17 <= len(asked) <= 21


def test_the_node_on_the_screen_is_asked_for_every_second() -> None:
    engine = small()
    engine.run(5)
    engine.schedule.look_at(TaskScope(node_id="n1"), engine.now)
    start = engine.now
    engine.run(20)
    assert 17 <= len(engine.asked(Topic.TASKS_ON, "n1", since=start)) <= 22
    engine.schedule.look_at(TaskScope(), engine.now)
    start = engine.now
    engine.run(20)
    assert not engine.asked(Topic.TASKS_ON, since=start)


def test_the_tasks_of_dead_nodes_are_asked_for_once_at_once_and_then_seldom() -> None:
    engine = small()
    engine.run(5)
    engine.schedule.set_nodes({"n1", "n9"}, {"n9"}, {"web"}, engine.now)
    start = engine.now
    engine.run(30)
    asked = engine.asked(Topic.TASKS_ON, "n9", since=start)
    assert asked[0] - start < 0.2
    assert 3 <= len(asked) <= 5


def test_a_removed_service_is_not_asked_for_but_the_whole_list_is() -> None:
    engine = Engine({"web": 20_000, "rest": 2_000_000}, restless=("web",))
    engine.schedule.look_at(TaskScope(service_id="web"), engine.now)
    engine.run(10)
    del engine.states["web"], engine.tasks["web"]
    start = engine.now
    engine.run(20)
    assert all(at - start < 1.2 for at in engine.asked(Topic.TASKS_OF, "web", since=start))
    assert engine.asked(Topic.ALL_TASKS, since=start)


def test_the_tasks_of_a_big_removed_service_are_seen_to_go() -> None:
    engine = big()
    engine.run(200)
    del engine.states["big"]
    start = engine.now
    engine.run(120)
    asked = engine.asked(Topic.ALL_TASKS, since=start)
    assert asked[0] - start < 4
    assert 4 <= len(asked) <= 7


def test_one_missing_service_does_not_keep_the_others_from_being_asked_for() -> None:
    engine = Engine({"a": 20_000, "b": 20_000, "rest": 2_000_000}, restless=("a", "b"))
    engine.run(10)
    question = Question(Topic.TASKS_OF, ("a", "b", "gone"))
    engine.schedule.nudge_service("gone", engine.now)
    engine.schedule.asked(question, engine.now)
    engine.schedule.missing(question, engine.now)
    start = engine.now
    engine.run(3)
    assert not engine.asked(Topic.TASKS_OF, "gone", since=start)
    assert engine.asked(Topic.TASKS_OF, "a", since=start)


def test_a_heavy_service_that_goes_on_changing_is_asked_for_until_it_is_at_rest() -> None:
    engine = big()
    engine.run(60)
    start = engine.now
    engine.changed["big"] = start + 45
    engine.schedule.nudge_service("big", start)
    engine.run(100)
    asked = engine.asked(Topic.TASKS_OF, "big", since=start) + engine.asked(Topic.ALL_TASKS, since=start)
    assert any(at >= start + 45 for at in asked)
    assert len([at for at in asked if at < start + 60]) >= 4
    assert len([at for at in asked if at > start + 75]) <= 1


def test_a_service_that_may_crash_any_moment_is_asked_for_until_it_has_been_steady() -> None:
    engine = big(restless=())
    engine.run(60)
    start = engine.now
    engine.schedule.set_unsteady({"web": start + 60, "api": start - 1}, start)
    engine.run(100)
    asked = [at - start for at in engine.asked(Topic.TASKS_OF, "web", since=start)]
    assert max(b - a for a, b in pairwise(asked)) < 6
    assert 55 < asked[-1] < 66
    assert not engine.asked(Topic.TASKS_OF, "api", since=start)
