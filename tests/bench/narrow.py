"""How the program does over SSH on a line of 100 kbit/s with round trips of 300 ms."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .delay import DelayingRelay
from .embedded import first_rows, keys_down_and_up
from .recording import RecordingTerminal, opened
from .results import Result, at_most, quantile, spread
from .setting import Effort, say

__all__ = ["FarSwarm", "measure_narrow"]

RATE = 12_500.0
"""Bytes per second in each direction: 100 kbit/s."""
LATE = 0.15
"""Seconds for each direction."""
FIRST_SCREEN = 6.0
KEYS = 50.0
"""Milliseconds."""
CHANGES = 3.0
QUEUE = 16.0
"""Kilobytes on the line: more than a list of a swarm of that size, compressed, is a queue."""
PAUSE = 1.3
"""Seconds from one change's arrival to the next change."""


@dataclass(frozen=True)
class FarSwarm:
    """A swarm at the other end of the line.

    Attributes:
        sshd: where the line ends: address and port.
        configure: lets the host of `url` be reached through a port of 127.0.0.1.
        url: what the program is started with.
        variables: of its environment.
        screen: what is on the screen as soon as nodes and services are.
        change: somebody else changes something, differently in each turn; gives the moment of the engine's yes, and
            what is on the screen then.
        rows: how many rows the list of nodes has at least.
    """

    sshd: tuple[str, int]
    configure: Callable[[int], None]
    url: str
    variables: Mapping[str, str]
    screen: Sequence[str]
    change: Callable[[int], tuple[float, str]]
    rows: int


def measure_narrow(what: str, far: FarSwarm, effort: Effort, state: Path) -> Iterator[Result]:
    """The first screen; others' changes for some minutes, with what waits on the line meanwhile; keys.

    Args:
        what: goes in front of each row.
        state: a directory for what the program writes.
    """
    say(f"{what}: 100 kbit/s and 300 ms")
    starts = list[float]()
    for _ in range(max(1, effort.starts // 5)):
        with _opened(far, state) as (terminal, _):
            starts.append(_shown(terminal, far.screen))
            terminal.press("q")
            terminal.wait_until_ended()
    median = statistics.median(starts)
    yield at_most(f"{what}: first live screen", median, FIRST_SCREEN, "s", spread(starts, "s"))
    with _opened(far, state) as (terminal, relay):
        _shown(terminal, far.screen)
        for _ in terminal.play():
            pass  # to the end of what was recorded
        yield from _changes(what, far, terminal, relay, effort.narrow)
        terminal.press("1", "g")
        late = keys_down_and_up(terminal, what, first_rows(terminal, far.rows), effort.keys // 3, [])
        yield at_most(f"{what}: key to frame, p95", quantile(late, 0.95), KEYS, "ms", spread(late, "ms"))
        terminal.press("q")
        terminal.wait_until_ended()


@contextmanager
def _opened(far: FarSwarm, state: Path) -> Iterator[tuple[RecordingTerminal, DelayingRelay]]:
    """The program on the swarm, through a line of its own."""
    with DelayingRelay(far.sshd, LATE, RATE) as relay:
        far.configure(relay.port)
        with opened(far.url, state, recording=True, variables=far.variables) as terminal:
            yield terminal, relay


def _shown(terminal: RecordingTerminal, screen: Sequence[str]) -> float:
    """Seconds from the start of the process until all of it was on the screen."""
    terminal.wait_until_quiet(5.0, 60.0)
    for moment in terminal.play():
        if all(terminal.line_with(each) for each in screen):
            return moment - terminal.started
    raise AssertionError(f"not all is on the screen:\n{terminal.text}")


def _changes(
    what: str, far: FarSwarm, terminal: RecordingTerminal, relay: DelayingRelay, seconds: float
) -> Iterator[Result]:
    """Others change something all the time: what is seen later and later, and what waits on the line, is a queue."""
    say(f"{what}: changes by others for {seconds:.0f} s")
    late, waiting, over = list[float](), list[float](), threading.Event()

    def watch() -> None:
        while not over.wait(0.25):
            waiting.append(relay.waiting / 1e3)

    watching = threading.Thread(target=watch, name="line", daemon=True)
    watching.start()
    began, carried, turn = time.monotonic(), relay.carried, 0
    try:
        while time.monotonic() - began < seconds:
            said, pattern = far.change(turn)
            terminal.wait_for(pattern)
            late.append(time.monotonic() - said)
            time.sleep(PAUSE)
            turn += 1
    finally:
        over.set()
        watching.join()
    minutes = (time.monotonic() - began) / 60
    yield at_most(f"{what}: another's change, median", statistics.median(late), CHANGES, "s", _halves(late, "s"))
    note = f"{_halves(waiting, 'kB')}; {(relay.carried - carried) / minutes / 1e3:,.0f} kB a minute"
    yield at_most(f"{what}: bytes on the line, p95", quantile(waiting, 0.95), QUEUE, "kB", note)


def _halves(values: Sequence[float], unit: str) -> str:
    """How they are spread, and whether they grow."""
    middle = (len(values) + 1) // 2
    first, second = (statistics.fmean(half) for half in (values[:middle], values[middle:] or values))
    return f"{spread(values, unit)}; mean of the first half {first:.2f}, of the second {second:.2f} {unit}"
