"""Waiting for conditions with a deadline, and doing independent things at the same time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from tests.patience import IDLE, Deadline, pause

from .errors import DeadlineExceeded, LabError

ANSWER = 5.0
"""Seconds by the clock for one try of something that is tried again: an engine may be stopped."""

T = TypeVar("T")
Item = TypeVar("Item")


def until(
    check: Callable[[], T | None],
    what: str,
    timeout: float = IDLE,
    interval: float = 0.05,
    detail: Callable[[], str] | None = None,
) -> T:
    """Poll `check` until it returns something true, and return that. `timeout`: seconds of a machine that has time.

    An OSError or a LabError out of `check` means "not yet": engines refuse connections while they start. The last
    one is shown when the deadline passes, with what `detail` says then (the end of a log, usually).
    """
    deadline = Deadline(timeout)
    last: Exception | None = None
    while True:
        begun = time.monotonic()
        try:
            result = check()
            last = None
        except (OSError, LabError) as error:
            last = error
        else:
            if result:
                return result
        if deadline.over:
            break
        time.sleep(pause(interval, time.monotonic() - begun, deadline.taken))
    lines = [f"waited {deadline.taken:.0f} s for {what}"]
    if last is not None:
        lines.append(f"last error: {type(last).__name__}: {last}")
    if detail is not None:
        lines.append(detail())
    raise DeadlineExceeded("\n".join(lines))


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log file, with its name, for an error message."""
    try:
        text = path.read_text(errors="replace")
    except OSError as error:
        return f"({error})"
    return "\n".join([f"--- end of {path}", *text.splitlines()[-lines:]])


def at_once(*actions: Callable[[], object]) -> None:
    """Do several things at the same time; all have ended when this returns or raises the first error."""
    together(lambda action: action(), actions)


def together(do: Callable[[Item], T], items: Iterable[Item]) -> list[T]:
    """Call `do` for every item at the same time; all have ended when this returns or raises the first error."""
    todo = list(items)
    if not todo:
        return []
    with ThreadPoolExecutor(max_workers=len(todo), thread_name_prefix="lab") as pool:
        futures = [pool.submit(do, item) for item in todo]
    return [future.result() for future in futures]
