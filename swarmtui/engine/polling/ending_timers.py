"""When it is asked whether tasks have ended (`endings` makes the questions). Pure: the clock is passed in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from swarmtui.engine.polling.endings import NO_ENDINGS, Endings
from swarmtui.engine.polling.engine_questions import Question
from swarmtui.engine.polling.pace import ENDINGS, ENDINGS_ELSEWHERE, Limits, Pace, Timer

__all__ = ["EndingTimers"]


class EndingTimers:
    """The timers of the questions. A question that takes another's place takes its timer, too. Not thread-safe."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._refused = False
        self._endings = self._wanted = NO_ENDINGS
        self._on_screen: list[Timer] = []
        self._elsewhere: list[Timer] = []
        self._last: tuple[Question, Timer] | None = None

    def plan(self, endings: Endings, now: float) -> None:
        """Ask these from now on."""
        self._wanted = endings
        self._endings = NO_ENDINGS if self._refused else endings
        self._fit(self._on_screen, len(self._endings.on_screen), now)
        self._fit(self._elsewhere, len(self._endings.elsewhere), now)

    def refuse(self) -> None:
        """The engine does not know such a question."""
        self._refused = True
        self.plan(self._wanted, 0.0)

    def everything(self, now: float) -> None:
        """Ask for all there is now, whatever was refused before."""
        self._refused = False
        self.plan(self._wanted, now)
        for timer in (*self._on_screen, *self._elsewhere):
            timer.nudge(now)

    @property
    def complete(self) -> bool:
        """Whether the end of every task is told."""
        return self._endings.complete

    @property
    def for_screen(self) -> bool:
        """Whether the end of a task on the screen is told."""
        return self._endings.complete or bool(self._endings.on_screen)

    @property
    def interval(self) -> float:
        """Seconds between two answers, at most."""
        return min((timer.interval(pace) for timer, _, pace in self._all()), default=math.inf)

    def due(self) -> Iterator[tuple[float, Question]]:
        """When each of them is to be asked."""
        for timer, question, pace in self._all():
            yield timer.due(pace), question

    def timers(self, question: Question) -> list[Timer]:
        """Of a question; the answer may come when it has given way to another one."""
        found = next((timer for timer, each, _ in self._all() if each == question), None)
        if found is not None:
            self._last = question, found
        return [self._last[1]] if self._last is not None and self._last[0] == question else []

    def _all(self) -> Iterable[tuple[Timer, Question, Pace]]:
        for timer, question in zip(self._on_screen, self._endings.on_screen, strict=True):
            yield timer, question, ENDINGS
        for timer, question in zip(self._elsewhere, self._endings.elsewhere, strict=True):
            yield timer, question, ENDINGS_ELSEWHERE

    def _fit(self, timers: list[Timer], number: int, now: float) -> None:
        """As many timers as questions. What a new one is about has just been told by a list."""
        del timers[number:]
        while len(timers) < number:
            timers.append(Timer(limits=self._limits, asked=now))
