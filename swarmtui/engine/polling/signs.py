"""Signs of change: what events and answers mean for what is asked next."""

from __future__ import annotations

import time

from swarmtui.engine.client import readiness as health
from swarmtui.engine.polling.answers import LINGER_LOOK, Answers, RemovedNetworks
from swarmtui.engine.polling.connection import Connection
from swarmtui.engine.polling.endings import EndingsPlanner
from swarmtui.engine.polling.engine_questions import BY_ID, EVENTS, Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.schedule import Schedule
from swarmtui.engine.polling.snapshot_store import News, service_states, unnamed_networks
from swarmtui.swarm.cluster import Cluster

__all__ = ["Signs", "miscounted"]

COUNTED_BY_STATE = (Topic.SERVICES, Topic.SOME_SERVICES)
NODES = (Topic.NODES, Topic.SOME_NODES)


class Signs:
    """Tells the schedule. Not thread-safe: the watcher holds its lock."""

    def __init__(self, schedule: Schedule, connection: Connection, answers: Answers) -> None:
        self._schedule = schedule
        self._connection = connection
        self._answers = answers
        self._removed_networks = RemovedNetworks()
        self._endings = EndingsPlanner()
        self._scope = TaskScope()
        self._planned: tuple[object, ...] = ()

    # -------------------------------------------------------------------------------- events

    def event(self, kind: str, object_id: str, action: str, now: float) -> None:
        """An event came."""
        topic = EVENTS.get(kind)
        if topic is None:
            return
        if topic is Topic.NETWORKS and action == "remove":
            self._removed_networks.removed(object_id, now)
        if topic not in BY_ID or not object_id or action == "remove":
            self._schedule.nudge(topic, now)
            return
        self._schedule.nudge_one(topic, object_id, now)
        if topic is Topic.SERVICES:
            self._schedule.nudge_service(object_id, now)

    def events_stand(self, now: float) -> None:
        """Events come from now on; those before were missed."""
        self._schedule.hears_events(True, now)
        for topic in EVENTS.values():
            self._schedule.nudge(topic, now)

    def events_broke(self, now: float) -> None:
        """No events come until they stand again."""
        self._schedule.hears_events(False, now)

    # -------------------------------------------------------------------------------- the screen

    def look_at(self, scope: TaskScope, cluster: Cluster, now: float) -> None:
        """Whose tasks are on the screen."""
        self._scope = scope
        self._schedule.look_at(scope, now)
        self._plan(cluster, now)

    # -------------------------------------------------------------------------------- answers

    def answered(self, question: Question, news: News, now: float) -> None:
        """An answer came."""
        cluster, topic = news.cluster, question.topic
        if topic in NODES:
            self._connection.seen_quorum(health.from_nodes(cluster.nodes.values()), now)
        if news.reset:
            self._answers.forget()
            self._schedule.everything(now)
        if topic in COUNTED_BY_STATE and (news.differs or topic not in self._answers):
            self._schedule.set_services(service_states(cluster), now)
        if topic in NODES and news.differs:
            self._nodes_changed(news, now)
        if topic is Topic.NETWORKS and self._removed_networks.linger(cluster, now):
            self._schedule.nudge(Topic.NETWORKS, now, delay=LINGER_LOOK)
        if news.differs and topic in (*COUNTED_BY_STATE, Topic.NETWORKS):
            self._schedule.look_up(unnamed_networks(news.before, cluster), now)
        self._tasks_told(news, now)
        self._plan(cluster, now)

    def _nodes_changed(self, news: News, now: float) -> None:
        cluster = news.cluster
        dead = cluster.nodes_not_ready
        fresh = dead - news.before.nodes_not_ready
        touched = {task.service_id for node_id in fresh for task in cluster.tasks_on(node_id)}
        managers = [node.id for node in cluster.managers]
        self._schedule.set_nodes(cluster.nodes.keys(), dead, touched & cluster.services.keys(), now, managers)

    def _tasks_told(self, news: News, now: float) -> None:
        cluster = news.cluster
        if news.ended:
            self._schedule.ended(news.ended & cluster.services.keys(), now)
        if news.moving:
            self._schedule.set_moving(news.moving, news.leaving, now)
        if news.before.tasks_complete:
            self._schedule.counts_moved(news.changed & cluster.services.keys(), now)
        elif cluster.tasks_complete:
            self._schedule.counts_moved(miscounted(cluster), now)
        if news.steady_at:
            theirs = time.time() + self._connection.clock_offset
            self._schedule.set_unsteady({each: now + at - theirs for each, at in news.steady_at.items()}, now)

    def _plan(self, cluster: Cluster, now: float) -> None:
        """By which questions the end of a task is heard of, now that tasks or the screen are others."""
        basis = (cluster.tasks_by_service, cluster.services, cluster.swarm, self._scope)
        if any(new is not old for new, old in zip(basis, self._planned or (..., ..., ..., ...), strict=True)):
            self._planned = basis
            self._schedule.set_endings(self._endings.plan(cluster, self._scope), now)


def miscounted(cluster: Cluster) -> set[str]:
    """IDs of services of which another number of tasks runs than their counts say: one of the two is older."""
    return {
        service.id
        for service in cluster.services.values()
        if (status := service.service_status) is not None
        and status.running_tasks
        != sum(task.status.state == "running" for task in cluster.tasks_by_service.get(service.id, ()))
    }
