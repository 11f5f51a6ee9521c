"""The way into a task's container, and back."""

from __future__ import annotations

import asyncio
from concurrent import futures
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from swarmtui.engine.nodes.terminal import End, Terminal
from swarmtui.errors import ChangeRefused
from swarmtui.serial_worker import in_a_thread
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.tasks.container_exec import ContainerExec
from swarmtui.ui.kit.lent_terminal import interrupts_are_anothers, lent_terminal
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.tasks.choosing import choose_task
from swarmtui.ui.terminal.dialog import TerminalDialog
from swarmtui.ui.terminal.joining import join_terminals

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["open_terminal_in"]

PUT_BACK_WITHIN = 1.0
"""Seconds that the program's end waits for the terminal to be as it was."""


def open_terminal_in(app: SwarmApp, target: Target) -> None:
    """Ask for a terminal in a task's container, or in that of one of a service's tasks, and give it to the user."""

    def ask(cluster: Cluster, task: Task) -> None:
        try:
            asked = ContainerExec.of(cluster, task)
        except ChangeRefused as error:
            app.notify(visible(str(error)), severity="warning", markup=False)
            return
        app.push_screen(TerminalDialog(app.session, asked), lambda terminal: _begin(app, terminal))

    choose_task(app, target, f"A shell in which task of {target.name}?", ask)


def _begin(app: SwarmApp, terminal: Terminal | None) -> None:
    if terminal is not None:
        app.run_worker(_lend(app, terminal), group="terminal")


async def _lend(app: SwarmApp, terminal: Terminal) -> None:
    """Have the terminal in the place of this program."""
    try:
        with lent_terminal(app), interrupts_are_anothers():
            detached = await _joined(terminal)
    except SuspendNotSupported:
        in_a_thread(terminal.end, "swarmtui-terminal-end")
        app.notify("A shell cannot run here: this terminal cannot be handed over.", severity="error", markup=False)
        return
    app.refresh(layout=True)
    # Only now: an engine that is silent must not keep the program off the screen.
    end = await asyncio.wrap_future(in_a_thread(lambda: terminal.end(detached=detached), "swarmtui-terminal-end"))
    _tell(app, terminal.asked, end)
    if terminal.warning:
        app.notify(visible(terminal.warning), severity="warning", markup=False)


async def _joined(terminal: Terminal) -> bool:
    """Wait for its end; tells whether the user has detached from it.

    Where the program ends before, the user's terminal is put back first.
    """
    joined = in_a_thread(lambda: join_terminals(terminal), "swarmtui-terminal-input")
    try:
        return await asyncio.wrap_future(joined)
    finally:
        if not joined.done():
            terminal.abort()
            futures.wait([joined], PUT_BACK_WITHIN)


def _tell(app: SwarmApp, asked: ContainerExec, end: End) -> None:
    what = f"{'The command' if asked.command else 'The shell'} in {asked.target.name}"
    if end.error is not None:
        app.notify(visible(f"{what} was lost: {end.error.told}"), severity="error", markup=False)
    elif end.runs:
        app.notify(visible(f"{what} may still be running there."), severity="warning", markup=False)
    elif end.code:
        app.notify(visible(f"{what} ended with exit status {end.code}."), markup=False)
