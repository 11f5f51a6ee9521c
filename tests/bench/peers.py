"""Other programs beside this one, on the same swarms and with the same keys; and the floors.

    python -m tests.bench --peers [dry swarmcli=/path/to/it …] [--quick] [--lab]

A program is a name of `PROFILES`, found on PATH, or NAME=PATH; one that is not known there is taken for a program that
obeys DOCKER_HOST and begins with the services. Floors are a bare Textual app, and a loop that polls over raw HTTP.
With --lab, which needs root, they are measured on a real swarm, too.

What takes time is measured one program after another; what a minute costs, of all at once: bytes, CPU time and memory
are then what they are alone, but for a program that is `busy`, which has a shorter minute of its own.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from swarmtui.sim.process.child import Child
from tests.lab.cluster.requirements import missing

from .answering import AnsweringTerminal
from .asked import BIG, SMALL
from .embedded import Manager
from .others import change_service, scale
from .process import cpu_seconds, memory_of
from .programs import FLOORS, OURS, Profile, peer
from .recording import environment
from .relay import CountingRelay
from .results import quantile
from .setting import Effort, lab_of_bench, say

__all__ = ["Row", "measure_peers", "side_by_side"]

COLUMNS, ROWS = 120, 36
SWARMS = {"14 services, 40 tasks": SMALL, "300 services, 10,000 tasks": BIG}
SERVICES = 6
REAL = f"real swarm, {SERVICES} services, {2 * SERVICES} tasks"
SETTLING, MINUTE, BUSY_MINUTE = 60.0, 60.0, 15.0
"""Seconds at most until a swarm counts as being at rest, of that rest, and of the rest beside a busy program."""
PATIENCE = 40.0
"""Seconds in which anything must be on the screen; else it is not there, and its cell says so."""
QUIET = 0.06
"""Seconds without a byte after which a key's frames count as written."""
STEPS = 10
"""Rows down, and up again, at most."""

START = "start → services on the screen, median"
CHANGE = "another's change → screen, median / worst"
KEY = "key → the cursor on another row, p50 / p95"
ASKED = "asked of the engine in a minute"
CPU = "CPU"
MEMORY = "memory"
WRITTEN = "to the terminal in a minute"

Row = dict[str, str]
"""What was measured, by the name of the program."""


@dataclass(frozen=True)
class Watched:
    """A program that is open on the services.

    Attributes:
        began: the moment at which the services were on the screen.
    """

    terminal: AnsweringTerminal
    relay: CountingRelay
    began: float

    def sums(self) -> tuple[float, float, float, float]:
        """Since its start: the moment, bytes to and from the engine, seconds of CPU, bytes to the terminal."""
        cpu = cpu_seconds(self.terminal.pid, with_children=True)
        return time.monotonic(), self.relay.total, cpu, self.terminal.bytes_written


class Peers:
    """What is measured: the table's rows, by measure and swarm."""

    def __init__(self, programs: Sequence[Profile], effort: Effort, state: Path) -> None:
        self.programs = programs
        self.rows: dict[tuple[str, str], Row] = {}
        self._effort = effort
        self._state = state

    def take(self, measure: str, what: str, program: str, cell: str) -> None:
        """Fill in a cell."""
        self.rows.setdefault((measure, what), {})[program] = cell

    def _cell(self, measure: str, what: str, program: str, value: Callable[[], str]) -> None:
        """Another program's ways are not known well enough to fail for: its cell says that something was in the way."""
        try:
            self.take(measure, what, program, value())
        except (AssertionError, OSError, ValueError) as error:
            self._missed(measure, what, program, error)

    def _missed(self, measure: str, what: str, program: str, error: Exception) -> None:
        say(f"{program}, {what}: {measure}: {error}"[:4000])
        self.take(measure, what, program, "not seen" if isinstance(error, AssertionError) else type(error).__name__)

    # ------------------------------------------------------------------------------------ what takes time

    def quickness(self, what: str, url: str) -> None:
        """Starts, changes and keys, one program after another."""
        manager = Manager(url)
        names = [str(each["Spec"]["Name"]) for each in manager.get("/services")]
        for profile in self.programs:
            say(f"{profile.name}, {what}: starts, changes, keys")
            self._cell(START, what, profile.name, lambda profile=profile: self._start(profile, url, names))  # type: ignore[misc]
            if not profile.text:
                self._open_for_changes(what, profile, url, manager, names)

    def _start(self, profile: Profile, url: str, names: Sequence[str]) -> str:
        seconds = []
        for _ in range(1 + self._effort.starts):
            with self._opened(profile, url, names, "start") as watched:
                seconds.append(watched.began - watched.terminal.started)
        # The first compiles modules, and reads the program from the disk.
        return f"{statistics.median(seconds[1:]) * 1000:,.0f} ms"

    def _open_for_changes(self, what: str, profile: Profile, url: str, manager: Manager, names: Sequence[str]) -> None:
        with ExitStack() as stack:
            try:
                watched = stack.enter_context(self._opened(profile, url, names, "changes"))
            except (AssertionError, OSError) as error:
                self._missed(CHANGE, what, profile.name, error)
                self._missed(KEY, what, profile.name, error)
                return
            self._cell(CHANGE, what, profile.name, lambda: self._changes(watched.terminal, profile, manager, names))
            self._cell(KEY, what, profile.name, lambda: self._keys(watched.terminal, profile, names))

    def _changes(self, terminal: AnsweringTerminal, profile: Profile, manager: Manager, names: Sequence[str]) -> str:
        """Milliseconds from another's change of how many replicas a service is to have until its row says so."""
        found = re.search(profile.row_of(names), terminal.text)
        assert found, "no service on the screen"
        name = found["name"]
        late = []
        for _ in range(self._effort.changes):
            time.sleep(random.uniform(1.0, 6.0))  # fits no program's clock
            had = manager.get(f"/services/{name}")["Spec"]["Mode"]["Replicated"]["Replicas"]
            wanted = 2 if had == 3 else 3
            began = change_service(manager, name, scale(wanted))
            late.append(1000 * (terminal.wait_for(profile.row_of([name], str(wanted)), PATIENCE) - began))
        return _both(statistics.median(late), max(late))

    def _keys(self, terminal: AnsweringTerminal, profile: Profile, names: Sequence[str]) -> str:
        """Milliseconds from each key to the first bytes after which the rows of services look otherwise."""
        terminal.press(*profile.to_list)
        terminal.wait_until_quiet(1.0)
        row = re.compile(profile.row_of(names))
        rows = [y for y, line in enumerate(terminal.text.splitlines()) if row.search(line)]
        steps = min(STEPS, len(rows) - 1)
        assert steps > 0, "fewer than two services on the screen"
        late = []
        for number in range(self._effort.keys):
            time.sleep(random.uniform(0.05, 0.15))
            terminal.record()
            before, began = terminal.looks(rows), time.monotonic()
            terminal.press(profile.down if number // steps % 2 == 0 else profile.up)
            late.append(1000 * (_moved(terminal, rows, before) - began))
        return _both(quantile(late, 0.5), quantile(late, 0.95))

    # ------------------------------------------------------------------------------------ what a minute costs

    def minute(self, urls: Mapping[str, str]) -> None:
        """What all of them cost on some swarms, at once."""
        for busy, seconds in ((False, MINUTE), (True, BUSY_MINUTE)):
            programs = [each for each in self.programs if each.busy is busy]
            seconds = min(seconds, self._effort.rest)
            say(f"{', '.join(each.name for each in programs)}: {seconds:.0f} s; {'; '.join(urls)}")
            with ExitStack() as stack:
                watched = {
                    (what, each.name): one
                    for what, url in urls.items()
                    for each in programs
                    if (one := self._watched(stack, what, each, url)) is not None
                }
                time.sleep(seconds if busy else SETTLING)
                before = {key: one.sums() for key, one in watched.items()}
                time.sleep(seconds)
                for (what, name), one in watched.items():
                    self._sums(what, name, one, before[what, name])

    def _watched(self, stack: ExitStack, what: str, profile: Profile, url: str) -> Watched | None:
        names = [str(each["Spec"]["Name"]) for each in Manager(url).get("/services")]
        try:
            watched = stack.enter_context(self._opened(profile, url, names, f"{what} {profile.name}"))
        except (AssertionError, OSError) as error:
            for measure in (ASKED, CPU, MEMORY, WRITTEN):
                self._missed(measure, what, profile.name, error)
            return None
        watched.terminal.record()
        return watched

    def _sums(self, what: str, name: str, watched: Watched, before: tuple[float, float, float, float]) -> None:
        def values() -> Iterator[tuple[str, str]]:
            seconds, asked, cpu, written = (now - then for now, then in zip(watched.sums(), before, strict=True))
            yield ASKED, _size(asked / seconds * 60)
            yield CPU, f"{cpu / seconds * 100:.1f} %"
            yield MEMORY, f"{memory_of(watched.terminal.pid).resident:,.0f} MB"
            yield WRITTEN, _size(written / seconds * 60)

        try:
            for measure, cell in values():
                self.take(measure, what, name, cell)
        except OSError as error:  # it has ended
            for measure in (ASKED, CPU, MEMORY, WRITTEN):
                self._missed(measure, what, name, error)

    @contextmanager
    def _opened(self, profile: Profile, url: str, names: Sequence[str], purpose: str) -> Iterator[Watched]:
        """A program on its services, which asks through a relay that counts."""
        socket = self._state / f"{re.sub('[^a-z0-9]', '', purpose)[:40]}.sock"
        with CountingRelay(socket, Path(url.removeprefix("unix://"))) as relay:
            variables = {**environment(self._state), "DOCKER_HOST": relay.url, **profile.variables}
            command = profile.words(relay.url)
            with AnsweringTerminal([], columns=COLUMNS, rows=ROWS, environment=variables, command=command) as terminal:
                for seen, key in profile.to_services:
                    terminal.wait_for(seen, PATIENCE)
                    terminal.press(key)
                began = terminal.wait_for(profile.row_of(names), PATIENCE)
                yield Watched(terminal, relay, began)
                terminal.press(*profile.leave)

    def __str__(self) -> str:
        """The table, by measure, and what there is to know of it."""
        measures = (START, CHANGE, KEY, ASKED, CPU, MEMORY, WRITTEN)
        rows = {
            f"{measure}; {what}": row
            for wanted in measures
            for (measure, what), row in self.rows.items()
            if measure == wanted
        }
        notes = [f"{each.name} shows {each.shows}." for each in self.programs if each.shows]
        return "\n\n".join((side_by_side(rows, [each.name for each in self.programs]), *notes))


def measure_peers(effort: Effort, state: Path, others: Sequence[Profile], real: bool = False) -> Peers:
    """Measure all of them.

    Args:
        real: on a real swarm, too.
    """
    peers = Peers([OURS, *others, *FLOORS], effort, state)
    for what, size in SWARMS.items():
        with Child(*size, patience=120) as swarm:
            peers.quickness(what, swarm.first)
    with ExitStack() as stack:
        sizes = {**{f"at rest, {what}": size for what, size in SWARMS.items()}, "demo at work": ()}
        peers.minute({what: stack.enter_context(Child(*size, patience=120)).first for what, size in sizes.items()})
    if real:
        with lab_of_bench() as lab:
            for number in range(1, SERVICES + 1):
                stack_of_all = ("--label", "com.docker.stack.namespace=s")
                lab.service(f"s{number}", replicas=2, options=stack_of_all, wait=number == SERVICES)
            url = lab.node("n1").url
            peers.quickness(REAL, url)
            peers.minute({f"at rest, {REAL}": url})
    return peers


def side_by_side(rows: Mapping[str, Row], names: Sequence[str]) -> str:
    """A table as Markdown has it: a row for each measure, a column for each program; "-" where one has none."""
    head = ["", *names]
    body = [[what, *(row.get(name, "-") for name in names)] for what, row in rows.items()]
    widths = [max(len(line[column]) for line in (head, *body)) for column in range(len(head))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in (head, *body)]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def _size(count: float) -> str:
    return f"{count / 1e6:,.2f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"


def _both(one: float, other: float) -> str:
    return f"{one:,.0f} / {other:,.0f} ms"


def _moved(terminal: AnsweringTerminal, rows: Iterable[int], before: object) -> float:
    """The moment of the bytes after which rows look otherwise than before a key. The terminal was recording."""
    rows, end = list(rows), time.monotonic() + PATIENCE
    found = 0.0
    while not found and time.monotonic() < end:
        if not terminal.kept:
            time.sleep(0.005)
            continue
        terminal.wait_until_quiet(QUIET, 1.0)
        for moment in terminal.play():
            if not found and (looks := terminal.looks(rows)) is not None and looks != before:
                found = moment
        terminal.record()
    for _ in terminal.play():
        pass
    assert found, "the cursor did not move"
    return found


def main(words: Sequence[str], effort: Effort, state: Path, real: bool = False) -> int:
    """Print the table; returns the exit status.

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
    began = time.monotonic()
    print(measure_peers(effort, state, others, real))
    took = (time.monotonic() - began) / 60
    print(f"\n{os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}; took {took:.0f} minutes")
    return 0
