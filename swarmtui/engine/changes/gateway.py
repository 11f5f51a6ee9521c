"""Gateway: the one place through which every change goes: read-only, staleness, the audit log."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from swarmtui.engine.changes.audit import Audited, AuditLog
from swarmtui.engine.polling.observation import Outcome, Phase
from swarmtui.errors import (
    ChangeRefused,
    ConnectionFailed,
    Protected,
    ReadOnly,
    SeriesInterrupted,
    SwarmtuiError,
    TooSoon,
    ViewIsStale,
)

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient
    from swarmtui.swarm.actions.action import Action, Series

__all__ = ["Gateway"]

T = TypeVar("T")

KEYS_SETTLE = 10.0
"""Seconds after a change of the swarm's keys in which no other one is let through: managers take them on one by one."""


class Gateway:
    """Lets changes through, or does not, and writes down each.

    Args:
        read_only: refuse every change.
        refuses_because: what of the user's settings calls for that; "" where it is the command line.
        protected: the name that must be typed for each change; "" where none must.
        phase: the connection's phase at this moment.
        audit: where each change is written down.
        entry_when_read_only: let the user into containers all the same.
    """

    def __init__(
        self,
        *,
        read_only: bool,
        refuses_because: str = "",
        protected: str = "",
        phase: Callable[[], Phase],
        audit: AuditLog,
        entry_when_read_only: bool = False,
    ) -> None:
        self.read_only = read_only
        self._refuses_because = refuses_because
        self.protected = protected
        self._phase = phase
        self._audit = audit
        self._entry_when_read_only = entry_when_read_only
        self._closing = threading.Event()
        self._keys_changed = -math.inf

    def close(self) -> None:
        """Look no longer for lost answers."""
        self._closing.set()

    def apply(
        self,
        client: Callable[[], EngineClient],
        action: Action,
        *,
        typed: str = "",
        heard: Callable[[str], None] | None = None,
    ) -> Outcome:
        """Make a change. Blocks until it is known how that went.

        Args:
            client: gives the calling thread's client; not asked for when the change is refused.
            typed: what the user has typed as the protected endpoint's name.
            heard: told, line by line, what a program says that makes the change.

        Raises:
            ChangeRefused: nothing was changed. Of a ChangeConflict, `anyway` is the action that does it all the same.
            EngineRefused: nothing was changed, the engine did not like it.
            EngineSilent, ConnectionBroken, NoLeader: the message says whether it was done, as far as that can be told.
            SeriesInterrupted: of a series, some steps were done, and one was not.
        """

        from swarmtui.engine.changes.attempt import LOST
        from swarmtui.engine.changes.attempts import attempt_of
        from swarmtui.swarm.actions.action import Series

        if isinstance(action, Series):
            return self._apply_series(client, action, typed)
        attempt = attempt_of(action, self._closing)
        attempt.heard = heard or attempt.heard
        try:
            self._permit(action, typed)
            outcome = attempt.carry_out(client())
            self._note_keys(action)
        except ChangeRefused as error:
            _add(error, self._audit.record(action, "refused", error=str(error), attempts=attempt.sent))
            raise
        except SwarmtuiError as error:
            outcome_word = "unknown" if attempt.uncertain else "failed"
            if attempt.uncertain:
                self._note_keys(action)
            _add(error, self._audit.record(action, outcome_word, error=str(error), attempts=attempt.sent))
            if isinstance(error, ConnectionFailed) and not (attempt.sent and isinstance(error, LOST)):
                raise ViewIsStale(f"{error.message} Nothing was changed.", error.remedy) from error
            raise
        warning = self._audit.record(outcome.made or action, "done", attempts=attempt.sent)
        return replace(outcome, warnings=(*outcome.warnings, warning)) if warning else outcome

    def permit_entry(self, asked: Iterable[Audited], *, typed: str = "", changes: bool = False) -> None:
        """Look whether the user may go into containers, before a node is reached.

        Args:
            asked: what for: each is written down when it is refused.
            typed: as for `apply`.
            changes: it is a change for certain, which a read-only program refuses whatever the settings say.

        Raises:
            ChangeRefused: it is not permitted.
        """
        try:
            self._permit_at_all(typed, read_only=changes or not self._entry_when_read_only)
        except ChangeRefused as error:
            words = str(error)
            for each in asked:
                _add(error, self._audit.record(each, "refused", error=words))
            raise

    def enter(
        self, asked: Audited, way_in: Callable[[], T], *, typed: str = "", changes: bool = False
    ) -> tuple[T, str]:
        """Let the user into a container: that can change anything, so it is ruled as a change is, and written down.

        What is typed there is not. How old the view is does not matter: a container is named by its own ID.

        Args:
            asked: what for.
            way_in: goes in, and returns what leads there.
            typed, changes: as for `permit_entry`.

        Returns:
            What leads there, and a warning for the user; "" where there is none.

        Raises:
            ChangeRefused: it is not permitted.
        """
        self.permit_entry((asked,), typed=typed, changes=changes)
        try:
            inside = way_in()
        except ChangeRefused as error:
            _add(error, self._audit.record(asked, "refused", error=str(error)))
            raise
        except SwarmtuiError as error:
            _add(error, self._audit.record(asked, "failed", error=str(error), attempts=1))
            raise
        return inside, self._audit.record(asked, "done", attempts=1)

    def _apply_series(self, client: Callable[[], EngineClient], series: Series, typed: str) -> Outcome:
        """One step after another; each is permitted and written down by itself."""
        try:
            self._permit(series, typed)
        except ChangeRefused as error:
            _add(error, self._audit.record(series, "refused", error=str(error)))
            raise
        steps, done, warnings, made = series.steps(), list[str](), list[str](), ""
        step = next(steps, None)
        while step is not None:
            try:
                outcome = self.apply(client, step, typed=typed)
            except SwarmtuiError as error:
                steps.close()
                if not done:
                    raise
                raise SeriesInterrupted(error, step.title, tuple(done)) from error
            done.append(step.title)
            warnings += outcome.warnings
            made = outcome.created_id
            step = _next_step(steps, made)
        return Outcome(0, len(done), tuple(warnings), created_id=made)

    def _note_keys(self, action: Action) -> None:
        if action.touches_keys:
            self._keys_changed = time.monotonic()

    def _permit(self, action: Action, typed: str) -> None:
        from swarmtui.swarm.actions.action import EngineCall

        self._permit_at_all(typed, read_only=True)
        phase = self._phase()
        if phase is not Phase.LIVE and not isinstance(action, EngineCall):
            raise ViewIsStale(
                f"The connection is {phase.value}: what is on the screen may be old. Nothing was changed.",
                "Wait until it is live again.",
            )
        wait = self._keys_changed + KEYS_SETTLE - time.monotonic()
        if action.touches_keys and wait > 0:
            raise TooSoon(
                "The swarm's keys have just been changed, and its managers are still adopting them.",
                f"Try again in {math.ceil(wait)} s.",
            )

    def _permit_at_all(self, typed: str, *, read_only: bool) -> None:
        """What holds whatever is asked for.

        Args:
            read_only: whether a read-only program refuses it.
        """
        if self._refuses_because and read_only:
            raise ReadOnly(f"This program is read-only. {self._refuses_because}", "Edit the file, then start it again.")
        if self.read_only and read_only:
            raise ReadOnly("This program was started read-only.", "Start it without --read-only to change the swarm.")
        if self.protected and typed != self.protected:
            raise Protected(f"{self.protected} is protected: its name must be typed for each change.")


def _next_step(steps: Generator[Action, str, None], made: str) -> Action | None:
    try:
        return steps.send(made)
    except StopIteration:
        return None


def _add(error: SwarmtuiError, warning: str) -> None:
    """Tell a warning with what went wrong: there is no outcome that could have it."""
    if warning:
        error.remedy = f"{error.remedy} {warning}".strip()
