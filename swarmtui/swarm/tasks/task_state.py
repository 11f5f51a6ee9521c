"""A task's state as a word and a judgement: what a row shows, and whether it asks for attention."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving, rank
from swarmtui.swarm.units import age

__all__ = ["LONG_PENDING", "LONG_PREPARING", "Health", "TaskState", "state_of", "states_of"]

LONG_PENDING = 30.0
"""Seconds after which a task that has not found a node, or waits for one to take it, is a trouble."""

LONG_PREPARING = 180.0
"""Seconds after which a task that is still fetching its image or starting is a trouble."""

_FETCHING = frozenset({"preparing", "starting"})


class Health(Enum):
    """GOOD runs; PROGRESS is on its way; BAD asks for attention; DONE ended as it should; UNKNOWN cannot be told."""

    GOOD = "good"
    PROGRESS = "progress"
    BAD = "bad"
    DONE = "done"
    UNKNOWN = "unknown"


class TaskState(msgspec.Struct, frozen=True):
    """What a row shows of a task.

    Attributes:
        word: the engine's word; with a "?" where the engine's word cannot be trusted: "running?".
        health: the judgement.
        reason: why, in a few words; "" where the word says it all. It may hold the engine's error text.
    """

    word: str
    health: Health
    reason: str = ""


def state_of(cluster: Cluster, task: Task, now: float | None = None) -> TaskState:
    """Judge a task.

    Args:
        cluster: the snapshot that the task is of.
        task: the task.
        now: the engine's time in seconds since 1970; without it nothing is called long.
    """
    state = task.status.state
    error = task.status.err
    if state in FAILURES:
        return TaskState(state, Health.BAD, cause_of(task))
    if is_finished(task):
        return _ended(task)
    if not rank(state) and state != "new":
        return TaskState(state or "unknown", Health.UNKNOWN, error)
    silence = _silence(cluster, task)
    if silence:
        return TaskState(f"{state}?", _health_in_silence(cluster, task), silence)
    if is_leaving(task):
        return TaskState(state, Health.PROGRESS, "is being stopped")
    if state == "running":
        return TaskState(state, Health.GOOD)
    return _on_its_way(task, now)


def states_of(cluster: Cluster, tasks: Iterable[Task], now: float | None = None) -> list[tuple[Task, TaskState]]:
    """Judge many tasks, as `state_of` does. Of a thousand that wait with the same error one is judged."""
    alike = dict[tuple[str, str, str, str], TaskState]()
    found = list[tuple[Task, TaskState]]()
    for task in tasks:
        status = task.status
        if not status.err or status.state in FAILURES:  # how long it lasts, or how it ended, is each one's own
            found.append((task, state_of(cluster, task, now)))
            continue
        key = (status.state, status.err, task.desired_state, task.node_id)
        state = alike.get(key)
        if state is None:
            state = alike[key] = state_of(cluster, task, now)
        found.append((task, state))
    return found


def _ended(task: Task) -> TaskState:
    state = task.status.state
    if task.desired_state == "running":
        return TaskState(state, Health.PROGRESS, "ended, will be restarted")
    return TaskState(state, Health.DONE, task.status.err)


def _silence(cluster: Cluster, task: Task) -> str:
    """Why nothing that the task's node reported can be trusted; "" when it can."""
    if not task.node_id or not cluster.nodes:
        return ""
    node = cluster.nodes.get(task.node_id)
    if node is None:
        return "its node is no longer in the swarm"
    if node.is_ready:
        return ""
    return f"{node.name} is {node.status.state}"


def _health_in_silence(cluster: Cluster, task: Task) -> Health:
    """A trouble where the task is still counted on; not where it has been replaced already, nor while the managers
    wait for the node to answer (after a change of leaders every node is "unknown" for some seconds)."""
    node = cluster.nodes.get(task.node_id)
    waiting = node is not None and node.status.state == "unknown"
    return Health.UNKNOWN if is_leaving(task) or waiting else Health.BAD


def _on_its_way(task: Task, now: float | None) -> TaskState:
    state, error = task.status.state, task.status.err
    if error:
        return TaskState(state, Health.BAD, error)
    if state == "ready" and task.desired_state == "ready":
        return TaskState(state, Health.PROGRESS, "waits for its turn")
    since = seconds_of(task.status.timestamp)
    if now is None or since is None:
        return TaskState(state, Health.PROGRESS)
    limit = LONG_PREPARING if state in _FETCHING else LONG_PENDING
    if now - since < limit:
        return TaskState(state, Health.PROGRESS)
    return TaskState(state, Health.BAD, f"{_doing(task)} for {age(now - since)}")


def _doing(task: Task) -> str:
    return {
        "new": "waits for network or ports",
        "pending": "waits for a node",
        "preparing": "is fetching its image",
        "starting": "is starting",
    }.get(task.status.state, f"is {task.status.state}")
