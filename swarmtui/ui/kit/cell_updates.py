"""Write less to the terminal: a changed cell, not its line from the left edge of the widget on.

Textual 8 cuts a dirty region at its right end only (`ChopsUpdate.render_segments`), so one cell changed at the right of
a table costs its whole line. `CellUpdateApp` cuts at the left, too.
"""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.control import Control
from textual.app import ReturnType
from textual.screen import ScreenResultType

from swarmtui.ui.kit.textual_internals import (
    ChopsUpdate,
    HookedApp,
    HookedScreen,
    changed_regions,
    forget_changes,
    shows_through,
)

__all__ = ["CellUpdateApp", "CellUpdateScreen", "thrifty"]


class ThriftyUpdate(ChopsUpdate):
    """A partial update of the screen that writes the changed cells and no others."""

    def render_segments(self, console: Console) -> str:
        sequences: list[str] = []
        for y, first, last in self.spans:
            written_to = -1
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=True):
                if strip is None or x >= last or end <= first:
                    continue
                left, right = max(x, first), min(end, last)
                if left != written_to:
                    sequences.append(Control.move_to(left, y).segment.text)
                sequences.append(strip.crop(left - x, right - x).render(console))
                written_to = right
        return "".join(sequences)


def thrifty(update: RenderableType | None) -> RenderableType | None:
    """The same update of the screen, written with fewer bytes where that is known to be possible."""
    if type(update) is ChopsUpdate:
        return ThriftyUpdate(update.chops, update.spans, update.chop_ends)
    return update


class CellUpdateApp(HookedApp[ReturnType]):
    """An app whose partial updates write only the cells that changed."""

    def to_be_written(self, update: RenderableType | None) -> RenderableType | None:
        return thrifty(super().to_be_written(update))


class CellUpdateScreen(HookedScreen[ScreenResultType]):
    """A screen that writes nothing while another one hides it, and what has changed while a dialog lies on it.

    Textual 8 has what changed on a screen below drawn by the one on top, whether that hides it or not; and the screen
    below takes it for a change of its own, again and again. As the opening of a dialog changes all of it, that would be
    the whole screen, 8 to 15 kB, each time that an age moves on. A screen that comes to the top is drawn as a whole.
    """

    def write_changes(self) -> None:
        top = self.app.screen
        if top is self:
            super().write_changes()
            return
        regions = changed_regions(self)
        if regions and top.is_modal and shows_through(self):
            top.refresh(*regions)
        forget_changes(self)
