"""Write less to the terminal: a changed cell, not its line from the left edge of the widget on.

Textual 8 cuts a dirty region at its right end only (`ChopsUpdate.render_segments`), so one cell changed at the right of
a table costs its whole line. `CellUpdateApp` cuts at the left, too, and leaves out what the terminal shows already.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Any

from rich.console import Console, RenderableType
from textual.app import ReturnType
from textual.events import DescendantFocus
from textual.screen import ScreenResultType

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
PIECE = re.compile(r"\x1b\[([\d;]*)m|((?:[^\x1b]|\x1b(?!\[[\d;]*m))+)")
"""What begins a style or ends it, or a text."""
ENDS = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "6": "25", "7": "27", "8": "28", "9": "29"}
"""What ends each attribute of a style."""
GROUNDS = {"3": "colour", "9": "colour", "4": "background", "10": "background"}
"""Of a code's tens, what it sets the colour of."""


class StyledRun:
    """Text with its styles, piece after piece: of a style what differs from the one before, and between pieces the
    shortest way.

    A column of ages that changes is one style in thirty places, and the style has more bytes than the age.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._style = ""
        self._at: tuple[int, int] | None = None
        """Where the cursor stands, column and line; None where that depends on what the terminal takes for wide."""

    def move(self, x: int, y: int) -> None:
        """The cursor goes to a column of a line, counted from 0, which leaves the style as it is."""
        if self._at != (x, y):
            anywhere = f"\x1b[{y + 1};{x + 1}H"
            near = None if self._at is None else _step(x - self._at[0], y - self._at[1])
            self._parts.append(anywhere if near is None else min(near, anywhere, key=len))
        self._at = (x, y)

    def write(self, rendered: str, *, to_edge: bool = False) -> None:
        """Add a piece as Rich renders it: each text behind the whole of its style, which is ended behind it.

        Args:
            to_edge: it ends at the right edge of the screen, where terminals differ in where the cursor stands then.
        """
        wanted, width = "", 0
        for match in PIECE.finditer(rendered):
            sequence, text = match.groups()
            if text is None:
                wanted = "" if sequence == "0" else sequence
                continue
            self._parts += (_from_style_to(self._style, wanted), text)
            self._style = wanted
            width += len(text)
        known = self._at is not None and not to_edge and rendered.isascii() and "\x1b]" not in rendered
        self._at = (self._at[0] + width, self._at[1]) if known and self._at is not None else None

    @property
    def text(self) -> str:
        return "".join(self._parts) + (RESET if self._style else "")


def _step(columns: int, lines: int) -> str | None:
    """How the cursor goes so far to the right and down; None for up."""
    if lines < 0:
        return None
    down = "" if not lines else f"\x1b[{lines if lines > 1 else ''}B"
    if columns < 0:
        return down + min("\b" * -columns, f"\x1b[{-columns}D", key=len)
    return down if not columns else f"{down}\x1b[{columns if columns > 1 else ''}C"


@lru_cache(maxsize=4096)
def _from_style_to(before: str, after: str) -> str:
    """The shortest sequence that makes one style of another; "" is none at all."""
    if before == after:
        return ""
    if not after:
        return RESET
    anew = f"{RESET if before else ''}\x1b[{after}m"
    had, wanted = _parts_of(before), _parts_of(after)
    gone = had.keys() - wanted.keys()
    if not before or not gone <= ENDS.keys():
        return anew
    ended = {ENDS[each] for each in gone}
    codes = sorted(ended)
    codes += [code for part, code in wanted.items() if had.get(part) != code or ENDS.get(part) in ended]
    return min(f"\x1b[{';'.join(codes)}m" if codes else "", anew, key=len)


def _parts_of(style: str) -> dict[str, str]:
    """Of a style the attributes and the two colours, by what each is."""
    parts: dict[str, str] = {}
    codes = iter(style.split(";"))
    for code in codes:
        ground = GROUNDS.get(code[:-1], code)
        if code in ("38", "48"):
            kind = next(codes, "")
            code = ";".join([code, kind, *islice(codes, 3 if kind == "2" else 1)])
        parts[ground] = code
    return parts


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
                        sequences.move(column, y)
                    written_to = column + changed.cell_length
                    sequences.write(changed.render(console), to_edge=written_to == self.chop_ends[y][-1])
        return sequences.text


class NotedUpdate(LayoutUpdate):
    """An update that writes a whole region, as when a screen comes to the top.

    Attributes:
        cells: what the terminal shows, which is this afterwards.
    """

    cells: TerminalCells

    def render_segments(self, console: Console) -> str:
        self.cells.forget()
        sequences = StyledRun()
        for y, line in enumerate(self.strips, self.region.y):
            strips = list(line)
            self.cells.write_whole(y, self.region.x, strips)
            sequences.move(self.region.x, y)
            for strip in strips:
                sequences.write(strip.render(console), to_edge=True)
        return sequences.text


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
    """An app whose partial updates write only the cells that changed, and which writes nothing where nothing has."""

    def __init__(self, **options: Any) -> None:
        make_strips_light()
        self._cells = TerminalCells()
        super().__init__(**options)

    def forget_terminal(self) -> None:
        """The terminal was somebody else's meanwhile: nothing that it showed before can be left out."""
        self._cells.forget()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Keep the cursor of what is typed into still: one that blinks writes its line anew twice a second."""
        if hasattr(event.widget, "cursor_blink"):
            event.widget.cursor_blink = False

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
