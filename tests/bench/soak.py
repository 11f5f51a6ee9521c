"""Hours of work in minutes: dialogs, views, changes by others and reconnects; and what of all that stays in memory.

The program runs in this process, on an embedded swarm in another one, with all that it would write to a terminal made
and thrown away. Its own garbage collection is all that frees memory here.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from rich.console import RenderableType
from textual._compositor import CompositorUpdate
from textual.screen import Screen

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import Phase
from swarmtui.engine.session import Session
from swarmtui.sim.process.child import Child
from swarmtui.ui.services.commands import SERVICE_COMMANDS
from swarmtui.ui.shell.app import SwarmApp
from tests.ui.driving import Program
from tests.ui.leftovers import leftovers

from .embedded import Manager
from .others import change_service, label, scale
from .process import memory_of
from .results import Result, at_most
from .setting import Effort, say

__all__ = ["measure_soak"]

ROUNDS = 10
GROWTH = 10.0
"""Megabytes that the program may grow by after the first round."""
SIZE = (120, 36)
PATIENCE = 60.0
"""Seconds until something counts as never to come."""

MENU = [command.name for command in SERVICE_COMMANDS if command.menu][:6]
"""The lines of the menu of changes that are opened."""

DIALOGS: dict[str, tuple[str, ...]] = {
    **{f"services {key}": ("2", key) for key in ("s", "plus", "u", "r", "E", "L", "n", "delete", "c", "ctrl+s")},
    **{f"services E, line {line + 1}": ("2", "E", *["j"] * line, "enter") for line in range(1, len(MENU))},
    **{f"nodes {key}": ("1", "end", key) for key in ("a", "d", "p", "L", "delete", "greater_than_sign")},
    **{f"pane {pane}, new": (pane, "n") for pane in "4567"},
    "a setting of the swarm": ("8", "g", *["j"] * 10, "enter"),
    "tokens": ("2", "t"),
    "help": ("2", "question_mark"),
    "commands": ("2", "colon"),
}
"""The keys to every sort of dialog."""

VIEWS = {"inspect": ("2", "i"), "logs": ("2", "l")}


class DrawingApp(SwarmApp):
    """Makes what goes to the terminal, which Textual leaves out where there is none."""

    CSS_PATH: ClassVar = [Path(inspect.getfile(SwarmApp)).parent / path for path in SwarmApp.CSS_PATH]

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        update: Any = self.to_be_written(renderable)
        if isinstance(update, CompositorUpdate):
            update.render_segments(self.console)


@dataclass(frozen=True)
class Held:
    """What a process holds.

    Attributes:
        memory: megabytes.
    """

    memory: float
    threads: int
    files: int

    @classmethod
    def now(cls) -> Held:
        """This process, at this moment."""
        files = len([*Path("/proc/self/fd").iterdir()])
        # The pool is this measurement's own, and makes another thread where two calls chance to meet.
        threads = sum(not each.name.startswith("asyncio_") for each in threading.enumerate())
        return cls(memory_of(os.getpid()).resident, threads, files)


def measure_soak(effort: Effort, state: Path) -> Iterator[Result]:
    """All of it.

    Args:
        state: a directory for what the program writes.
    """
    with Child() as swarm:
        session = Session(Endpoint(swarm.first, "soak"))
        try:
            yield from asyncio.run(_soak(effort, state, swarm, session))
        finally:
            session.close()


async def _soak(effort: Effort, state: Path, swarm: Child, session: Session) -> Sequence[Result]:
    app = DrawingApp(session, crash_log=state / "crash.log")
    async with app.run_test(size=SIZE) as pilot:
        program = Program(app, pilot)
        await program.see(r"● live", PATIENCE)
        await program.see(r"tasks \d+/\d+", PATIENCE)
        # What is made once and kept: the first dialog of each sort, the first view, the first reconnect.
        await _round(program, swarm, session, Effort(dialogs=1, views=1, others=10, reconnects=1))
        before, widgets, held = await _settled(), leftovers(app), list[Held]()
        for number in range(ROUNDS):
            say(f"soak, round {number + 1} of {ROUNDS}: {_words(before if not held else held[-1])}")
            await _round(program, swarm, session, effort.share(ROUNDS, number))
            held.append(await _settled())
        left: Counter[str] = leftovers(app) - widgets
    first, last = held[0], held[-1]
    done = (
        f"{effort.dialogs} of each of {len(DIALOGS)} dialogs, {effort.views} views, {effort.others} changes by others,"
        f" {effort.reconnects} reconnects"
    )
    grown = (
        f"{before.memory:.1f} MB at the start, {first.memory:.1f} after a tenth, {last.memory:.1f} at the end; {done}"
    )
    kinds = ", ".join(f"{number} {kind}" for kind, number in left.most_common(5))
    return [
        at_most("soak: memory after the first tenth", last.memory - first.memory, GROWTH, "MB", grown),
        at_most("soak: detached widgets", left.total(), 0, "", kinds),
        at_most("soak: threads", last.threads, before.threads, "", f"{before.threads} before"),
        at_most("soak: file descriptors", last.files, before.files, "", f"{before.files} before"),
    ]


def _words(held: Held) -> str:
    return f"{held.memory:.1f} MB, {held.threads} threads, {held.files} file descriptors"


async def _settled() -> Held:
    """What the process holds a while after the last key: what is closed is collected then."""
    await asyncio.sleep(2.0)
    return Held.now()


async def _round(program: Program, swarm: Child, session: Session, effort: Effort) -> None:
    """A share of everything."""
    await program.press("1", "2")
    for name, keys in [*DIALOGS.items()] * effort.dialogs:
        await _open_and_close(program, name, keys)
    for name, keys in [*VIEWS.items()] * effort.views:
        await _open_and_close(program, name, keys)
    await asyncio.to_thread(_others, swarm, effort.others)
    for _ in range(effort.reconnects):
        await _reconnect(program, swarm, session)


async def _open_and_close(program: Program, name: str, keys: Sequence[str]) -> None:
    await program.press(*keys)
    deep = program.app.screen_stack
    await program.until(lambda: len(program.app.screen_stack) > 1, f"{name} to open from {deep}", PATIENCE)
    deadline = time.monotonic() + PATIENCE
    while len(program.app.screen_stack) > 1:
        assert time.monotonic() < deadline, f"{name} does not close\n{program.text}"
        await program.press("escape")


def _others(swarm: Child, number: int) -> None:
    """Somebody else changes services, by another manager."""
    manager: Any = Manager(list(swarm.sockets.values())[1])
    names = [str(each["Spec"]["Name"]) for each in manager.get("/services") if "Replicated" in each["Spec"]["Mode"]]
    for turn in range(number):
        edit = scale(1 + turn % 3) if turn % 4 == 0 else label(str(turn))
        change_service(manager, names[turn % len(names)], edit)


async def _reconnect(program: Program, swarm: Child, session: Session) -> None:
    """The engine dies and comes back."""
    name = next(iter(swarm.sockets))

    def phase() -> Phase:
        return session.observation().connection.phase(time.monotonic())

    await asyncio.to_thread(swarm.fault, name, "kill")
    await program.until(lambda: phase() is not Phase.LIVE, "the connection to be lost", PATIENCE)
    await asyncio.to_thread(swarm.fault, name, "revive")
    session.refresh()
    await program.until(lambda: phase() is Phase.LIVE, "the connection to be live again", PATIENCE)
