"""Measure the live table on a terminal of 160x45, and print what was measured beside the limits.

    python -m tests.bench.table

CPU time of one frame is measured from the change to the moment its bytes are handed to the driver. The driver writes
nowhere, but counts; a headless one would skip that half of the work. Exits with 1 when a limit is missed.
"""

from __future__ import annotations

import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from rich.color import ColorSystem
from textual.app import ComposeResult
from textual.drivers.headless_driver import HeadlessDriver

from swarmtui.swarm.units import age
from swarmtui.ui.kit.cell_updates import CellUpdateApp
from swarmtui.ui.kit.tables.live_table import Cell, Column, LiveTable

SIZE = (160, 45)
STATES = ("running", "complete", "failed", "pending", "preparing", "starting", "shutdown", "rejected")
TONES = {"running": "good", "failed": "bad", "rejected": "bad", "pending": "warn"}


@dataclass(frozen=True)
class Item:
    id: str
    service: str
    slot: int
    node: str
    state: str
    image: str
    since: float


TaskTable = LiveTable[Item, float]


COLUMNS: tuple[Column[Item, float], ...] = (
    Column("id", "ID", lambda item, now: Cell(item.id, "dim"), sort_key=lambda item, now: item.id),
    Column("service", "SERVICE", lambda item, now: item.service, sort_key=lambda item, now: item.service),
    Column("slot", "SLOT", lambda item, now: str(item.slot), sort_key=lambda item, now: item.slot, align="right"),
    Column("node", "NODE", lambda item, now: item.node, sort_key=lambda item, now: item.node),
    Column("desired", "DESIRED", lambda item, now: "running"),
    Column("state", "STATE", lambda item, now: Cell(f"● {item.state}", TONES.get(item.state, "")), min_width=11),
    Column("image", "IMAGE", lambda item, now: item.image, weight=1),
    Column("since", "SINCE", lambda item, now: age(now - item.since), min_width=8, searchable=False),
)


def make_items(count: int) -> list[Item]:
    return [
        Item(
            f"{i:012x}",
            f"svc-{i % 300}_web-frontend",
            i % 50,
            f"node-{i % 120:03d}",
            STATES[i % 8],
            f"registry.local/team/app-{i % 40}:1.{i % 9}",
            -float(i * 7 % 5000),
        )
        for i in range(count)
    ]


class CountingDriver(HeadlessDriver):
    """Takes what is written and counts it."""

    written = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        CountingDriver.written += len(data.encode())


class BenchApp(CellUpdateApp[None]):
    """One table that fills the screen, and a bell that rings for each frame."""

    def __init__(self) -> None:
        super().__init__(driver_class=CountingDriver)
        self.console._color_system = ColorSystem.TRUECOLOR  # the most bytes a colour can take, wherever this runs
        self.table = TaskTable(COLUMNS, key=lambda item: item.id)
        self.displayed = asyncio.Event()
        self.frame_cpu = 0.0

    def compose(self) -> ComposeResult:
        yield self.table

    def post_display_hook(self) -> None:
        self.frame_cpu = time.process_time()
        self.displayed.set()

    async def frame(self, change: Callable[[], object], patience: float = 1.0) -> tuple[float, int]:
        """Make a change and wait for its frame.

        Returns:
            CPU milliseconds, and bytes written; 0 bytes when no frame came.
        """
        await asyncio.sleep(0.03)
        self.displayed.clear()
        bytes_before, cpu_before = CountingDriver.written, time.process_time()
        change()
        changed = time.process_time()
        try:
            async with asyncio.timeout(patience):
                await self.displayed.wait()
        except TimeoutError:
            return 1000 * (changed - cpu_before), 0
        return 1000 * (self.frame_cpu - cpu_before), CountingDriver.written - bytes_before


@dataclass(frozen=True)
class Result:
    """What one measurement gave, and what it may be; None for no limit."""

    name: str
    milliseconds: Sequence[float]
    most: float | None = None
    written: Sequence[int] = ()
    most_written: int | None = None

    @property
    def kept(self) -> bool:
        fast = self.most is None or statistics.median(self.milliseconds) <= self.most
        short = self.most_written is None or statistics.median(self.written) <= self.most_written
        return fast and short

    def __str__(self) -> str:
        median = statistics.median(self.milliseconds)
        worst = sorted(self.milliseconds)[int(0.95 * len(self.milliseconds))]
        limit = "" if self.most is None else f"{self.most:.0f}"
        size = f"{statistics.median(self.written):.0f}" if self.written else ""
        size_limit = "" if self.most_written is None else f"{self.most_written}"
        verdict = "ok" if self.kept else "MISSED"
        return f"{self.name:<52} {median:7.2f} {worst:7.2f} {limit:>6}   {size:>6} {size_limit:>6}   {verdict}"


async def frames(
    app: BenchApp,
    name: str,
    changes: Iterable[Callable[[], object]],
    most: float | None,
    most_written: int | None = None,
) -> Result:
    results = [await app.frame(change, 0.1 if most_written == 0 else 1.0) for change in changes]
    return Result(name, [ms for ms, _ in results], most, [size for _, size in results], most_written)


def with_one(items: list[Item], position: int, state: str) -> list[Item]:
    return [*items[:position], replace(items[position], state=state), *items[position + 1 :]]


async def measure(app: BenchApp) -> list[Result]:
    table, items = app.table, make_items(10_000)
    huge = make_items(150_000)
    again = [[replace(item) for item in items] for _ in range(10)]
    other = [
        [replace(item, node=f"other-{item.slot}-{n}", service=f"{n}-{item.slot}") for item in items] for n in range(5)
    ]
    huge_again = [list(huge[: 150_000 - n]) for n in range(8)]
    one_in_sight = [with_one(items, 20, ("failed", "running")[n % 2]) for n in range(20)]
    one_out_of_sight = [with_one(items, 5000, ("failed", "running")[n % 2]) for n in range(10)]
    one_more = [[*items, items[0]][: 10_000 + n % 2] for n in range(10)]
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    results: list[Result] = []

    async def note(
        name: str, changes: Iterable[Callable[[], object]], most: float | None, size: int | None = None
    ) -> None:
        results.append(await frames(app, name, changes, most, size))

    def shows(snapshots: list[list[Item]], now: float = 0.0) -> list[Callable[[], object]]:
        return [lambda snapshot=snapshot: table.show(snapshot, now) for snapshot in snapshots]  # type: ignore[misc]

    await note(
        "show: 10,000 rows, all of them other text",
        shows([s for pair in zip(other, again, strict=False) for s in pair]),
        30,
    )
    table.show(items, 0.0)
    await note("show: 10,000 new objects, same text", shows(again), 30, 0)
    await note("show: one visible cell differs", shows(one_in_sight), 3, 100)
    await note("show: one cell out of sight differs", shows(one_out_of_sight), 3, 0)
    await note("show: the same again", [lambda: table.show(items, 0.0)] * 10, 1, 0)
    table.show(items, 0.0)
    await note("show: a row more at the end, then less", shows(one_more), 30)
    await note("tick: nothing aged", [lambda: table.tick(0.0)] * 10, 3, 0)
    await note("tick: 45 ages differ", [lambda n=n: table.tick(n * 3600.0) for n in range(1, 11)], 15)  # type: ignore[misc]
    await note("cursor down", [lambda: table.action_move(1)] * 30, 3)
    await note("cursor down at the end of the page (scrolls)", [lambda: table.action_move(1)] * 30, 15)
    await note("page down", [lambda: table.action_leaf(1.0)] * 20, 15)
    await note("wheel: three lines", [lambda: table.scroll_to(y=table.scroll_y + 3)] * 20, 15)
    table.action_first()
    await note("sort 10,000 rows by a name, incl. frame", [table.action_sort_reverse, table.action_sort_next] * 5, None)
    results.append(Result("sort 10,000 rows by a name, without frame", [timed(table, n) for n in range(8)], 20))
    table.sort_by(None)
    await note("filter 10,000 rows, first letter", [lambda: table.set_filter("f")], None)
    await note("filter 10,000 rows, next letters", [lambda n=n: table.set_filter(f"{n}_web") for n in range(10)], 30)  # type: ignore[misc]
    await note("show while filtered: 10,000 rows, other objects", shows(again, 1.0), None)
    table.set_filter("")
    table.show(huge, 0.0)
    await note("show: 150,000 rows, one fewer at the end", shows(huge_again), 60)
    halves = [huge[:75_000] + huge[75_001 + n :] for n in range(5)]
    table.move_cursor(huge[75_000].id)
    await note("show: 150,000 rows, the cursor's row is gone", [lambda: table.show(halves[0], 0.0)], 60)
    table.show(huge, 0.0)
    table.action_first()
    shifted = [huge[1000 * n + 1 :] for n in range(1, 6)]
    await note("show: 150,000 rows, the first thousand are gone", shows(shifted), 60)
    table.show(huge, 0.0)
    await note("150,000 rows: to the last row and back", [table.action_last, table.action_first] * 5, 15)
    table.action_first()
    table.sort_by("id", descending=True)
    await note("show: 150,000 rows, sorted by a column", shows(huge_again[:4], 1.0), None)
    table.sort_by(None)
    await note("filter 150,000 rows, first letter", [lambda: table.set_filter("f")], None)
    await note("filter 150,000 rows, next letters", [lambda n=n: table.set_filter(f"{n}_web") for n in range(3)], None)  # type: ignore[misc]
    await note("show while filtered: 150,000 rows", shows(huge_again[:4], 2.0), None)
    return results


def timed(table: TaskTable, turn: int) -> float:
    start = time.process_time()
    table.sort_by(("service", "id")[turn % 2], descending=turn % 3 == 0)
    return 1000 * (time.process_time() - start)


async def main() -> int:
    app = BenchApp()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        app.table.focus()
        await pilot.pause()
        results = await measure(app)
    print(f"{'':<52} median     p95  limit    bytes  limit   (CPU ms)")
    print(*results, sep="\n")
    return 0 if all(result.kept for result in results) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
