"""How far a rolling update of a service is.

The engine tells the state and a sentence (`UpdateStatus`); how many slots have got the new spec is counted here.
Source: swarmkit manager/orchestrator/update/updater.go.
"""

from __future__ import annotations

from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects import Service, Task
from swarmtui.swarm.states import holds_a_place

__all__ = ["Rollout", "rollout_of"]

_WORDS = {
    "updating": "updating",
    "paused": "paused",
    "completed": "",
    "rollback_started": "rolling back",
    "rollback_paused": "rollback paused",
    "rollback_completed": "rolled back",
}


@dataclass(frozen=True)
class Rollout:
    """A service's update, under way or last done.

    Attributes:
        state: the engine's word: "updating", "paused", "completed", "rollback_started", …
        message: the engine's sentence: why it is paused, or rolled back.
        updated: how many slots have a running task of the present spec; None while the tasks are not known.
        total: how many slots there are.
        started_at: when it began, as the engine's text.
        reached: how many slots have a task of the present spec, in whatever state; None while that is not known.
    """

    state: str
    message: str
    updated: int | None
    total: int | None
    started_at: str = ""
    reached: int | None = None

    @property
    def under_way(self) -> bool:
        return self.state in ("updating", "rollback_started")

    @property
    def paused(self) -> bool:
        """It waits for a person: nothing goes on by itself."""
        return self.state in ("paused", "rollback_paused")

    @property
    def went_wrong(self) -> bool:
        """Paused, or gone back to the spec before: what runs is not what was last asked for."""
        return self.state in ("paused", "rollback_started", "rollback_paused", "rollback_completed")

    @property
    def text(self) -> str:
        """For a column: "updating 2/4", "paused 2/4", "rolled back"; "" once an update is complete."""
        word = _WORDS.get(self.state, self.state)
        if (self.under_way or self.paused) and self.updated is not None and self.total is not None:
            return f"{word} {self.updated}/{self.total}"
        return word

    @property
    def sentence(self) -> str:
        """With the engine's reason: "paused 2/4: update paused due to failure or early termination of task …"."""
        if self.message and self.went_wrong:
            return f"{self.text}: {self.message}"
        return self.text


def rollout_of(cluster: Cluster, service: Service) -> Rollout | None:
    """A service's update; None when it was never updated since it was created (or last changed)."""
    status = service.update_status
    if status is None or not status.state:
        return None
    tasks = cluster.tasks_of(service.id)
    if tasks is None:
        return Rollout(status.state, status.message, None, None, status.started_at)
    slots: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        if holds_a_place(task):
            slots.setdefault((task.slot, "" if task.slot else task.node_id), []).append(task)
    fresh = _fresh_tasks(service, [task for group in slots.values() for task in group], status.started_at)
    updated = sum(1 for group in slots.values() if any(t.id in fresh and t.status.state == "running" for t in group))
    reached = sum(1 for group in slots.values() if any(task.id in fresh for task in group))
    return Rollout(status.state, status.message, updated, len(slots), status.started_at, reached)


def _fresh_tasks(service: Service, tasks: list[Task], started_at: str) -> set[str]:
    """IDs of the tasks that have the present spec, as far as it can be seen.

    The engine compares whole specs. Seen here are the image and the force-update counter; when those do not tell
    (another field was changed), a task is new that was created after the update began.
    """
    force_update = service.spec.task_template.force_update
    alike = {t.id for t in tasks if t.image == service.image and t.spec.force_update == force_update}
    if len(alike) < len(tasks) or not started_at:
        return alike
    return {t.id for t in tasks if t.created_at.rstrip("Z") >= started_at.rstrip("Z")}
