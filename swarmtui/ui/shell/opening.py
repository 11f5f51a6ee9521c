"""OpeningApp: the part of the app that opens other screens. Each is loaded when it is opened for the first time."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import on
from textual.screen import Screen

from swarmtui.ui.changes.operations import Operations
from swarmtui.ui.findings.messages import RemedyAsked
from swarmtui.ui.kit.cell_updates import CellUpdateApp
from swarmtui.ui.messages import InspectAsked, LogsAsked, RolloutAsked
from swarmtui.ui.session import SwarmSession
from swarmtui.ui.shell.key_queue import KeyQueue

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["OpeningApp"]


class OpeningApp(KeyQueue[None], CellUpdateApp[None]):
    """Base of the app.

    Attributes:
        session: the connection to the swarm that is shown.
        operations: the changes under way.
    """

    session: SwarmSession
    operations: Operations

    @on(RemedyAsked)
    def _remedy_asked(self, event: RemedyAsked) -> None:
        from swarmtui.ui.findings.opening import open_remedy

        open_remedy(cast("SwarmApp", self), event.remedy)

    @on(InspectAsked)
    def _inspect_asked(self, event: InspectAsked) -> None:
        from swarmtui.ui.inspect.screen import InspectScreen

        before = self._screen_before()
        if isinstance(before, InspectScreen) and before.target == event.target:
            self.pop_screen()
            before.action_form(event.raw)
        else:
            self.push_screen(InspectScreen(self.session, event.target, raw=event.raw))

    @on(LogsAsked)
    def _logs_asked(self, event: LogsAsked) -> None:
        from swarmtui.ui.logs.screen import LogsScreen

        before = self._screen_before()
        if isinstance(before, LogsScreen) and set(before.targets).issuperset(event.targets):
            self.pop_screen()
        else:
            self.push_screen(LogsScreen(self.session, event.targets))

    @on(RolloutAsked)
    def _rollout_asked(self, event: RolloutAsked) -> None:
        from swarmtui.ui.rollout.opening import open_rollout

        open_rollout(cast("SwarmApp", self), event.target)

    def _screen_before(self) -> Screen[object] | None:
        """The screen that one has come from: when it shows what is asked for, one goes back to it, so that to and fro
        between inspect and logs does not pile them up."""
        return self.screen_stack[-2] if len(self.screen_stack) > 1 else None

    def action_help(self) -> None:
        from swarmtui.ui.shell.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_changes(self) -> None:
        from swarmtui.ui.changes.operations_dialog import OperationsDialog

        self.push_screen(OperationsDialog(self.operations))

    def action_leave(self) -> None:
        from swarmtui.ui.changes.quit import QuitDialog

        under_way = self.operations.under_way
        if under_way and not isinstance(self.screen, QuitDialog):
            self.push_screen(QuitDialog(under_way), lambda sure: self.exit() if sure else None)
        else:
            self.exit()
