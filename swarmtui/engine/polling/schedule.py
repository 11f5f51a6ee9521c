"""Which question is due when: the engine is asked often about what matters, and seldom about what is big.

Pure: the clock is passed in, nothing is sent from here. The rules:

* `/services?status=true` is small and has each service's running count, so it is asked about every second and shows
  whose tasks have changed; tasks raise no events (moby/moby#37403).
* The whole `/tasks` is asked at the start and then seldom. In between only *restless* services are asked for their
  tasks: those on the screen, not at their wanted number, in an update, with a task on its way, not steady yet since a
  task failed, or just changed.
* Where it can be told for a few bytes that no task has ended (`endings`), that is asked every two seconds, and all
  lists become rare while nothing changes.
* A question has a pace, which bounds the time and the bytes that it may cost (see `pace`).
* An event only says *ask again soon*: 50 ms later, and at most about every 250 ms; for the object alone that it names.
  Where no events are heard, lists stay frequent.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from swarmtui.engine.polling.by_id import ByID
from swarmtui.engine.polling.ending_timers import EndingTimers
from swarmtui.engine.polling.endings import Endings
from swarmtui.engine.polling.engine_questions import BY_ID, LANES, OF_SERVICES, ROUTINE, Lane, Question, Topic
from swarmtui.engine.polling.node_watches import NodeWatches
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.pace import (
    FOLLOWED,
    JOBS,
    LIVELY,
    MANAGERS,
    NO_LIMITS,
    Cost,
    Limits,
    Pace,
    Rest,
    Timer,
)
from swarmtui.engine.polling.service_watches import ServiceState, ServiceWatches

__all__ = ["Schedule"]

EVENT_DELAY = 0.05
"""Seconds from an event to the asking: an action rarely raises one event alone. A node or service that an event names
is asked for at once, and the next ones so much later."""
CLEARING = 60.0
"""Seconds for which the whole list is asked for often after a service was removed: its tasks go one by one."""
WAITED_LONG = 1.0
"""Seconds that a list may take until `/info` is asked whether the quorum is lost."""
PROBE_GAP = 2.0
"""Seconds between two such requests."""
RETRY = 1.0
"""Seconds until a question that failed is asked again, while the connection as such is well."""
REFUSED_AGAIN = 60.0
"""Seconds after which a list is asked for again that the engine refuses."""


COUNTS_ELSEWHERE = Rest(4.0)
"""Of the counts, when only they tell that a task has ended which is not on the screen."""


class Schedule:
    """The timetable of one connection. Not thread-safe: the watcher holds its lock.

    Args:
        now: seconds of a monotonic clock, here and in every method.
        limits: what the user allows. What an event, a key or an action calls for is asked all the same.
    """

    def __init__(self, now: float, limits: Limits = NO_LIMITS) -> None:
        self._limits = limits
        self._timers = {topic: Timer(nudged=now, limits=limits) for topic in ROUTINE}
        self._nodes = NodeWatches(limits)
        self._services = ServiceWatches(limits, self._timers[Topic.ALL_TASKS])
        self._by_id = {topic: ByID(topic, limits) for topic in BY_ID.values()}
        self._endings = EndingTimers(limits)
        self._deaf = True
        self._following = False
        self._followed_topics: frozenset[Topic] = frozenset()
        self._removed = -math.inf
        self._list_started: float | None = None
        self._refused: set[Topic] = set()
        self._unnamed: dict[str, float] = {}
        self._volumes_wanted = False

    # -------------------------------------------------------------------------------- what the world tells

    def nudge(self, topic: Topic, now: float, delay: float = EVENT_DELAY) -> None:
        """Something about nodes, services or the swarm has changed: ask again soon."""
        self._timers[topic].nudge(now + delay)

    def nudge_one(self, topic: Topic, object_id: str, now: float, delay: float = EVENT_DELAY) -> None:
        """One node or service has changed: ask for it alone, and at once unless there was such a change just before."""
        if not self._by_id[BY_ID[topic]].hear(object_id, now, delay):
            self.nudge(topic, now, delay)

    def hears_events(self, hears: bool, now: float) -> None:
        """Whether the swarm's events come: without them only lists tell of changes."""
        self._deaf = not hears
        if self._deaf:
            for topic in BY_ID:
                self._timers[topic].sign = now

    def set_endings(self, endings: Endings, now: float) -> None:
        """By which questions the end of a task is heard of from now on."""
        self._endings.plan(endings, now)
        self._tell_services()

    def ended(self, service_ids: Iterable[str], now: float) -> None:
        """Tasks of these services have ended: what became of them, and how many run now."""
        for service_id in service_ids:
            self._services.changed(service_id, now, 0.0)
            self.nudge_one(Topic.SERVICES, service_id, now, delay=0.0)

    def counts_moved(self, service_ids: Iterable[str], now: float) -> None:
        """Tasks of these services are not what they were: so are the manager's counts."""
        for service_id in service_ids:
            self.nudge_one(Topic.SERVICES, service_id, now, delay=0.0)

    def nudge_service(self, service_id: str, now: float, delay: float = EVENT_DELAY) -> None:
        """A service has changed: its tasks are asked for at once, whatever they cost, and often for a while."""
        self._services.changed(service_id, now, delay)

    def everything(self, now: float) -> None:
        """Ask for all there is now: the user wants it, or the connection was lost meanwhile."""
        self._refused.clear()
        for timer in self._timers.values():
            timer.nudge(now)
        self._endings.everything(now)
        self._tell_services()
        self._services.everything(now)

    def look_at(self, scope: TaskScope, now: float) -> None:
        """Whose tasks are on the screen from now on."""
        if scope == self._services.scope:
            return
        self._services.look_at(scope, now)
        self._timers[Topic.SERVICES].sign = now
        self._nodes.look_at(scope.node_id, now)

    def follow(
        self,
        service_ids: Collection[str],
        node_ids: Collection[str],
        active: bool,
        now: float,
        topics: Iterable[Topic] = (),
    ) -> None:
        """What actions under way have changed: asked for often until they have settled.

        Args:
            service_ids: services that they act on.
            node_ids: nodes that they act on.
            active: whether there is any action under way at all.
            topics: lists in which their effect is to be seen.
        """
        self._services.follow(service_ids, now)
        self._following = active
        self._followed_topics = frozenset(topics)
        self._nodes.follow(node_ids)

    def set_services(self, services: Mapping[str, ServiceState], now: float) -> None:
        """The list of services was answered: whoever's counts changed is asked for its tasks."""
        self._volumes_wanted = any(each.mounts_volumes for each in services.values())
        jobs = {each: JOBS for each, state in services.items() if state.ends_silently}
        self._by_id[Topic.SOME_SERVICES].watch(jobs, now)
        if self._services.set_services(services, now):
            self._removed = now
            self._timers[Topic.ALL_TASKS].nudge(now, LIVELY)

    def look_up(self, network_ids: Iterable[str], now: float) -> None:
        """Services are on networks that are in no list: each is asked for once."""
        for network_id in network_ids:
            self._unnamed.setdefault(network_id, now)

    def set_moving(self, moving: Mapping[str, bool], leaving: Collection[str], now: float) -> None:
        """Tasks were answered: which of these services have a task on its way, and of which one is ending."""
        self._services.set_moving(moving, leaving, now)

    def set_unsteady(self, until: Mapping[str, float], now: float) -> None:
        """Tasks were answered: until when each of these services is in doubt since a task failed."""
        self._services.set_unsteady(until, now)

    def set_nodes(
        self,
        known: Collection[str],
        dead: Iterable[str],
        service_ids: Iterable[str],
        now: float,
        managers: Iterable[str] = (),
    ) -> None:
        """The list of nodes was answered.

        The manager keeps counting tasks of dead nodes as running, so their tasks must be known to count them out.

        Args:
            known: IDs of all nodes.
            dead: of those that are not ready.
            service_ids: services with tasks on those that have just become so.
            managers: of all nodes. Whether they reach each other no event tells.
        """
        self._by_id[Topic.SOME_NODES].watch(dict.fromkeys(managers, MANAGERS), now)
        self._nodes.set_nodes(known, dead, now + EVENT_DELAY)
        self._services.touched(service_ids, now)

    # -------------------------------------------------------------------------------- what is due

    def next(self, lane: Lane, now: float) -> tuple[Question | None, float]:
        """The most overdue question of a lane, or when there will be one.

        Returns:
            A question and now; or None and the moment at which to look again (infinity when nothing is foreseen).
        """
        candidates = self._candidates(lane, now)
        due, question = min(candidates, key=lambda each: self._urgency(each[0], each[1], now), default=(math.inf, None))
        if question is None or due > now:
            return None, due
        if question.topic is Topic.TASKS_OF and lane is Lane.LISTS:
            question = self._services.batch(now)
        return question, now

    def asked(self, question: Question, now: float) -> None:
        """The question is being sent."""
        if question.topic is Topic.NETWORK:
            self._unnamed[question.ids[0]] = math.inf
        for timer in self._timers_of(question):
            timer.ask(now)
        if question.topic in self._by_id:
            self._by_id[question.topic].asked = now
        if question.topic in BY_ID:
            self._by_id[BY_ID[question.topic]].whole_asked()
        if question.topic is not Topic.INFO and self._lane(question) is Lane.LISTS:
            self._list_started = now

    def answered(
        self,
        question: Question,
        now: float,
        cost: Cost,
        changed: Collection[str] = (),
        sizes: Mapping[str, float] = {},
        *,
        differs: bool = False,
    ) -> None:
        """The question was answered.

        Args:
            question: as `next` gave it.
            cost: of this answer.
            changed: services whose tasks differ from before.
            sizes: bytes of each service's tasks, as far as the answer tells.
            differs: the list is not what was known before.
        """
        started = min((timer.asked for timer in self._timers_of(question)), default=now)
        self._landed(question)
        self._refused.discard(question.topic)
        if differs and question.topic is not Topic.ALL_TASKS:  # it does not change without a smaller answer that does
            for timer in self._timers_of(question):
                timer.sign = now
        if question.topic is Topic.TASKS_OF:
            self._services.weighed(question.ids, sizes, now)
        for timer in self._timers_of(question):
            timer.learn(cost)  # of several services in one request, the whole of it holds each of them back
        if question.topic is Topic.ALL_TASKS:
            self._services.whole_answered(started, sizes, cost)
            if now - self._removed < CLEARING:
                self._timers[Topic.ALL_TASKS].nudge(now + RETRY, LIVELY)
        if question.topic in self._by_id:
            self._by_id[question.topic].settled()
        told = set(question.ids) | set(changed) if question.topic in OF_SERVICES else changed
        self._services.answered(told, changed, now)

    def failed(self, question: Question, now: float) -> None:
        """The question was not answered: it is asked again in a while."""
        if question.topic is Topic.NETWORK:
            self._unnamed[question.ids[0]] = now + RETRY
        self._landed(question)
        for timer in self._timers_of(question):
            timer.nudge(now + RETRY)

    def refused(self, question: Question) -> None:
        """The engine does not give this list: events and changes no longer call for it, and it is asked for seldom.

        The tasks of services and of nodes are the same list, only filtered.
        """
        self._landed(question)
        for timer in self._timers_of(question):
            timer.learn(Cost())
        if question.topic in (Topic.ENDED, Topic.ENDED_OF):
            self._endings.refuse()
            self._tell_services()
            return
        self._refused.add(Topic.ALL_TASKS if question.topic in (*OF_SERVICES, Topic.TASKS_ON) else question.topic)

    def missing(self, question: Question, now: float) -> None:
        """One of the services or nodes that were asked about is gone: see which there are, and ask about the rest."""
        self._landed(question)
        if question.topic in OF_SERVICES:
            self._services.missing(question.ids)
        if question.topic in (*OF_SERVICES, Topic.ENDED_OF):
            self.nudge(Topic.SERVICES, now, delay=0.0)
        else:
            self.nudge(Topic.NODES, now, delay=0.0)
        for timer in self._timers_of(question):
            timer.nudge(now + RETRY)

    def overdue_after(self) -> float:
        """The age in seconds from which on the last answer counts as old: two requests may be missed."""
        gap = min(self._interval(Topic.SERVICES), self._interval(Topic.NODES), self._endings.interval)
        return 2.0 + gap + self._timers[Topic.SERVICES].cost.seconds

    # -------------------------------------------------------------------------------- inside

    def _tell_services(self) -> None:
        self._services.told = self._endings.complete
        self._services.told_on_screen = self._nodes.told_on_screen = self._endings.for_screen

    def _candidates(self, lane: Lane, now: float) -> Iterable[tuple[float, Question]]:
        for topic, timer in self._timers.items():
            if topic is Topic.VOLUMES and not self._volumes_wanted:
                continue
            if self._lane_of(topic) is lane:
                due = timer.due(self._pace(topic))
                if topic in self._refused and not timer.flying:
                    due = timer.asked + REFUSED_AGAIN
                if topic is Topic.INFO and self._list_started is not None and not timer.flying:
                    due = min(due, max(self._list_started + WAITED_LONG, timer.asked + PROBE_GAP))
                yield due, Question(topic)
        if lane is Lane.LISTS:
            for network_id, due in self._unnamed.items():
                yield due, Question(Topic.NETWORK, (network_id,))
            for some in self._by_id.values():
                if (found := some.due()) is not None:
                    yield found
        if lane is Lane.PULSE or Topic.ALL_TASKS in self._refused:
            return
        for due, service_id in self._services.due(lane is Lane.BULK, now):
            yield due, Question(Topic.TASKS_OF, (service_id,))
        if lane is Lane.LISTS:
            yield from self._endings.due()
            yield from self._nodes.due()

    def _interval(self, topic: Topic) -> float:
        return self._timers[topic].interval(self._pace(topic))

    def _pace(self, topic: Topic) -> Pace:
        if topic is Topic.ALL_TASKS:
            return self._services.whole_pace
        if topic in self._followed_topics or (self._following and topic in (Topic.SERVICES, Topic.NODES)):
            return FOLLOWED
        pace = ROUTINE[topic]
        if topic in BY_ID and (self._deaf or (topic is Topic.SERVICES and not self._endings.complete)):
            return replace(pace, rest=COUNTS_ELSEWHERE if self._endings.for_screen and not self._deaf else None)
        return pace

    def _urgency(self, due: float, question: Question, now: float) -> tuple[float, bool, float]:
        """The most overdue first; before all else that is due, what there has to be before anything can be shown."""
        return max(due, now), not self._is_awaited(question.topic), due

    def _is_awaited(self, topic: Topic) -> bool:
        """Whether the first picture waits for this list."""
        return topic in BY_ID and not self._timers[topic].cost.size

    def _lane(self, question: Question) -> Lane:
        if question.topic is Topic.TASKS_OF and self._services.is_heavy(question.ids):
            return Lane.BULK
        return self._lane_of(question.topic)

    def _lane_of(self, topic: Topic) -> Lane:
        """The first list of nodes is asked for besides that of services: over a slow line that spares a round trip."""
        if topic is Topic.NODES and self._is_awaited(topic):
            return Lane.BULK
        return LANES.get(topic, Lane.LISTS)

    def _timers_of(self, question: Question) -> list[Timer]:
        if question.topic in OF_SERVICES:
            return self._services.timers(question.ids)
        if question.topic is Topic.TASKS_ON:
            return self._nodes.timers(question.ids)
        if question.topic is Topic.NETWORK:
            return []
        if question.topic in self._by_id:
            return self._by_id[question.topic].timers(question.ids)
        if question.topic in (Topic.ENDED, Topic.ENDED_OF):
            return self._endings.timers(question)
        return [self._timers[question.topic]]

    def _landed(self, question: Question) -> None:
        for timer in self._timers_of(question):
            timer.flying = False
        if question.topic is not Topic.INFO and self._lane(question) is Lane.LISTS:
            self._list_started = None
