"""How soon the program shows a swarm on other Pythons, and how much memory it takes, beside the floor on each of them.

These are this Python and those that `make pythons` has left: roots of Debian's releases, which need root to be entered,
and virtual environments of interpreters that are installed here.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from scripts.pythons import HERE, ROOTS
from swarmtui.sim.process.child import Child

from .first_screen import A_SERVICE, SMALL, bare_start, services_start
from .process import memory_of
from .recording import opened
from .results import Result, measured, median_at_most, noted, spread
from .setting import Effort, say

__all__ = ["Interpreter", "interpreters", "measure_pythons"]

SETTLED = 10.0
"""Seconds after which the memory is looked at: what the program loads ahead is there by then."""

ENTER = """
tree=$1 sockets=$2 state=$3; shift 3
mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" && mount -t tmpfs tmpfs "$0/tmp" || exit
mkdir -p "$0/tmp/tree" "$0$sockets" "$0$state"
mount --bind "$tree" "$0/tmp/tree" && mount --bind "$sockets" "$0$sockets" && mount --bind "$state" "$0$state" || exit
exec chroot "$0" /work/main/.venv/bin/python "$@"
"""
"""Becomes a root's Python, with this tree, the swarm's sockets and the state's directory in it."""


@dataclass(frozen=True)
class Interpreter:
    """A Python with what the program needs.

    Attributes:
        path: of its program; of the root, where it is in one.
        in_root: whether it is.
        variables: of its environment.
    """

    path: Path
    in_root: bool = False
    variables: Mapping[str, str] = field(default_factory=dict)

    def command(self, sockets: Path, state: Path) -> tuple[str, ...]:
        """What starts it."""
        if not self.in_root:
            return (str(self.path),)
        return ("unshare", "--mount", "sh", "-c", ENTER, *map(str, (self.path, HERE, sockets, state)))

    def version(self, state: Path) -> str:
        """As it tells itself."""
        words = [*self.command(state, state), "-c", "import platform; print(platform.python_version())"]
        return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def interpreters(kept: Path = ROOTS) -> Iterator[Interpreter]:
    """This Python, then the others that are there.

    Args:
        kept: where `make pythons` keeps them.
    """
    yield Interpreter(Path(sys.executable))
    for each in sorted(kept.iterdir()) if kept.is_dir() else ():
        if (each / "bin/python").exists() and (each / "pyvenv.cfg").exists():
            yield Interpreter(each / "bin/python")
        elif (each / "work/main/.venv/bin/python").is_symlink() and os.getuid() == 0:
            yield Interpreter(each, in_root=True, variables={"PYTHONPATH": "/tmp/tree", "HOME": "/root"})


def measure_pythons(effort: Effort, state: Path) -> Iterator[Result]:
    """A row for each of them; it needs no lab.

    Args:
        state: a directory for what the program writes.
    """
    with Child(patience=60) as swarm:
        for each in interpreters():
            name = f"Python of {each.path}"
            yield from measured(name, partial(_python, effort, state, swarm.first, each))


def _python(effort: Effort, state: Path, url: str, each: Interpreter) -> Iterator[Result]:
    starts, name = min(3, effort.starts), f"Python {each.version(state)}"
    say(f"{name}, {starts} starts")
    command = each.command(Path(url.removeprefix("unix://")).parent, state)
    floors, seconds, floor_memory = [], [], 0.0
    for _ in range(1 + starts):
        moment, floor_memory = bare_start(state, command, each.variables)
        floors.append(moment)
        seconds.append(services_start(url, state, command, each.variables))
    floor = f"a bare Textual app on it: {statistics.median(floors[1:]):.2f} s"
    row = median_at_most(f"{name}: first screen with 14 services", seconds[1:], SMALL)
    yield Result(row.what, row.measured, row.limit, row.kept, f"{floor}; {spread(seconds[1:], 's')}")
    with opened(url, state, variables=each.variables, python=command) as terminal:
        terminal.wait_for(A_SERVICE, 60)
        time.sleep(SETTLED)
        memory = memory_of(terminal.pid)
        terminal.press("q")
        terminal.wait_until_ended()
    note = f"a bare Textual app on it: {floor_memory:.0f} MB; peak {memory.peak:.0f} MB"
    yield noted(f"{name}: memory, small swarm", f"{memory.resident:.1f} MB", note)
