"""The states of a task, in order, and what that order means.

A task only ever moves forward through them; a manager asks for a state (`desired_state`), an agent reports the one
that is reached (`status.state`). Source: swarmkit api/types.proto, `TaskState`.
"""

from __future__ import annotations

from swarmtui.swarm.objects import Task

__all__ = ["FAILURES", "STATES", "holds_a_place", "is_finished", "is_leaving", "rank"]

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
    return not is_leaving(task) and not is_finished(task)
