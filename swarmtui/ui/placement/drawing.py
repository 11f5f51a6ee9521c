"""How a grid becomes lines: which columns are in sight, and what stands in each cell. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.placement.blocks import Block, Blocks
from swarmtui.swarm.placement.grid import Grid
from swarmtui.ui.kit.tables.bar import replica_bar
from swarmtui.ui.kit.texts.text import cell_width, fit, fit_host, visible

__all__ = ["SIGNS", "Layout", "Place", "bar", "cell_parts", "lay_out", "node_sign"]

SIGNS: Mapping[Block, tuple[str, str]] = {
    Block.RUNNING: ("■", "good"),
    Block.STARTING: ("▣", "accent"),
    Block.WAITING: ("◌", "warn"),
    Block.STOPPING: ("□", "dim"),
    Block.FAILED: ("✖", "bad"),
    Block.UNKNOWN: ("?", "warn"),
}
"""The sign of a task, which tells its state without colours, and its tone."""

LEAST, MOST = 4, 32
"""Cells of a node's column, without the one before it."""

BAR = 8
"""Cells of a bar from which on its numbers stand beside it."""

NUMBERS = 14
"""Cells of a bar's numbers, with the space before them: " 1.5/7.8 GiB"."""

NAME_LEAST, NAME_MOST = 8, 24
"""Cells of a service's name."""

TITLE = 15
"""Cells of the longest title before the lines of the header, which gets them where there is room."""

ROOMY = 100
"""Cells of a line from which on there is room."""

WAITING = 8
"""Cells of the column of tasks that have no node."""

APART = 2
"""Cells between two groups."""


@dataclass(frozen=True)
class Place:
    """A column in sight.

    Attributes:
        column: 0 for the tasks without a node; of a node its place among all, counted from 1.
        x: its first cell.
        group: its group's place among all; -1 for none.
    """

    column: int
    x: int
    group: int = -1


@dataclass(frozen=True)
class Layout:
    """Attributes:
    name_width: of the services' names.
    width: of a node's column.
    places: the columns in sight, from left to right; the first one always is that of waiting tasks.
    before, after: how many nodes are out of sight at the left and at the right.
    """

    name_width: int
    width: int
    places: tuple[Place, ...]
    before: int
    after: int

    def width_of(self, place: Place) -> int:
        return self.width if place.column else WAITING


def lay_out(grid: Grid, room: int, cursor: int, first: int) -> Layout:
    """Place as many columns as there is room for.

    Args:
        room: cells of a line.
        cursor: the column that must be in sight.
        first: the node's column, from 1 on, that was the first in sight; it stays where that is possible.
    """
    names = max((cell_width(visible(row.name)) for row in grid.rows), default=0)
    name_width = max(NAME_LEAST if room < ROOMY else TITLE, min(names, NAME_MOST, room // 4))
    start = 1 + name_width + 1 + WAITING
    number, gaps = len(grid.nodes), max(0, len(grid.groups) - 1) * APART
    width = max(LEAST, min(MOST, (room - start - gaps) // number - 1)) if number else LEAST
    first = max(1, min(first, cursor or 1))
    placed = _placed(grid, first, start, width, room)
    while cursor and first < cursor and (not placed or placed[-1].column < cursor):
        first = max(first + 1, cursor - len(placed)) if first + len(placed) < cursor else first + 1
        placed = _placed(grid, first, start, width, room)
    while first > 1 and placed and placed[-1].column == number:  # no empty room at the right
        wider = _placed(grid, first - 1, start, width, room)
        if wider[-1].column < number:
            break
        first, placed = first - 1, wider
    last = placed[-1].column if placed else 0
    return Layout(name_width, width, (Place(0, 1 + name_width + 1), *placed), first - 1, number - last)


def _placed(grid: Grid, first: int, start: int, width: int, room: int) -> list[Place]:
    places: list[Place] = []
    x, column = start, 0
    for number, group in enumerate(grid.groups):
        if column + len(group.nodes) < first:
            column += len(group.nodes)
            continue
        if places:
            x += APART
        for _ in group.nodes:
            column += 1
            if column < first:
                continue
            if x + 1 + width > room:
                return places
            places.append(Place(column, x + 1, number))
            x += 1 + width
    return places


def cell_parts(blocks: Blocks, width: int) -> list[tuple[str, str]]:
    """What stands in a cell, with tones: a sign for each task; numbers where those do not fit."""
    if sum(blocks.values()) <= width:
        return [(SIGNS[block][0] * number, SIGNS[block][1]) for block, number in blocks.items()]
    parts = [(f"{number}{SIGNS[block][0]}", SIGNS[block][1]) for block, number in blocks.items()]
    if sum(len(text) for text, _ in parts) <= width:
        return parts
    sign, tone = SIGNS[list(blocks)[-1]]
    return [(fit(f"{sum(blocks.values())}{sign}", width).rstrip(), tone)]


def node_sign(node: Node) -> tuple[str, str]:
    """What stands before a node's name, and the name's tone: not ready, drained, paused; nothing for a node that is
    well."""
    if not node.is_ready:
        return "✖", "bad"
    return {"drain": ("▽", "warn"), "pause": ("‖", "warn")}.get(node.spec.availability, ("", ""))


def name_text(node: Node, width: int) -> str:
    """A node's name with its sign, in exactly so many cells."""
    sign, _ = node_sign(node)
    return sign + fit_host(visible(node.name), width - cell_width(sign))


def bar(taken: int, has: int, width: int, numbers: str) -> tuple[str, str]:
    """How much of a node is reserved, and its tone.

    Args:
        numbers: "3/4 CPUs"; they stand beside the bar where there is room for both.
    """
    if has <= 0:
        return fit("?", width), "dim"
    tone = "bad" if taken > has else "warn" if taken * 10 >= has * 9 else "dim"
    if width < BAR + NUMBERS:
        return replica_bar(taken, has, width), tone
    return replica_bar(taken, has, width - NUMBERS) + fit(f" {numbers}", NUMBERS), tone


def groups_in_sight(layout: Layout) -> Iterator[tuple[int, int, int]]:
    """The place of each group in sight among all, its first cell, and its cells."""
    found: dict[int, list[Place]] = {}
    for place in layout.places[1:]:
        found.setdefault(place.group, []).append(place)
    for group, places in found.items():
        yield group, places[0].x, places[-1].x + layout.width - places[0].x
