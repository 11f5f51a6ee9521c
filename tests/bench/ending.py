"""How long the demo takes to end when its window is closed, or a signal comes: all processes, and what they made."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator

from tests.window import Window

from .results import Result, at_most, spread
from .setting import Effort, say

__all__ = ["measure_ending"]

WITHIN = 2.0
"""Seconds."""
MAKE = ("sh", "-c", 'trap "" HUP; "$@"; status=$?; exit $status', "sh")
"""As make does it: it ignores the hang-up, and waits."""


def measure_ending(effort: Effort) -> Iterator[Result]:
    """Each end in the states in which it can come."""
    states: dict[str, Callable[[Window], object]] = {
        "at rest": lambda window: None,
        "a dialog open": _open_dialog,
        "the editor open": _open_editor,
        "the engine stopped": lambda window: os.kill(window.processes(r".*/sim/__main__\.py")[0], signal.SIGSTOP),
    }
    for state, bring_about in states.items():
        yield _end("window closed", state, bring_about, lambda window: window.close(), effort)
        yield _end("SIGTERM", state, bring_about, lambda window: os.kill(window.program, signal.SIGTERM), effort)


def _end(
    what: str, state: str, bring_about: Callable[[Window], object], end: Callable[[Window], object], effort: Effort
) -> Result:
    say(f"{what}, {state}")
    seconds = []
    for _ in range(effort.quits):
        editor = "sh -c 'echo EDITING; trap \"\" HUP TERM; while :; do sleep 1; done'"
        with Window("demo", under=MAKE, environment={"VISUAL": editor}) as window:
            window.wait_for(r"● live[^$]*tasks 33/33")
            bring_about(window)
            end(window)
            seconds.append(window.wait_until_ended())
            assert window.left_behind() == []
    return at_most(f"{what}, {state}", max(seconds), WITHIN, "s", f"the longest of {spread(seconds, 's')}")


def _open_dialog(window: Window) -> None:
    window.press("2s")
    window.wait_for("Scale ops_grafana")


def _open_editor(window: Window) -> None:
    window.press("2e")
    window.wait_for("EDITING")
