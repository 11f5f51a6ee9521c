"""An engine on a clock of its own, for the tests of what is asked when."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from swarmtui.engine.polling.endings import Endings
from swarmtui.engine.polling.engine_questions import OF_SERVICES, Lane, Question, Topic
from swarmtui.engine.polling.pace import Cost
from swarmtui.engine.polling.schedule import Schedule
from swarmtui.engine.polling.service_watches import ServiceState

__all__ = ["AT_REST", "SHORT", "STEP", "Engine", "big", "small"]

STEP = 0.02
"""Seconds by which the simulated clock goes on."""
AT_REST = ServiceState((1, (3, 3, 0)), restless=False)
SHORT = ServiceState((1, (0, 9, 0)), restless=True)


class Engine:
    """Answers a schedule's questions on a clock of its own.

    Args:
        tasks: bytes of each service's tasks.
        restless: services that are not at their wanted number.
        line: bytes per second that the line to it carries.
    """

    def __init__(self, tasks: dict[str, int], restless: tuple[str, ...] = (), line: float = math.inf) -> None:
        self.line = line
        self.now = 1000.0
        self.schedule = Schedule(self.now)
        self.tasks = tasks
        self.states = {each: SHORT if each in restless else AT_REST for each in tasks}
        self.bytes: Counter[Topic] = Counter()
        self.log: list[tuple[float, Question]] = []
        self.told = False
        self.changed: dict[str, float] = {}

    def run(self, seconds: float, *, until: Callable[[], object] | None = None) -> None:
        """Let time pass: each lane asks whatever is due, and waits for its answer."""
        end = self.now + seconds
        busy = dict.fromkeys(Lane, 0.0)
        flying: dict[Lane, Question] = {}
        while self.now < end and not (until and until()):
            again = end  # at the soonest, unless something happens now
            for lane in Lane:
                if lane in flying and busy[lane] <= self.now:
                    self._answer(flying.pop(lane))
                    again = self.now
                if lane not in flying:
                    question, due = self.schedule.next(lane, self.now)
                    if question is not None:
                        self.schedule.asked(question, self.now)
                        self.log.append((self.now, question))
                        flying[lane] = question
                        busy[lane] = due = self.now + self._cost(question).seconds
                    again = min(again, due)
                else:
                    again = min(again, busy[lane])
            self.now += STEP * max(1, math.ceil((again - self.now) / STEP))
        for question in flying.values():
            self._answer(question)

    def asked(self, topic: Topic, service: str = "", *, since: float = 0.0) -> list[float]:
        """When something was asked; of a service's tasks, with its history or without."""
        meant = OF_SERVICES if topic is Topic.TASKS_OF else (topic,)
        return [
            at for at, each in self.log if each.topic in meant and at >= since and (not service or service in each.ids)
        ]

    def _cost(self, question: Question) -> Cost:
        size = {
            Topic.ALL_TASKS: sum(self.tasks.values()),
            Topic.TASKS_OF: sum(self.tasks.get(each, 0) for each in question.ids),
            Topic.STANDING_OF: sum(self.tasks.get(each, 0) for each in question.ids),
            Topic.SOME_SERVICES: 1000 * len(question.ids),
            Topic.ENDED: 2,
            Topic.SERVICES: 1000 * len(self.tasks),
            Topic.NODES: 10_000,
        }.get(question.topic, 2000)
        # Measured: 6.8 MB of tasks take 0.2 s, and 10,000 tasks make the list of services take 0.06 s.
        seconds = size / 34e6 if question.topic is not Topic.SERVICES else 0.001 + sum(self.tasks.values()) * 0.9e-8
        return Cost(seconds + size / self.line, size)

    def _answer(self, question: Question) -> None:
        cost = self._cost(question)
        self.bytes[question.topic] += int(cost.size)
        ids = self.tasks if question.topic is Topic.ALL_TASKS else question.ids
        sizes = {each: float(self.tasks.get(each, 0)) for each in ids}
        started = max(at for at, each in self.log if each == question)
        changed = {each for each in ids if self.changed.get(each, 0.0) > started - 0.5}
        if question.topic in (Topic.ALL_TASKS, *OF_SERVICES):
            self.schedule.answered(question, self.now, cost, changed, sizes)
        else:
            self.schedule.answered(question, self.now, cost)
        if question.topic is Topic.SERVICES:
            self.schedule.set_services(self.states, self.now)
        if question.topic is Topic.ALL_TASKS and self.told:
            self.schedule.set_endings(Endings((Question(Topic.ENDED),), complete=True), self.now)


def small() -> Engine:
    return Engine({"web": 3000, "api": 9000, "agent": 4000})


def big(restless: tuple[str, ...] = ("big",)) -> Engine:
    """10,000 pending tasks, as measured on a real manager."""
    return Engine({"big": 6_780_000, "web": 3000, "api": 9000, "agent": 4000}, restless)
