"""When failing tasks stop an update. Source: swarmkit manager/orchestrator/update/updater.go, `failureTriggersAction`.

An engine hears of tasks that end while it hands out slots and while it monitors, not while it waits for the last
workers: what ends then is judged afterwards, by the time since its start. The period counts from when a task was up; in
the last phase it is longer than the delay.
"""

from __future__ import annotations

from collections.abc import Callable

from swarmtui.sim.objects.objects import Task
from swarmtui.sim.objects.spec import UpdateConfig


class FailureWatch:
    """Which tasks of one update ended too soon."""

    def __init__(self, config: UpdateConfig, slots: int, now: Callable[[], float], too_many: Callable[[Task], None]):
        """
        Args:
            slots: how many are to be updated: the ratio is of these.
            too_many: what to do about a failure that is one too many.
        """
        self._ignored = config.failure_action == "continue"
        self._most = config.max_failure_ratio * slots
        self._delay = config.delay
        self.period = config.monitor
        self._now = now
        self._too_many = too_many
        self._up: dict[str, float | None] = {}
        """The tasks of this update, and since when each is up."""
        self._failed: dict[str, None] = {}
        self._unread: list[Task] | None = None

    def starts(self, task: Task) -> None:
        """A task is of this update, so its failure counts."""
        self._up[task.id] = None

    def is_up(self, task: Task) -> None:
        """It runs, or has ended already: its time counts from now on."""
        if task.id in self._up and self._up[task.id] is None:
            self._up[task.id] = self._now()

    def ended(self, task: Task) -> None:
        """A task of the service has ended."""
        if self._ignored:
            return
        if self._unread is not None:
            self._unread.append(task)
        elif self._is_failure(task):
            self._too_many(task)

    def pause(self) -> None:
        """Nobody listens until `monitor`."""
        if self._unread is None:
            self._unread = []

    def monitor(self) -> None:
        """The last phase begins: listen again, first to what happened meanwhile."""
        if self._delay >= self.period:
            self.period = self._delay + 1.0
        unread, self._unread = self._unread or [], None
        for task in unread:
            if self._is_failure(task):
                self._too_many(task)
                return

    def _is_failure(self, task: Task) -> bool:
        """Whether this one is the failure that is too many."""
        if task.id in self._failed or task.id not in self._up:
            return False
        since = self._up[task.id]
        if since is not None and self._now() - since > self.period:
            return False
        self._failed[task.id] = None
        return len(self._failed) > self._most
