"""What something uses, over the last minutes: a line for each figure, as wide as the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figure_words import UNKNOWN, cpu_text, glance, share_text
from swarmtui.swarm.stats.figures import Figures, Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.stats.track import MINUTES, series
from swarmtui.ui.kit.tables.sparkline import sparkline
from swarmtui.ui.kit.texts.text import fit

__all__ = ["charts", "minutes_of"]

LEAST_CPU, LEAST_RATE = 0.1, 10_000.0
"""What the top of a chart stands for at least: CPUs; bytes a second."""
WORD, NOW, MOST = 12, 12, 14
"""Cells for the words beside a chart."""


@dataclass(frozen=True)
class _Figure:
    word: str
    value: Callable[[Figures], float | None]
    text: Callable[[float | None], str]
    least: float


def _rate(size: float | None) -> str:
    return UNKNOWN if size is None else f"{glance(size)}/s"


FIGURES = (
    _Figure("CPU", lambda f: f.cpu, cpu_text, LEAST_CPU),
    _Figure("MEM", lambda f: f.memory, glance, 0.0),
    _Figure("NET in", lambda f: f.received, _rate, LEAST_RATE),
    _Figure("NET out", lambda f: f.sent, _rate, LEAST_RATE),
    _Figure("BLOCK read", lambda f: f.read, _rate, LEAST_RATE),
    _Figure("BLOCK write", lambda f: f.written, _rate, LEAST_RATE),
)


def minutes_of(live: LiveFigures, tasks: Sequence[Task]) -> int:
    """How many minutes are drawn: one while not more is known."""
    begun = min((track.points[0][0] for track in live.tracks_of(tasks)), default=live.stats.at)
    return 1 if live.stats.at - begun < 60.0 else MINUTES


def charts(total: Total, live: LiveFigures, tasks: Sequence[Task], width: int, *, tall: bool) -> list[Content]:
    """Lines from the top to the bottom.

    Args:
        width: cells of a line.
        tall: CPU and memory have more than one line each.
    """
    tracks, limit, minutes = live.tracks_of(tasks), total.figures.limit, minutes_of(live, tasks)
    room = max(10, width - WORD - NOW - MOST)
    lines: list[Content] = []
    for place, figure in enumerate(FIGURES):
        values = series(tracks, figure.value, live.stats.at, room, 60.0 * minutes)
        height = 3 if tall and place < 2 else 1
        top = limit if limit is not None and figure.word == "MEM" else figure.least
        *upper, base = reversed(sparkline(values, top, height))
        lines += [Content.assemble(" " * WORD, (line, "$text-accent")) for line in upper]
        said = _said(figure, total, values, limit)
        lines.append(Content.assemble((fit(figure.word, WORD), "dim"), (base, "$text-accent"), said))
    return lines


def _said(figure: _Figure, total: Total, values: Sequence[float | None], limit: float | None) -> str:
    now = figure.value(total.figures)
    known = [value for value in (*values, now) if value is not None]
    text = fit(f"{'' if total.complete or now is None else '≥'}{figure.text(now)}", NOW - 2, "right")
    if figure.word == "MEM" and limit is not None:
        return f" {text}  {fit(f'{share_text(total.figures.memory_share)} of {glance(limit)}', MOST - 1)}"
    return f" {text}  {fit(f'max {figure.text(max(known))}' if known else '', MOST - 1)}"
