"""The restart supervisor: whether, when and how often a task that ended is followed by another.

Source: swarmkit manager/orchestrator/restart/restart.go.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Service, Task
from swarmtui.sim.orchestrator.orchestrator import newest

Done = Callable[[], None]

OLD_TASK_TIMEOUT = 60.0
"""Seconds a new task waits for the one before it to stop."""


class _Delay:
    """A new task that is held back at READY until its delay is over and the old task has stopped."""

    __slots__ = ("done", "elapsed", "give_up", "old", "restart_after", "timer")

    def __init__(self, old: Task | None, done: Done | None) -> None:
        self.old = old
        self.done = done
        self.elapsed = False
        self.restart_after = False
        self.timer: Timer | None = None
        self.give_up: Timer | None = None

    def stop(self) -> None:
        for timer in (self.timer, self.give_up):
            if timer is not None:
                timer.cancel()


class _History:
    """How often a slot's task was restarted, for one version of its spec."""

    __slots__ = ("spec_version", "times", "total")

    def __init__(self, spec_version: int) -> None:
        self.spec_version = spec_version
        self.total = 0
        self.times: deque[float] = deque()


class RestartSupervisor:
    """Holds the delays that are running and the history of restarts."""

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store
        self._delays: dict[str, _Delay] = {}
        self._waiting: dict[str, list[str]] = {}
        self._history: dict[str, dict[int | str, _History]] = {}

    # --- restarting ---

    def restart(self, service: Service, task: Task) -> None:
        """Shut a task down and put another in its place if the restart policy wants it."""
        delay = self._delays.get(task.id)
        if delay is not None:
            delay.restart_after = True
            return
        if task.desired > states.COMPLETE:
            return
        task.desired = states.SHUTDOWN
        self._store.update_task(task)
        if not self.should_restart(task, service):
            return
        slot = 0 if service.spec.is_global else task.slot
        new = self._term.new_task(service, slot, task.node_id if service.spec.is_global else "")
        new.desired = states.READY
        node = self._store.nodes.get(task.node_id)
        drained = node is not None and node.availability == "drain"
        pause = 0.0 if drained else task.spec.task.restart.delay
        wait = not (node is not None and node.state == "down") and not task.ended
        self._store.create_task(new)
        self.record(new)
        self.delay_start(task, new, pause, wait)

    def should_restart(self, task: Task, service: Service) -> bool:
        """What the restart policy says."""
        policy = task.spec.task.restart
        if policy.condition == "none":
            return False
        well = task.state == states.COMPLETE
        if well and (policy.condition == "on-failure" or service.spec.is_job):
            return False
        if policy.max_attempts == 0 or service.spec.mode == "global-job":
            return True  # swarmkit looks for what it remembers of a global job's tasks under another key
        history = self._history.get(task.service_id, {}).get(task.place)
        if history is None or history.spec_version != task.spec_version:
            return True
        if not policy.window:
            return history.total < policy.max_attempts
        return self._within_window(history, task) < policy.max_attempts

    @staticmethod
    def _within_window(history: _History, task: Task) -> int:
        """How many restarts count: those in the window before the task ended, not those after."""
        begin = task.timestamp - task.spec.task.restart.window
        while history.times and history.times[0] <= begin:
            history.times.popleft()
        return sum(1 for when in history.times if when < task.timestamp)

    def record(self, new: Task) -> None:
        """Remember that a task was started in another's place."""
        policy = new.spec.task.restart
        if policy.max_attempts == 0:
            return
        slots = self._history.setdefault(new.service_id, {})
        history = slots.get(new.place)
        if history is None or history.spec_version != new.spec_version:
            history = slots[new.place] = _History(new.spec_version)
        history.total += 1
        if policy.window:
            history.times.append(new.created or self._term.now())

    def forget(self, service: Service) -> None:
        self._history.pop(service.id, None)

    def updatable(self, slot: list[Task], service: Service) -> list[Task]:
        """The tasks of a slot that an update is about; none for a slot that is dead. Rule: UpdatableTasksInSlot."""
        wanted = [task for task in slot if task.desired <= states.RUNNING]
        if wanted:
            return wanted
        if service.update_status is not None and service.update_status.rolling_back:
            return []
        last = newest(slot)
        return [] if self.should_restart(last, service) else [last]

    # --- delayed starts ---

    def delay_start(self, old: Task | None, new: Task, pause: float, wait: bool, done: Done | None = None) -> None:
        """Let a task continue from READY once a pause is over and, with `wait`, the old task has stopped."""
        self.cancel(new.id)
        waits = wait and old is not None and not old.ended
        delay = _Delay(old if waits else None, done)
        self._delays[new.id] = delay
        if waits and old is not None:
            self._waiting.setdefault(old.id, []).append(new.id)
            delay.give_up = self._term.later(max(OLD_TASK_TIMEOUT, pause), lambda: self._finish(new.id, delay))
        delay.timer = self._term.later(pause, lambda: self._elapsed(new.id, delay))

    def _elapsed(self, new_id: str, delay: _Delay) -> None:
        delay.elapsed = True
        if delay.old is None or delay.old.ended or self._gone(delay.old):
            self._finish(new_id, delay)

    def _gone(self, old: Task) -> bool:
        """Whether nobody will ever tell how the old task fares."""
        node = self._store.nodes.get(old.node_id)
        return old.id not in self._store.tasks or (bool(old.node_id) and (node is None or node.state == "down"))

    def _finish(self, new_id: str, delay: _Delay) -> None:
        if self._delays.get(new_id) is not delay:
            return
        delay.stop()
        del self._delays[new_id]
        if delay.old is not None:
            self._waiting.pop(delay.old.id, None)
        new = self._store.tasks.get(new_id)
        if new is not None:
            self.start_now(new)
        if delay.done is not None:
            delay.done()
        if delay.restart_after and new is not None and new.desired <= states.RUNNING:
            service = self._store.services.get(new.service_id)
            if service is not None:
                self.restart(service, new)

    def start_now(self, task: Task) -> None:
        """Let a task run that was held back."""
        if task.desired < states.RUNNING and task.id in self._store.tasks:
            task.desired = states.COMPLETE if task.iteration is not None else states.RUNNING
            self._store.update_task(task)

    def cancel(self, task_id: str) -> None:
        """Give up starting a task."""
        delay = self._delays.pop(task_id, None)
        if delay is not None:
            delay.stop()
            if delay.done is not None:
                delay.done()

    # --- news ---

    def on_task(self, task: Task) -> None:
        """Somebody may be waiting for this one to stop."""
        if task.id in self._waiting and (task.ended or task.id not in self._store.tasks):
            self._release(task.id)

    def on_node(self, node_id: str) -> None:
        """Of a node that went down nothing more is to be expected."""
        lost = [delay.old for delay in self._delays.values() if delay.old is not None and delay.old.node_id == node_id]
        for old in lost:
            if self._gone(old):
                self._release(old.id)

    def _release(self, old_id: str) -> None:
        for new_id in list(self._waiting.get(old_id, ())):
            delay = self._delays.get(new_id)
            if delay is not None and delay.elapsed:
                self._finish(new_id, delay)
