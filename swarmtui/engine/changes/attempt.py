"""Attempt: one change on its way to an engine, and how a lost answer is looked for."""

from __future__ import annotations

import logging
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from swarmtui.engine.polling.observation import Outcome
from swarmtui.errors import ConnectionBroken, ConnectionFailed, EngineSilent, NoLeader, NotUsable, SwarmtuiError
from swarmtui.swarm.actions.action import Action

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["LOST", "Attempt", "warnings_in"]

log = logging.getLogger("swarmtui.engine")

LOOK_AGAIN_AFTER = (0.0, 0.5, 1.0, 2.0)
"""Seconds between the looks at an object after the answer to a change got lost: it may still be on its way."""
LOOK_WHILE_LOST = 1.0
"""Between looks that fail: the way to the engine is being mended, or will lead through another manager."""
LOOK_AT_MOST = 30.0

AnyAction = TypeVar("AnyAction", bound=Action)
LOST = (EngineSilent, ConnectionBroken, NoLeader)
"""After these the engine may or may not have done what it was asked for."""


class Attempt(ABC, Generic[AnyAction]):
    """One change on its way.

    Attributes:
        sent: how often it was posted.
        uncertain: whether it may have been done although an error is raised.
        heard: told, line by line, what a program says that makes the change.
    """

    heard: Callable[[str], None] = staticmethod(lambda _: None)

    def __init__(self, action: AnyAction, closing: threading.Event) -> None:
        self.sent = 0
        self.uncertain = False
        self._action = action
        self._closing = closing

    @abstractmethod
    def carry_out(self, client: EngineClient) -> Outcome:
        """Make the change.

        Raises:
            ChangeRefused: nothing was changed.
            EngineRefused: nothing was changed, the engine did not like it.
            ConnectionFailed, NoLeader: the message says whether it was done, as far as that can be told.
        """

    def _look_up(
        self, error: SwarmtuiError, look: Callable[[], Outcome | None], unchanged: Callable[[], bool]
    ) -> Outcome:
        """The answer got lost after the change was sent: see whether it was done.

        Args:
            look: gives the outcome once it is seen to be done. It may raise what a call raises.
            unchanged: whether the last look has shown that it was not done.

        Raises:
            The type of `error`: it was not done, or that cannot be told.
        """
        self.uncertain = True
        until = time.monotonic() + LOOK_AT_MOST
        seen = False
        waits = iter(LOOK_AGAIN_AFTER)
        wait = next(waits, None)
        while wait is not None and not self._closing.wait(wait) and time.monotonic() <= until:
            try:
                outcome = look()
            except (ConnectionFailed, NotUsable) as trouble:
                log.debug("looking for a lost answer: %s", trouble)
                seen, wait = False, LOOK_WHILE_LOST
                continue
            seen, wait = True, next(waits, None)
            if outcome is not None:
                self.uncertain = False
                return outcome
        name = self._action.target.name
        if seen and unchanged():
            self.uncertain = False
            raise type(error)(f"{error.message} The change was not made: {name} is as it was.", error.remedy) from error
        raise type(error)(
            f"{error.message} It is not known whether the change was made.", f"Check {name} before you try again."
        ) from error


def warnings_in(answer: Any) -> tuple[str, ...]:
    """What the engine said besides "yes". About networks it says one text, else a list."""
    if not isinstance(answer, Mapping):
        return ()
    one = answer.get("Warning")
    return tuple(str(each) for each in (*(answer.get("Warnings") or ()), *([one] if one else ())))
