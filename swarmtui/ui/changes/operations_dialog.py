"""The list of changes that are under way or did not end as asked for: what, since when, how far."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.units import age
from swarmtui.ui.changes.in_turn import InTurn
from swarmtui.ui.changes.operation import OperationOrBatch, Stage
from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.list_dialog import LiveListDialog
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.shell.notices import sign_of_stage

__all__ = ["OperationsDialog"]


class OperationsDialog(LiveListDialog[None, OperationOrBatch]):
    """Shows them, the newest first, and lets one be dismissed.

    Args:
        operations: whose list it is.
    """

    OBSERVES_TIME: ClassVar = True

    BINDINGS: ClassVar = [
        leaving("Close", "Close this", more="q,A", id="changes.close"),
        Binding("k", "move(-1)", "Up", show=False, id="changes.up", tooltip="The change above"),
        Binding("j", "move(1)", "Down", show=False, id="changes.down", tooltip="The change below"),
        Binding(
            "delete,ctrl+x",
            "dismiss_change",
            "Dismiss",
            id="changes.dismiss",
            tooltip="Stop following the change: the swarm continues with it",
        ),
        Binding(
            "x",
            "begin_no_more",
            "Begin no more",
            id="changes.stop",
            tooltip="Of changes in turn, begin none after the current one, which the swarm completes",
        ),
    ]

    HEADING: ClassVar = "Changes"
    BOX: ClassVar = "wide"
    NOTHING: ClassVar = "No change is under way."
    KEYS_LINE: ClassVar = "x Begin no more   del Dismiss: the swarm continues   esc Close"

    def __init__(self, operations: Operations) -> None:
        super().__init__()
        self._operations = operations

    def observe(self, _: Observation) -> None:
        """Show how far they are now. Called when time has passed, too."""
        if self.is_mounted:
            self.show_items()

    def items(self) -> tuple[OperationOrBatch, ...]:
        return self._operations.shown

    def line_of(self, item: OperationOrBatch) -> Content:
        return _line(item, self._operations.clock())

    def action_begin_no_more(self) -> None:
        on = self.item
        if isinstance(on, InTurn) and on.can_stop:
            on.stop()
            self.show_items()
        else:
            self.notify("Only changes in turn (a rebalance) can be stopped between two.", markup=False)

    def action_dismiss_change(self) -> None:
        on = self.item
        if on is not None and on.stage is Stage.SENDING:
            self.notify("The engine has not answered yet: this one cannot be dismissed.", markup=False)
        elif on is not None:
            self._operations.dismiss(on)
            self.show_items()


def _line(each: OperationOrBatch, now: float) -> Content:
    """ "▸ Drain wrk1, 40 s: 1 task left on wrk1"."""
    sign, style = sign_of_stage(each.stage)
    when = age(now - each.started) if each.ended is None else f"ended {age(now - each.ended)} ago"
    return Content.styled(f"{sign} {visible(each.title)}, {when}: {visible(each.text)}", style)
