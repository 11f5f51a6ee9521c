"""Operations: changes that the user asked for, from the yes until their end; one by one, or many as one."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.errors import ChangeConflict, ConnectionFailed, DockerFailed, NoLeader, SeriesInterrupted, SwarmtuiError
from swarmtui.swarm.actions.action import Action, EngineCall
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.changes.in_turn import InTurn, Turns
from swarmtui.ui.changes.operation import Batch, Operation, OperationOrBatch, Stage
from swarmtui.ui.changes.undo import Change, History
from swarmtui.ui.session import SwarmSession

if TYPE_CHECKING:
    from swarmtui.ui.changes.following import Follower

__all__ = ["Operations"]

MOST_ENDED = 20
"""How many changes that did not end as asked for are shown until they are dismissed."""

MAYBE_MADE = (ConnectionFailed, NoLeader, SeriesInterrupted, DockerFailed)
"""After these something may have been changed, or a part of it."""


class Operations:
    """Sends actions to the session and follows them.

    Args:
        session: whom to ask.
        settle_conflict: asked when somebody else changed the same field; whether to do it all the same.
        changed: called whenever an operation has moved.

    Attributes:
        clock: tells the seconds that all times here are in.
        wall_clock: tells this machine's seconds since 1970.
        history: what was changed, and can be put back.
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
        self._followers: dict[Operation, Follower] = {}
        self._done: dict[Operation, Follower] = {}
        self._shown: list[OperationOrBatch] = []
        self.clock: Callable[[], float] = time.monotonic
        self.wall_clock: Callable[[], float] = time.time
        self.history = History()

    # -------------------------------------------------------------------------------- looking

    @property
    def shown(self) -> tuple[OperationOrBatch, ...]:
        """What has not been dismissed: the newest first, by when it began or ended."""
        return tuple(sorted(self._shown, key=lambda each: each.ended or each.started, reverse=True))

    @property
    def under_way(self) -> tuple[OperationOrBatch, ...]:
        """What has not come to its end, the newest first."""
        return tuple(each for each in self.shown if each.under_way)

    def dismiss_ended(self) -> None:
        """Show what has come to its end no longer."""
        self._shown = [each for each in self._shown if each.under_way]

    def dismiss(self, operation: OperationOrBatch) -> None:
        """Show it no longer, and follow it no longer: the swarm continues with it all the same."""
        self._shown = [each for each in self._shown if each is not operation]
        if isinstance(operation, InTurn):
            operation.abandon()
        for each in operation.operations if isinstance(operation, Batch) else [operation]:
            self._followers.pop(each, None)
            self._done.pop(each, None)

    # -------------------------------------------------------------------------------- sending

    async def run(self, action: Action, *, typed: str = "", undoing: Change | None = None) -> Operation:
        """Send an action; returns when the engine has said yes or no. `observe` follows it from there.

        Args:
            typed: what the user has typed as the name of a protected endpoint.
            undoing: the change that it puts back.
        """
        operation = Operation(action, started=self.clock())
        self._begin(operation, undoing)
        await self._send(operation, typed, undoing)
        self._remember(action.title, [operation], undoing)
        return operation

    async def run_all(
        self,
        actions: Sequence[Action],
        title: str,
        *,
        typed: str = "",
        undoing: Change | None = None,
        preparations: Sequence[Action] = (),
    ) -> Batch:
        """Send actions one after another; returns when the engine has said yes or no to each.

        Args:
            title: of all of them together.
            typed, undoing: as for `run`.
            preparations: what is sent before (`Sending`); it counts as none of them, and is not undone by itself.
        """
        batch = Batch(title, len(actions), started=self.clock())
        self._begin(batch, undoing)
        prepared = set[str]()
        for action in preparations:
            await self._send(preparation := Operation(action, started=self.clock()), typed, None)
            if preparation.outcome is not None:
                prepared.add(action.target.id)
        for action in actions:
            action = action.prepared() if action.target.id in prepared else action
            operation = Operation(action, started=self.clock())
            batch.operations.append(operation)
            await self._send(operation, typed, undoing)
        self._remember(title, batch.operations, undoing)
        return batch

    async def run_in_turn(self, turns: Turns, *, typed: str = "") -> InTurn:
        """Send actions, each once the one before has come to a good end; returns when all is over.

        Args:
            typed: as for `run`.
        """
        in_turn = InTurn.of_turns(turns, self.clock())
        self._begin(in_turn, None)
        await in_turn.run(
            lambda operation: self._send(operation, typed, None),
            lambda: self._session.observation().cluster,
            self.clock,
        )
        self._remember(turns.title, in_turn.operations, None)
        return in_turn

    def _begin(self, operation: OperationOrBatch, undoing: Change | None) -> None:
        """What ended well makes room for it; what did not stays until it is dismissed."""
        ended = [each for each in self._shown if not each.under_way and each.stage is not Stage.DONE]
        kept = (*ended[-MOST_ENDED:], *(each for each in self._shown if each.under_way))
        self._shown = [*kept, operation]
        if undoing is not None:
            undoing.being_undone = True

    async def _send(self, operation: Operation, typed: str, undoing: Change | None) -> None:
        self._changed(operation)
        while operation.stage is Stage.SENDING:
            try:
                future = self._session.apply(operation.action, typed=typed, heard=self._hearing(operation))
                operation.outcome = await asyncio.wrap_future(future)
            except ChangeConflict as conflict:
                anyway = conflict.anyway
                if isinstance(anyway, Action) and await self._settle_conflict(operation.action, conflict):
                    operation.action = anyway
                else:
                    operation.end(Stage.CANCELLED, "left alone: somebody else changed it", self.clock())
            except SwarmtuiError as error:  # where the answer got lost, it says whether it was done
                operation.uncertain = isinstance(error, MAYBE_MADE)
                if isinstance(error, DockerFailed):
                    operation.output = error.output
                operation.end(Stage.FAILED, str(error), self.clock())
            else:
                self._accepted(operation, undoing)
        self._changed(operation)

    def _hearing(self, operation: Operation) -> Callable[[str], None]:
        """Tells what docker's own program says while it is at it; called from another thread."""
        loop = asyncio.get_running_loop()

        def show(line: str) -> None:
            if operation.stage is Stage.SENDING:
                operation.text = line
                self._changed(operation)

        def heard(line: str) -> None:
            with contextlib.suppress(RuntimeError):  # the program has ended
                loop.call_soon_threadsafe(show, line)

        return heard

    def _accepted(self, operation: Operation, undoing: Change | None) -> None:
        from swarmtui.ui.changes.following import Follower

        assert operation.outcome is not None
        operation.stage = Stage.SETTLING
        operation.text = "accepted"
        operation.output = operation.outcome.output
        operation.action = operation.outcome.made or operation.action
        now = self._managers_now(self._session.observation())
        self._followers[operation] = Follower(operation, self._session.inspect, self._look, self.clock(), now)
        if undoing is not None:
            self.history.undone(undoing, operation.action.target)
        self._look()

    def _remember(self, title: str, operations: Sequence[Operation], undoing: Change | None) -> None:
        if undoing is None:
            self.history.remember(title, operations, self.clock())
        else:
            undoing.being_undone = False

    # -------------------------------------------------------------------------------- following

    def _look(self) -> None:
        self.observe(self._session.observation())

    def observe(self, observation: Observation) -> None:
        """Look how far each operation is. Called when there is news, and as time passes."""
        live = observation.connection.phase(time.monotonic()) is Phase.LIVE
        for operation, follower in list(self._followers.items()):
            # The engine's own place in a swarm shows without a snapshot of one, too.
            about_engine = isinstance(operation.action, EngineCall)
            cluster = observation.known_cluster if about_engine else observation.cluster
            if cluster is None:
                continue
            before = (operation.stage, operation.text)
            follower.look(cluster, self.clock(), self._managers_now(observation), live=live)
            if not operation.under_way:
                self._followers.pop(operation, None)
            if operation.stage is Stage.DONE:
                self._done[operation] = follower
            if before != (operation.stage, operation.text):
                self._changed(operation)
        for each in self._shown:
            if isinstance(each, InTurn):
                each.moved.set()
        if observation.cluster is not None and live:
            self._look_back(observation.cluster, self._managers_now(observation))

    def _look_back(self, cluster: Cluster, managers_now: float) -> None:
        """Whether what a success rests on still stands; where not, it is told although it may be shown no longer."""
        for operation, follower in list(self._done.items()):
            if follower.look_back(cluster, self.clock(), managers_now):
                continue
            del self._done[operation]
            if operation.stage is not Stage.FAILED:
                continue
            told = [one for each in self._shown for one in (each.operations if isinstance(each, Batch) else [each])]
            if operation not in told:
                self._shown.append(operation)
            self._changed(operation)

    def _managers_now(self, observation: Observation) -> float:
        return self.wall_clock() + observation.connection.clock_offset
