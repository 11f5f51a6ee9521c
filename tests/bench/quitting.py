"""How long the program takes to end, whatever the engine does: from the key to the end of the process."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from .recording import opened
from .results import Result, at_most, spread
from .setting import Setting

__all__ = ["measure_quitting"]

WITHIN = 2.0
"""Seconds."""


def measure_quitting(setting: Setting) -> list[Result]:
    """Each fault is left as it is when the next one needs it so; the last one cannot be undone quickly."""
    lab = setting.lab
    n1 = lab.node("n1")
    results = [_quit(setting, "healthy", lambda: None, "● live")]
    try:
        results.append(_quit(setting, "engine stopped", n1.stop, "✖ reconnecting"))
    finally:
        n1.resume()
    results.append(_quit(setting, "engine killed", n1.kill, "✖ reconnecting"))
    n1.restart()

    def lose_quorum() -> None:
        lab.node("n2").kill()
        lab.node("n3").kill()

    results.append(_quit(setting, "quorum lost", lose_quorum, "no leader"))
    return results


def _quit(setting: Setting, what: str, break_it: Callable[[], object], noticed: str) -> Result:
    """Quit a few programs that have been well until something broke."""
    setting.say(f"quitting, {what}")
    seconds = []
    with ExitStack() as stack:
        url = setting.lab.node("n1").url
        terminals = [stack.enter_context(opened(url, setting.state)) for _ in range(setting.effort.quits)]
        for terminal in terminals:
            terminal.wait_for("● live", 60)
            terminal.wait_for(r"big\.2 ", 60)
        break_it()
        for terminal in terminals:
            terminal.wait_for(noticed, 60)
        for terminal in terminals:
            terminal.press("q")
            seconds.append(terminal.wait_until_ended(10))
    return at_most(f"quit, {what}", max(seconds), WITHIN, "s", f"the longest of {spread(seconds, 's')}")
