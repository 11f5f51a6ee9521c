"""What was measured, beside what it may be."""

from __future__ import annotations

import math
import os
import statistics
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

__all__ = [
    "Result",
    "Took",
    "at_least",
    "at_most",
    "at_once",
    "measured",
    "median_at_most",
    "noted",
    "quantile",
    "table",
]


@dataclass(frozen=True)
class Result:
    """One line of the table.

    Attributes:
        what: was measured.
        measured: and came to this.
        limit: in words; "" where there is none.
        kept: whether the limit is; True where there is none.
        note: how it was measured, or how it is spread.
    """

    what: str
    measured: str
    limit: str = ""
    kept: bool = True
    note: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least such a share of the values does not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def at_most(what: str, value: float, limit: float, unit: str, note: str = "") -> Result:
    """A value that must not exceed a limit."""
    return Result(what, f"{_number(value)} {unit}", f"<= {_number(limit)} {unit}", value <= limit, note)


def at_least(what: str, value: float, limit: float, unit: str, note: str = "") -> Result:
    """A value that must reach a limit."""
    return Result(what, f"{_number(value)} {unit}", f">= {_number(limit)} {unit}", value >= limit, note)


def median_at_most(what: str, seconds: Sequence[float], limit: float) -> Result:
    """Times of which the median must not exceed a limit."""
    return at_most(what, statistics.median(seconds), limit, "s", spread(seconds, "s"))


def noted(what: str, measured: str, note: str = "") -> Result:
    """A value without a limit."""
    return Result(what, measured, note=note)


def measured(what: str, measure: Callable[[], Iterable[Result]]) -> Iterator[Result]:
    """The results of one part; a part that fails is a row that says so, and what comes after it is still measured."""
    try:
        yield from measure()
    except Exception as error:  # whatever it is: hours of the other parts must not be lost with it
        traceback.print_exc(file=sys.stderr)
        said = str(error).strip().splitlines()
        why = f"{type(error).__name__}: {said[0]}" if said else type(error).__name__
        yield Result(what, "failed", "to its end", kept=False, note=why)


def at_once(parts: Mapping[str, Callable[[], Iterable[Result]]]) -> Iterator[Result]:
    """The results of parts that are measured at the same time, in their order: for parts that wait and count bytes."""

    def whole(part: str) -> list[Result]:
        return list(measured(part, parts[part]))

    with ThreadPoolExecutor(len(parts)) as threads:
        for results in threads.map(whole, parts):
            yield from results


class Took:
    """How long the parts of a bench take.

    Attributes:
        seconds: of each, by name.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def part(self, name: str, measure: Callable[[], Iterable[Result]]) -> Iterator[Result]:
        """What `measured` gives; its time is noted."""
        began = time.monotonic()
        try:
            yield from measured(name, measure)
        finally:
            self.seconds[name] = time.monotonic() - began
            print(f"… {name} took {self.seconds[name]:.0f} s", file=sys.stderr, flush=True)

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds:.0f}" for name, seconds in self.seconds.items())
        return f"seconds of each part: {parts}; together {sum(self.seconds.values()) / 60:.1f} min"


def spread(values: Sequence[float], unit: str) -> str:
    """How many there are, and how far apart."""
    low, high = _number(min(values)), _number(max(values))
    return f"{len(values)} times, {low} to {high}, p95 {_number(quantile(values, 0.95))} {unit}"


def table(results: Sequence[Result]) -> str:
    """All of it, in columns."""
    head = Result("what", "measured", "limit", note="note")
    rows = [(each.what, each.limit, each.measured, _verdict(each), each.note) for each in results]
    rows.insert(0, (head.what, head.limit, head.measured, "ok", head.note))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]) for row in rows
    ]
    lines.insert(1, "  ".join("-" * width for width in [*widths, 4]))
    return "\n".join(line.rstrip() for line in lines)


def machine() -> str:
    """How busy this machine is: what is measured here depends on it."""
    one, five, fifteen = os.getloadavg()
    return f"{os.cpu_count()} cores, load average {one:.1f} {five:.1f} {fifteen:.1f}"


def _verdict(result: Result) -> str:
    if not result.limit:
        return ""
    return "ok" if result.kept else "MISSED"


def _number(value: float) -> str:
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
