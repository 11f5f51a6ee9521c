"""Somebody else changed the spec that was edited: what they changed, what we would change, and the choice."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Static

from swarmtui.swarm.actions.action import Spec
from swarmtui.swarm.actions.edit_spec import EditSpec
from swarmtui.swarm.difference import difference
from swarmtui.ui.dialogs.button import DialogButton
from swarmtui.ui.dialogs.difference import drawn
from swarmtui.ui.text import visible

__all__ = ["SpecConflictDialog"]


REST = 14
"""The lines of the dialog beside the differences, and of the screen beside the dialog."""


class SpecConflictDialog(ModalScreen[bool]):
    """Returns whether the spec shall be set all the same.

    Args:
        action: what was to be done.
        theirs: the spec as it is now.
    """

    BINDINGS: ClassVar = [
        Binding("escape,ctrl+c", "cancel", "Cancel", id="dialog.cancel", tooltip="Leave it as it is"),
        Binding("left", "app.focus_previous", show=False),
        Binding("right", "app.focus_next", show=False),
        Binding("up,k,pageup", "scroll(-1)", show=False),
        Binding("down,j,pagedown", "scroll(1)", show=False),
    ]

    def __init__(self, action: EditSpec, theirs: Spec) -> None:
        super().__init__()
        self._action = action
        self._theirs = theirs

    def compose(self) -> ComposeResult:
        name = self._action.target.name
        with Vertical(classes="dialog wide"):
            yield Static(Content(visible(f"Somebody else changed the spec of {name}")), classes="dialog-title")
            yield Static(Content(f"Nothing was changed by you. ID {self._action.target.id}"), classes="dim")
            with VerticalScroll(id="findings", can_focus=False):
                yield Static(self._both(), id="difference")
            yield Static("e brings what you have edited again, made upon what it is now.", classes="dim")
            with Horizontal(classes="buttons"):
                yield DialogButton("Cancel", id="cancel")
                yield DialogButton(f"{self._action.button} anyway", id="confirm")

    def _both(self) -> Content:
        before: dict[str, Any] = self._action.spec_before
        return Content("\n").join(
            [
                Content.styled("What they changed, which would be put back or replaced:", "$text-warning"),
                *drawn(difference(before, self._theirs)),
                Content(""),
                Content("What you would change, as it is now:"),
                *drawn(difference(self._theirs, self._action.spec_after)),
            ]
        )

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    def on_resize(self) -> None:
        """Both differences have what the rest leaves of the screen."""
        self.query_one("#findings").styles.max_height = max(3, self.size.height - REST)

    def action_scroll(self, pages: int) -> None:
        findings = self.query_one("#findings", VerticalScroll)
        findings.scroll_relative(y=pages * max(1, findings.size.height - 1), animate=False)

    @on(Button.Pressed, "#confirm")
    def _confirmed(self) -> None:
        self.dismiss(True)

    @on(Button.Pressed, "#cancel")
    def _cancel_pressed(self) -> None:
        self.action_cancel()

    def action_cancel(self) -> None:
        self.dismiss(False)
