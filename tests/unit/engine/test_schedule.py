"""The timetable as pure logic: a simulated engine of any size, and a clock that costs nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.pace import Cost
from swarmtui.engine.polling.questions import Lane, Question, Topic
from swarmtui.engine.polling.schedule import Schedule
from swarmtui.engine.polling.service_watches import HEAVY, ServiceState
from swarmtui.swarm.kinds import Kind

STEP = 0.02
"""Seconds by which the simulated clock goes on."""
AT_REST = ServiceState((1, (3, 3, 0)), restless=False)
SHORT = ServiceState((1, (0, 9, 0)), restless=True)


class Engine:
    """Answers a schedule's questions on a clock of its own.

    Args:
        tasks: bytes of each service's tasks.
        restless: services that are not at their wanted number.
    """

    def __init__(self, tasks: dict[str, int], restless: tuple[str, ...] = ()) -> None:
        self.now = 1000.0
        self.schedule = Schedule(self.now)
        self.tasks = tasks
        self.states = {each: SHORT if each in restless else AT_REST for each in tasks}
        self.bytes: Counter[Topic] = Counter()
        self.log: list[tuple[float, Question]] = []
        self.changed: dict[str, float] = {}

    def run(self, seconds: float, *, until: Callable[[], object] | None = None) -> None:
        """Let time pass: each lane asks whatever is due, and waits for its answer."""
        end = self.now + seconds
        busy = dict.fromkeys(Lane, 0.0)
        flying: dict[Lane, Question] = {}
        while self.now < end and not (until and until()):
            for lane in Lane:
                if lane in flying and busy[lane] <= self.now:
                    self._answer(flying.pop(lane))
                if lane not in flying:
                    question, _ = self.schedule.next(lane, self.now)
                    if question is not None:
                        self.schedule.asked(question, self.now)
                        self.log.append((self.now, question))
                        flying[lane] = question
                        busy[lane] = self.now + self._cost(question).seconds
            self.now += STEP
        for question in flying.values():
            self._answer(question)

    def asked(self, topic: Topic, service: str = "", *, since: float = 0.0) -> list[float]:
        """When something was asked."""
        return [
            at for at, each in self.log if each.topic is topic and at >= since and (not service or service in each.ids)
        ]

    def _cost(self, question: Question) -> Cost:
        size = {
            Topic.ALL_TASKS: sum(self.tasks.values()),
            Topic.TASKS_OF: sum(self.tasks.get(each, 0) for each in question.ids),
            Topic.SERVICES: 1000 * len(self.tasks),
            Topic.NODES: 10_000,
        }.get(question.topic, 2000)
        # Measured: 6.8 MB of tasks take 0.2 s, and 10,000 tasks make the list of services take 0.06 s.
        seconds = size / 34e6 if question.topic is not Topic.SERVICES else 0.001 + sum(self.tasks.values()) * 0.9e-8
        return Cost(seconds, size)

    def _answer(self, question: Question) -> None:
        cost = self._cost(question)
        self.bytes[question.topic] += int(cost.size)
        ids = self.tasks if question.topic is Topic.ALL_TASKS else question.ids
        sizes = {each: float(self.tasks.get(each, 0)) for each in ids}
        started = max(at for at, each in self.log if each == question)
        changed = {each for each in ids if self.changed.get(each, 0.0) > started - 0.5}
        if question.topic in (Topic.ALL_TASKS, Topic.TASKS_OF):
            self.schedule.answered(question, self.now, cost, changed, sizes)
        else:
            self.schedule.answered(question, self.now, cost)
        if question.topic is Topic.SERVICES:
            self.schedule.set_services(self.states, self.now)


def small() -> Engine:
    return Engine({"web": 3000, "api": 9000, "agent": 4000})


def big(restless: tuple[str, ...] = ("big",)) -> Engine:
    """10,000 pending tasks, as measured on a real manager."""
    return Engine({"big": 6_780_000, "web": 3000, "api": 9000, "agent": 4000}, restless)


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


def test_services_about_every_second_and_nodes_every_few() -> None:
    engine = small()
    engine.run(60)
    assert 55 <= len(engine.asked(Topic.SERVICES)) <= 61
    assert 20 <= len(engine.asked(Topic.NODES)) <= 30
    assert 10 <= len(engine.asked(Topic.INFO)) <= 14
    assert 25 <= len(engine.asked(Topic.SWARM)) <= 31


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


def test_a_heavy_service_does_not_hold_up_the_lists() -> None:
    engine = big()
    engine.run(300)
    lists = [each for _, each in engine.log if each.topic is Topic.TASKS_OF and "big" not in each.ids]
    assert all(len(each.ids) >= 1 for each in lists)
    asked = engine.asked(Topic.SERVICES)
    assert max(b - a for a, b in pairwise(asked)) < 3.5


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
    questions = [each for _, each in engine.log if each.topic is Topic.TASKS_OF and "s0" in each.ids]
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


def test_a_list_that_takes_long_makes_info_be_asked() -> None:
    engine = small()
    engine.run(5.5)
    question = Question(Topic.NODES)
    engine.schedule.asked(question, engine.now)
    assert engine.schedule.next(Lane.PULSE, engine.now)[0] is None
    due = engine.schedule.next(Lane.PULSE, engine.now)[1]
    assert 0.5 <= due - engine.now <= 2.0


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
