"""Of which nodes the tasks have to be asked for: the one on the screen, dead ones, those that an action is on.

Pure: the clock is passed in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.pace import DEAD_NODES, FOLLOWED, ON_SCREEN, TOLD, Limits, Pace, Timer

__all__ = ["NodeWatches"]

AT_ONCE = 200
"""Dead nodes that are asked about; the IDs go into the URL."""


class NodeWatches:
    """The nodes, as groups that are asked about together. Not thread-safe.

    Attributes:
        told_on_screen: whether a smaller question tells that a task on the screen has ended.
    """

    def __init__(self, limits: Limits) -> None:
        self.told_on_screen = False
        self._limits = limits
        self._timers: dict[tuple[str, ...], Timer] = {}
        self._known: Collection[str] | None = None
        self._dead: tuple[str, ...] = ()
        self._followed: tuple[str, ...] = ()
        self._shown: tuple[str, ...] = ()

    def look_at(self, node_id: str, now: float) -> None:
        """The node on the screen; "" for none."""
        self._shown = (node_id,) if node_id else ()
        if node_id:
            self._timer(self._shown).nudge(now)
        self._drop()

    def follow(self, node_ids: Iterable[str]) -> None:
        """The nodes on which actions under way act."""
        self._followed = tuple(sorted(node_ids))
        self._drop()

    def set_nodes(self, known: Collection[str], dead: Iterable[str], at: float) -> None:
        """The list of nodes was answered; those that have become dead are asked about at a moment."""
        self._known = known
        before, self._dead = self._dead, tuple(sorted(dead))[:AT_ONCE]
        if self._dead and self._dead != before:
            self._timer(self._dead).nudge(at)
        self._drop()

    def due(self) -> Iterator[tuple[float, Question]]:
        """When each group is to be asked about."""
        for ids, timer in self._timers.items():
            yield timer.due(self._pace(ids)), Question(Topic.TASKS_ON, ids)

    def timers(self, ids: tuple[str, ...]) -> list[Timer]:
        """Of a group, if it is still asked about."""
        timer = self._timers.get(ids)
        return [timer] if timer else []

    def _pace(self, ids: tuple[str, ...]) -> Pace:
        if ids == self._followed:
            return FOLLOWED
        if ids == self._shown:
            return TOLD if self.told_on_screen else ON_SCREEN
        return DEAD_NODES

    def _timer(self, ids: tuple[str, ...]) -> Timer:
        return self._timers.setdefault(ids, Timer(limits=self._limits))

    def _drop(self) -> None:
        wanted = {ids for ids in (self._dead, self._shown, self._followed) if ids}
        if self._known is not None:  # asking about a removed node is an error (404)
            wanted = {ids for ids in wanted if all(each in self._known for each in ids)}
        for ids in wanted:
            self._timer(ids)
        for ids in self._timers.keys() - wanted:
            del self._timers[ids]
