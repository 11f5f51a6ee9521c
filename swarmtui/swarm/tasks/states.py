"""The states of a task, in order, and what that order means.

A task only ever moves forward through them; a manager asks for a state (`desired_state`), an agent reports the one
that is reached (`status.state`). Source: swarmkit api/types.proto, `TaskState`.
"""

from __future__ import annotations

from swarmtui.swarm.objects.task import Task

__all__ = [
    "FAILURES",
    "STATES",
    "holds_a_place",
    "is_finished",
    "is_leaving",
    "is_placed",
    "is_standing",
    "is_waiting",
    "rank",
]

STATES = (
    "new",
    "allocated",
    "pending",
    "assigned",
    "accepted",
    "preparing",
    "ready",
    "starting",
    "running",
    "complete",
    "shutdown",
    "failed",
    "rejected",
    "remove",
    "orphaned",
)

FAILURES = frozenset({"failed", "rejected", "orphaned"})
"""The states in which something went wrong; "shutdown", "complete" and "remove" are ends that were asked for."""

_RANKS = {state: place for place, state in enumerate(STATES)}
_COMPLETE = _RANKS["complete"]
# As sets, since a big swarm's tasks are asked these by the hundred thousand.
_LEAVING = frozenset(STATES[_COMPLETE + 1 :])
_FINISHED = frozenset(STATES[_COMPLETE:])
_STANDING = frozenset(STATES[_RANKS["assigned"] : _COMPLETE])


def rank(state: str) -> int:
    """A state's place in the order; 0 for a word that this version does not know."""
    return _RANKS.get(state, 0)


def is_leaving(task: Task) -> bool:
    """Whether the managers want the task gone. Jobs want "complete", everything else at most "running"."""
    return rank(task.desired_state) > _COMPLETE


def is_finished(task: Task) -> bool:
    """Whether the task has come to an end of any kind."""
    return rank(task.status.state) >= _COMPLETE


def holds_a_place(task: Task) -> bool:
    """Whether the task is meant to be there and has not ended: what a drain would move and a scale-down would stop."""
    return task.desired_state not in _LEAVING and task.status.state not in _FINISHED


def is_placed(task: Task) -> bool:
    """Whether the task takes something of its node: also one that is being stopped, until it has ended."""
    return task.status.state in _STANDING


def is_standing(task: Task) -> bool:
    """Whether the task is wanted and has got its place on a node."""
    return task.desired_state not in _LEAVING and task.status.state in _STANDING


def is_waiting(task: Task) -> bool:
    """Whether the task is wanted and has no place on a node yet."""
    return holds_a_place(task) and task.status.state not in _STANDING
