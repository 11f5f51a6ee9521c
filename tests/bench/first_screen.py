"""How soon the program shows a swarm, beside the floor: what Python and Textual alone take on the same machine.

It needs no lab: the swarms are embedded ones.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from swarmtui.sim.process.child import Child

from .process import memory_of
from .recording import COLUMNS, ROWS, FromTheStart, RecordingTerminal, environment, opened
from .results import Result, median_at_most, noted, spread
from .setting import Effort, say

__all__ = ["A_SERVICE", "SMALL", "bare_start", "measure_first_screen", "services_start"]

SMALL, LARGE = 0.45, 0.6
"""Seconds from the start of the process to the services on the screen: of 14, and of 300."""
FIRST_DIALOG = 0.15
"""Seconds from the first key that asks for a dialog to the dialog."""

PATIENCE = 30.0
"""Seconds until a dialog counts as never to come."""

SWARMS = {
    "14 services": ((), SMALL),
    "300 services": (("--nodes", "200", "--services", "300", "--tasks", "10000"), LARGE),
}

A_SERVICE = r"[▰▱]+ +\d+/\d+"
"""The bar and the number of running replicas."""

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("the floor")
Bare().run()
"""


def measure_first_screen(effort: Effort, state: Path) -> Iterator[Result]:
    """The floor, the swarms, what is imported, and the first dialog.

    Args:
        state: a directory for what the program writes.
    """
    say(f"a bare Textual app, {effort.starts} starts")
    floor = [bare_start(state)[0] for _ in range(1 + effort.starts)][1:]
    yield noted("first screen: floor, a bare Textual app", f"{statistics.median(floor):.2f} s", spread(floor, "s"))
    for what, (size, limit) in SWARMS.items():
        say(f"the first screen with {what}, {effort.starts} starts")
        with Child(*size, patience=120) as swarm:
            seconds = [services_start(swarm.first, state) for _ in range(1 + effort.starts)][1:]
            yield median_at_most(f"first screen: {what}, from the start", seconds, limit)
            if not size:
                yield _imports(swarm.first, state)
                yield _first_dialogs(swarm.first, state, effort, 0.0, "at once")
                yield _first_dialogs(swarm.first, state, effort, 0.5, "half a second later", FIRST_DIALOG)


def _first(terminal: RecordingTerminal, seen: Callable[[], object]) -> float:
    """The moment at which something was on the screen."""
    for moment in terminal.play():
        if seen():
            return moment
    raise AssertionError(f"it is not on the screen:\n{terminal.text}")


def bare_start(
    state: Path, python: Sequence[str] = (sys.executable,), variables: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """Seconds until a bare Textual app is on the screen, and the megabytes that it holds.

    Args:
        python: what starts the Python that it runs on.
    """
    settings = {**(variables or {}), **environment(state)}
    with FromTheStart([], columns=COLUMNS, rows=ROWS, environment=settings, command=[*python, "-c", BARE]) as it:
        it.wait_until_quiet(0.5)
        moment = _first(it, lambda: "the floor" in it.text) - it.started
        memory = memory_of(it.pid).resident
        it.press("ctrl+q")
        it.wait_until_ended()
    return moment, memory


def services_start(
    url: str, state: Path, python: Sequence[str] = (sys.executable,), variables: Mapping[str, str] | None = None
) -> float:
    """Seconds from the start of the process to the services on the screen.

    Args:
        python: what starts the Python that it runs on.
    """
    with opened(url, state, recording=True, variables=variables, python=python) as terminal:
        terminal.wait_until_quiet(1.0)
        moment = _first(terminal, lambda: terminal.line_with(A_SERVICE)) - terminal.started
        terminal.press("q")
        terminal.wait_until_ended()
    return moment


def _first_dialogs(url: str, state: Path, effort: Effort, wait: float, when: str, limit: float | None = None) -> Result:
    what = f"first screen: first dialog, asked for {when}"
    seconds = [_dialog(url, state, wait) for _ in range(1 + effort.starts)][1:]
    if limit is not None:
        return median_at_most(what, seconds, limit)
    return noted(what, f"{statistics.median(seconds):.2f} s", spread(seconds, "s"))


def _dialog(url: str, state: Path, wait: float) -> float:
    """From the key to the dialog that scales a service."""
    with opened(url, state) as terminal:
        terminal.wait_for(A_SERVICE)
        time.sleep(wait)
        terminal.record()
        begun = time.monotonic()
        terminal.press("s")
        while b"Cancel" not in b"".join(data for _, data in terminal.kept):
            assert time.monotonic() < begun + PATIENCE, f"no dialog:\n{terminal.text}"
            time.sleep(0.2)
        moment = _first(terminal, lambda: "Cancel" in terminal.text) - begun
        terminal.press("escape")
        time.sleep(0.5)  # or the terminal would take the two for alt+q
        terminal.press("q")
        terminal.wait_until_ended()
    return moment


def _imports(url: str, state: Path) -> Result:
    """The imports before the first screen by `-X importtime`, which itself takes some of the time."""
    words = ["-X", "importtime", "-m", "tests.unit.start.first_screen", url, str(state / "crash.log")]
    runs: list[tuple[Counter[str], Counter[str]]] = []
    for _ in range(4):
        variables = {**os.environ, **environment(state)}
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True, env=variables)
        times, counts = Counter[str](), Counter[str]()
        for own, name in re.findall(r"^import time: +(\d+) \| +\d+ \| +(\S+)$", done.stderr, re.MULTILINE):
            package = _package(name)
            times[package] += int(own)
            counts[package] += 1
        runs.append((times, counts))
    times, counts = min(runs[1:], key=lambda run: run[0].total())
    shares = ", ".join(f"{name} {times[name] / 1000:.0f} ms ({counts[name]})" for name, _ in times.most_common(6))
    libraries = sum(times[name] for name in ("docker", "requests", "urllib3")) / 1000
    note = f"{shares}; docker with requests {libraries:.0f} ms"
    return noted("first screen: imports before it", f"{times.total() / 1000:.0f} ms, {counts.total()} modules", note)


def _package(name: str) -> str:
    first = name.partition(".")[0]
    return "standard library" if first in sys.stdlib_module_names else "textual" if first == "rich" else first
