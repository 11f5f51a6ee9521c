"""The timetable as pure logic: a simulated engine of any size, and a clock that costs nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from swarmtui.engine.polling.engine_questions import Lane, Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.pace import Cost
from swarmtui.engine.polling.service_watches import ServiceState
from swarmtui.swarm.kinds import Kind
from tests.unit.engine.scheduled_engine import Engine, big, small


def test_everything_is_asked_for_at_the_start() -> None:
    engine = small()
    engine.run(0.1)
    assert {each.topic for _, each in engine.log} >= {
        Topic.INFO,
        Topic.NODES,
        Topic.SERVICES,
        Topic.SWARM,
        Topic.ALL_TASKS,
    }


def test_what_the_first_picture_waits_for_comes_first_though_it_failed_while_the_tunnel_was_made() -> None:
    engine = small()
    for topic in (Topic.SERVICES, Topic.NODES):
        engine.schedule.asked(Question(topic), engine.now)
        engine.schedule.failed(Question(topic), engine.now + 3)
    engine.now += 5
    assert engine.schedule.next(Lane.LISTS, engine.now)[0] == Question(Topic.SERVICES)
    assert engine.schedule.next(Lane.BULK, engine.now)[0] == Question(Topic.NODES)


@pytest.mark.parametrize("told", [True, False])
def test_two_thirds_of_a_narrow_line_are_left_free(told: bool) -> None:
    engine = Engine({f"s{number}": 4_000 for number in range(14)}, ("s1",), line=12_500)
    engine.told = told
    engine.schedule.hears_events(told, engine.now)
    engine.run(60)
    engine.bytes.clear()
    engine.run(300)
    assert sum(engine.bytes.values()) < 300 * 12_500 / 3


def test_services_about_every_second_and_nodes_every_few_where_nothing_else_tells_of_changes() -> None:
    engine = small()
    engine.run(60)
    assert 55 <= len(engine.asked(Topic.SERVICES)) <= 61
    assert 20 <= len(engine.asked(Topic.NODES)) <= 30
    assert 10 <= len(engine.asked(Topic.INFO)) <= 14


def test_lists_become_rare_while_nothing_changes_but_ended_tasks_are_asked_about_every_two_seconds() -> None:
    engine = big(restless=())
    engine.told = True
    engine.schedule.hears_events(True, engine.now)
    engine.run(120)
    start = engine.now
    engine.run(60)
    assert len(engine.asked(Topic.SERVICES, since=start)) <= 7
    assert len(engine.asked(Topic.NODES, since=start)) <= 4
    assert not engine.asked(Topic.ALL_TASKS, since=start)
    assert 28 <= len(engine.asked(Topic.ENDED, since=start)) <= 31


def test_a_big_list_that_has_told_nothing_new_is_not_asked_for_again_within_two_minutes() -> None:
    engine = Engine({f"s{number}": 4_000 for number in range(300)}, line=300_000)
    engine.told = True
    engine.run(0.5)
    engine.schedule.hears_events(True, engine.now)
    engine.schedule.nudge(Topic.SERVICES, engine.now)  # while the first list is on its way
    engine.run(10)
    start = engine.now
    engine.run(120)
    assert not engine.asked(Topic.SERVICES, since=start)
    engine.schedule.hears_events(False, engine.now)
    engine.run(10.5)
    assert engine.asked(Topic.SERVICES, since=start)


def test_an_event_brings_the_one_service_that_it_names_and_leaves_the_list_alone() -> None:
    engine = big(restless=())
    engine.told = True
    engine.schedule.hears_events(True, engine.now)
    engine.run(121)
    start = engine.now
    engine.schedule.nudge_one(Topic.SERVICES, "web", engine.now)
    engine.run(1.0)
    assert engine.asked(Topic.SOME_SERVICES, "web", since=start)[0] == start
    assert not engine.asked(Topic.SERVICES, since=start)


def test_many_events_at_once_are_a_few_requests() -> None:
    engine = big(restless=())
    engine.told = True
    engine.schedule.hears_events(True, engine.now)
    engine.run(121)
    start = engine.now
    for number in range(100):
        engine.schedule.nudge_one(Topic.SERVICES, f"s{number % 10}", engine.now)
        engine.run(0.01)
    asked = engine.asked(Topic.SOME_SERVICES, since=start)
    assert all(later - earlier > 0.049 for earlier, later in pairwise(asked))


def test_a_key_makes_the_lists_frequent_again() -> None:
    engine = small()
    engine.told = True
    engine.schedule.hears_events(True, engine.now)
    engine.run(180)
    engine.schedule.everything(engine.now)
    start = engine.now
    engine.run(10)
    assert len(engine.asked(Topic.SERVICES, since=start)) >= 4


def test_an_engine_that_refuses_to_tell_of_ended_tasks_is_asked_for_lists_until_all_is_asked_for_anew() -> None:
    engine = small()
    engine.told = True
    engine.schedule.hears_events(True, engine.now)
    engine.run(60)
    engine.schedule.asked(Question(Topic.ENDED), engine.now)
    engine.schedule.refused(Question(Topic.ENDED))
    start = engine.now
    engine.run(20)
    assert not engine.asked(Topic.ENDED, since=start)
    assert len(engine.asked(Topic.SERVICES, since=start)) > 15
    engine.schedule.everything(engine.now)
    start = engine.now
    engine.run(10)
    assert len(engine.asked(Topic.ENDED, since=start)) >= 4


@pytest.mark.parametrize("scope", [TaskScope(), TaskScope(service_id="web"), TaskScope(service_id="big")])
def test_ten_thousand_pending_tasks_at_rest_cost_a_twentieth_of_plain_polling(scope: TaskScope) -> None:
    engine = big()
    engine.schedule.look_at(scope, engine.now)
    engine.run(60)
    engine.bytes.clear()
    engine.run(300)
    plain_polling = 30 * (sum(engine.tasks.values()) + 4000 + 10_000)
    per_minute = sum(engine.bytes.values()) / 5
    assert per_minute < plain_polling / 20
    assert per_minute < 6_000_000


def test_events_are_answered_at_once_and_coalesced() -> None:
    engine = small()
    engine.run(10.5)
    start = engine.now
    for _ in range(50):
        engine.schedule.nudge(Topic.NODES, engine.now)
        engine.schedule.nudge(Topic.SERVICES, engine.now)
        engine.run(0.02)
    for topic in (Topic.NODES, Topic.SERVICES):
        asked = engine.asked(topic, since=start)
        assert asked[0] - start < 0.3
        assert 3 <= len(asked) <= 6


def test_what_an_action_changes_is_asked_for_twice_a_second_until_it_has_settled() -> None:
    engine = Engine({"web": 20_000, "rest": 2_000_000})
    engine.run(5)
    start = engine.now
    engine.schedule.follow({"web"}, {"n1"}, True, engine.now)
    engine.run(10)
    assert 18 <= len(engine.asked(Topic.TASKS_OF, "web", since=start)) <= 22
    assert 18 <= len(engine.asked(Topic.TASKS_ON, "n1", since=start)) <= 22
    assert 18 <= len(engine.asked(Topic.NODES, since=start)) <= 22
    engine.schedule.follow((), (), False, engine.now)
    start = engine.now
    engine.run(10)
    assert len(engine.asked(Topic.TASKS_OF, "web", since=start)) <= 2


def test_a_list_that_takes_long_makes_info_be_asked() -> None:
    engine = small()
    engine.run(5.5)
    question = Question(Topic.NODES)
    engine.schedule.asked(question, engine.now)
    assert engine.schedule.next(Lane.PULSE, engine.now)[0] is None
    due = engine.schedule.next(Lane.PULSE, engine.now)[1]
    assert 0.5 <= due - engine.now <= 2.0


def test_one_slow_answer_does_not_make_a_question_rare() -> None:
    engine = small()
    engine.run(10)
    question = Question(Topic.SERVICES)
    engine.schedule.asked(question, engine.now)
    engine.schedule.answered(question, engine.now, Cost(0.2, 3000))
    start = engine.now
    engine.run(10)
    assert engine.asked(Topic.SERVICES, since=start)[0] - start < 2.5


def test_what_failed_is_asked_again_soon_but_not_at_once() -> None:
    engine = small()
    engine.run(5.2)
    question = Question(Topic.SWARM)
    engine.schedule.asked(question, engine.now)
    engine.schedule.failed(question, engine.now)
    start = engine.now
    engine.run(5)
    assert 0.9 < engine.asked(Topic.SWARM, since=start)[0] - start < 2.0


def test_refresh_asks_for_everything() -> None:
    engine = big()
    engine.run(30)
    start = engine.now
    engine.schedule.everything(engine.now)
    engine.run(1)
    assert {each.topic for at, each in engine.log if at >= start} >= {
        Topic.INFO,
        Topic.NODES,
        Topic.SERVICES,
        Topic.SWARM,
        Topic.ALL_TASKS,
    }


def test_an_answer_is_not_called_overdue_while_the_next_one_is_not_due() -> None:
    engine = Engine({f"s{n}": 60_000 for n in range(2000)})
    engine.run(120)
    asked = sorted(engine.asked(Topic.SERVICES) + engine.asked(Topic.NODES))
    gaps = [b - a for a, b in pairwise(asked)]
    assert max(gaps) < engine.schedule.overdue_after()
    assert small().schedule.overdue_after() < 4


def test_lists_that_show_an_actions_effect_are_asked_for_often_until_it_has_settled() -> None:
    engine = small()
    engine.run(5)
    start = engine.now
    engine.schedule.follow((), (), True, engine.now, {Topic.NETWORKS, Topic.of(Kind.SECRET)})
    engine.run(10)
    assert 18 <= len(engine.asked(Topic.NETWORKS, since=start)) <= 22
    assert 18 <= len(engine.asked(Topic.of(Kind.SECRET), since=start)) <= 22
    assert not engine.asked(Topic.of(Kind.CONFIG), since=start)
    engine.schedule.follow((), (), False, engine.now)
    start = engine.now
    engine.run(10)
    assert not engine.asked(Topic.NETWORKS, since=start)


def test_a_refused_list_is_asked_for_seldom_whatever_happens() -> None:
    engine = small()
    engine.run(10)
    for question in (Question(Topic.of(Kind.SECRET)), Question(Topic.TASKS_OF, ("web",))):
        engine.schedule.asked(question, engine.now)
        engine.schedule.refused(question)
    start = engine.now
    for _ in range(10):
        engine.schedule.nudge(Topic.of(Kind.SECRET), engine.now)
        engine.schedule.nudge_service("web", engine.now)
        engine.run(5)
    assert not engine.asked(Topic.of(Kind.SECRET), since=start)
    assert not engine.asked(Topic.TASKS_OF, since=start)
    assert not engine.asked(Topic.ALL_TASKS, since=start)
    assert len(engine.asked(Topic.SERVICES, since=start)) > 40
    engine.schedule.everything(engine.now)
    start = engine.now
    engine.run(1)
    assert engine.asked(Topic.of(Kind.SECRET), since=start)
    assert engine.asked(Topic.ALL_TASKS, since=start)


def test_cluster_volumes_are_asked_for_only_where_a_service_mounts_any() -> None:
    engine = Engine({"web": 1000})
    engine.run(60.0)
    assert Topic.VOLUMES not in {question.topic for _, question in engine.log}
    engine.states["web"] = ServiceState((2, (3, 3, 0)), restless=False, mounts_volumes=True)
    engine.run(60.0)
    assert Topic.VOLUMES in {question.topic for _, question in engine.log}
