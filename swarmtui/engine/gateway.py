"""Gateway: the one place through which every change goes.

A change is made on the raw spec: fetched, one field changed, posted whole with its version. Nothing is mapped through
classes, and docker-py's own `update_…` and `scale` are never used (measured: they restart healthy tasks and reset
swarm settings).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from swarmtui.engine.audit import AuditLog
from swarmtui.engine.observation import Outcome, Phase
from swarmtui.errors import (
    ChangeConflict,
    ChangeRefused,
    ConnectionBroken,
    ConnectionFailed,
    EngineSilent,
    NoLeader,
    OutOfSequence,
    ReadOnly,
    SwarmtuiError,
    ViewIsStale,
)
from swarmtui.swarm.actions.action import Action, Kind, Spec, Target

if TYPE_CHECKING:
    from swarmtui.engine.client import EngineClient

__all__ = ["Gateway"]

log = logging.getLogger("swarmtui.engine")

MOST_ATTEMPTS = 3
LOOK_AGAIN_AFTER = (0.0, 0.5, 1.0, 2.0)
"""Seconds between the looks at an object after the answer to a change got lost: it may still be on its way."""
LOOK_AT_MOST = 10.0


@dataclass(frozen=True)
class _Current:
    """An object as the engine has it now.

    Attributes:
        version: its `Version.Index`.
        spec: its raw spec.
        secrets: the swarm's join tokens, only to tell whether a rotation has happened; never shown or kept.
    """

    version: int
    spec: Spec
    secrets: object = None

    def __repr__(self) -> str:
        return f"_Current(version={self.version})"


class Gateway:
    """Lets changes through, or does not, and writes down each.

    Args:
        read_only: refuse every change.
        phase: the connection's phase at this moment.
        audit: where each change is written down.
    """

    def __init__(self, *, read_only: bool, phase: Callable[[], Phase], audit: AuditLog) -> None:
        self.read_only = read_only
        self._phase = phase
        self._audit = audit
        self._closing = threading.Event()

    def close(self) -> None:
        """Look no longer for lost answers."""
        self._closing.set()

    def apply(self, client: Callable[[], EngineClient], action: Action, *, overwrite: bool = False) -> Outcome:
        """Make a change. Blocks until it is known how that went.

        Args:
            client: gives the calling thread's client; not asked for when the change is refused.
            overwrite: make it even though somebody else changed the same field.

        Raises:
            ChangeRefused: nothing was changed.
            EngineRefused: nothing was changed, the engine did not like it.
            ConnectionFailed, NoLeader: the message says whether it was done, as far as that can be told.
        """
        attempt = _Attempt(action, overwrite, self._closing)
        try:
            self._permit()
            outcome = attempt.carry_out(client())
        except ChangeRefused as error:
            self._audit.record(action, "refused", error=str(error), attempts=attempt.sent)
            raise
        except SwarmtuiError as error:
            outcome_word = "unknown" if attempt.uncertain else "failed"
            self._audit.record(action, outcome_word, error=str(error), attempts=attempt.sent)
            raise
        warning = self._audit.record(action, "done", attempts=attempt.sent)
        return replace(outcome, warnings=(*outcome.warnings, warning)) if warning else outcome

    def _permit(self) -> None:
        if self.read_only:
            raise ReadOnly("This program was started read-only.", "Start it without --read-only to change the swarm.")
        phase = self._phase()
        if phase is not Phase.LIVE:
            raise ViewIsStale(
                f"The connection is {phase.value}: what is on the screen may be old.", "Wait until it is live again."
            )


class _Attempt:
    """One change on its way.

    Attributes:
        sent: how often it was posted.
        uncertain: whether it may have been done although an error is raised.
    """

    def __init__(self, action: Action, overwrite: bool, closing: threading.Event) -> None:
        self.sent = 0
        self.uncertain = False
        self._action = action
        self._overwrite = overwrite
        self._closing = closing

    def carry_out(self, client: EngineClient) -> Outcome:
        """Fetch, check, change, post; once more when somebody else changed another field meanwhile."""
        action = self._action
        while True:
            current = fetch(client, action.target)
            value = action.value(current.spec)
            if value == action.wanted and not action.parameters:
                return Outcome(current.version, self.sent, () if self.sent else ("It was so already.",))
            if value != action.seen and not self._overwrite:
                raise self._conflict(value)
            spec = action.change(current.spec)
            self.sent += 1
            try:
                answer = self._post(client, current.version, spec)
            except OutOfSequence:
                if self.sent >= MOST_ATTEMPTS:
                    raise
                continue
            except (EngineSilent, ConnectionBroken, NoLeader) as error:
                return self._look_up(client, current, error)
            return Outcome(current.version, self.sent, _warnings(answer))

    def _post(self, client: EngineClient, version: int, spec: Spec) -> Any:
        target = self._action.target
        params = {**self._action.parameters, "version": str(version)}
        if target.kind is Kind.SWARM:
            return client.post_json("/swarm/update", params, spec)
        if target.kind is Kind.SERVICE:
            # The registry's credentials stay those of the spec: none are taken from this machine's docker login.
            params = {"registryAuthFrom": "spec", **params}
        return client.post_json(f"/{target.kind.value}/{target.id}/update", params, spec)

    def _conflict(self, theirs: str) -> ChangeConflict:
        action = self._action
        return ChangeConflict(
            f"Somebody else has changed the {action.field} of {action.target.name}"
            f" from {action.seen} to {theirs} meanwhile.",
            field=action.field,
            seen=action.seen,
            theirs=theirs,
            ours=action.wanted,
        )

    # -------------------------------------------------------------------------------- lost answers

    def _look_up(self, client: EngineClient, before: _Current, error: SwarmtuiError) -> Outcome:
        """The answer got lost after the change was sent: see whether it was done. It is never sent twice blindly.

        Raises:
            The type of `error`: it was not done, or that cannot be told.
        """
        self.uncertain = True
        until = time.monotonic() + LOOK_AT_MOST
        latest: _Current | None = None
        for wait in LOOK_AGAIN_AFTER:
            if self._closing.wait(wait) or time.monotonic() > until:
                break
            try:
                latest = fetch(client, self._action.target)
            except (ConnectionFailed, NoLeader) as trouble:
                log.debug("looking for a lost answer: %s", trouble)
                latest = None
                continue
            if self._was_done(before, latest):
                self.uncertain = False
                return Outcome(before.version, self.sent, ("The engine's answer got lost, but the change is made.",))
        if latest is not None and latest.version == before.version:
            self.uncertain = False
            raise type(error)(
                f"{error.message} The change was not made: {self._action.target.name} is as it was.", error.remedy
            ) from error
        raise type(error)(
            f"{error.message} Whether the change was made is not known.",
            f"Look at {self._action.target.name} before you try again.",
        ) from error

    def _was_done(self, before: _Current, now: _Current) -> bool:
        if now.version == before.version or self._action.value(now.spec) != self._action.wanted:
            return False
        # What parameters ask for (a rotation) leaves no trace in the spec, but it does in the tokens.
        return not self._action.parameters or before.secrets is None or now.secrets != before.secrets


def fetch(client: EngineClient, target: Target) -> _Current:
    """An object's version and raw spec, exactly as it was set: without `insertDefaults`, which would change tasks.

    Raises:
        ObjectNotFound: it is gone.
        ViewIsStale: the engine is another swarm's by now.
    """
    path = "/swarm" if target.kind is Kind.SWARM else f"/{target.kind.value}/{target.id}"
    content = client.get_json(path)
    try:
        current = _Current(content["Version"]["Index"], content["Spec"], content.get("JoinTokens"))
        found = content["ID"]
    except (KeyError, TypeError) as error:
        raise ConnectionBroken(f"The answer to {path} is not what the Engine API promises.") from error
    if target.kind is Kind.SWARM and found != target.id:
        raise ViewIsStale("This engine has become part of another swarm.", "Look at it anew.")
    return current


def _warnings(answer: Any) -> tuple[str, ...]:
    """What the engine said beside "yes"."""
    said = answer.get("Warnings") if isinstance(answer, Mapping) else None
    return tuple(str(each) for each in said or ())
