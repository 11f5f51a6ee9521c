"""Rolling updates and rollbacks. Source: swarmkit manager/orchestrator/update/updater.go.

As many workers as `Parallelism` says go from slot to slot. Each starts a task of the new spec, stops the old one
(before or after, as `Order` says), waits until the new one runs, then waits for `Delay`. Tasks of the update that end
within `Monitor` count as failures; too many of them pause the update, or turn it into a rollback.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Service, Task, UpdateStatus
from swarmtui.sim.orchestrator.failures import FailureWatch
from swarmtui.sim.orchestrator.orchestrator import is_task_dirty
from swarmtui.sim.orchestrator.restart import RestartSupervisor

Slot = list[Task]


class Original(NamedTuple):
    """A task that an update found in a slot, and what was wanted of it then."""

    task: Task
    desired: int


class UpdateSupervisor:
    """The updates under way, one a service."""

    def __init__(self, term: LeaderTerm, restarts: RestartSupervisor) -> None:
        self._term = term
        self._restarts = restarts
        self._updates: dict[str, Updater] = {}

    def update(self, service: Service, slots: list[Slot]) -> None:
        """Bring slots to the service's spec, unless that is being done already."""
        present = self._updates.get(service.id)
        if present is not None:
            if present.spec is service.spec or present.spec.raw == service.spec.raw:
                return
            present.cancel()
        updater = Updater(self._term, self._restarts, service, lambda: self._ended(service.id, updater))
        self._updates[service.id] = updater
        updater.run(slots)

    def _ended(self, service_id: str, updater: Updater) -> None:
        if self._updates.get(service_id) is updater:
            del self._updates[service_id]

    def forget(self, service: Service) -> None:
        """The service was removed."""
        updater = self._updates.pop(service.id, None)
        if updater is not None:
            updater.cancel()

    def on_task(self, task: Task) -> None:
        updater = self._updates.get(task.service_id)
        if updater is not None:
            updater.on_task(task)


class Updater:
    """One update of one service."""

    def __init__(
        self, term: LeaderTerm, restarts: RestartSupervisor, service: Service, ended: Callable[[], None]
    ) -> None:
        self._term = term
        self._store = term.store
        self._restarts = restarts
        self._service = service
        self.spec = service.spec
        self._spec_version = service.spec_version
        status = service.update_status
        self._rolling_back = status is not None and status.rolling_back
        self._config = self.spec.rollback if self._rolling_back else self.spec.update
        self._report_end = ended
        self._queue: deque[list[Original]] = deque()
        self._working = 0
        self._failures = FailureWatch(self._config, 1, term.now, self._too_many_failures)
        self._awaited: dict[str, Callable[[Task], None]] = {}
        self._stopped = False
        self._over = False
        self._timers: list[Timer] = []

    def cancel(self) -> None:
        """Stop at once: the service was changed again, or removed."""
        self._over = True
        for timer in self._timers:
            timer.cancel()

    def _end(self) -> None:
        if not self._over:
            self._over = True
            self._report_end()

    # --- the course of an update ---

    def run(self, slots: list[Slot]) -> None:
        """Begin; what follows happens as tasks and time continue."""
        service, status = self._service, self._service.update_status
        if status is not None and status.state in ("paused", "rollback_paused"):
            self._end()
            return
        dirty = [slot for slot in slots if self._is_dirty(slot)]
        if not dirty:
            if status is not None and status.state in ("updating", "rollback_started"):
                self._complete()
            self._end()
            return
        if status is None:
            service.update_status = UpdateStatus("updating", "update in progress", self._term.now())
            self._store.update_service(service)
        self._queue.extend([Original(task, task.desired) for task in slot] for slot in dirty)
        self._failures = FailureWatch(self._config, len(dirty), self._term.now, self._too_many_failures)
        self._working = min(self._config.parallelism or len(dirty), len(dirty))
        for _ in range(self._working):
            self._next()

    def _is_dirty(self, slot: Slot) -> bool:
        return len(slot) > 1 or (len(slot) == 1 and self._is_task_dirty(slot[0]))

    def _is_task_dirty(self, task: Task) -> bool:
        return is_task_dirty(self._service, task, self._store.nodes.get(task.node_id))

    def _next(self) -> None:
        """A worker takes its next slot, or has nothing left to do."""
        if self._over:
            return
        if self._queue:
            slot = self._queue.popleft()
            if not self._queue:
                self._failures.pause()
            self._work(slot)
            return
        self._working -= 1
        if self._working == 0:
            self._monitor()

    def _slot_done(self) -> None:
        if self._over:
            return
        if self._config.delay:
            self._timers.append(self._term.later(self._config.delay, self._next))
        else:
            self._next()

    def _monitor(self) -> None:
        """All slots are done: keep watching for failures for a while."""
        if not self._stopped:
            self._failures.monitor()
        if self._stopped:
            self._end()
        else:
            self._timers.append(self._term.later(self._failures.period, self._finish))

    def _finish(self) -> None:
        if not self._over:
            self._complete()
            self._end()

    # --- one slot ---

    def _work(self, slot: list[Original]) -> None:
        clean = [each for each in slot if not self._is_task_dirty(each.task) and each.desired <= states.RUNNING]
        existing = next((each for each in clean if each.desired == states.RUNNING), clean[-1] if clean else None)
        if existing is not None:
            self._use(slot, existing)
        else:
            self._replace(slot)

    def _use(self, slot: list[Original], existing: Original) -> None:
        """The slot has a task of the new spec already: only the others have to go."""
        others = [each for each in slot if each is not existing]
        out_of_date = self._is_out_of_date(others)
        removed = self._shut_down(others)
        if existing.desired != states.RUNNING and not out_of_date:
            self._restarts.delay_start(removed, existing.task, 0.0, True, self._slot_done)
        else:
            self._slot_done()

    def _replace(self, slot: list[Original]) -> None:
        service = self._service
        start_first = self._config.order == "start-first"
        if service.removed or (not start_first and self._is_out_of_date(slot)):
            self._slot_done()
            return
        first = slot[0].task
        new = self._term.new_task(service, first.slot, first.node_id if service.spec.is_global else "")
        new.desired = states.READY
        self._failures.starts(new)
        self._store.create_task(new)
        removed = None if start_first else self._shut_down(slot)

        def up(task: Task) -> None:
            if start_first and task.state == states.RUNNING:
                self._shut_down(slot)
            self._slot_done()

        self._awaited[new.id] = up
        self._restarts.delay_start(removed, new, 0.0, not start_first)

    def _is_out_of_date(self, slot: list[Original]) -> bool:
        """Whether all that was to be stopped has been stopped by others since the update began (removeOldTasks).

        An engine undoes all it was about to do with such a slot: whoever stopped the task cares for what follows it.
        """
        wanted = [each.task for each in slot if each.desired <= states.RUNNING]
        return bool(wanted) and not any(map(self._can_be_stopped, wanted))

    def _can_be_stopped(self, task: Task) -> bool:
        return task.desired <= states.RUNNING and task.id in self._store.tasks

    def _shut_down(self, slot: list[Original]) -> Task | None:
        """Stop old tasks; one of those that were stopped."""
        removed = None
        for task in (each.task for each in slot if each.desired <= states.RUNNING):
            if self._can_be_stopped(task):
                task.desired = states.SHUTDOWN
                self._store.update_task(task)
                removed = task
        return removed

    # --- failures ---

    def on_task(self, task: Task) -> None:
        """A task of the service changed."""
        if self._over or task.state < states.RUNNING:
            return
        self._failures.is_up(task)
        if task.ended and not self._stopped:
            self._failures.ended(task)
        up = self._awaited.pop(task.id, None)
        if up is not None:
            up(task)

    def _too_many_failures(self, task: Task) -> None:
        """Do what the spec says; no more slots are begun."""
        because = f"due to failure or early termination of task {task.id}"
        self._queue.clear()
        if self._config.failure_action == "rollback" and self._rolling_back:
            self._pause(f"rollback paused {because}")  # and the engine takes it for completed in the end
            return
        self._stopped = True
        if self._config.failure_action == "rollback":
            self._roll_back(f"update rolled back {because}")
        else:
            self._pause(f"update paused {because}")
        if self._working == 0:
            self._end()

    # --- the service's update status ---

    def _status(self) -> UpdateStatus | None:
        """None when the service was changed or removed meanwhile."""
        return None if self._service.removed else self._service.update_status

    def _complete(self) -> None:
        status = self._status()
        if status is None:
            return
        rolled_back = status.rolling_back
        status.state = "rollback_completed" if rolled_back else "completed"
        status.message = "rollback completed" if rolled_back else "update completed"
        status.completed = self._term.now()
        self._store.update_service(self._service)

    def _pause(self, message: str) -> None:
        status = self._status()
        if status is not None:
            status.state = "rollback_paused" if status.rolling_back else "paused"
            status.message = message
            self._store.update_service(self._service)

    def _roll_back(self, message: str) -> None:
        service, status = self._service, self._status()
        if status is None or service.previous is None:
            return
        status.state, status.message = "rollback_started", message
        service.spec, service.spec_version = service.previous, service.previous_version
        service.previous, service.previous_version = None, 0
        self._store.update_service(service)
