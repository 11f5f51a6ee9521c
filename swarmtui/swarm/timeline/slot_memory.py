"""SlotMemory: the tasks of each slot that were seen to end or to go, which the swarm forgets after a few more."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.failures import entered
from swarmtui.swarm.tasks.history import slot_of
from swarmtui.swarm.tasks.states import is_finished

__all__ = ["MOST_OF_A_SLOT", "Former", "SlotMemory"]

MOST_OF_A_SLOT = 30
"""So many tasks of one slot are remembered; then the oldest go."""
MOST_SLOTS = 5_000
"""Slots of which tasks are remembered; then the one goes in which nothing has happened for longest."""


class Former(msgspec.Struct, frozen=True, gc=False):
    """A task that was seen to end, or to go.

    Attributes:
        task: as it was seen last.
        ran_since: since when it ran, in seconds since 1970; None where it never ran, or that was not seen.
        gone: when it was found to be gone though it had not ended, in seconds since 1970.
    """

    task: Task
    ran_since: float | None = None
    gone: float | None = None


class SlotMemory:
    """Remembers what became of tasks. One thread calls it; what it returns may be read by any."""

    def __init__(self) -> None:
        self._slots: OrderedDict[str, tuple[Former, ...]] = OrderedDict()

    def copy(self) -> Mapping[str, tuple[Former, ...]]:
        """What is remembered by slot, the newest first, as it is now."""
        return dict(self._slots)

    def observe(self, before: Sequence[Task], after: Sequence[Task], cluster: Cluster, now: float) -> bool:
        """Compare two sights of a service's tasks. Returns whether there is something new to remember.

        Args:
            cluster: the later snapshot.
            now: the managers' time, in seconds since 1970.
        """
        still = set(map(id, after))
        changed = [task for task in before if id(task) not in still]
        if not changed:
            return False
        wanted = {task.id for task in changed}
        found = {task.id: task for task in after if task.id in wanted}
        new = [each for task in changed if (each := _former(task, found.get(task.id), now)) is not None]
        for each in new:
            self._remember(slot_of(cluster, each.task), each)
        return bool(new)

    def _remember(self, slot: str, new: Former) -> None:
        known = self._slots.pop(slot, ())
        same = next((each for each in known if each.task.id == new.task.id), None)
        if same is not None:
            new = Former(new.task, same.ran_since if new.ran_since is None else new.ran_since, new.gone)
        kept = sorted((new, *(each for each in known if each is not same)), key=_created, reverse=True)
        self._slots[slot] = tuple(kept[:MOST_OF_A_SLOT])
        if len(self._slots) > MOST_SLOTS:
            self._slots.popitem(last=False)


def _former(before: Task, after: Task | None, now: float) -> Former | None:
    """What is to be remembered of a task that has changed; None while it goes on."""
    ran_since = entered(before) if before.status.state == "running" else None
    if after is None:
        return Former(before, ran_since, None if is_finished(before) else now)
    return Former(after, ran_since) if is_finished(after) else None


def _created(former: Former) -> str:
    return former.task.created_at.rstrip("Z")
