"""A swarm with 10,000 tasks that wait: how soon it is on the screen, and how keys feel while data arrives."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from tests.lab.cluster.waiting import until

from .others import Restless, change_service, label, scale
from .process import cpu_seconds, memory_of, waited_seconds
from .recording import RecordingTerminal, opened
from .results import Result, at_most, median_at_most, noted, quantile, spread
from .setting import Setting

__all__ = ["MEMORY", "make_large", "measure_keys", "measure_start"]

FIRST_PAINT = 1.0
"""Seconds."""
KEY_TO_FRAME = 50.0
"""Milliseconds."""
MEMORY = 150.0
"""Megabytes."""

PAINTED = (r"│.n1 .* ready", r"│.big .* 0/", r"│.big\.2 .* pending")
"""A node, a service and a task."""

LOWEST, HIGHEST = 5, 45
"""The slots of the big service between which the cursor goes up and down: more than are in sight at once."""

Changes = Sequence[Callable[[int], object]]


def make_large(setting: Setting) -> float:
    """Make the services; returns the moment at which all tasks of the big one had come to wait."""
    lab, count = setting.lab, setting.effort.tasks
    setting.say(f"making a service of {count:,} tasks that find no node")
    lab.service("app", replicas=3, options=["--stop-signal", "SIGKILL"])
    lab.pending_service("big", count)
    manager = lab.node("n1")

    def all_wait() -> bool:
        tasks = manager.get('/tasks?filters={"service":["big"]}', timeout=30)
        return len(tasks) == count and all(task["Status"]["State"] == "pending" for task in tasks)

    until(all_wait, "the big service's tasks to be pending", 180, interval=2)
    return time.monotonic()


def measure_start(setting: Setting) -> list[Result]:
    """From the start of the process until nodes, services and tasks are all on the screen."""
    setting.say(f"first paint, {setting.effort.starts} starts")
    seconds = []
    for _ in range(1 + setting.effort.starts):
        with opened(setting.lab.node("n1").url, setting.state, recording=True) as terminal:
            terminal.wait_until_quiet(1.5)
            seconds.append(_painted(terminal) - terminal.started)
        time.sleep(0.5)
    # The first start compiles the program's modules, which its users' installer has done for them.
    return [median_at_most("first full paint, from the start", seconds[1:], FIRST_PAINT)]


def _painted(terminal: RecordingTerminal) -> float:
    for moment in terminal.play():
        if all(terminal.line_with(pattern) for pattern in PAINTED):
            return moment
    raise AssertionError(f"not all is on the screen:\n{terminal.text}")


def measure_keys(setting: Setting) -> list[Result]:
    """From a key to the moved cursor, in the list of all tasks: at rest, while services change, while all changes."""
    other, count = setting.lab.node("n2"), setting.effort.tasks
    small: Changes = [
        lambda turn: change_service(other, "app", scale(3 + turn % 3)),
        lambda turn: change_service(other, "app", label(f"{turn}")),
    ]
    heavy: Changes = [
        lambda turn: change_service(other, "big", label(f"{turn}")),
        lambda turn: change_service(other, "big", scale(count + 5 * (turn % 2))),
    ]
    with opened(setting.lab.node("n1").url, setting.state) as terminal:
        terminal.wait_for(r"big\.2 .* pending")
        time.sleep(2)
        _go_to(terminal, LOWEST)
        results = [
            _keys(setting, terminal, "at rest", [], None),
            _keys(setting, terminal, "services change", small, KEY_TO_FRAME),
            _keys(setting, terminal, "10,000 tasks, too", [*small, *heavy], KEY_TO_FRAME),
        ]
        memory = memory_of(terminal.pid)
        note = f"peak {memory.peak:.0f} MB, after all of that"
        results.append(at_most("resident memory, data arriving", memory.resident, MEMORY, "MB", note))
        terminal.press("q")
        terminal.wait_until_ended()
    change_service(other, "big", scale(count))
    change_service(other, "app", scale(3))
    return results


def _go_to(terminal: RecordingTerminal, slot: int) -> None:
    """Put the cursor on a task of the big service."""
    terminal.press("3")
    terminal.wait_for("^│▌")
    terminal.press("g")
    for _ in range(50):
        time.sleep(0.3)
        if terminal.row_under_cursor() == f"big.{slot}":
            return
        terminal.press("j")
    raise AssertionError(f"the cursor does not come to big.{slot}:\n{terminal.text}")


def _keys(setting: Setting, terminal: RecordingTerminal, what: str, changes: Changes, limit: float | None) -> Result:
    setting.say(f"keys, {what}: {setting.effort.keys} times")
    cpu, waited, began = cpu_seconds(terminal.pid), waited_seconds(terminal.pid), time.monotonic()
    with Restless(changes, 0.7) if changes else nullcontext():
        time.sleep(1)
        milliseconds = _press(terminal, setting.effort.keys)
    percent = 100 / (time.monotonic() - began)
    busy, stood = (cpu_seconds(terminal.pid) - cpu) * percent, (waited_seconds(terminal.pid) - waited) * percent
    note = f"{spread(milliseconds, 'ms')}; median {statistics.median(milliseconds):.0f} ms; "
    note += f"CPU {busy:.0f} %, kept from it by others {stood:.0f} %"
    name, worst = f"key to frame, p95, {what}", quantile(milliseconds, 0.95)
    return noted(name, f"{worst:.1f} ms", note) if limit is None else at_most(name, worst, limit, "ms", note)


def _press(terminal: RecordingTerminal, count: int) -> list[float]:
    """Go down and up the list with single keys; milliseconds from each to the frame with the cursor on its row."""
    terminal.record()
    presses: list[tuple[float, int, int]] = []
    slot, step = LOWEST, 1
    for _ in range(count):
        slot += step
        presses.append((time.monotonic(), slot, step))
        terminal.press("j" if step > 0 else "k")
        time.sleep(random.uniform(0.06, 0.14))
        if slot in (LOWEST, HIGHEST):
            step = -step
            time.sleep(0.5)  # a key and its contrary in one frame would be no change at all
    time.sleep(1)
    over = time.monotonic()
    seen = [(moment, _slot(terminal.row_under_cursor())) for moment in terminal.play()]
    while slot > LOWEST:
        terminal.press("k")
        slot -= 1
        time.sleep(0.1)
    return [1000 * (_arrival(seen, press, over) - press[0]) for press in presses]


def _slot(name: str) -> int | None:
    service, _, number = name.partition(".")
    return int(number) if service == "big" and number.isdigit() else None


def _arrival(seen: list[tuple[float, int | None]], press: tuple[float, int, int], over: float) -> float:
    """The moment at which the cursor was where a key sent it, or past that."""
    moment, slot, step = press
    return next(
        (at for at, number in seen if at >= moment and number is not None and (number - slot) * step >= 0), over
    )
