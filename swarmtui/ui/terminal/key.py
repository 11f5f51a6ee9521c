"""The key that asks for a terminal, for the panes of what has containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

from textual.binding import Binding

from swarmtui.ui.findings.sick_row import SickRowPane
from swarmtui.ui.terminal.opening import open_terminal_in

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["TERMINAL", "TerminalKey"]

Item = TypeVar("Item")

TERMINAL = Binding("x", "terminal", "Shell", id="task.shell", tooltip="Open a shell, or run a command, in a container")


class TerminalKey(SickRowPane[Item]):
    """Base of the panes with that key, which they declare among their own."""

    def action_terminal(self) -> None:
        """Ask for a terminal in the container of the row under the cursor."""
        if self.target is not None:
            self.table.take()
            open_terminal_in(cast("SwarmApp", self.app), self.target)
