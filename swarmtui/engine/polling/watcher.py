"""Watcher: events and adaptive polling in, the newest Observation out.

Three lanes, each one daemon thread with its own client: *pulse* asks whether the engine is well, *lists* asks all that
is small, *bulk* what is megabytes. A fourth thread reads events. What is due is reported by `schedule`, answers go into
`picture`, and `connection` keeps the books on how well the engine answers. Daemon threads of our own, since those of
an executor are joined when the interpreter ends: one hung engine would hold the exit.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from swarmtui.engine.clients import Clients, ask, ask_all_tasks
from swarmtui.engine.polling.answers import Answers
from swarmtui.engine.polling.connection import Connection
from swarmtui.engine.polling.engine_questions import Lane, Question, Topic
from swarmtui.engine.polling.followed import FollowedActions, touched_by
from swarmtui.engine.polling.observation import ConnectionStatus, Observation, TaskScope
from swarmtui.engine.polling.pace import NO_LIMITS, Cost, Limits
from swarmtui.engine.polling.schedule import Schedule
from swarmtui.engine.polling.signs import Signs
from swarmtui.engine.polling.snapshot_store import News, SnapshotStore, not_promised
from swarmtui.engine.route.manager_route import ManagerRoute
from swarmtui.engine.streams.events import EventStream
from swarmtui.errors import ConnectionBroken, EngineRefused, ObjectNotFound, SSHNotReady, SwarmtuiError
from swarmtui.swarm.actions.action import Action, EngineCall, Kind

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient, Reply

__all__ = ["Watcher"]

log = logging.getLogger("swarmtui.engine")


class Watcher:
    """Watches one swarm.

    Args:
        route: which engine; it is started, and told how that answers.
        clients: where the clients of its threads come from.
        on_news: called from one of its threads whenever `observation` has something new; never after `close`.
        limits: how often the engine may be asked at most.
        read_only, refuses_because: handed on in each observation.
    """

    def __init__(
        self,
        route: ManagerRoute,
        clients: Clients,
        on_news: Callable[[], None],
        limits: Limits = NO_LIMITS,
        *,
        read_only: bool = False,
        refuses_because: str = "",
    ) -> None:
        self._route = route
        self._clients = clients
        self._on_news = on_news
        self._changed = threading.Condition()  # guards all below
        self._connection = Connection(route.endpoint)
        self._route_status = route.status
        self._moved_at = -math.inf
        self._waited = False
        self._told_route: tuple[object, ...] = ()
        self._schedule = Schedule(time.monotonic(), limits)
        self._picture = SnapshotStore()
        self._followed = FollowedActions()
        self._observation = Observation(
            connection=self._connection.status(), read_only=read_only, refuses_because=refuses_because
        )
        self._answers = Answers()
        self._signs = Signs(self._schedule, self._connection, self._answers)
        self._closed = False
        self._lane_clients: dict[Lane, EngineClient] = {}
        self._events = EventStream(clients.lent, self._on_event, self._on_gap, self._on_break)

    # -------------------------------------------------------------------------------- for any thread; none blocks

    def start(self) -> None:
        """Begin to watch."""
        self._route.start(self._route_changed)
        for lane in (Lane.LISTS, Lane.PULSE, Lane.BULK):
            threading.Thread(target=self._run, args=(lane,), name=f"swarmtui-{lane.value}", daemon=True).start()
        self._events.start()

    @property
    def observation(self) -> Observation:
        """The newest that is known. It takes no lock, so that nothing can hold the user interface."""
        return self._observation

    def look_at(self, scope: TaskScope) -> None:
        """Whose tasks are on the screen."""
        with self._changed:
            self._signs.look_at(scope, self._picture.cluster, time.monotonic())
            self._changed.notify_all()

    def refresh(self) -> None:
        """Ask for everything now; when the connection is lost, try it now."""
        with self._changed:
            now = time.monotonic()
            self._connection.retry_now(now)
            self._schedule.everything(now)
            self._changed.notify_all()
        if self._observation.connection.error is not None:
            self._events.reconnect()
        self._route.retry_now()

    def follow(self, action: Action) -> None:
        """An action was accepted: look at what it changes often, until the swarm has settled."""
        target = action.watched
        with self._changed:
            now = time.monotonic()
            self._followed.add(action, now)
            if isinstance(action, EngineCall):
                self._became_another(action, now)
            for topic in touched_by(target.kind):
                self._schedule.nudge(topic, now, delay=0.0)
            if target.kind is Kind.SERVICE:
                self._schedule.nudge_service(target.id, now, delay=0.0)
            self._tell_followed(now)
            is_news = self._publish()
            self._changed.notify_all()
        if is_news:
            self._on_news()

    def _became_another(self, action: EngineCall, now: float) -> None:
        """The engine's place in a swarm has changed: what was wrong with it may be over at once. The lock is held."""
        if action.leaves:
            self._picture.forget()
            self._answers.forget()
        self._connection.retry_now(now)
        self._schedule.everything(now)

    def close(self) -> None:
        """End all threads. The clients are aborted by their owner."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._events.close()

    # -------------------------------------------------------------------------------- the route

    def _route_changed(self) -> None:
        """The tunnel is in another state, or the route leads to another engine."""
        status = self._route.status
        with self._changed:
            now = time.monotonic()
            before, self._route_status = self._route_status, status
            moved = status.moves != before.moves
            stands = False
            if moved:
                self._moved_at = now
                self._connection.moved(status.tunnel, now)
                self._schedule.everything(now)
            elif status.tunnel is not None:
                stands = self._connection.tunnelled(status.tunnel, now)
                if stands and (self._waited or self._connection.error is not None):
                    self._waited = False
                    self._schedule.everything(now)
            is_news = self._publish()
            self._changed.notify_all()
        if moved:
            self._clients.cut()
            self._events.reconnect()
        elif stands:
            self._events.retry()
        if is_news:
            self._on_news()

    # -------------------------------------------------------------------------------- lanes

    def _run(self, lane: Lane) -> None:
        client: EngineClient | None = None
        while (question := self._wait_for_question(lane)) is not None:
            started = time.monotonic()
            try:
                if client is None:
                    client = self._lane_clients[lane] = self._clients.open()
                self._ask(lane, client, question)
            except SwarmtuiError as error:
                if isinstance(error, ObjectNotFound) and question.ids:
                    self._missing(lane, question)
                elif isinstance(error, EngineRefused) and self._answers.is_refusal(
                    question.topic, error, new=self._connection.is_new
                ):
                    self._refused(lane, question, error)
                else:
                    self._failed(lane, question, error, started)
            except Exception as error:
                log.exception("The %s lane failed on %s", lane.value, question)
                self._failed(lane, question, ConnectionBroken(f"This program failed on an answer: {error!r}."), started)
        if client is not None:
            client.close()

    def _wait_for_question(self, lane: Lane) -> Question | None:
        """Wait until something is due, and mark it as asked. None when the watching has ended."""
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                question, at = self._due(lane, now)
                if question is not None:
                    self._connection.trying(lane)
                    self._schedule.asked(question, now)
                    if lane is Lane.LISTS:
                        self._changed.notify_all()  # the pulse watches how long a list takes
                    return question
                self._changed.wait(None if at == math.inf else max(0.0, at - now))
        return None

    def _due(self, lane: Lane, now: float) -> tuple[Question | None, float]:
        held = self._connection.held_until(lane)
        if held is None:
            return self._schedule.next(lane, now)
        if held > now:
            return None, held
        if lane is Lane.PULSE:
            return Question(Topic.INFO), now
        return Question(self._answers.probe), now

    def _ask(self, lane: Lane, client: EngineClient, question: Question) -> None:
        if lane is Lane.PULSE or self._connection.lists_fail:
            round_trip = client.ping()
            with self._changed:
                self._connection.pinged(round_trip, client.api_version, time.monotonic())
        started, wall = time.monotonic(), time.time()
        reply: Reply[Any]
        if question.topic is Topic.ALL_TASKS:
            try:
                reply = ask_all_tasks(client, self._picture.read_tasks)
            except msgspec.DecodeError as error:
                raise not_promised(question.topic) from error
        else:
            reply = ask(client, question, lane)
        news = self._picture.take(question, reply.body, reply.fingerprint, started)
        # The engine is taken to have looked at its clock half way through.
        self._answered(lane, question, reply, news, wall + reply.elapsed / 2)

    # -------------------------------------------------------------------------------- answers

    def _answered(self, lane: Lane, question: Question, reply: Reply[Any], news: News, wall: float) -> None:
        with self._changed:
            now = time.monotonic()
            had_error = self._connection.error is not None
            cost = Cost(max(0.0, reply.elapsed - self._connection.round_trip), reply.size)
            self._schedule.answered(question, now, cost, news.changed, news.sizes, differs=news.differs)
            if news.info is not None:
                self._connection.introduced(news.info, news.cluster, wall, now)
            else:
                self._connection.answered(lane, now)
            self._signs.answered(question, news, now)
            if self._followed:
                self._tell_followed(now)
            self._answers.answered(question.topic)
            recovered = had_error and self._connection.error is None
            if recovered:
                self._schedule.everything(now)
            is_news = self._publish()
            self._changed.notify_all()
        if recovered:
            self._events.retry()
        if is_news:
            self._on_news()

    def _missing(self, lane: Lane, question: Question) -> None:
        """A service or node that was asked about is gone: the engine is well, and the lists will tell."""
        with self._changed:
            now = time.monotonic()
            self._connection.answered(lane, now)
            if question.topic is Topic.NETWORK:
                self._picture.unknown_network(question.ids[0])
            else:
                self._schedule.missing(question, now)
            is_news = self._publish()
            self._changed.notify_all()
        if is_news:
            self._on_news()

    def _refused(self, lane: Lane, question: Question, error: EngineRefused) -> None:
        """The engine is well, and does not give this list: what is in it stays unknown, and it is asked for seldom."""
        log.info("%s: %s", question.topic.path, error)
        with self._changed:
            now = time.monotonic()
            self._connection.refused(lane)
            self._schedule.refused(question)
            self._picture.refuse(question.topic, f"{error.status}: {error.message}")
            self._answers.refused(question.topic)
            if self._followed:
                self._tell_followed(now)
            is_news = self._publish()
            self._changed.notify_all()
        if is_news:
            self._on_news()

    def _failed(self, lane: Lane, question: Question, error: SwarmtuiError, started: float) -> None:
        with self._changed:
            now = time.monotonic()
            had_error = self._connection.error is not None
            self._schedule.failed(question, now)
            if isinstance(error, SSHNotReady):
                self._waited = True
            elif started < self._moved_at:
                self._schedule.everything(now)  # the engine of before was meant
            else:
                self._connection.failed(lane, error, started, now)
            if lane is not Lane.LISTS:
                self._schedule.nudge(Topic.NODES, now, delay=0.0)  # is it only this lane?
            lost = not had_error and self._connection.error is not None
            is_news = self._publish()
            self._changed.notify_all()
        log.debug("%s: %s: %s", lane.value, question, error)
        if lost:
            self._events.reconnect()
            bulk = self._lane_clients.get(Lane.BULK)
            if bulk is not None:
                bulk.cut()  # its patience is long, and what it waits for would be old
        if is_news:
            self._on_news()

    def _tell_followed(self, now: float) -> None:
        """Which services and nodes are followed; actions that have settled are let go."""
        cluster = self._picture.cluster
        self._followed.let_go(cluster, now)
        services, nodes = self._followed.ids(Kind.SERVICE), self._followed.ids(Kind.NODE)
        self._schedule.follow(services, nodes, bool(self._followed), now, self._followed.topics)

    def _publish(self) -> bool:
        """Put the newest observation in its place. The lock is held.

        Returns:
            Whether it has something new, besides being confirmed again.
        """
        self._connection.overdue_after = round(self._schedule.overdue_after(), 1)
        route = self._route_status
        status = replace(self._connection.status(), manager=route.manager, trying=route.trying, notices=route.notices)
        self._tell_route(status)
        cluster = self._picture.cluster if self._answers.can_be_shown else None
        info = self._picture.cluster.info
        before, self._observation = (
            self._observation,
            replace(self._observation, cluster=cluster, connection=status, info=info),
        )
        return not self._closed and (
            cluster is not before.cluster or info is not before.info or status.essence != before.connection.essence
        )

    def _tell_route(self, status: ConnectionStatus) -> None:
        """How the engine answers, when that is not what the route knows already."""
        answered = status.last_answer is not None and not self._connection.is_new
        told = (self._connection.own_error, self._picture.cluster, answered)
        if any(new is not old for new, old in zip(told, self._told_route or (..., ..., ...), strict=True)):
            self._told_route = told
            self._route.heard(*told)

    # -------------------------------------------------------------------------------- events

    def _on_event(self, kind: str, object_id: str, action: str) -> None:
        with self._changed:
            self._signs.event(kind, object_id, action, time.monotonic())
            self._changed.notify_all()

    def _on_gap(self) -> None:
        with self._changed:
            self._signs.events_stand(time.monotonic())
            self._changed.notify_all()

    def _on_break(self) -> None:
        with self._changed:
            self._signs.events_broke(time.monotonic())
            self._changed.notify_all()
