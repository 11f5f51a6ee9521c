"""The task reaper: old tasks and removed ones go. Source: swarmkit manager/orchestrator/taskreaper."""

from __future__ import annotations

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Service, Task

BATCHING = 0.25
"""Seconds in which news are collected."""


class TaskReaper:
    """Keeps each slot's history within its limit, and forgets tasks that are to be removed."""

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store
        self._dirty: dict[tuple[str, int | str], None] = {}
        self._removable: dict[str, None] = {}
        self._timer: Timer | None = None

    def start(self) -> None:
        """At the beginning of a term, look at everything.

        swarmkit forgets slots that were too full when the leader before it ended, until they get their next task.
        """
        for task in self._store.tasks.values():
            self.on_task(task)
        for service in self._store.services.values():
            crowded = [place for place, tasks in self._store.slots(service.id).items() if len(tasks) > 1]
            self._dirty.update(((service.id, place), None) for place in crowded)
        if self._dirty:
            self._soon()

    def on_new_task(self, task: Task) -> None:
        self._dirty[task.service_id, task.place] = None
        self._soon()

    def on_task(self, task: Task) -> None:
        if task.desired == states.REMOVE and (task.state < states.ASSIGNED or task.state >= states.COMPLETE):
            self._removable[task.id] = None
            self._soon()
        elif self._dirty:
            self._soon()

    def _soon(self) -> None:
        if self._timer is None or not self._timer.pending:
            self._timer = self._term.later(BATCHING, self._tick)

    def _tick(self) -> None:
        doomed, self._removable = self._removable, {}
        for service_id, place in list(self._dirty):
            service = self._store.services.get(service_id)
            if service is None or self._look_at(service, place, doomed):
                del self._dirty[service_id, place]
        for task_id in doomed:
            task = self._store.tasks.get(task_id)
            if task is not None:
                self._store.delete_task(task)

    def _limit(self, service: Service) -> int:
        """A restart policy with attempts needs its history: it goes before the swarm's limit."""
        attempts = service.spec.task.restart.max_attempts
        swarm = self._store.swarm
        assert swarm is not None
        return attempts + 1 if attempts > 0 else swarm.history_limit

    def _look_at(self, service: Service, place: int | str, doomed: dict[str, None]) -> bool:
        """Doom what is too old in a slot; whether the slot is done with."""
        limit = self._limit(service)
        tasks = self._store.slots(service.id).get(place, [])
        if limit < 0 or len(tasks) <= limit or service.spec.is_job:
            return True
        surplus, alive = len(tasks) - limit, 0
        for task in sorted(tasks, key=lambda each: each.timestamp):
            never_ran = task.state < states.ASSIGNED and task.desired > states.RUNNING
            if not (task.ended or never_ran):
                alive += 1
            elif surplus > 0:
                doomed[task.id] = None
                surplus -= 1
        return alive <= 1
