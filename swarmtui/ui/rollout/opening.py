"""The way to the panel of an update, a scaling or a drain, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.kinds import Kind, Target
from swarmtui.ui.rollout.drain_screen import DrainScreen
from swarmtui.ui.rollout.screen import RolloutScreen

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["open_rollout"]


def open_rollout(app: SwarmApp, target: Target) -> None:
    """Show how far a service's update, or a node's drain, is. When it is closed, the tasks of the main screen are asked
    for again."""
    session, tasks = app.session, app.main_screen.tasks
    screen = DrainScreen if target.kind is Kind.NODE else RolloutScreen
    app.push_screen(screen(session, target, app.changes.operations, left=lambda: session.look_at(tasks.scope)))
