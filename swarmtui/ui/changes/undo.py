"""Undo: which changes were made here, the newest last, and whether each can still be put back.

A change leaves the history only when its undoing was carried out; looking at it takes nothing away. Whether it can be
put back is told by the objects as they are now: what somebody else changed since is not overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from swarmtui.swarm.actions.action import Action, SpecChange, Target
from swarmtui.swarm.short_text import clipped
from swarmtui.swarm.units import age
from swarmtui.ui.changes.operation import Operation

__all__ = ["MOST_REMEMBERED", "Change", "Examination", "History", "examine"]

MOST_REMEMBERED = 50
"""How many changes are remembered."""

LONGEST_VALUE = 60
"""Characters that a field's value takes in a sentence."""

Raw = Mapping[str, Any]


@dataclass(eq=False)
class Change:
    """What was asked for at once, and made: one action, or the same of many objects.

    Attributes:
        title: what it was: "Scale web from 3 to 4", "Drain 2 nodes".
        made_at: seconds of the operations' clock.
        operations: those that were made and are not put back yet, in the order of sending.
        being_undone: whether its undoing is on its way to the engine.
    """

    title: str
    made_at: float
    operations: list[Operation]
    being_undone: bool = False

    @property
    def targets(self) -> tuple[Target, ...]:
        """The objects that have to be looked at before it is put back; () when it cannot be put back at all."""
        return tuple(each.action.target for each in self.operations if each.action.undo is not None)

    def told(self, now: float) -> str:
        """ "Scale web from 3 to 4, 2 min ago": `now` in seconds of the operations' clock."""
        return f"{self.title}, {age(now - self.made_at)} ago"


class Examination(msgspec.Struct, frozen=True):
    """What of a change can be put back, on the objects as they are now.

    Attributes:
        change: what was examined.
        undoing: the actions that put it back, the newest first.
        reasons: why the rest stays as it is, a sentence each.
    """

    change: Change
    undoing: tuple[Action, ...]
    reasons: tuple[str, ...] = ()


def examine(change: Change, found: Mapping[str, Raw | None]) -> Examination:
    """Tell what of a change can be put back.

    Args:
        found: the raw JSON of each of its `targets`, by ID; None for one that is gone.
    """
    undoing, reasons = list[Action](), list[str]()
    for operation in reversed(change.operations):
        undo = operation.action.undo
        if undo is None:
            reasons += [f"{operation.title} cannot be undone."] if change.targets else []
            continue
        reason = _obstacle(operation, found.get(operation.action.target.id))
        if reason:
            reasons.append(reason)
        else:
            undoing.append(undo)
    return Examination(change, tuple(undoing), tuple(reasons))


def _obstacle(operation: Operation, raw: Raw | None) -> str:
    """Why one change of a field is not put back; "" when the field is as the change left it."""
    action = operation.action
    name = action.target.name
    if raw is None:
        return f"{name} has since been removed."
    if not isinstance(action, SpecChange):
        return ""
    spec = raw.get("Spec") or {}
    left, now = action.wanted if operation.left is None else operation.left, action.value(spec)
    if now == left or action.is_made(spec):
        return ""
    if now == action.seen:
        return f"The {action.field} of {name} is already back to {clipped(now, LONGEST_VALUE)}."
    return (
        f"Somebody else has since changed the {action.field} of {name}: from"
        f" {clipped(left, LONGEST_VALUE)} to {clipped(now, LONGEST_VALUE)}."
    )


@dataclass
class History:
    """The changes that were made here and are not put back, the newest last."""

    changes: list[Change] = field(default_factory=list)

    def remember(self, title: str, operations: Sequence[Operation], now: float) -> None:
        """Note what of these was made, if anything was. What puts another change back is not among them."""
        made = [each for each in operations if each.made]
        if made:
            self.changes = [*self.changes, Change(title, now, made)][-MOST_REMEMBERED:]

    @property
    def newest_first(self) -> tuple[Change, ...]:
        return tuple(reversed(self.changes))

    def undone(self, change: Change, target: Target) -> None:
        """The engine has put back what a change did to an object."""
        change.operations = [each for each in change.operations if each.action.target.id != target.id]
        if not change.operations:
            self.changes = [each for each in self.changes if each is not change]
