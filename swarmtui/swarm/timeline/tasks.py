"""What happened to the tasks of a service: they failed, ended, moved, cannot be placed.

That a task merely started or was stopped is told of its service (scaled, update started), not of each task.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.files import moment

__all__ = ["slot_key", "task_events"]

NOTHING: tuple[Task, ...] = ()


def slot_key(service_id: str, slot: int, node_id: str) -> str:
    """What stands for a slot among the IDs that an event is related to; of a global service a node is the slot."""
    return f"{service_id}/{slot}/{'' if slot else node_id}"


def task_events(before: Sequence[Task], after: Sequence[Task], cluster: Cluster, now: float) -> Iterator[Event]:
    """What happened between two sights of a service's tasks; from none to some it is what the swarm keeps of them.

    Tasks that have not changed are the same objects, so what costs time is only the changed ones.

    Args:
        before, after: each as a snapshot has them, newest first within a slot.
        cluster: the later snapshot.
        now: the managers' time, in seconds since 1970.
    """
    known = set(map(id, before))
    fresh = [place for place, task in enumerate(after) if id(task) not in known]
    if not fresh:
        return
    still = set(map(id, after))
    former = {task.id: task for task in before if id(task) not in still}
    for place in fresh:
        task = after[place]
        yield from _of_task(former.get(task.id), after, place, cluster, now)


def _of_task(before: Task | None, tasks: Sequence[Task], place: int, cluster: Cluster, now: float) -> Iterator[Event]:
    task = tasks[place]
    state = task.status.state
    if before is not None and before.status.state == state and before.status.err == task.status.err:
        return
    if state == "running":
        if task.slot and (earlier := _earlier(tasks, place)):
            yield from _moved(task, earlier, cluster, now)
    elif state in FAILURES or state == "complete":
        if before is None or before.status.state != state:
            yield from _ended(before, task, cluster, now)
    elif task.status.err and not is_finished(task) and not is_leaving(task):
        yield _waits(task, cluster, now)


def _earlier(tasks: Sequence[Task], place: int) -> Sequence[Task]:
    """The two tasks before this one in its slot."""
    slot = tasks[place].slot
    return [each for each in tasks[place + 1 : place + 3] if each.slot == slot]


def _moved(task: Task, earlier: Sequence[Task], cluster: Cluster, now: float) -> Iterator[Event]:
    """A slot runs on another node. In a crash loop, that is told by the failures."""
    last = earlier[0]
    if last.node_id == task.node_id or not last.node_id or not task.node_id:
        return
    if len(earlier) > 1 and all(each.status.state in FAILURES for each in earlier):
        return
    name, was, is_ = cluster.task_name(task), cluster.node_name(last.node_id), cluster.node_name(task.node_id)
    yield Event(
        moment(task.status.timestamp, now),
        Kind.TASK,
        task.id,
        name,
        Category.MOVED,
        f"{name} moved from {was} to {is_}",
        before=was,
        after=is_,
        related=(task.service_id, last.node_id, task.node_id, slot_key(task.service_id, task.slot, task.node_id)),
        fold=f"moved {task.service_id} {last.node_id}",
    )


def _ended(before: Task | None, task: Task, cluster: Cluster, now: float) -> Iterator[Event]:
    """A task has ended by itself; one that was being stopped has not."""
    state = task.status.state
    if before is not None and is_leaving(before) and state not in ("rejected", "orphaned"):
        return
    service = cluster.services.get(task.service_id)
    is_job = service is not None and service.spec.mode.name.endswith("job")
    name, node, cause = cluster.task_name(task), cluster.node_name(task.node_id), cause_of(task)
    where = f" on {node}" if task.node_id else ""
    slot = slot_key(task.service_id, task.slot, task.node_id)
    if state == "complete":
        category, word, tone = Category.ENDED, "completed" if is_job else "ended by itself", "" if is_job else "warn"
    else:
        category, tone = Category.FAILURE, "bad"
        word = {"failed": "failed", "rejected": "was rejected", "orphaned": "was lost"}[state]
    yield Event(
        moment(task.status.timestamp, now),
        Kind.TASK,
        task.id,
        name,
        category,
        f"{name} {word}{where}{f': {cause}' if cause else ''}",
        tone,
        after=cause,
        related=(task.service_id, task.node_id, slot),
        fold=f"ended {slot}/{state}",
    )


def _waits(task: Task, cluster: Cluster, now: float) -> Event:
    name, error = cluster.task_name(task), task.status.err
    return Event(
        moment(task.status.timestamp, now),
        Kind.TASK,
        task.id,
        name,
        Category.WAITING,
        f"{name} cannot be placed: {error}" if task.status.state == "pending" else f"{name} waits: {error}",
        "warn",
        after=error,
        related=(task.service_id, slot_key(task.service_id, task.slot, task.node_id)),
        fold=f"waits {task.service_id}",
    )
