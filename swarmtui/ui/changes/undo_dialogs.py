"""Undo: which change is put back and how old it is, before it is; and what to do where the last one cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation
from swarmtui.swarm.actions.action import Action
from swarmtui.ui.changes.action_dialog import ConfirmDialog
from swarmtui.ui.changes.many import ManyDialog
from swarmtui.ui.changes.undo import Examination
from swarmtui.ui.kit.dialogs.yes_no import YesNoDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["OlderUndoDialog", "UndoDialog", "UndoManyDialog"]

MOST_REASONS = 4


class UndoDialog(ConfirmDialog):
    """Asks whether a change of one object is to be put back.

    Args:
        examination: it has found that this can be done.
        told: tells what is undone, and how long ago it was done.
    """

    def __init__(self, examination: Examination, observation: Observation, told: Callable[[], str]) -> None:
        super().__init__(examination.undoing[0], observation)
        self._told = told

    def title_for(self, action: Action) -> str:
        return f"Undo: {self._told()}"

    @property
    def verb(self) -> str:
        return "Undo the change"

    def compose_choice(self) -> Iterable[Widget]:
        yield Static(Content(visible(f"This undoes it: {self.action().title}.")), classes="paragraph")


class UndoManyDialog(ManyDialog):
    """Asks whether the same change of many objects is to be put back.

    Args:
        examination: it has found what of it can be.
        told: tells what is undone, and how long ago it was done.
    """

    def __init__(self, examination: Examination, observation: Observation, told: Callable[[], str]) -> None:
        super().__init__(examination.undoing, examination.reasons, observation)
        self._told = told

    @property
    def heading(self) -> str:
        return f"Undo: {self._told()}"


class OlderUndoDialog(YesNoDialog):
    """The last change cannot be undone: returns whether an older one should be looked at instead.

    Args:
        reasons: why the newer ones are left as they are, the newest first.
        older: the change that can be put back, and how old it is.
    """

    HEADING: ClassVar = "The last change cannot be undone"
    YES: ClassVar = "Look at the older change"

    def __init__(self, reasons: Sequence[str], older: str) -> None:
        super().__init__()
        self._reasons = reasons
        self._older = older

    def compose_body(self) -> ComposeResult:
        shown = [*self._reasons[:MOST_REASONS]]
        if len(self._reasons) > MOST_REASONS:
            shown.append(f"And {len(self._reasons) - MOST_REASONS} more changes before it.")
        yield Static(
            Content("\n").join(Content.styled(f"▲ {visible(each)}", "$text-warning") for each in shown),
            classes="paragraph",
        )
        yield Static(Content(f"Older: {visible(self._older)}."), classes="paragraph")
