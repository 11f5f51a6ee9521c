"""Attempts: one change on its way to the engine, by the sort of action it is, and what became of it.

A spec is fetched raw, changed in one field and posted whole with its version. Nothing is mapped through classes, and
docker-py's own `update_…` and `scale` are never used (measured: they restart healthy tasks and reset swarm settings).
Nothing is ever sent twice blindly: when an answer got lost, the swarm is looked at.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from swarmtui.engine.changes.attempt import LOST, Attempt, warnings_in
from swarmtui.engine.changes.node_attempts import NodeCallAttempt, NodeRemovalsAttempt
from swarmtui.engine.images import asking
from swarmtui.engine.polling.observation import Outcome
from swarmtui.engine.stacks.docker_program import docker_program
from swarmtui.errors import (
    ChangeConflict,
    ChangeRefused,
    ConnectionBroken,
    Contested,
    EngineRefused,
    NotUsable,
    ObjectNotFound,
    OutOfSequence,
    SwarmtuiError,
    TooSoon,
    ViewIsStale,
)
from swarmtui.swarm.actions.action import (
    Action,
    Creation,
    DockerCommand,
    EngineCall,
    Removal,
    Spec,
    SpecChange,
)
from swarmtui.swarm.actions.node_call import NodeCall, NodeRemovals
from swarmtui.swarm.kinds import Kind, Target

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["attempt_of", "fetch"]

log = logging.getLogger("swarmtui.engine")

MOST_ATTEMPTS = 3
IN_USE_AGAIN_AFTER = 0.5
"""Seconds until a removal is tried again that failed since tasks which are just being stopped still need the object."""
ANSWER_LOST = "The engine's answer was lost, but the change was made."


class _Current(msgspec.Struct, frozen=True):
    """An object as the engine has it now.

    Attributes:
        version: its `Version.Index`.
        spec: its raw spec.
        secrets: the swarm's join tokens, only to tell whether a rotation has happened; never shown or kept.
        rotating: the swarm's nodes are just getting certificates of a new root.
    """

    version: int
    spec: Spec
    secrets: object = None
    rotating: bool = False

    def __repr__(self) -> str:
        return f"_Current(version={self.version})"


class _SpecAttempt(Attempt[SpecChange]):
    """Fetch, merge, post; again when somebody else has changed the object meanwhile.

    The action is made again upon what was fetched, so that what others have changed stays. Where both have changed the
    same thing, that is a conflict, and nothing is sent.
    """

    def carry_out(self, client: EngineClient) -> Outcome:
        self._action, told = asking.resolved(client, self._action)
        headers = asking.headers_for(self._action)
        with client.sending(headers):
            outcome = self._sent(client, forced=bool(headers))
        return replace(outcome, warnings=(*told, *outcome.warnings))

    def _sent(self, client: EngineClient, *, forced: bool) -> Outcome:
        """Send it.

        Args:
            forced: even where the spec would not change: credentials are no part of what is shown of it.
        """
        action, forced = self._action, forced or bool(self._action.parameters)
        while True:
            current = fetch(client, action.target)
            if action.touches_keys and current.rotating:
                raise TooSoon(
                    "The root certificate is being rotated: nodes are still getting new certificates.",
                    "Wait until that is done; keys and certificates are changed one at a time.",
                )
            if not forced and action.is_made(current.spec):
                return Outcome(current.version, self.sent, () if self.sent else ("It was already so.",))
            contested = action.contested(current.spec)
            made = action.upon(current.version, current.spec)
            if contested:
                raise _conflict(action, contested, made)
            self.sent += 1
            try:
                answer = self._post(client, current.version, action.change(current.spec))
            except OutOfSequence:
                if self.sent >= MOST_ATTEMPTS:
                    raise
                continue
            except LOST as error:
                return self._find_out(client, current, made, error)
            return Outcome(current.version, self.sent, warnings_in(answer), made=made)

    def _post(self, client: EngineClient, version: int, spec: Spec) -> Any:
        target = self._action.target
        params = {**self._action.parameters, "version": str(version)}
        if target.kind is Kind.SWARM:
            return client.post_json("/swarm/update", params, spec)
        if target.kind is Kind.SERVICE:
            # The registry's credentials stay those of the spec, unless others are sent along.
            params = {"registryAuthFrom": "spec", **params}
        return client.post_json(f"/{target.kind.value}/{target.id}/update", params, spec)

    def _find_out(self, client: EngineClient, before: _Current, made: SpecChange, error: SwarmtuiError) -> Outcome:
        latest = before

        def look() -> Outcome | None:
            nonlocal latest
            latest = fetch(client, self._action.target)
            done = self._was_done(before, latest)
            return Outcome(before.version, self.sent, (ANSWER_LOST,), made=made) if done else None

        return self._look_up(error, look, lambda: latest.version == before.version)

    def _was_done(self, before: _Current, now: _Current) -> bool:
        if now.version == before.version or not self._action.is_made(now.spec):
            return False
        # What parameters ask for (a rotation) leaves no trace in the spec, but it does in the tokens.
        return not self._action.parameters or before.secrets is None or now.secrets != before.secrets


class _CreationAttempt(Attempt[Creation]):
    """Post the new object. Its name is unique, so that it can be looked for by that."""

    def carry_out(self, client: EngineClient) -> Outcome:
        self._action, told = asking.resolved(client, self._action)
        with client.sending(asking.headers_for(self._action)):
            outcome = self._sent(client)
        return replace(outcome, warnings=(*told, *outcome.warnings))

    def _sent(self, client: EngineClient) -> Outcome:
        kind = self._action.target.kind
        self.sent += 1
        try:
            answer = client.post_json(f"/{kind.value}/create", self._action.parameters, self._action.body())
        except LOST as error:
            return self._look_up(error, lambda: self._found(client), lambda: True)
        return Outcome(0, self.sent, warnings_in(answer), created_id=_id_of(answer))

    def _found(self, client: EngineClient) -> Outcome | None:
        target = self._action.target
        # An engine's own networks are none of the swarm's, whatever their names.
        scope = {"scope": "swarm"} if target.kind is Kind.NETWORK else None
        try:
            content = client.get_json(f"/{target.kind.value}/{target.name}", scope)
        except ObjectNotFound:
            return None
        return Outcome(0, self.sent, (ANSWER_LOST,), created_id=_id_of(content))


class _RemovalAttempt(Attempt[Removal]):
    """Delete the object. That it is gone already is as good."""

    def carry_out(self, client: EngineClient) -> Outcome:
        until = time.monotonic() + self._action.patience
        while True:
            self.sent += 1
            try:
                client.delete(self._path, self._action.parameters)
            except ObjectNotFound:
                return Outcome(0, self.sent, ("It was already gone.",) if self.sent == 1 else ())
            except LOST as error:
                return self._look_up(error, lambda: self._gone(client), lambda: True)
            except EngineRefused as refusal:
                if "in use by task" not in refusal.message or time.monotonic() > until:
                    raise
                if self._closing.wait(IN_USE_AGAIN_AFTER):
                    raise
            else:
                return Outcome(0, self.sent)

    @property
    def _path(self) -> str:
        target = self._action.target
        return f"/{target.kind.value}/{target.id}"

    def _gone(self, client: EngineClient) -> Outcome | None:
        try:
            client.get_json(self._path)
        except ObjectNotFound:
            return Outcome(0, self.sent, (ANSWER_LOST,))
        return None


class _CallAttempt(Attempt[EngineCall]):
    """Post once. Whether it was done shows by what the engine says of itself afterwards."""

    def carry_out(self, client: EngineClient) -> Outcome:
        from swarmtui.engine.client.client import MEMBERSHIP

        action = self._action
        self.sent += 1
        try:
            path = action.path.format(id=action.target.id)
            answer = client.send(action.method, path, action.parameters, action.body(), MEMBERSHIP)
        except NotUsable as error:
            # The words are about this call ("connection refused" by the manager to join), not about a swarm of ours.
            raise EngineRefused(error.said or error.message, status=503) from error
        except LOST as error:
            self.uncertain = True
            raise type(error)(
                f"{error.message} It is not known yet whether it was done.",
                "The screen shows what the engine reports.",
            ) from error
        return Outcome(0, self.sent, warnings_in(answer))


class _CommandAttempt(Attempt[DockerCommand]):
    """Run docker's own program once. What it did before it failed stays done, and its output tells what that was."""

    def carry_out(self, client: EngineClient) -> Outcome:
        self.sent += 1
        self.uncertain = True  # until it is known that nothing was begun
        try:
            client.ping()  # so that it is known which manager is used now
            docker = docker_program(client, self._action.files)
            said = docker.run(self._action.arguments, self._closing, heard=self.heard)
        except ChangeRefused:
            self.sent, self.uncertain = 0, False
            raise
        return Outcome(0, self.sent, output=said.lines)


ATTEMPTS: tuple[tuple[type[Action], type[Attempt[Any]]], ...] = (
    (SpecChange, _SpecAttempt),
    (Creation, _CreationAttempt),
    (Removal, _RemovalAttempt),
    (DockerCommand, _CommandAttempt),
    (EngineCall, _CallAttempt),
    (NodeRemovals, NodeRemovalsAttempt),
    (NodeCall, NodeCallAttempt),
)


def attempt_of(action: Action, closing: threading.Event) -> Attempt[Any]:
    """The attempt at an action of any sort but a series.

    Raises:
        ChangeRefused: there is no way to make it.
    """
    for sort, attempt in ATTEMPTS:
        if isinstance(action, sort):
            return attempt(action, closing)
    raise ChangeRefused(f"{action.name} cannot be sent to an engine.")


def _conflict(action: SpecChange, contested: tuple[Contested, ...], made: SpecChange) -> ChangeConflict:
    changes = "; ".join(
        f"{f'{each.what} ' if each.what != action.field else ''}from {each.seen} to {each.theirs}" for each in contested
    )
    return ChangeConflict(
        f"Somebody else changed the {action.field} of {action.target.name}: {changes}.",
        field=action.field,
        entries=contested,
        anyway=made,
    )


def fetch(client: EngineClient, target: Target) -> _Current:
    """An object's version and raw spec, exactly as it was set: without `insertDefaults`, which would change tasks.

    Raises:
        ObjectNotFound: it is gone.
        ViewIsStale: the engine is another swarm's by now.
    """
    path = "/swarm" if target.kind is Kind.SWARM else f"/{target.kind.value}/{target.id}"
    content = client.get_json(path)
    try:
        current = _Current(
            content["Version"]["Index"],
            content["Spec"],
            content.get("JoinTokens"),
            rotating=content.get("RootRotationInProgress") is True,
        )
        found = content["ID"]
    except (KeyError, TypeError) as error:
        raise ConnectionBroken(f"The answer to {path} is not what the Engine API promises.") from error
    if target.kind is Kind.SWARM and found != target.id:
        raise ViewIsStale("This engine is now in another swarm.", "Look at it again.")
    return current


def _id_of(answer: Any) -> str:
    """The ID in the answer to a creation, or of an object. Engines spell it "ID", and "Id" for networks."""
    if not isinstance(answer, Mapping):
        return ""
    return str(answer.get("ID") or answer.get("Id") or "")
