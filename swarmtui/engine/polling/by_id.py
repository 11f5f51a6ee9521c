"""Single nodes and services that are asked for by their IDs: what an event named, what has just changed, managers.

On a big swarm the list of nodes or services is hundreds of kilobytes, one object of it two. Pure: the clock is passed
in.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.pace import Limits, Pace, Timer

__all__ = ["MOST", "ByID"]

MOST = 50
"""Objects from which on the whole list is asked for instead."""
TOGETHER = 0.1
"""Objects that are due within so many seconds go into one request."""


class ByID:
    """The objects of one kind that are asked for by their IDs. Not thread-safe.

    Args:
        topic: `SOME_NODES` or `SOME_SERVICES`.

    Attributes:
        asked: when any of them was asked for last.
    """

    def __init__(self, topic: Topic, limits: Limits) -> None:
        self.topic = topic
        self.asked = -math.inf
        self._limits = limits
        self._timers: dict[str, Timer] = {}
        self._watched: Mapping[str, Pace] = {}

    def nudge(self, object_id: str, at: float) -> bool:
        """Ask for one at this moment.

        Returns:
            False when there are so many of them that the whole list is the better question.
        """
        if len(self._timers) >= MOST and object_id not in self._timers:
            return False
        self._timer(object_id).nudge(at)
        return True

    def hear(self, object_id: str, now: float, delay: float) -> bool:
        """Something is heard of one: ask at once; where one was asked for within `delay` before, so long after now,
        together with what is heard until then.

        Returns:
            As `nudge` does.
        """
        return self.nudge(object_id, now if now - self.asked >= delay else now + delay)

    def watch(self, paces: Mapping[str, Pace], now: float) -> None:
        """Ask for these again and again, each at its pace."""
        self._watched = dict(list(paces.items())[:MOST])
        for object_id in self._watched:
            if object_id not in self._timers:
                self._timer(object_id).ask(now)  # the list that told of it has just come
                self._timers[object_id].flying = False
        self._drop()

    def due(self) -> tuple[float, Question] | None:
        """When the next is to be asked for, and all that go into that request."""
        moments = {each: timer.due(self._watched.get(each)) for each, timer in self._timers.items()}
        first = min(moments.values(), default=math.inf)
        if first == math.inf:
            return None
        ids = sorted(each for each, moment in moments.items() if moment <= first + TOGETHER)
        return first, Question(self.topic, tuple(ids))

    def timers(self, ids: Iterable[str]) -> list[Timer]:
        """Of those that are asked for."""
        return [self._timers[each] for each in ids if each in self._timers]

    def settled(self) -> None:
        """An answer has come: those that nobody waits for any more are left to the list."""
        self._drop()

    def whole_asked(self) -> None:
        """The whole list is being asked for: it grants the wishes from before."""
        for timer in self._timers.values():
            timer.nudged = None
        self._drop()

    def _timer(self, object_id: str) -> Timer:
        return self._timers.setdefault(object_id, Timer(limits=self._limits))

    def _drop(self) -> None:
        for object_id, timer in list(self._timers.items()):
            if object_id not in self._watched and timer.nudged is None and not timer.flying:
                del self._timers[object_id]
