"""The slider: which moment of a record is shown, and where the record has gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from textual.content import Content
from textual.widgets import Static

from swarmtui.swarm.recording.position import Gap, Position
from swarmtui.swarm.units import age
from swarmtui.ui.kit.texts.text import cell_width, fit, visible

__all__ = ["Slider", "bar", "slider_content"]

LINE, NOT_RUNNING, NOT_CONNECTED, HERE = "━", " ", "╌", "●"
LEAST_BAR = 10
"""Cells."""
DAY = 86_400.0

STYLES = {LINE: "dim", NOT_RUNNING: "dim", NOT_CONNECTED: "$text-error", HERE: "bold $text-accent"}


def bar(position: Position, width: int) -> str:
    """A line of the record's whole span: where one is, where it was not connected, where it did not run."""
    span = max(position.last - position.first, 1e-9)

    def cell(moment: float) -> int:
        return min(width - 1, max(0, int((moment - position.first) / span * width)))

    cells = [LINE] * width
    for gap in position.gaps:
        sign = NOT_CONNECTED if gap.running else NOT_RUNNING
        for place in range(cell(gap.first), cell(gap.last) + (1 if _is_short(gap, span, width) else 0)):
            cells[place] = sign
    cells[cell(position.at)] = HERE
    return "".join(cells)


def _is_short(gap: Gap, span: float, width: int) -> bool:
    """Whether it would have no cell; it is to be seen all the same."""
    return (gap.last - gap.first) / span * width < 1


def slider_content(position: Position, width: int) -> Content:
    """The line of a record, in at most so many cells."""
    sign = "▶" if position.playing else "‖"
    speed = f" ×{position.speed}" if position.speed != 1 else ""
    dated = position.last - position.first >= DAY or _day(position.first) != _day(position.last)
    here = f"{sign}{speed} {_clock(position.at, dated=dated)}"
    first, last = f"  {_clock(position.first, dated=dated)} ", f" {_clock(position.last, dated=dated)}"
    words = _words(position)
    taken = sum(map(cell_width, (here, first, last)))
    room = max(0, width - taken - LEAST_BAR - 2)
    words = visible(words)
    words = f"  {words if cell_width(words) <= room else fit(words, room)}" if room > LEAST_BAR else ""
    line = bar(position, max(LEAST_BAR, width - taken - cell_width(words)))
    return Content.assemble(
        (here, "bold $text-accent"),
        (first, "dim"),
        *[("".join(cells), STYLES[sign]) for sign, cells in _runs(line)],
        (last, "dim"),
        (words, "$text-warning" if position.trouble else "dim"),
    )


def _runs(line: str) -> Iterator[tuple[str, list[str]]]:
    return ((sign, list(cells)) for sign, cells in groupby(line))


def _words(position: Position) -> str:
    if position.trouble:
        return position.trouble
    if position.read < position.last:
        share = (position.read - position.first) / max(position.last - position.first, 1e-9)
        return f"reading what happened: {max(0.0, share):.0%}"
    return f"{age(position.last - position.first)} recorded"


def _clock(moment: float, *, dated: bool) -> str:
    shown = datetime.fromtimestamp(moment).astimezone()
    return f"{shown:%d %b %H:%M:%S}" if dated else f"{shown:%H:%M:%S}"


def _day(moment: float) -> str:
    return f"{datetime.fromtimestamp(moment).astimezone():%Y-%m-%d}"


class Slider(Static):
    """One line, drawn again only when it changes."""

    def __init__(self) -> None:
        super().__init__(id="slider")
        self._drawn: tuple[Position, int] | None = None

    def show(self, position: Position) -> None:
        """Show where one is."""
        width = max(40, (self.size.width or self.app.size.width) - 2)
        if (position, width) != self._drawn:
            self._drawn = position, width
            self.update(slider_content(position, width), layout=False)
