"""What the program asks of an engine and writes to the terminal in a minute: two swarms at rest, the demo at work."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from swarmtui.sim.process.child import Child

from .recording import opened
from .relay import CountingRelay
from .results import Result, at_most, at_once
from .setting import say

__all__ = ["BIG", "SMALL", "measure_asked"]

SMALL = ("--nodes", "7", "--services", "14", "--tasks", "40")
BIG = ("--nodes", "200", "--services", "300", "--tasks", "10000")
SETTLING = 60.0
"""Seconds without a change before the minute: a swarm is at rest for longer than it has just come to rest."""
MINUTE = 60.0
WRITTEN = 20.0
"""Kilobytes to the terminal."""


def measure_asked(state: Path) -> Iterator[Result]:
    """It needs no lab. All swarms are watched at once: that makes bytes neither more nor fewer.

    Args:
        state: a directory for what the program writes.
    """
    sizes: dict[str, tuple[Sequence[str], float]] = {
        "7 nodes, 40 tasks at rest": (SMALL, 0.4),
        "200 nodes, 10,000 tasks at rest": (BIG, 0.8),
        "demo at work": ((), 1.0),
    }
    yield from at_once(
        {
            f"what is asked, {what}": partial(_minute, what, size, state / f"asked{number}.sock", state, limit)
            for number, (what, (size, limit)) in enumerate(sizes.items())
        }
    )


def _minute(what: str, size: Sequence[str], socket: Path, state: Path, limit: float) -> Iterator[Result]:
    """
    Args:
        socket: of the relay that counts.
        limit: megabytes between program and engine, both ways.
    """
    say(f"what is asked: {what}")
    with Child(*size, patience=60) as swarm:
        engine = Path(swarm.first.removeprefix("unix://"))
        with CountingRelay(socket, engine) as relay, opened(relay.url, state) as terminal:
            terminal.wait_for(r"● live")
            time.sleep(SETTLING)
            asked, written, first = relay.total, terminal.bytes_written, time.monotonic()
            time.sleep(MINUTE)
            asked, written = relay.total - asked, terminal.bytes_written - written
            paths = Counter(path for moment, path in relay.requests if moment >= first)
            terminal.press("q")
            terminal.wait_until_ended()
    note = f"{paths.total()} requests: {', '.join(f'{path} {number}' for path, number in paths.most_common())}"
    yield at_most(f"asked of the engine in a minute, {what}", asked / 1e6, limit, "MB", note)
    yield at_most(f"written to the terminal in a minute, {what}", written / 1e3, WRITTEN, "kB")
