"""Clocks: how far each node's clock is from the managers', read from the newest task that each has reported on.

A manager writes when a task was created and when its object was written last, by its own clock; the node writes when
the task reached its state, by its clock (swarmkit agent/exec). So a task that reached a state before it was created
tells of a clock that is behind, and one that reached it after the manager wrote it down, of a clock that is ahead. The
way to the manager and the start of a container hide some of it: what is read is the least that the clock is off.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.tasks.states import rank

__all__ = ["Clocks", "Reading"]


class Reading(msgspec.Struct, frozen=True):
    """What one task tells of a node's clock.

    Attributes:
        task: the task.
        ahead: seconds by which the clock is ahead of the managers', at least; below 0 where it is behind.
    """

    task: Task
    ahead: float


@dataclass
class Clocks:
    """Remembers the newest reading of each node."""

    of: dict[str, Reading] = field(default_factory=dict)

    def look(self, tasks: Iterable[Task]) -> None:
        """Take in tasks that have changed."""
        for task in tasks:
            if not task.node_id or rank(task.status.state) <= _ASSIGNED:
                continue
            known = self.of.get(task.node_id)
            if known is None or known.task.created_at <= task.created_at:
                ahead = _ahead(task)
                if known is None or known.task.id != task.id or abs(ahead) >= abs(known.ahead):
                    self.of[task.node_id] = Reading(task, ahead)


_ASSIGNED = rank("assigned")
"""Up to here the managers write a task's state, from here on its node does."""


def _ahead(task: Task) -> float:
    reached = task.status.timestamp
    if task.created_at <= reached <= task.updated_at:  # as texts, which is right but for parts of a second
        return 0.0
    at, created, written = seconds_of(reached), seconds_of(task.created_at), seconds_of(task.updated_at)
    if at is None or created is None or written is None:
        return 0.0
    return min(at - created, 0.0) or max(at - written, 0.0)
