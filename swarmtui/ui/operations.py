"""Operations: changes that the user asked for, from the yes until the swarm has settled."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import Enum

from swarmtui.engine.observation import Observation, Outcome
from swarmtui.errors import ChangeConflict, ConnectionFailed, SwarmtuiError
from swarmtui.swarm.actions.action import Action, Kind
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.session import SwarmSession

__all__ = ["Operation", "Operations", "Stage"]


class Stage(Enum):
    """Where an operation stands."""

    SENDING = "sending"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass
class Operation:
    """One change that is under way, or was.

    Attributes:
        action: what was asked for.
        stage: where it stands.
        text: how far it is, or why it failed; plain text that may hold text from outside.
        started, ended: seconds of `time.monotonic`; `ended` is None while it is under way.
        outcome: the engine's yes; None before it.
    """

    action: Action
    stage: Stage = Stage.SENDING
    text: str = "sending"
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    outcome: Outcome | None = None

    @property
    def under_way(self) -> bool:
        return self.stage in (Stage.SENDING, Stage.SETTLING)

    def end(self, stage: Stage, text: str) -> None:
        self.stage = stage
        self.text = text
        self.ended = time.monotonic()


class Operations:
    """Sends actions to the session and follows them.

    Args:
        session: whom to ask.
        settle_conflict: asked when somebody else changed the same field; whether to do it all the same.
        changed: called whenever an operation has moved.
    """

    def __init__(
        self,
        session: SwarmSession,
        settle_conflict: Callable[[Action, ChangeConflict], Awaitable[bool]],
        changed: Callable[[Operation], None],
    ) -> None:
        self._session = session
        self._settle_conflict = settle_conflict
        self._changed = changed
        self._operations: list[Operation] = []

    @property
    def under_way(self) -> list[Operation]:
        return [operation for operation in self._operations if operation.under_way]

    @property
    def newest(self) -> Operation | None:
        """What the activity line shows: the newest under way, else the newest of all."""
        running = self.under_way
        return (running or self._operations)[-1] if self._operations else None

    def forget_ended(self) -> None:
        """Drop what has ended."""
        self._operations = self.under_way

    async def run(self, action: Action) -> Operation:
        """Send an action; returns when the engine has said yes or no. `observe` follows it from there."""
        self.forget_ended()
        operation = Operation(action)
        self._operations.append(operation)
        self._changed(operation)
        overwrite = False
        while operation.stage is Stage.SENDING:
            try:
                operation.outcome = await asyncio.wrap_future(self._session.apply(action, overwrite=overwrite))
            except ChangeConflict as conflict:
                overwrite = await self._settle_conflict(action, conflict)
                if not overwrite:
                    operation.end(Stage.CANCELLED, "left as it is: somebody else changed it")
            except ConnectionFailed as error:
                operation.end(Stage.FAILED, f"{error} Look whether it was done before asking again.")
            except SwarmtuiError as error:
                operation.end(Stage.FAILED, str(error))
            else:
                operation.stage = Stage.SETTLING
                operation.text = "accepted"
                self.observe(self._session.observation())
        self._changed(operation)
        return operation

    def observe(self, observation: Observation) -> None:
        """Look how far each operation is."""
        cluster = observation.cluster
        if cluster is None:
            return
        for operation in self.under_way:
            if operation.stage is Stage.SETTLING and _shows(cluster, operation):
                self._follow(operation, cluster)

    def _follow(self, operation: Operation, cluster: Cluster) -> None:
        progress = operation.action.progress(cluster)
        before = (operation.stage, operation.text)
        operation.text = progress.text
        if progress.settled:
            operation.end(Stage.FAILED if progress.failed else Stage.DONE, progress.text)
        if before != (operation.stage, operation.text):
            self._changed(operation)


def _shows(cluster: Cluster, operation: Operation) -> bool:
    """Whether a snapshot is from after the change, so that it can tell something about it."""
    target, outcome = operation.action.target, operation.outcome
    if outcome is None or outcome.attempts == 0 or target.kind is Kind.SWARM:
        return True
    version = cluster.version_of(target.kind, target.id)
    return version is None or version > outcome.version
