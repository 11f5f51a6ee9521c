"""The keys that lead into containers, for the panes of what has containers."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, TypeVar, cast

from textual.binding import Binding

from swarmtui.ui.findings.sick_row import SickRowPane

if TYPE_CHECKING:
    from swarmtui.swarm.tasks.command_across import Chosen
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["ENTRY_KEYS", "TerminalKey"]

Item = TypeVar("Item")

ENTRY_KEYS = (
    Binding("x", "terminal", "Shell", id="task.shell", tooltip="Open a shell, or run a command, in a container"),
    Binding(
        "a",
        "across",
        "Run in all",
        show=False,
        id="task.exec",
        tooltip="Run one command in the containers of all replicas, or of the marked tasks, and compare the results",
    ),
    Binding(
        "F",
        "forward",
        "Forward port",
        show=False,
        id="task.forward",
        tooltip="Forward a local port to the task, without publishing it; list the ports that are forwarded",
    ),
)


class TerminalKey(SickRowPane[Item]):
    """Base of the panes with these keys, which they declare among their own."""

    def action_terminal(self) -> None:
        """Ask for a terminal in the container of the row under the cursor."""

        from swarmtui.ui.terminal.opening import open_terminal_in

        if self.target is not None:
            self.table.take()
            open_terminal_in(cast("SwarmApp", self.app), self.target)

    def action_forward(self) -> None:
        """Ask for a local port that leads to the task under the cursor, or list those there are."""

        from swarmtui.ui.forwards.opening import forward_port

        self.table.take()
        forward_port(cast("SwarmApp", self.app), self.target)

    @abstractmethod
    def chosen(self) -> Chosen | None:
        """In whose containers a command is to run: of the marked rows, or of the one under the cursor."""

    def action_across(self) -> None:
        """Ask for a command in several containers."""

        from swarmtui.ui.across.opening import run_across

        chosen = self.chosen()
        if chosen is not None:
            self.table.take()
            run_across(cast("SwarmApp", self.app), chosen)
