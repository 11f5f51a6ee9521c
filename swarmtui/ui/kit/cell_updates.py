"""Write less to the terminal: a changed cell, not its line from the left edge of the widget on.

Textual 8 cuts a dirty region at its right end only (`ChopsUpdate.render_segments`), so one cell changed at the right of
a table costs its whole line. `CellUpdateApp` cuts at the left, too, and leaves out what the terminal shows already.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from rich.console import Console, RenderableType
from rich.control import Control
from textual.app import ReturnType
from textual.screen import ScreenResultType
from textual.strip import Strip

from swarmtui.ui.kit.partial_updates import ChangesOnly
from swarmtui.ui.kit.terminal_cells import TerminalCells
from swarmtui.ui.kit.textual_internals import (
    ChopsUpdate,
    HookedApp,
    HookedScreen,
    LayoutUpdate,
    changed_regions,
    draw_by,
    forget_changes,
    make_strips_light,
    shows_through,
)

__all__ = ["CellUpdateApp", "CellUpdateScreen", "thrifty"]


RESET = "\x1b[0m"


class StyledRun:
    """Text with its styles, piece after piece: a style that goes on is not ended and begun again between two of them.

    A column of ages that changes is one style in thirty places, and the style has more bytes than the age.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._end = -1
        """Where the style of the last piece is ended, which the next one may make needless; -1 where it is not."""
        self._style = ""

    def move(self, sequence: str) -> None:
        """The cursor moves, which leaves the style as it is."""
        self._parts.append(sequence)

    def write(self, rendered: str) -> None:
        """Add a piece as Rich renders it: each text behind its style, which is ended behind it."""
        if self._end >= 0 and rendered.startswith(self._style):
            self._parts[self._end] = ""
            rendered = rendered[len(self._style) :]
            first = self._style
        else:
            first = ""
        if not rendered.endswith(RESET):
            self._end = -1
            self._parts.append(rendered)
            return
        begin = rendered.rfind("\x1b[", 0, -len(RESET))
        self._style = rendered[begin : rendered.index("m", begin) + 1] if begin >= 0 else first
        self._parts += (rendered[: -len(RESET)], RESET)
        self._end = len(self._parts) - 1

    @property
    def text(self) -> str:
        return "".join(self._parts)


class ThriftyUpdate(ChopsUpdate):
    """A partial update of the screen that writes the changed cells and no others.

    Attributes:
        cells: what the terminal shows.
    """

    cells: TerminalCells

    def render_segments(self, console: Console) -> str:
        sequences = StyledRun()
        for y, first, last in self.spans:
            written_to = -1
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                if strip is None or x >= last or end <= first:
                    continue
                left, right = max(x, first), min(end, last)
                for column, changed in self.cells.write(y, left, strip.crop(left - x, right - x)):
                    if column != written_to:
                        sequences.move(Control.move_to(column, y).segment.text)
                    sequences.write(changed.render(console))
                    written_to = column + changed.cell_length
        return sequences.text


class NotedUpdate(LayoutUpdate):
    """An update that writes a whole region, as when a screen comes to the top.

    Attributes:
        cells: what the terminal shows, which is this afterwards.
    """

    cells: TerminalCells

    def render_segments(self, console: Console) -> str:
        strips = [list(line) for line in self.strips]
        self.cells.forget()
        for y, line in enumerate(strips, self.region.y):
            self.cells.write_whole(y, self.region.x, line)
        self.strips = cast("list[Iterable[Strip]]", strips)
        return super().render_segments(console)


def thrifty(update: RenderableType | None, cells: TerminalCells) -> RenderableType | None:
    """The same update of the screen, written with fewer bytes where that is known to be possible.

    Args:
        cells: what the terminal shows. It is taken to be so when the update is written, not before.
    """
    if type(update) is ChopsUpdate:
        partial = ThriftyUpdate(update.chops, update.spans, update.chop_ends)
        partial.cells = cells
        return partial
    if type(update) is LayoutUpdate:
        whole = NotedUpdate(update.strips, update.region)
        whole.cells = cells
        return whole
    if update is not None:
        cells.forget()
    return update


class CellUpdateApp(HookedApp[ReturnType]):
    """An app whose partial updates write only the cells that changed."""

    def __init__(self, **options: Any) -> None:
        make_strips_light()
        self._cells = TerminalCells()
        super().__init__(**options)

    def forget_terminal(self) -> None:
        """The terminal was somebody else's meanwhile: nothing that it showed before can be left out."""
        self._cells.forget()

    def to_be_written(self, update: RenderableType | None) -> RenderableType | None:
        return thrifty(super().to_be_written(update), self._cells)


class CellUpdateScreen(HookedScreen[ScreenResultType]):
    """A screen that writes nothing while another one hides it, and what has changed while a dialog lies on it.

    Textual 8 has what changed on a screen below drawn by the one on top, whether that hides it or not; and the screen
    below takes it for a change of its own, again and again. As the opening of a dialog changes all of it, that would be
    the whole screen, 8 to 15 kB, each time that an age moves on. A screen that comes to the top is drawn as a whole.
    """

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        draw_by(self, ChangesOnly())

    def write_changes(self) -> None:
        top = self.app.screen
        if top is self:
            super().write_changes()
            return
        regions = changed_regions(self)
        if regions and top.is_modal and shows_through(self):
            top.refresh(*regions)
        forget_changes(self)
