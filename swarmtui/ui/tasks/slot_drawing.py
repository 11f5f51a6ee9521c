"""Lines of a slot's life: a bar for each task on one scale of time, its end, and what was said of it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.tasks.states import FAILURES
from swarmtui.swarm.timeline.moment_words import clock
from swarmtui.swarm.timeline.slot_life import Life, SlotLife, changes_between, messages_of, state_in
from swarmtui.swarm.units import age
from swarmtui.ui.kit.texts.text import cell_width, fit, fit_middle, visible
from swarmtui.ui.kit.texts.text_lines import Piece, TextLine

__all__ = ["LEGEND", "MOST_ZOOM", "SlotLine", "Window", "slot_lines"]

MOST_ZOOM = 16
ZOOM = 4.0
"""By so much the scale grows with each step."""
SHORTEST = 10.0
"""Seconds that the scale has at least."""
LEAST_BAR, WIDEST_BAR = 12, 64
WIDEST_NODE = 16
INDENT = 4

SIGNS = {"good": "●", "bad": "✖", "warn": "○", "accent": "◌", "dim": "○"}

LEGEND = {
    "The task ran; it waited or was starting before.": ["━", "╌"],
    "it runs now": ["●"],
    "it is on its way": ["◌"],
    "it failed, was rejected or lost with its node": ["✖"],
    "it was stopped, or ended by itself": ["○"],
    "It began before what the scale shows; minus shows more.": ["◂"],
    "What is another one than in the task before: the node, the image.": ["↑"],
    "The swarm has forgotten this task; swarmtui saw it.": ["forgotten"],
}
"""What the signs mean, for the help."""


@dataclass(frozen=True)
class Window:
    """The time that the scale shows, in seconds since 1970."""

    first: float
    last: float

    @classmethod
    def of(cls, life: SlotLife, now: float, zoom: int | None) -> Window:
        """All that is known of a slot, or the newest part of it.

        Args:
            zoom: how many steps nearer; None for `zoom_of`.
        """
        steps = cls.zoom_of(life, now) if zoom is None else zoom
        return cls(now - max(SHORTEST, cls._whole(life, now) / ZOOM**steps), now)

    @classmethod
    def zoom_of(cls, life: SlotLife, now: float) -> int:
        """The most steps nearer with which all but the oldest task still began in sight."""
        begins = sorted(each.began for each in life.lives)
        whole = cls._whole(life, now)
        wanted = now - begins[1] if len(begins) > 1 else whole
        return next((step for step in range(MOST_ZOOM, 0, -1) if whole / ZOOM**step >= wanted), 0)

    @staticmethod
    def _whole(life: SlotLife, now: float) -> float:
        return max(SHORTEST, now - min((each.began for each in life.lives), default=now))

    def place(self, at: float, width: int) -> int:
        """The cell of a moment in a bar of a width; below 0 before it."""
        return min(width - 1, math.floor((at - self.first) / (self.last - self.first) * width))


class SlotLine(NamedTuple):
    """A line of the view.

    Attributes:
        task_id: the task that it tells of; "" of the scale.
        part: which of the task's lines it is.
        line: what it looks like.
    """

    task_id: str
    part: int
    line: TextLine


def slot_lines(life: SlotLife, cluster: Cluster, now: float, zoom: int | None, width: int) -> list[SlotLine]:
    """The lines of a slot's life, the newest task first; none where nothing is known.

    Args:
        now: the managers' time, in seconds since 1970.
        zoom: as for `Window.of`.
        width: of the screen, in cells.
    """
    if not life.lives:
        return []
    window = Window.of(life, now, zoom)
    bar = max(LEAST_BAR, min(WIDEST_BAR, width // 3))
    times = [clock(each.began, now) for each in life.lives]
    time_width = max(map(len, times))
    names = [visible(cluster.node_name(each.task.node_id)) if each.task.node_id else "—" for each in life.lives]
    name_width = min(WIDEST_NODE, max(map(cell_width, names)))
    lines = [SlotLine("", 0, _scale(window, bar, time_width))]
    for each, earlier, time, name in zip_longest(life.lives, life.lives[1:], times, names):
        state = state_in(each, cluster, now)
        pieces: list[Piece] = [
            (f"{fit(time, time_width)} ▕", "dim"),
            *_bar(each, window, bar, state.tone),
            (f"▏ {fit_middle(name, name_width)} ", ""),
        ]
        hang = sum(cell_width(text) for text, _ in pieces)
        pieces.append((f"{SIGNS[state.tone]} {visible(state.words)}", state.tone))
        told = [TextLine(tuple(pieces), min(hang + 2, width // 2)), *_more(each, earlier, cluster)]
        lines += [SlotLine(each.task.id, part, line) for part, line in enumerate(told)]
    return lines


def _scale(window: Window, bar: int, time_width: int) -> TextLine:
    """ "▕11:20:05 ── 42 min ── now▏"."""
    first, last = clock(window.first, window.last), "now"
    span = age(window.last - window.first)
    room = bar - len(first) - len(last)
    middle = f" {span} ".center(room, "─") if room >= len(span) + 4 else "─" * max(1, room)
    return TextLine(((f"{' ' * time_width} ▕{first}{middle}{last}"[: time_width + 2 + bar], "dim"), ("▏", "dim")))


def _bar(life: Life, window: Window, width: int, tone: str) -> list[Piece]:
    """Where a task's life lies on the scale: waiting, running, and a sign at its end."""
    end = window.place(window.last if life.ended is None else life.ended, width)
    if end < 0:
        return [("◂", "dim"), (" " * (width - 1), "")]
    begin = min(window.place(life.began, width), end)
    ran = begin if life.ran_since is None else max(begin, min(window.place(life.ran_since, width), end))
    if life.ran_since is None and life.ended is None:
        ran = end
    cut, begin, ran = begin < 0, max(begin, 0), max(ran, 0)
    waited, lived = "╌" * (ran - begin), "━" * (end - ran)
    if cut:
        waited, lived = ("◂" + waited[1:], lived) if waited else (waited, "◂" + lived[1:] if lived else lived)
    after = " " * (width - end - 1)
    return [(" " * begin, ""), (waited, "dim"), (lived, tone), (SIGNS[tone], tone), (after, "")]


def _more(life: Life, earlier: Life | None, cluster: Cluster) -> Iterator[TextLine]:
    """What is told of a task below its bar."""
    blank = " " * INDENT
    if earlier is not None and (changed := list(changes_between(earlier, life, cluster))):
        yield TextLine(((f"{blank}↑ {visible('; '.join(changed))}", "accent"),), INDENT + 2)
    for message in messages_of(life):
        for line in message.splitlines():
            yield TextLine(((f"{blank}{visible(line)}", "" if life.task.status.state in FAILURES else "dim"),), INDENT)
    if life.forgotten:
        yield TextLine(((f"{blank}forgotten by the swarm, seen by swarmtui", "dim"),), INDENT)
