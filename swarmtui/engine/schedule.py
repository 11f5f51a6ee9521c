"""Which question is due when: the engine is asked often about what matters, and seldom about what is big.

Pure: the clock is passed in, nothing is sent from here. The rules:

* `/services?status=true` is small and has each service's running count, so it is asked about every second and shows
  whose tasks have changed; tasks raise no events (moby/moby#37403).
* The whole `/tasks` is asked at the start and then seldom. In between only *restless* services are asked for their
  tasks: those on the screen, not at their wanted number, in an update, with a task on its way, or just changed.
* A question has a pace, which bounds the time and the bytes that it may cost (see `pace`).
* An event only says *ask again soon*: 50 ms later, and at most about every 250 ms.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from swarmtui.engine.observation import TaskScope
from swarmtui.engine.pace import (
    BACKGROUND,
    CHANGING,
    COUNTED,
    DEAD_NODES,
    FOLLOWED,
    LIVELY,
    NO_LIMITS,
    NUDGED,
    ON_SCREEN,
    RESTLESS,
    SHARED,
    Cost,
    Limits,
    Pace,
    Timer,
)

__all__ = ["HEAVY", "Lane", "Question", "Schedule", "ServiceState", "Topic"]

HEAVY = 256 * 1024
"""Bytes of tasks from which on a service is asked for by itself, on the bulk lane."""
BATCH = 200
"""Services asked about in one request at most; the IDs go into its URL."""
TOGETHER = 0.1
"""Questions about services that are due within so many seconds go into one request."""
EVENT_DELAY = 0.05
"""Seconds from an event to the asking: an action rarely raises one event alone."""
RECENT = 10.0
"""Seconds for which a service that has just changed is asked for often: the tasks follow the counts."""
CLEARING = 60.0
"""Seconds for which the whole list is asked for often after a service was removed: its tasks go one by one."""
WAITED_LONG = 1.0
"""Seconds that a list may take until `/info` is asked whether the quorum is lost."""
PROBE_GAP = 2.0
"""Seconds between two such askings."""
RETRY = 1.0
"""Seconds until a question that failed is asked again, while the connection as such is well."""
CALM_AFTER = 5
"""Unchanged answers after which a restless service is asked less often, up to `CALM_FACTOR` times less."""
CALM_FACTOR = 5


class Topic(Enum):
    """What can be asked; the value is the path."""

    INFO = "/info"
    NODES = "/nodes"
    SERVICES = "/services"
    SWARM = "/swarm"
    SECRETS = "/secrets"
    CONFIGS = "/configs"
    NETWORKS = "/networks"
    ALL_TASKS = "/tasks"
    TASKS_OF = "/tasks of services"
    TASKS_ON = "/tasks on nodes"


class Lane(Enum):
    """Who asks: each lane is one thread with its own connection, so that nothing small waits for something big."""

    PULSE = "pulse"
    """Whether the engine is well."""
    LISTS = "lists"
    """All that is small."""
    BULK = "bulk"
    """The whole task list, and the tasks of heavy services."""


@dataclass(frozen=True)
class Question:
    """One request.

    Attributes:
        topic: what is asked.
        ids: of the services or nodes that it is about; empty for the other topics.
    """

    topic: Topic
    ids: tuple[str, ...] = ()


ROUTINE = {
    Topic.INFO: Pace(5.0, 0.05, 64_000, most=10.0),
    Topic.NODES: Pace(2.5, 0.03, 64_000, most=15.0),
    Topic.SERVICES: Pace(1.0, 0.03, 64_000, most=10.0),
    Topic.SWARM: Pace(30.0, 0.01, 24_000),
    Topic.SECRETS: SHARED,
    Topic.CONFIGS: SHARED,
    Topic.NETWORKS: SHARED,
    Topic.ALL_TASKS: ON_SCREEN,
}
LANES = {Topic.INFO: Lane.PULSE, Topic.ALL_TASKS: Lane.BULK}


@dataclass(frozen=True)
class ServiceState:
    """What the schedule must know of a service.

    Attributes:
        counts: anything that differs when its tasks may have changed: running, desired and completed tasks, version.
        restless: it is not at its wanted number of tasks, or being updated.
    """

    counts: object
    restless: bool


@dataclass
class _ServiceWatch(Timer):
    """What is known of a service whose tasks may have to be asked for."""

    size: float = 0.0
    """Bytes of its own tasks; `cost` may be that of a request that was about other services too."""
    restless: bool = False
    moving: bool = False
    """A task of it is on its way from one state to another."""
    changed: float = -math.inf
    calm: int = 0


class Schedule:
    """The timetable of one connection. Not thread-safe: the watcher holds its lock.

    Args:
        now: seconds of a monotonic clock, here and in every method.
        limits: what the user allows. What an event, a key or an action calls for is asked all the same.
    """

    def __init__(self, now: float, limits: Limits = NO_LIMITS) -> None:
        self._limits = limits
        self._timers = {topic: Timer(nudged=now, limits=limits) for topic in ROUTINE}
        self._node_timers: dict[tuple[str, ...], Timer] = {}
        self._services: dict[str, _ServiceWatch] = {}
        self._counts: dict[str, ServiceState] | None = None
        self._active: set[str] = set()
        self._scope = TaskScope()
        self._dead: tuple[str, ...] = ()
        self._nodes: Collection[str] | None = None
        self._followed: set[str] = set()
        self._followed_nodes: tuple[str, ...] = ()
        self._following = False
        self._followed_topics: frozenset[Topic] = frozenset()
        self._removed = -math.inf
        self._list_started: float | None = None

    # -------------------------------------------------------------------------------- what the world tells

    def nudge(self, topic: Topic, now: float, delay: float = EVENT_DELAY) -> None:
        """Something about nodes, services or the swarm has changed: ask again soon."""
        self._timers[topic].nudge(now + delay)

    def nudge_service(self, service_id: str, now: float, delay: float = EVENT_DELAY) -> None:
        """A service has changed: its tasks are asked for at once, whatever they cost, and often for a while."""
        watch = self._service(service_id)
        watch.nudge(now + delay)
        watch.changed, watch.calm = now, 0

    def everything(self, now: float) -> None:
        """Ask for all there is now: the user wants it, or the connection was lost meanwhile."""
        for timer in self._timers.values():
            timer.nudge(now)
        for service_id in self._active:
            self._services[service_id].nudge(now)

    def look_at(self, scope: TaskScope, now: float) -> None:
        """Whose tasks are on the screen from now on."""
        if scope == self._scope:
            return
        old, self._scope = self._scope, scope
        if scope.service_id:
            self._service(scope.service_id).nudge(now)
        if old.service_id:
            self._retire(old.service_id, now)
        if scope.node_id:
            self._nodes_timer((scope.node_id,)).nudge(now)
        self._drop_node_timers()

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
        before, self._followed = self._followed, set(service_ids)
        for service_id in self._followed - before:
            self._service(service_id).nudge(now)
        for service_id in before - self._followed:
            self._retire(service_id, now)
        self._following = active
        self._followed_topics = frozenset(topics)
        self._followed_nodes = tuple(sorted(node_ids))
        self._drop_node_timers()

    def set_services(self, services: Mapping[str, ServiceState], now: float) -> None:
        """The list of services was answered: whoever's counts changed is asked for its tasks.

        Those of a removed service can only be had with the whole list: asking for them is an error (404).
        """
        known = self._counts or {}
        for service_id, state in services.items():
            before = known.get(service_id)
            if before is not None and before == state:
                continue
            if self._counts is None and not state.restless:
                continue  # the first list of all: the whole task list is on its way
            watch = self._service(service_id)
            watch.restless = state.restless
            if self._counts is not None:
                watch.changed, watch.calm = now, 0
                watch.nudge(now, NUDGED if self._on_screen(service_id) else COUNTED)
        self._counts = dict(services)
        self._forget({*known, *self._services} - services.keys())
        if known.keys() - services.keys():
            self._removed = now
            self._timers[Topic.ALL_TASKS].nudge(now, LIVELY)
        for service_id in list(self._active):
            self._retire(service_id, now)

    def set_moving(self, moving: Mapping[str, bool], now: float) -> None:
        """Tasks were answered: which of these services have a task on its way."""
        for service_id, is_moving in moving.items():
            if is_moving:
                self._service(service_id).moving = True
            elif service_id in self._services:
                self._services[service_id].moving = False
                self._retire(service_id, now)

    def set_nodes(self, known: Collection[str], dead: Iterable[str], service_ids: Iterable[str], now: float) -> None:
        """The list of nodes was answered.

        The manager goes on counting tasks of dead nodes as running, so their tasks must be known to count them out.

        Args:
            known: IDs of all nodes.
            dead: of those that are not ready.
            service_ids: services with tasks on those that have just become so.
        """
        self._nodes = known
        before, self._dead = self._dead, tuple(sorted(dead))[:BATCH]
        if self._dead and self._dead != before:
            self._nodes_timer(self._dead).nudge(now + EVENT_DELAY)
        self._drop_node_timers()
        for service_id in service_ids:
            self._service(service_id).changed = now

    # -------------------------------------------------------------------------------- what is due

    def next(self, lane: Lane, now: float) -> tuple[Question | None, float]:
        """The most overdue question of a lane, or when there will be one.

        Returns:
            A question and now; or None and the moment at which to look again (infinity when nothing is foreseen).
        """
        due, question = min(self._candidates(lane, now), key=lambda each: each[0], default=(math.inf, None))
        if question is None or due > now:
            return None, due
        if question.topic is Topic.TASKS_OF and lane is Lane.LISTS:
            question = Question(Topic.TASKS_OF, self._batch(now))
        return question, now

    def asked(self, question: Question, now: float) -> None:
        """The question is being sent."""
        for timer in self._timers_of(question):
            timer.ask(now)
        if question.topic is not Topic.INFO and self._lane(question) is Lane.LISTS:
            self._list_started = now

    def answered(
        self, question: Question, now: float, cost: Cost, changed: Collection[str] = (), sizes: Mapping[str, float] = {}
    ) -> None:
        """The question was answered.

        Args:
            question: as `next` gave it.
            cost: of this answer.
            changed: services whose tasks differ from before.
            sizes: bytes of each service's tasks, as far as the answer tells.
        """
        started = min((timer.asked for timer in self._timers_of(question)), default=now)
        self._landed(question)
        if question.topic is Topic.TASKS_OF:
            for service_id in question.ids:
                if service_id in self._services:
                    self._services[service_id].size = sizes.get(service_id, 0.0)
        for timer in self._timers_of(question):
            timer.learn(cost)  # of several services in one request, the whole of it holds each of them back
        if question.topic is Topic.ALL_TASKS:
            self._all_tasks_answered(started, sizes, cost)
            if now - self._removed < CLEARING:
                self._timers[Topic.ALL_TASKS].nudge(now + RETRY, LIVELY)
        for service_id in set(question.ids) | set(changed) if question.topic is Topic.TASKS_OF else changed:
            watch = self._services.get(service_id)
            if watch is not None:
                watch.calm = 0 if service_id in changed else watch.calm + 1
                if service_id in changed and watch.changed != -math.inf:
                    watch.changed = now  # it goes on changing
                self._retire(service_id, now)

    def failed(self, question: Question, now: float) -> None:
        """The question was not answered: it is asked again in a while."""
        self._landed(question)
        for timer in self._timers_of(question):
            timer.nudge(now + RETRY)

    def missing(self, question: Question, now: float) -> None:
        """One of the services or nodes that were asked about is gone: see which there are, and ask about the rest."""
        self._landed(question)
        if question.topic is Topic.TASKS_OF:
            self._forget(set(question.ids) - (self._counts or {}).keys())
            self.nudge(Topic.SERVICES, now, delay=0.0)
        else:
            self.nudge(Topic.NODES, now, delay=0.0)
        for timer in self._timers_of(question):
            timer.nudge(now + RETRY)

    def overdue_after(self) -> float:
        """The age in seconds from which on the last answer counts as old: two askings may be missed."""
        gap = min(self._interval(Topic.SERVICES), self._interval(Topic.NODES))
        return 2.0 + gap + self._timers[Topic.SERVICES].cost.seconds

    # -------------------------------------------------------------------------------- inside

    def _candidates(self, lane: Lane, now: float) -> Iterable[tuple[float, Question]]:
        for topic, timer in self._timers.items():
            if self._lane_of(topic) is lane:
                due = timer.due(self._pace(topic))
                if topic is Topic.INFO and self._list_started is not None and not timer.flying:
                    due = min(due, max(self._list_started + WAITED_LONG, timer.asked + PROBE_GAP))
                yield due, Question(topic)
        if lane is Lane.PULSE:
            return
        for service_id in self._active:
            watch = self._services[service_id]
            if (watch.size > HEAVY) is (lane is Lane.BULK):
                yield watch.due(self._service_pace(service_id, watch, now)), Question(Topic.TASKS_OF, (service_id,))
        if lane is Lane.LISTS:
            for ids, timer in self._node_timers.items():
                yield timer.due(self._nodes_pace(ids)), Question(Topic.TASKS_ON, ids)

    def _batch(self, now: float) -> tuple[str, ...]:
        """All light services that are due about now, the most overdue first when they are too many."""
        due = [
            (moment, service_id)
            for service_id in self._active
            if (watch := self._services[service_id]).size <= HEAVY
            and (moment := watch.due(self._service_pace(service_id, watch, now))) <= now + TOGETHER
        ]
        return tuple(sorted(service_id for _, service_id in sorted(due)[:BATCH]))

    def _interval(self, topic: Topic) -> float:
        return self._limits.interval_of(self._pace(topic), self._timers[topic].cost)

    def _pace(self, topic: Topic) -> Pace:
        if topic is Topic.ALL_TASKS:
            return BACKGROUND if self._scope.service_id or self._scope.node_id else ON_SCREEN
        if topic in self._followed_topics or (self._following and topic in (Topic.SERVICES, Topic.NODES)):
            return FOLLOWED
        return ROUTINE[topic]

    def _service_pace(self, service_id: str, watch: _ServiceWatch, now: float) -> Pace | None:
        """How often a service's tasks are worth asking for now; None when the whole list will do."""
        if service_id in self._followed:
            return FOLLOWED
        # Until an answer is like the one before: the pace of a heavy service may be slower than `RECENT`.
        recent = now - watch.changed < RECENT or watch.changed > watch.asked
        if self._scope.service_id == service_id:
            return LIVELY if recent else ON_SCREEN
        whole = self._timers[Topic.ALL_TASKS]
        if not whole.cost.size and (whole.flying or whole.asked == -math.inf):
            return None  # the first whole list is on its way
        if whole.cost.size and self._interval(Topic.ALL_TASKS) <= RESTLESS.least:
            return None  # a small swarm: the whole list comes as often
        if recent:
            return LIVELY if self._on_screen(service_id) else CHANGING
        if watch.restless or watch.moving:
            calm = min(CALM_FACTOR, 1 + watch.calm // CALM_AFTER)
            return Pace(RESTLESS.least * calm, RESTLESS.share, RESTLESS.rate)
        return None

    def _nodes_pace(self, ids: tuple[str, ...]) -> Pace:
        if ids == self._followed_nodes:
            return FOLLOWED
        return ON_SCREEN if ids == (self._scope.node_id,) else DEAD_NODES

    def _on_screen(self, service_id: str) -> bool:
        return service_id == self._scope.service_id or not (self._scope.service_id or self._scope.node_id)

    def _service(self, service_id: str) -> _ServiceWatch:
        """A service's watch, which takes part in the asking from now on."""
        self._active.add(service_id)
        return self._services.setdefault(service_id, _ServiceWatch(limits=self._limits))

    def _retire(self, service_id: str, now: float) -> None:
        """Take a service out of the asking when nothing about it is of interest any more. Its cost is remembered."""
        watch = self._services.get(service_id)
        if watch is None or watch.flying or watch.nudged is not None:
            return
        if not (
            watch.restless
            or watch.moving
            or now - watch.changed < RECENT
            or watch.changed > watch.asked
            or service_id in self._followed
            or service_id == self._scope.service_id
        ):
            self._active.discard(service_id)

    def _forget(self, service_ids: Iterable[str]) -> None:
        for service_id in service_ids:
            self._services.pop(service_id, None)
            self._active.discard(service_id)

    def _nodes_timer(self, ids: tuple[str, ...]) -> Timer:
        return self._node_timers.setdefault(ids, Timer(limits=self._limits))

    def _drop_node_timers(self) -> None:
        wanted = {ids for ids in (self._dead, (self._scope.node_id,), self._followed_nodes) if ids and ids[0]}
        if self._nodes is not None:  # asking about a removed node is an error (404)
            wanted = {ids for ids in wanted if all(each in self._nodes for each in ids)}
        for ids in wanted:
            self._nodes_timer(ids)
        for ids in self._node_timers.keys() - wanted:
            del self._node_timers[ids]

    def _lane(self, question: Question) -> Lane:
        if question.topic is Topic.TASKS_OF and any(
            self._services[each].size > HEAVY for each in question.ids if each in self._services
        ):
            return Lane.BULK
        return self._lane_of(question.topic)

    def _lane_of(self, topic: Topic) -> Lane:
        """The first list of nodes is asked for beside that of services: over a slow line that spares a round trip."""
        if topic is Topic.NODES and self._timers[topic].asked == -math.inf:
            return Lane.BULK
        return LANES.get(topic, Lane.LISTS)

    def _timers_of(self, question: Question) -> list[Timer]:
        if question.topic is Topic.TASKS_OF:
            return [self._services[each] for each in question.ids if each in self._services]
        if question.topic is Topic.TASKS_ON:
            timer = self._node_timers.get(question.ids)
            return [timer] if timer else []
        return [self._timers[question.topic]]

    def _landed(self, question: Question) -> None:
        for timer in self._timers_of(question):
            timer.flying = False
        if question.topic is not Topic.INFO and self._lane(question) is Lane.LISTS:
            self._list_started = None

    def _all_tasks_answered(self, started: float, sizes: Mapping[str, float], cost: Cost) -> None:
        """The whole list counts as having asked every service."""
        total = cost.size or 1.0
        for service_id in self._services.keys() - sizes.keys() - self._active:
            del self._services[service_id]
        for service_id, size in sizes.items():
            watch = self._services.setdefault(service_id, _ServiceWatch(limits=self._limits))
            watch.size = size
            watch.learn(Cost(cost.seconds * size / total, size))
            watch.asked = max(watch.asked, started)
            if watch.nudged is not None and watch.nudged <= started:
                watch.nudged = None
