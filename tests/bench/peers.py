"""Other programs beside this one, on the same embedded swarms and with the same keys; and the floors.

    python -m tests.bench --peers [dry swarmcli=/path/to/it …] [--lab]

A program is a name of `PROFILES`, found on PATH, or NAME=PATH; one that is not known there is taken for a program that
obeys DOCKER_HOST and begins with the services. Floors are a bare Textual app, and a loop that polls over raw HTTP.
With --lab, which needs root, they are measured on a real swarm, too.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from swarmtui.sim.process.child import Child
from tests.lab.cluster.requirements import missing

from .embedded import Manager
from .first_screen import BARE
from .others import change_service
from .process import cpu_seconds, memory_of
from .recording import RecordingTerminal, environment
from .relay import CountingRelay
from .results import quantile
from .setting import Effort, lab_of_bench, say

__all__ = ["FLOORS", "OURS", "PROFILES", "Profile", "measure_peers", "peer", "side_by_side"]

COLUMNS, ROWS = 120, 36
SWARMS = {
    "7 nodes, 14 services, 40 tasks": ("--nodes", "7", "--services", "14", "--tasks", "40"),
    "200 nodes, 300 services, 10,000 tasks": ("--nodes", "200", "--services", "300", "--tasks", "10000"),
}
SERVICES = 6
"""Of the real swarm."""
MINUTE = 60.0
"""Seconds at most until a swarm counts as being at rest, and of that rest."""
PATIENCE = 30.0
"""Seconds in which anything must be on the screen; else it is not there, and its cell says so."""

POLLING = """
import http.client, socket, sys, time
while True:
    for path in ("/nodes", "/services?status=true", "/tasks"):
        to = http.client.HTTPConnection("engine")
        to.sock = socket.socket(socket.AF_UNIX)
        to.sock.connect(sys.argv[1].removeprefix("unix://"))
        to.request("GET", path)
        to.getresponse().read()
    print("polled", flush=True)
    time.sleep(2)
"""


@dataclass(frozen=True)
class Profile:
    """How a program is used.

    Attributes:
        name: of its column.
        command: what starts it.
        option: what goes before the engine's address on its command line; "" where DOCKER_HOST alone says it.
        to_services: keys that lead from its first screen to the services.
        down, up: keys that move its cursor.
        leave: keys that end it.
        variables: added to its environment.
        text: what is on its screen as soon as it stands; "" for the services.
    """

    name: str
    command: tuple[str, ...]
    option: str = ""
    to_services: tuple[str, ...] = ()
    down: str = "down"
    up: str = "up"
    leave: tuple[str, ...] = ("q",)
    variables: Mapping[str, str] = field(default_factory=dict)
    text: str = ""


OURS = Profile("swarmtui", (sys.executable, "-m", "swarmtui"), "-H")
PROFILES = {
    "dry": Profile("dry", ("dry",), "-H", to_services=("6",), leave=("ctrl+q", "Q")),
    "swarmcli": Profile(
        "swarmcli",
        ("swarmcli",),
        to_services=(":", "s", "v", "c", "enter"),
        leave=("ctrl+c",),
        variables={"SWARMCLI_TELEMETRY": "none"},
    ),
}
FLOORS = (
    Profile("bare Textual", (sys.executable, "-c", BARE), leave=("ctrl+q",), text="the floor"),
    Profile("raw polling", (sys.executable, "-c", POLLING, "{url}"), leave=("ctrl+c",), text="polled"),
)


def peer(words: str) -> Profile:
    """A program as it is named on the command line.

    Raises:
        ValueError: it is not there.
    """
    name, _, path = words.partition("=")
    found = shutil.which(path or name)
    if found is None:
        raise ValueError(f"{path or name} is no program on PATH")
    return replace(PROFILES.get(name, Profile(name, ())), name=name, command=(found,))


Row = dict[str, str]
"""What was measured, by the name of the program."""


def measure_peers(effort: Effort, state: Path, others: Sequence[Profile], real: bool = False) -> str:
    """Measure all of them, one after another, and put it side by side.

    Args:
        real: on a real swarm, too.
    """
    programs = [OURS, *others, *FLOORS]
    swarms: dict[str, Callable[[], AbstractContextManager[str]]] = {
        what: partial(_embedded, size) for what, size in SWARMS.items()
    }
    if real:
        swarms[f"a real swarm of 5 nodes, {SERVICES} services, {2 * SERVICES} tasks"] = _real
    tables = []
    for what, swarm in swarms.items():
        rows: dict[str, Row] = {}
        with swarm() as url:
            for each in programs:
                say(f"{each.name} on {what}")
                for name, value in _measured(each, url, effort, state):
                    rows.setdefault(name, {})[each.name] = value
        tables.append(f"{what}\n\n{side_by_side(rows, [each.name for each in programs])}")
    return "\n\n".join(tables)


@contextmanager
def _embedded(size: Sequence[str]) -> Iterator[str]:
    with Child(*size, patience=120) as swarm:
        yield swarm.first


@contextmanager
def _real() -> Iterator[str]:
    with lab_of_bench() as lab:
        for number in range(1, SERVICES + 1):
            lab.service(f"s{number}", replicas=2, wait=number == SERVICES)
        yield lab.node("n1").url


def side_by_side(rows: Mapping[str, Row], names: Sequence[str]) -> str:
    """A table as Markdown has it: a row for each measure, a column for each program; "-" where one has none."""
    head = ["", *names]
    body = [[what, *(row.get(name, "-") for name in names)] for what, row in rows.items()]
    widths = [max(len(line[column]) for line in (head, *body)) for column in range(len(head))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *body)]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def _measured(profile: Profile, url: str, effort: Effort, state: Path) -> Iterator[tuple[str, str]]:
    """All of one program; what cannot be measured is told in its cell."""
    manager = Manager(url)
    names = sorted(str(each["Spec"]["Name"]) for each in manager.get("/services"))
    seen = profile.text or names[0]
    try:
        starts = [_start(profile, url, state, seen) for _ in range(1 + effort.starts)][1:]
        yield "start → services on the screen", f"{statistics.median(starts) * 1000:,.0f} ms"
        with (
            CountingRelay(state / "peer.sock", Path(url.removeprefix("unix://"))) as relay,
            _opened(profile, relay.url, state, seen) as terminal,
        ):
            if not profile.text:
                yield (
                    "another's change → screen, median / worst",
                    _tried(
                        lambda: [_change(manager, terminal, names[0], turn) for turn in range(effort.changes)],
                        lambda late: _both(statistics.median(late), max(late)),
                    ),
                )
                yield (
                    "key → frame, p50 / p95",
                    _tried(
                        lambda: _keys(terminal, profile, effort.keys),
                        lambda late: _both(quantile(late, 0.5), quantile(late, 0.95)),
                    ),
                )
            time.sleep(min(effort.settling, MINUTE))
            yield from _rest(terminal, relay, min(effort.rest, MINUTE))
    except Exception as error:  # another program's ways are not known well enough to fail for
        yield "not measured to the end", _why(error)


def _tried(measure: Callable[[], list[float]], told: Callable[[list[float]], str]) -> str:
    """What a cell says: what was measured, or why it was not; what comes after it is still measured."""
    try:
        return told(measure())
    except TimeoutError as error:
        return _why(error)


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0][:60]


def _both(one: float, other: float) -> str:
    return f"{one:,.0f} / {other:,.0f} ms"


@contextmanager
def _opened(profile: Profile, url: str, state: Path, seen: str) -> Iterator[RecordingTerminal]:
    command = [word.format(url=url) if word == "{url}" else word for word in profile.command]
    command += [profile.option, url] if profile.option else []
    variables = {**environment(state), "DOCKER_HOST": url, **profile.variables}
    with RecordingTerminal([], columns=COLUMNS, rows=ROWS, environment=variables, command=command) as terminal:
        if profile.to_services:
            terminal.wait_until_quiet(0.3)
            terminal.press(*profile.to_services)
        _until(lambda: seen in terminal.text, f"{seen} on the screen")
        yield terminal
        terminal.press(*profile.leave)


def _until(condition: Callable[[], object], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"not there: {what}")
        time.sleep(0.002)


def _start(profile: Profile, url: str, state: Path, seen: str) -> float:
    with _opened(profile, url, state, seen) as terminal:
        return time.monotonic() - terminal.started


def _change(manager: Manager, terminal: RecordingTerminal, name: str, turn: int) -> float:
    """Milliseconds from another's change of a service's replicas to another row of it on the screen."""
    time.sleep(1.0 + turn % 7 / 7)
    before = terminal.line_with(name)
    began = change_service(manager, name, _more_or_fewer)
    _until(lambda: terminal.line_with(name) not in ("", before), f"another row of {name}")
    return (time.monotonic() - began) * 1000


def _more_or_fewer(spec: dict[str, Any]) -> None:
    """Other than it is now, whoever was measured before."""
    replicated = spec["Mode"]["Replicated"]
    replicated["Replicas"] = 2 if replicated["Replicas"] == 3 else 3


def _keys(terminal: RecordingTerminal, profile: Profile, count: int) -> list[float]:
    """Milliseconds from each key to the first bytes that come after it."""
    late = []
    for number in range(count):
        time.sleep(0.11)
        before, began = terminal.bytes_written, time.monotonic()
        terminal.press(profile.down if number // 10 % 2 == 0 else profile.up)
        _until(lambda before=before: terminal.bytes_written != before, "anything after a key")  # type: ignore[misc]
        late.append((time.monotonic() - began) * 1000)
    return late


def _rest(terminal: RecordingTerminal, relay: CountingRelay, seconds: float) -> Iterator[tuple[str, str]]:
    cpu, asked, written = cpu_seconds(terminal.pid), relay.total, terminal.bytes_written
    began = time.monotonic()
    time.sleep(seconds)
    minutes = (time.monotonic() - began) / 60
    yield "asked of the engine in a minute at rest", f"{(relay.total - asked) / minutes / 1e6:.2f} MB"
    yield "CPU at rest", f"{(cpu_seconds(terminal.pid) - cpu) / minutes / 60 * 100:.1f} %"
    yield "memory", f"{memory_of(terminal.pid).resident:,.0f} MB"
    yield "to the terminal in a minute at rest", f"{(terminal.bytes_written - written) / minutes / 1000:,.1f} kB"


def main(words: Sequence[str], effort: Effort, state: Path, real: bool = False) -> int:
    """Print the tables; returns the exit status.

    Args:
        real: on a real swarm, too.
    """
    try:
        others = [peer(each) for each in words]
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if real and (reason := missing()):
        print(reason, file=sys.stderr)
        return 2
    print(measure_peers(effort, state, others, real))
    print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    return 0
