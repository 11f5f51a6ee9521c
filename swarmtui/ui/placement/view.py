"""PlacementView: the grid on the screen. Its cursor moves over cells; only what is in sight is drawn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message

from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.placement.blocks import NO_NODE
from swarmtui.swarm.placement.grid import Grid, Row
from swarmtui.swarm.units import docker_cpus, rough_share
from swarmtui.ui.kit.tables.line_view import LineView
from swarmtui.ui.kit.tables.lines import BLANK, Line, Span, Tone
from swarmtui.ui.kit.tables.table_style import PREFIX, TABLE_CLASSES, TABLE_CSS, tone_style
from swarmtui.ui.kit.texts.text import cell_width, fit, fit_middle, visible
from swarmtui.ui.placement.drawing import Layout, Place, bar, cell_parts, groups_in_sight, lay_out, name_text, node_sign

__all__ = ["PlacementView"]

CURSOR_SIGN = "▌"

BARS_FROM = 12
"""Lines from which on each node has its bars."""

CPU, MEMORY = 2, 3
"""The lines of the header that have bars."""


class PlacementView(LineView):
    """Services as rows, nodes as columns. It tells where the cursor goes, and what is opened."""

    COMPONENT_CLASSES = TABLE_CLASSES
    DEFAULT_CSS = TABLE_CSS.replace("LiveTable", "PlacementView")

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1,0)", "Up", False, id="placement.up", tooltip="The service above"),
        Binding("down,j", "move(1,0)", "Down", False, id="placement.down", tooltip="The service below"),
        Binding("left,h", "move(0,-1)", "Left", False, id="placement.left", tooltip="The node at the left"),
        Binding("right,l", "move(0,1)", "Right", False, id="placement.right", tooltip="The node at the right"),
        Binding("pageup", "leaf(-1)", "Page up", False, id="placement.page_up", tooltip="A page up"),
        Binding("pagedown", "leaf(1)", "Page down", False, id="placement.page_down", tooltip="A page down"),
        Binding("home", "edge(-1)", "First", False, id="placement.first", tooltip="The tasks that wait for a node"),
        Binding("end", "edge(1)", "Last", False, id="placement.last", tooltip="The last node"),
        Binding("tab", "next_group(1)", "Group", id="placement.next_group", tooltip="The next group of nodes"),
        Binding(
            "shift+tab",
            "next_group(-1)",
            "Group before",
            False,
            id="placement.previous_group",
            tooltip="The group of nodes before",
        ),
        Binding("enter", "open", "Tasks", id="placement.open", tooltip="The tasks here; of an empty cell, the node's"),
    ]

    class Moved(Message):
        """The cursor stands on another cell, or there is more or less in sight."""

    class Opened(Message):
        """The user has opened the cell under the cursor."""

    def __init__(self) -> None:
        super().__init__(id="placement")
        self.grid: Grid | None = None
        self.empty_text = ""
        self._greyed = False
        self._row, self._column, self._first = 0, 1, 1
        self._at: tuple[str, str] | None = None
        self.layout_now = Layout(0, 0, (), 0, 0)

    # ------------------------------------------------------------------------------------ what is shown

    def show(self, grid: Grid, *, greyed: bool) -> None:
        """Show a grid. The cursor stays on its service and its node."""
        if grid is self.grid and greyed == self._greyed:
            return
        self.grid, self._greyed = grid, greyed
        if self._at is not None:
            service_id, node_id = self._at
            rows = (number for number, row in enumerate(grid.rows) if row.id == service_id)
            self._row = next(rows, min(self._row, len(grid.rows) - 1))
            columns = (number for number, node in enumerate(grid.nodes, start=1) if node.id == node_id)
            self._column = next(columns, min(self._column, len(grid.nodes))) if node_id else 0
        self._arrange()

    @property
    def row(self) -> Row | None:
        """The service under the cursor."""
        rows = self.grid.rows if self.grid is not None else ()
        return rows[self._row] if 0 <= self._row < len(rows) else None

    @property
    def node(self) -> Node | None:
        """The node under the cursor; None in the column of waiting tasks."""
        nodes = self.grid.nodes if self.grid is not None else ()
        return nodes[self._column - 1] if 0 < self._column <= len(nodes) else None

    def _arrange(self) -> None:
        grid = self.grid
        if grid is None:
            return
        self._row = max(0, min(self._row, len(grid.rows) - 1))
        self._column = max(0, min(self._column, len(grid.nodes)))
        if self.row is not None or self.node is not None:
            self._at = (self.row.id if self.row else "", self.node.id if self.node else NO_NODE)
        self.header_height = 4 if self.size.height >= BARS_FROM else 2
        with self.one_redraw():
            self.set_extent(0, max(len(grid.rows), 2))
            self.layout_now = lay_out(grid, self.size.width, self._column, self._first)
            self._first = self.layout_now.before + 1
            self.scroll_line_into_view(self._row)
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        self._arrange()
        self.forget_drawn()

    # ------------------------------------------------------------------------------------ lines

    def style_of_tone(self, tone: Tone) -> Style:
        kind, meaning = tone
        if kind == "header" and meaning not in {"", "sorted"}:
            return self.get_component_rich_style(PREFIX + meaning) + Style(bold=True)
        return tone_style(self, tone)

    def line_at(self, y: int, top: int) -> Line:
        grid = self.grid
        if grid is None:
            return BLANK
        if y < self.header_height:
            return self._header(grid, y)
        number = y - self.header_height + top
        if not grid.rows:
            return self._message() if number == 1 else BLANK
        return self._row_line(grid.rows[number], number) if number < len(grid.rows) else BLANK

    def _message(self) -> Line:
        text = fit(self.empty_text, min(cell_width(self.empty_text), max(0, self.size.width - 2)))
        return Line(("", ""), (Span(1, cell_width(text), text, ("", "message")),)) if text else BLANK

    def _header(self, grid: Grid, y: int) -> Line:
        base = ("stale" if self._greyed else "header", "")
        spans = [Span(0, 1 + self.layout_now.name_width, self._title(y), base)]
        if y == 0:
            for number, x, width in groups_in_sight(self.layout_now):
                group = grid.groups[number]
                text = f"{visible(group.title)} {len(group.nodes)}" if group.title else ""
                spans.append(Span(x, width, fit(text, width), base))
            return Line(base, tuple(spans))
        for place in self.layout_now.places:
            spans += self._head_cell(grid, place, y)
        return Line(base, tuple(spans))

    def _title(self, y: int) -> str:
        width = self.layout_now.name_width
        title = ("", "SERVICE", "CPU reserved", "memory reserved")[y]
        if cell_width(title) > width:
            title = title.partition(" ")[0]
        return " " + fit(title, width)

    def _head_cell(self, grid: Grid, place: Place, y: int) -> Iterator[Span]:
        width, lit = self.layout_now.width_of(place), place.column == self._column
        kind = "stale" if self._greyed else "blurred" if lit else "header"
        if lit:
            yield Span(place.x - 1, 1, CURSOR_SIGN if y == 1 else " ", (kind, "sign"))
        if not place.column:
            yield Span(place.x, width, fit("WAITING" if y == 1 else "", width), (kind, ""))
            return
        node = grid.nodes[place.column - 1]
        if y == 1:
            yield Span(place.x, width, name_text(node, width), (kind, node_sign(node)[1]))
            return
        taken, has = grid.taken(node), node.description.resources
        if y == CPU:
            numbers = f"{docker_cpus(taken.nano_cpus)}/{docker_cpus(has.nano_cpus)} CPUs"
            text, tone = bar(taken.nano_cpus, has.nano_cpus, width, numbers)
        else:
            numbers = rough_share(taken.memory_bytes, has.memory_bytes)
            text, tone = bar(taken.memory_bytes, has.memory_bytes, width, numbers)
        yield Span(place.x, width, text, (kind, tone))

    def _row_line(self, row: Row, number: int) -> Line:
        lit = number == self._row
        kind = "stale" if self._greyed else "blurred" if lit else ""
        width = self.layout_now.name_width
        spans = [Span(0, 1, CURSOR_SIGN, (kind, "sign"))] if lit else []
        spans.append(Span(1, width, fit_middle(visible(row.name), width), (kind, "")))
        nodes = self.grid.nodes if self.grid is not None else ()
        for place in self.layout_now.places:
            node_id = nodes[place.column - 1].id if place.column else NO_NODE
            spans += self._cell(row, node_id, place, kind)
        return Line((kind, ""), tuple(spans))

    def _cell(self, row: Row, node_id: str, place: Place, kind: str) -> Iterator[Span]:
        width = self.layout_now.width_of(place)
        x, end = place.x, place.x + width
        if place.column == self._column:
            here = bool(kind) and row is self.row
            kind = "stale" if self._greyed else "cursor" if here and self.has_focus else "blurred"
            yield Span(x - 1, 1, CURSOR_SIGN if here else " ", (kind, "sign" if here else ""))
        for text, tone in cell_parts(row.on(node_id), width):
            size = cell_width(text)
            yield Span(x, size, text, (kind, tone))
            x += size
        if x < end and place.column == self._column:
            yield Span(x, end - x, " " * (end - x), (kind, ""))

    # ------------------------------------------------------------------------------------ keys and mouse

    def action_move(self, rows: int, columns: int) -> None:
        self._row, self._column = self._row + rows, self._column + columns
        self._arrange()

    def action_leaf(self, pages: int) -> None:
        with self.one_redraw():
            self.jump(self.top + pages * self.page)
            self.action_move(pages * self.page, 0)

    def action_edge(self, way: int) -> None:
        self._column = len(self.grid.nodes) if way > 0 and self.grid is not None else 0
        self._arrange()

    def action_next_group(self, step: int) -> None:
        """To the first node of another group."""
        starts = [1]
        for group in self.grid.groups if self.grid is not None else ():
            starts.append(starts[-1] + len(group.nodes))
        firsts = starts[:-1] or [1]
        here = sum(start <= max(1, self._column) for start in firsts) - 1
        self._column = firsts[(here + step) % len(firsts)]
        self._arrange()

    def action_open(self) -> None:
        self.post_message(self.Opened())

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None or event.button != 1:
            return
        event.stop()
        hit = [place for place in self.layout_now.places if place.x <= at.x < place.x + self.layout_now.width_of(place)]
        self._column = hit[0].column if hit else self._column
        if at.y >= self.header_height:
            self._row = at.y - self.header_height + self.top
        self._arrange()
        if event.chain == 2 and hit:
            self.action_open()
