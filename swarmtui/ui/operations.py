"""Operations: changes that the user asked for, from the yes until the swarm has settled; one by one, or many as one."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from swarmtui.engine.observation import Observation, Outcome
from swarmtui.errors import ChangeConflict, DockerFailed, SwarmtuiError
from swarmtui.swarm.actions.action import Action, EngineCall, Kind
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.session import SwarmSession

__all__ = ["Batch", "Operation", "Operations", "Stage", "Undertaking"]

MOST_UNDONE = 50
"""Changes that are remembered for being undone."""


class Stage(Enum):
    """Where an operation stands."""

    SENDING = "sending"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (Stage.SENDING, Stage.SETTLING)


@dataclass
class Operation:
    """One change that is under way, or was.

    Attributes:
        action: what was asked for.
        stage: where it stands.
        text: how far it is, or why it failed; plain text that may hold text from outside.
        started, ended: seconds of `time.monotonic`; `ended` is None while it is under way.
        outcome: the engine's yes; None before it.
        output: what docker's own program said, where that did it.
    """

    action: Action
    stage: Stage = Stage.SENDING
    text: str = "sending"
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    outcome: Outcome | None = None
    output: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.action.title

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY

    def end(self, stage: Stage, text: str) -> None:
        self.stage = stage
        self.text = text
        self.ended = time.monotonic()


@dataclass
class Batch:
    """The same change of many objects: sent one after another, followed all at once. One that fails holds up no other.

    Attributes:
        title: "Drain 3 nodes".
        of: how many there are.
        operations: those that have begun.
    """

    title: str
    of: int
    operations: list[Operation] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def failed(self) -> list[Operation]:
        """Those that were not done, or not wholly."""
        return [each for each in self.operations if each.stage in (Stage.FAILED, Stage.CANCELLED)]

    @property
    def stage(self) -> Stage:
        if len(self.operations) < self.of or any(each.stage is Stage.SENDING for each in self.operations):
            return Stage.SENDING
        if any(each.under_way for each in self.operations):
            return Stage.SETTLING
        return Stage.FAILED if self.failed else Stage.DONE

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY

    @property
    def ended(self) -> float | None:
        return None if self.under_way else max(each.ended or self.started for each in self.operations)

    @property
    def text(self) -> str:
        stages = Counter(each.stage for each in self.operations)
        parts = [f"{stages[Stage.DONE]} of {self.of} done"]
        if stages[Stage.SETTLING]:
            parts.append(f"{stages[Stage.SETTLING]} settling")
        if self.failed:
            parts.append(f"{len(self.failed)} failed")
        if len(self.failed) == 1:
            parts[-1] += f" ({self.failed[0].title}: {self.failed[0].text})"
        return ", ".join(parts)


Undertaking = Operation | Batch
"""What the activity line tells of."""


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
        self._shown: list[Undertaking] = []
        self._undoing: list[tuple[Action, ...]] = []

    @property
    def under_way(self) -> list[Operation]:
        return [operation for operation in self._operations if operation.under_way]

    @property
    def newest(self) -> Undertaking | None:
        """What the activity line shows: the newest under way, else the newest of all."""
        running = [each for each in self._shown if each.under_way]
        return (running or self._shown)[-1] if self._shown else None

    @property
    def others_under_way(self) -> int:
        """How many there are beside the newest one."""
        return max(0, sum(each.under_way for each in self._shown) - 1)

    def forget_ended(self) -> None:
        """Drop what has ended."""
        self._operations = self.under_way
        self._shown = [each for each in self._shown if each.under_way]

    async def run(self, action: Action, *, typed: str = "") -> Operation:
        """Send an action; returns when the engine has said yes or no. `observe` follows it from there.

        Args:
            typed: what the user has typed as the name of a protected endpoint.
        """
        self.forget_ended()
        operation = Operation(action)
        self._shown.append(operation)
        await self._send(operation, typed)
        self._remember_undoing([operation])
        return operation

    async def run_all(self, actions: Sequence[Action], title: str, *, typed: str = "") -> Batch:
        """Send actions one after another; returns when the engine has said yes or no to each.

        Args:
            title: of all of them together.
            typed: as for `run`.
        """
        self.forget_ended()
        batch = Batch(title, len(actions))
        self._shown.append(batch)
        for action in actions:
            operation = Operation(action)
            batch.operations.append(operation)
            await self._send(operation, typed)
        self._remember_undoing(batch.operations)
        return batch

    async def _send(self, operation: Operation, typed: str) -> None:
        action, overwrite = operation.action, False
        self._operations.append(operation)
        self._changed(operation)
        while operation.stage is Stage.SENDING:
            try:
                future = self._session.apply(action, overwrite=overwrite, typed=typed)
                operation.outcome = await asyncio.wrap_future(future)
            except ChangeConflict as conflict:
                overwrite = await self._settle_conflict(action, conflict)
                if not overwrite:
                    operation.end(Stage.CANCELLED, "left as it is: somebody else changed it")
            except DockerFailed as error:
                operation.output = error.output
                operation.end(Stage.FAILED, str(error))
            except SwarmtuiError as error:  # where the answer got lost, it says whether it was done
                operation.end(Stage.FAILED, str(error))
            else:
                operation.stage = Stage.SETTLING
                operation.text = "accepted"
                operation.output = operation.outcome.output
                self.observe(self._session.observation())
        self._changed(operation)

    # -------------------------------------------------------------------------------- undoing

    def _remember_undoing(self, operations: Sequence[Operation]) -> None:
        accepted = [each.action for each in operations if each.outcome is not None and each.outcome.attempts]
        undoing = tuple(undo for action in reversed(accepted) if (undo := action.undo) is not None)
        if undoing:
            self._undoing = [*self._undoing, undoing][-MOST_UNDONE:]

    def take_undoing(self) -> tuple[Action, ...]:
        """The actions that put the newest change back that can be; () when there is none. Each is given once."""
        return self._undoing.pop() if self._undoing else ()

    # -------------------------------------------------------------------------------- following

    def observe(self, observation: Observation) -> None:
        """Look how far each operation is."""
        for operation in self.under_way:
            # The engine's own place in a swarm shows without a snapshot of one, too.
            about_engine = isinstance(operation.action, EngineCall)
            cluster = observation.ground if about_engine else observation.cluster
            if cluster is not None and operation.stage is Stage.SETTLING and _shows(cluster, operation):
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
