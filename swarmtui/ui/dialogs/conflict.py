"""Somebody else changed the same field: what was, what is, what would be; and the choice."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from swarmtui.errors import ChangeConflict
from swarmtui.swarm.actions.action import Action
from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.text import visible

__all__ = ["ConflictDialog"]


class ConflictDialog(ModalScreen[bool]):
    """Returns whether the action shall be done all the same."""

    BINDINGS: ClassVar = [Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Leave it as it is")]

    def __init__(self, action: Action, conflict: ChangeConflict) -> None:
        super().__init__()
        self._action = action
        self._conflict = conflict

    def compose(self) -> ComposeResult:
        conflict = self._conflict
        lines = Content("\n").join(
            [
                Content(f"when you looked     {visible(conflict.seen)}"),
                Content.styled(f"now, by another     {visible(conflict.theirs)}", "$text-warning"),
                Content(f"what you asked for  {visible(conflict.ours)}"),
            ]
        )
        with Vertical(classes="dialog"):
            yield Static(
                Content(f"Somebody else changed {visible(conflict.field)} of {visible(self._action.target.name)}"),
                classes="dialog-title",
            )
            yield Static(Content(f"Nothing was changed by you. ID {self._action.target.id}"), classes="dim")
            yield Static(lines, id="difference")
            with Horizontal(classes="buttons"):
                yield DialogButton("Cancel", id="cancel")
                yield DialogButton(f"{self._action.button} anyway", id="confirm")

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def action_cancel(self) -> None:
        self.dismiss(False)
