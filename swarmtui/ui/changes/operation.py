"""Operation: one change from the yes to its end; Batch: the same change of many objects as one."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from enum import Enum

from swarmtui.engine.polling.observation import Outcome
from swarmtui.swarm.actions.action import Action

__all__ = ["Batch", "Operation", "OperationOrBatch", "Stage"]


class Stage(Enum):
    """Where an operation stands."""

    SENDING = "sending"
    SETTLING = "settling"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OVERTAKEN = "overtaken"
    """The engine carried it out, and somebody else changed the object again before the swarm had settled."""
    GIVEN_UP = "given up"
    """Nothing moved for long: it is followed no more. The swarm may still get there."""


UNDER_WAY = (Stage.SENDING, Stage.SETTLING)


@dataclass(eq=False)
class Operation:
    """One change that is under way, or was.

    Attributes:
        action: what was asked for.
        stage: where it stands.
        text: how far it is, or how it ended; plain text that may hold text from outside.
        started, ended: seconds of the operations' clock; `ended` is None while it is under way.
        outcome: the engine's yes; None before it.
        output: what docker's own program said, where that did it.
        uncertain: the engine may have done it although it did not say so.
        left: the value that a field of a spec was seen to have after the change; None where that was not looked at.
    """

    action: Action
    stage: Stage = Stage.SENDING
    text: str = "sending"
    started: float = field(default_factory=time.monotonic)
    ended: float | None = None
    outcome: Outcome | None = None
    output: tuple[str, ...] = ()
    uncertain: bool = False
    left: str | None = None

    @property
    def title(self) -> str:
        return self.action.title

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY

    @property
    def made(self) -> bool:
        """Whether the engine changed something for it, as far as that is known."""
        return self.uncertain or (self.outcome is not None and self.outcome.attempts > 0)

    @property
    def waits_for(self) -> str:
        """What it waits for; "" when it is over."""
        return self.text if self.under_way else ""

    def end(self, stage: Stage, text: str, now: float) -> None:
        """It is over at `now`, in seconds of the operations' clock."""
        self.stage = stage
        self.text = text
        self.ended = now


@dataclass(eq=False)
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
        """Those that did not end as they were asked for."""
        return [each for each in self.operations if not each.under_way and each.stage is not Stage.DONE]

    @property
    def unsent(self) -> int:
        """How many have not been sent yet."""
        return self.of - len(self.operations)

    @property
    def stage(self) -> Stage:
        if self.unsent or any(each.stage is Stage.SENDING for each in self.operations):
            return Stage.SENDING
        if any(each.under_way for each in self.operations):
            return Stage.SETTLING
        stages = {each.stage for each in self.failed}
        return Stage.DONE if not stages else stages.pop() if len(stages) == 1 else Stage.FAILED

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
            parts.append(f"{stages[Stage.SETTLING]} settling ({self.waits_for})")
        for stage in (Stage.FAILED, Stage.CANCELLED, Stage.OVERTAKEN, Stage.GIVEN_UP):
            ended = [each for each in self.operations if each.stage is stage]
            if len(ended) == 1:
                why = ended[0].text.removeprefix(f"{stage.value}: ")
                parts.append(f"1 {stage.value} ({ended[0].title}: {why})")
            elif ended:
                parts.append(f"{len(ended)} {stage.value}")
        return ", ".join(parts)

    @property
    def waits_for(self) -> str:
        """What the first of those that have not settled waits for; "" when all have."""
        settling = [each for each in self.operations if each.stage is Stage.SETTLING]
        return f"{settling[0].action.target.name}: {settling[0].text}" if settling else ""


OperationOrBatch = Operation | Batch
"""What the activity line tells of."""
