"""Changes in turn: each is begun only once the one before has come to a good end. The first that has not ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.short_text import listed
from swarmtui.ui.changes.operation import Batch, Operation, Stage

__all__ = ["InTurn", "Turns"]


class Turns(msgspec.Struct, frozen=True):
    """What was agreed on: actions to be done in turn.

    Attributes:
        title: of all of them together: "Rebalance wrk1".
        actions: in their order.
        why_not: asked just before each: why it is not begun after all; "" when it is.
    """

    title: str
    actions: tuple[Action, ...]
    why_not: Callable[[Cluster, Action], str] = lambda cluster, action: ""


@dataclass(eq=False)
class InTurn(Batch):
    """Changes in turn, from the yes to their end. `operations` are those that have begun.

    Attributes:
        turns: what was agreed on.
        stopping: no more is begun: the user has said so.
        halted: why no more is begun, where none failed and the user has not said so.
        over: whether nothing more happens.
        moved: set whenever an operation may have got further.
    """

    turns: Turns = field(default_factory=lambda: Turns("", ()))
    stopping: bool = False
    halted: str = ""
    over: bool = False
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of_turns(cls, turns: Turns, now: float) -> InTurn:
        """Nothing has begun yet."""
        return cls(turns.title, len(turns.actions), started=now, turns=turns)

    async def run(
        self,
        send: Callable[[Operation], Awaitable[None]],
        look: Callable[[], Cluster | None],
        clock: Callable[[], float],
    ) -> None:
        """Begin each, and wait for its end.

        Args:
            send: returns when the engine has said yes or no.
            look: the newest snapshot.
            clock: the operations' clock.
        """
        for action in self.turns.actions:
            cluster = look()
            if self.stopping or self.failed:
                break
            if cluster is not None and (reason := self.turns.why_not(cluster, action)):
                self.halted = reason
                break
            operation = Operation(action, started=clock())
            self.operations.append(operation)
            await send(operation)
            while operation.under_way and not self.over:
                self.moved.clear()
                await self.moved.wait()
        self.over = True

    def stop(self) -> None:
        """Begin no more; what has begun goes on, and is followed."""
        self.stopping = True
        self.moved.set()

    def abandon(self) -> None:
        """Begin no more, and wait for nothing."""
        self.over = True
        self.stop()

    # -------------------------------------------------------------------------------- looking

    @property
    def not_begun(self) -> Sequence[Action]:
        """Those that have not been sent."""
        return self.turns.actions[len(self.operations) :]

    @property
    def can_stop(self) -> bool:
        """Whether there is anything that could still be left undone."""
        return not self.over and not self.stopping and bool(self.not_begun)

    @property
    def unsent(self) -> int:
        """How many are still going to be sent."""
        return 0 if self.over or self.stopping else len(self.not_begun)

    @property
    def stage(self) -> Stage:
        if not self.over:
            sending = not self.operations or self.operations[-1].stage is Stage.SENDING
            return Stage.SENDING if sending else Stage.SETTLING
        if self.failed:
            return self.failed[0].stage
        return Stage.CANCELLED if self.not_begun else Stage.DONE

    @property
    def ended(self) -> float | None:
        return (
            None
            if not self.over
            else max((each.ended or self.started for each in self.operations), default=self.started)
        )

    @property
    def text(self) -> str:
        if not self.over:
            return self._going_on
        done = sum(each.stage is Stage.DONE for each in self.operations)
        parts = [f"{done} of {self.of} done"]
        for each in self.failed:
            of_it = f"{each.action.target.name} failed: " if each.stage is Stage.FAILED else ""
            parts.append(f"{of_it}{each.text}")
        if self.halted:
            parts.append(self.halted)
        if self.not_begun:
            parts.append(f"not begun: {listed([each.target.name for each in self.not_begun])}")
        return "; ".join(parts)

    @property
    def _going_on(self) -> str:
        if not self.operations:
            return f"0 of {self.of}"
        now = self.operations[-1]
        then = "; no more is begun after it" if self.stopping and self.not_begun else ""
        return f"{len(self.operations)} of {self.of}, {now.action.target.name}: {now.text}{then}"

    @property
    def waits_for(self) -> str:
        return "" if self.over else self.text
