"""Somebody else changed the same thing: what was, what is, what would be, entry by entry; and the choice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from swarmtui.errors import ChangeConflict, Contested
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.short_text import counted
from swarmtui.ui.kit.dialogs.dialog import leaving
from swarmtui.ui.kit.dialogs.yes_no import YesNoDialog
from swarmtui.ui.kit.texts.text import visible

__all__ = ["ConflictDialog"]


class ConflictDialog(YesNoDialog):
    """Returns whether the action should be done all the same."""

    BINDINGS: ClassVar = [leaving("Cancel", "Leave it as it is")]

    def __init__(self, action: Action, conflict: ChangeConflict) -> None:
        super().__init__()
        self._action = action
        self._conflict = conflict

    @property
    def heading(self) -> str:
        return f"Somebody else changed {self._conflict.field} of {self._action.target.name}"

    @property
    def yes(self) -> str:
        return f"{self._action.button} anyway"

    def compose_body(self) -> ComposeResult:
        lines = [line for entry in self._conflict.entries for line in self._lines_of(entry)]
        yield Static(Content(f"Nothing was sent. ID {self._action.target.id}"), classes="dim")
        yield Static(Content("\n").join(lines), id="difference")
        yield Static(Content(self._explained), classes="dim paragraph")

    @property
    def _explained(self) -> str:
        number = len(self._conflict.entries)
        which = "this" if number == 1 else f"these {counted(number, 'value')}"
        again = " Cancel, then e: edit again on the current version." if isinstance(self._action, EditSpec) else ""
        return f"“Anyway” replaces {which}; their other changes stay.{again}"

    def _lines_of(self, entry: Contested) -> Iterator[Content]:
        if entry.what != self._conflict.field:
            yield Content.styled(visible(entry.what), "bold")
        yield Content(f"when you looked     {visible(entry.seen)}")
        yield Content.styled(f"now, by another     {visible(entry.theirs)}", "$text-warning")
        yield Content(f"what you asked for  {visible(entry.ours)}")
