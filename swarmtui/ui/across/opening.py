"""The way to a command in several containers, and to its results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.engine.nodes.command_run import CommandRun
from swarmtui.swarm.tasks.command_across import Chosen, where_it_runs
from swarmtui.ui.across.dialog import AcrossDialog
from swarmtui.ui.across.screen import AcrossScreen
from swarmtui.ui.kit.texts.text import visible

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["run_across"]


def run_across(app: SwarmApp, chosen: Chosen) -> None:
    """Ask for a command in the containers of what was chosen, and show what comes of it."""
    session = app.session
    cluster = session.observation().cluster
    if cluster is None:
        return
    if chosen.unknown(cluster):
        app.notify(f"The tasks of {visible(chosen.name)} are not known yet. Try again in a moment.", markup=False)
        return
    execs, without = where_it_runs(cluster, chosen.tasks_now(cluster))
    if not execs:
        why = without[0] if without else f"{chosen.name} has no task that runs."
        app.notify(visible(why), severity="warning", markup=False)
        return

    def show(run: CommandRun | None) -> None:
        if run is not None:
            app.push_screen(AcrossScreen(session, run, chosen))

    app.push_screen(AcrossDialog(session, execs, without), show)
