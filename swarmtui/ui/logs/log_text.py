"""Log lines made fit for the screen. What a program wrote is never obeyed: not by us, and not by the terminal."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from swarmtui.engine.streams.log_lines import NOTICE, LogLine
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.ui.kit.texts.text import cell_width, visible

__all__ = ["Entry", "clock_of", "entry_of", "harmless", "missing_nodes", "notice_text"]

TAB = 8

_COLOURS = re.compile(r"\x1b\[[0-9;:]*[mK]")
"""Colours, and "erase to the end of the line": common, and nothing is lost without them. All else is made visible."""

_WRAPPING = re.compile(r"^(?:Error grabbing logs: |rpc error: code = \w+ desc = |warning: )+")
_MISSING_NODE = re.compile(r"node ([0-9a-z]{25}) is not available")


class Entry(NamedTuple):
    """A line with the text that stands on the screen for it.

    Attributes:
        line: as it came.
        text: harmless, its tabs expanded.
    """

    line: LogLine
    text: str


def entry_of(line: LogLine) -> Entry:
    """A line, with its text for the screen."""
    return Entry(line, harmless(line.text))


def harmless(text: str) -> str:
    """A log line's text for the screen.

    Colours go; of a line that is written over again and again (a progress bar) the last state stays; tabs become
    blanks; whatever else a terminal would obey is shown instead.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _COLOURS.sub("", text)
    if "\r" in text:
        text = next((part for part in reversed(text.split("\r")) if part), "")
    return visible(_expanded(text) if "\t" in text else text)


def _expanded(text: str) -> str:
    """Tabs as blanks up to the next multiple of eight cells."""
    shown: list[str] = []
    width = 0
    for part in text.split("\t"):
        if shown:
            blanks = TAB - width % TAB
            shown.append(" " * blanks)
            width += blanks
        part = visible(part)
        shown.append(part)
        width += cell_width(part)
    return "".join(shown)


def clock_of(stamp: str, *, full: bool) -> str:
    """A line's time: "14:05:59.123" by the clock here, or (`full`) the engine's own text."""
    if full or not stamp:
        return stamp
    seconds = seconds_of(stamp)
    if seconds is None:
        return stamp
    return f"{time.strftime('%H:%M:%S', time.localtime(seconds))}.{int(seconds * 1000) % 1000:03d}"


def missing_nodes(lines: Iterable[LogLine]) -> set[str]:
    """The IDs of the nodes of which the engine says among these lines that it gets none."""
    return {found for line in lines if line.source == NOTICE for found in _MISSING_NODE.findall(line.text)}


def notice_text(text: str, node_name: Callable[[str], str]) -> str:
    """What the engine says in the middle of a log, in plain words."""
    missing = _MISSING_NODE.findall(text)
    if missing:
        names = ", ".join(dict.fromkeys(visible(node_name(node_id)) for node_id in missing))
        return f"no logs from {names}: the node does not answer"
    return _WRAPPING.sub("", text) or text
