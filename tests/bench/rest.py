"""What the program costs while nothing changes: CPU, memory, what it asks of the manager, what it writes."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.lab.cluster import Node, engine_api

from .large import MEMORY
from .process import cpu_seconds, memory_of
from .recording import ROWS, opened
from .relay import CountingRelay
from .results import Result, at_least, at_most, noted
from .setting import Setting

__all__ = ["measure_rest"]

IDLE_CPU = 3.0
"""Percent of one core."""
FEWER_BYTES = 20.0
"""Times fewer than asking for everything every two seconds."""
POLLS = 30
"""A minute, of who does that."""
WRITTEN = 2000.0
"""Bytes to the terminal in a minute."""
MINUTE = 60.0


@dataclass(frozen=True)
class Sample:
    """Sums since the start of the program.

    Attributes:
        moment: of the sample.
        cpu: seconds.
        asked: bytes between program and engine, both ways.
        written: bytes to the terminal.
    """

    moment: float
    cpu: float
    asked: float
    written: float


def measure_rest(setting: Setting, since: float) -> list[Result]:
    """Let the program alone, with all tasks on its screen.

    Of each sum the worst minute counts: a big list that is asked for every other minute must not fall between two.

    Args:
        since: when the tasks came to wait.
    """
    engine = setting.lab.node("n1")
    with (
        CountingRelay(setting.state / "relay.sock", engine.socket) as relay,
        opened(relay.url, setting.state) as terminal,
    ):
        terminal.wait_for(r"big\.2 .* pending")
        time.sleep(max(10.0, setting.effort.settling - (time.monotonic() - since)))
        setting.say(f"at rest for {setting.effort.rest:.0f} s")
        samples = []
        terminal.record()
        versions, first = _versions(engine), time.monotonic()
        until = time.monotonic() + setting.effort.rest
        while time.monotonic() < until:
            samples.append(Sample(time.monotonic(), cpu_seconds(terminal.pid), relay.total, terminal.bytes_written))
            time.sleep(1.0)
        memory = memory_of(terminal.pid)
        places = _places(b"".join(data for _, data in terminal.kept))
        terminal.press("q")
        terminal.wait_until_ended()
    requests = Counter(path for moment, path in relay.requests if moment >= first)
    counts = ", ".join(f"{path} {number}" for path, number in requests.most_common())
    still = "no" if _versions(engine) == versions else "YES: this was no rest"
    cpu, asked, written = (_per_minute(samples, value) for value in (_cpu, _asked, _written))
    polled = POLLS * _poll(setting, engine)
    note = f"of {polled / 1e6:,.0f} MB; {asked[0] / 1e6:.1f} MB in the worst minute, {asked[1] / 1e6:.1f} on average"
    return [
        at_most("CPU at rest, of one core", cpu[0] / MINUTE * 100, IDLE_CPU, "%", _average(cpu[1] / MINUTE * 100, "%")),
        at_most("resident memory at rest", memory.resident, MEMORY, "MB", f"peak (VmHWM) {memory.peak:.0f} MB"),
        at_least("bytes asked, fewer than polling", polled / max(1.0, asked[0]), FEWER_BYTES, "times", note),
        at_most("bytes to the terminal in 60 s", written[0], WRITTEN, "B", f"{_average(written[1], 'B')}; {places}"),
        noted("  what was asked", f"{requests.total()} times", counts),
        noted("  the age of the tasks by then", f"{time.monotonic() - since:.0f} s", "so ages are told in minutes"),
        noted("  did the swarm itself change?", still),
    ]


def _places(data: bytes) -> str:
    """Where on the screen bytes went: a share for each of its parts."""
    parts: Counter[str] = Counter()
    for line, text in re.findall(rb"\x1b\[(\d+);\d+H([^\x1b]*(?:\x1b\[[\d;]*m[^\x1b]*)*)", data):
        part = "header" if int(line) <= 2 else "nodes and services" if int(line) <= ROWS // 2 else "tasks"
        parts[part] += len(text)
    return ", ".join(f"{part} {100 * size / parts.total():.0f} %" for part, size in parts.most_common())


def _average(value: float, unit: str) -> str:
    return f"in the worst minute; {value:.1f} {unit} on average"


def _cpu(sample: Sample) -> float:
    return sample.cpu


def _asked(sample: Sample) -> float:
    return sample.asked


def _written(sample: Sample) -> float:
    return sample.written


def _per_minute(samples: Sequence[Sample], value: Callable[[Sample], float]) -> tuple[float, float]:
    """How much a sum grew in the worst minute, and in a minute on average."""
    first, last = samples[0], samples[-1]
    average = (value(last) - value(first)) / (last.moment - first.moment) * MINUTE
    worst = 0.0
    for begin in samples:
        end = next((each for each in samples if each.moment >= begin.moment + MINUTE - 0.5), None)
        if end is None:
            break
        worst = max(worst, value(end) - value(begin))
    return (worst or average), average


def _versions(engine: Node) -> list[tuple[str, int]]:
    """What the swarm's objects are at; a machine that is too busy makes nodes miss their heartbeats, for instance."""
    objects = [each for path in ("/nodes", "/services", "/tasks") for each in engine.get(path, timeout=60)]
    return sorted((each["ID"], each["Version"]["Index"]) for each in objects)


def _poll(setting: Setting, engine: Node) -> int:
    """Bytes of asking once for nodes, services and tasks, both ways."""
    with CountingRelay(setting.state / "poll.sock", engine.socket) as relay:
        for path in ("/nodes", "/services", "/tasks"):
            engine_api.request(relay.path, "GET", path, timeout=60)
        time.sleep(0.2)
        return relay.total
