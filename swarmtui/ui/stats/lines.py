"""What the row under the cursor uses, in two lines: numbers, and how they went in the last minutes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.content import Content

from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figure_words import cpu_text, glance, share_text, ways_text
from swarmtui.swarm.stats.figures import Figures, Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.stats.stats import Unreached
from swarmtui.swarm.stats.track import series
from swarmtui.swarm.units import age
from swarmtui.ui.kit.tables.sparkline import sparkline
from swarmtui.ui.kit.texts.text import cell_width, visible

__all__ = ["figure_lines", "unreached_lines"]

POINTS, WITHIN = 8, 60.0
"""Of a sparkline beside a number: how many, and of how many seconds."""
LEAST_CPU, LEAST_RATE = 0.1, 10_000.0
"""What a full block stands for at least: a tenth of a CPU; bytes a second."""
NET, BLOCK = ("↓", "↑"), ("r ", "w ")
GAP = "  "


def figure_lines(total: Total, live: LiveFigures, tasks: Sequence[Task], room: int, most: int) -> Content:
    """As many for each row, so that nothing moves when the cursor does.

    Args:
        room: cells of a line.
        most: lines of figures; what has no room stands in the columns.
    """
    lines = _filled(_parts(total, live, tasks), room)[:most]
    return Content("\n").join([*unreached_lines(live.unreached(tasks)), *lines])


def unreached_lines(unreached: Mapping[str, Unreached]) -> list[Content]:
    """Which node gives no figures, and why; of several the first, and how many more."""
    for name, each in unreached.items():
        again = "Press T twice to try again." if each.again_in is None else f"Retrying in {age(each.again_in)}."
        more = f" {len(unreached) - 1} more nodes give none." if len(unreached) > 1 else ""
        return [Content.styled(visible(f"✖ No figures from {name}: {each.why} {again}{more}"), "$text-error")]
    return []


def _parts(total: Total, live: LiveFigures, tasks: Sequence[Task]) -> list[Content]:
    figures, limit = total.figures, total.figures.limit
    tracks, now = live.tracks_of(tasks), live.stats.at
    least = "" if total.complete or not total.known else "≥"
    memory = glance(figures.memory)
    if limit is not None:
        memory += f" of {glance(limit)} ({share_text(figures.memory_share)})"

    def drawn(value: Callable[[Figures], float | None], least_top: float) -> str:
        return sparkline(series(tracks, value, now, POINTS, WITHIN), least_top)[0]

    return [
        _part("CPU", drawn(lambda f: f.cpu, LEAST_CPU), f"{least}{cpu_text(figures.cpu)}", 6),
        _part("MEM", drawn(lambda f: f.memory, limit or 0.0), f"{least}{memory}", 26 if len(tasks) == 1 else 8),
        _part("NET/S", drawn(lambda f: f.network, LEAST_RATE), ways_text(figures.received, figures.sent, NET), 17),
        _part("BLOCK/S", drawn(lambda f: f.block, LEAST_RATE), ways_text(figures.read, figures.written, BLOCK), 19),
    ]


def _part(word: str, line: str, text: str, width: int) -> Content:
    """
    Args:
        width: cells that most texts have room in.
    """
    return Content.assemble((f"{word} ", "dim"), (line, "$text-accent"), f" {text:<{width}}")


def _filled(parts: Sequence[Content], room: int) -> list[Content]:
    """The parts in lines that are not longer than so many cells, where no part is."""
    lines: list[list[Content]] = []
    used = 0
    for part in parts:
        width = cell_width(part.plain)
        if lines and used + len(GAP) + width <= room:
            lines[-1].append(part)
            used += len(GAP) + width
        else:
            lines.append([part])
            used = width
    return [Content(GAP).join(line) for line in lines]
