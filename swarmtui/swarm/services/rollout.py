"""How far a rolling update of a service is.

The engine tells the state and a sentence (`UpdateStatus`); how many slots have got the new spec is counted here.
Source: swarmkit manager/orchestrator/update/updater.go.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.failures import Failures, failures_of
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = ["Rollout", "fresh_tasks", "rollout_of"]

_DUE_TO = re.compile(r"due to failure or early termination of task (\w+)")
"""swarmkit manager/orchestrator/update/updater.go, `pauseUpdate` and `rollbackUpdate`."""

_WORDS = {
    "updating": "updating",
    "paused": "paused",
    "completed": "",
    "rollback_started": "rolling back",
    "rollback_paused": "rollback paused",
    "rollback_completed": "rolled back",
}


class Rollout(msgspec.Struct, frozen=True):
    """A service's update, under way or last done.

    Attributes:
        state: the engine's word: "updating", "paused", "completed", "rollback_started", …
        message: the engine's sentence: why it is paused, or rolled back.
        updated: how many slots have a running task of the present spec that follows no failure of that spec; None while
            the tasks are not known.
        total: how many slots there are.
        started_at: when it began, as the engine's text.
        reached: how many slots have a task of the present spec, in whatever state; None while that is not known.
        cause: what stopped it, with the slot's name instead of the task's ID: "web.3 on wrk1: exit 1 (error)".
        by_hand: of a rollback, whether somebody asked for it; else swarm did it by itself, since the update failed.
    """

    state: str
    message: str
    updated: int | None
    total: int | None
    started_at: str = ""
    reached: int | None = None
    cause: str = ""
    by_hand: bool = False

    @property
    def under_way(self) -> bool:
        return self.state in ("updating", "rollback_started")

    @property
    def paused(self) -> bool:
        """It waits for a person: nothing continues by itself."""
        return self.state in ("paused", "rollback_paused")

    @property
    def went_wrong(self) -> bool:
        """Paused, or gone back to the spec before: what runs is not what was last asked for."""
        return self.state in ("paused", "rollback_started", "rollback_paused", "rollback_completed")

    @property
    def alarming(self) -> bool:
        """Whether it waits for a person, or swarm is just taking it back. Once that is done, it is history."""
        return self.paused or (self.state == "rollback_started" and not self.by_hand)

    @property
    def text(self) -> str:
        """For a column: "updating 2/4", "paused 2/4", "rolled back"; "" once an update is complete."""
        word = _WORDS.get(self.state, self.state)
        if (self.under_way or self.paused) and self.updated is not None and self.total is not None:
            return f"{word} {self.updated}/{self.total}"
        return word

    @property
    def sentence(self) -> str:
        """With the reason: "paused 2/4: web.3 on wrk1: exit 1 (error)"."""
        if self.state == "rollback_completed":
            return "rolled back by request" if self.by_hand else "rolled back by Swarm: the update failed"
        because = self.cause or self.message
        return f"{self.text}: {because}" if because and self.went_wrong and not self.by_hand else self.text


def rollout_of(cluster: Cluster, service: Service, now: float | None = None) -> Rollout | None:
    """A service's update; None when it was never updated since it was created (or last changed).

    Args:
        now: the engine's time, in seconds since 1970. Without it a task that follows a failure never counts as updated.
    """
    status = service.update_status
    if status is None or not status.state:
        return None
    tasks = cluster.tasks_of(service.id)
    by_hand = status.state.startswith("rollback") and service.previous_spec is not None
    if tasks is None:
        return Rollout(status.state, status.message, None, None, status.started_at, by_hand=by_hand)
    slots: dict[tuple[int, str], list[Task]] = {}
    for task in tasks:
        if holds_a_place(task):
            slots.setdefault((task.slot, "" if task.slot else task.node_id), []).append(task)
    fresh = fresh_tasks(service, tasks)
    own = [each for each in failures_of(service, tasks) if each.own]
    failing = {each.current.id for each in own if now is None or now < each.steady_at}
    done = fresh - failing
    updated = sum(1 for group in slots.values() if any(t.id in done and t.status.state == "running" for t in group))
    reached = sum(1 for group in slots.values() if any(task.id in fresh for task in group))
    cause = _cause(cluster, tasks, own, status.message)
    return Rollout(
        status.state, status.message, updated, len(slots), status.started_at, reached, cause=cause, by_hand=by_hand
    )


def _cause(cluster: Cluster, tasks: Sequence[Task], failing: Sequence[Failures], message: str) -> str:
    """What the engine's sentence says, with the task's slot, node and exit code in place of its ID."""
    found = _DUE_TO.search(message)
    if found is None:
        return ""
    task = next((task for task in tasks if task.id == found[1]), None)
    if task is None:  # it went the way of old tasks; those after it fail like it
        task = max(failing, key=lambda each: each.last).newest if failing else None
    if task is None:
        return "a new task failed; Swarm no longer lists it"
    on = f" on {cluster.node_name(task.node_id)}" if task.node_id and task.slot else ""
    return f"{cluster.task_name(task)}{on}: {cause_of(task)}"


def fresh_tasks(service: Service, tasks: Iterable[Task]) -> frozenset[str]:
    """IDs of the tasks that have the present spec, as far as it can be seen; of all that Swarm lists of the service.

    The engine compares whole specs. Seen here are the image and the force-update counter; where these are the same
    before and after (another field was changed), a task is new that was created after the update began. In a rollback,
    what the update never reached has the present spec, too. When Swarm rolls back by itself, the time at which the
    update began stays, so what is older was not reached, and the service itself was last changed when the rollback
    began; of a rollback by hand only images and counters tell.
    """
    status = service.update_status
    started = status.started_at.rstrip("Z") if status is not None else ""
    by_swarm = status is not None and status.state == "rollback_started" and service.previous_spec is None
    since = service.updated_at.rstrip("Z") if by_swarm else started
    force_update = service.spec.task_template.force_update
    alike, by_age, differs = set[str](), set[str](), False
    for task in tasks:
        if task.image == service.image and task.spec.force_update == force_update:
            alike.add(task.id)
        elif holds_a_place(task) or task.status.timestamp.rstrip("Z") >= started:
            differs = True
        created = task.created_at.rstrip("Z")
        if created >= since or (by_swarm and created < started):
            by_age.add(task.id)
    return frozenset(alike if differs or not started else alike & by_age)
