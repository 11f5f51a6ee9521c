"""Write less to the terminal: a changed cell, not its line from the left edge of the widget on.

Textual 8 cuts a dirty region at its right end only (`ChopsUpdate.render_segments`), so one cell changed at the right of
a table costs its whole line. `ThriftyApp` cuts at the left, too.
"""

from __future__ import annotations

from rich.console import Console, RenderableType
from rich.control import Control
from textual._compositor import ChopsUpdate
from textual.app import App, ReturnType
from textual.screen import Screen, ScreenResultType

__all__ = ["ThriftyApp", "ThriftyScreen", "thrifty"]


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


class ThriftyApp(App[ReturnType]):
    """An app whose partial updates write only the cells that changed."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        super()._display(screen, thrifty(renderable))


class ThriftyScreen(Screen[ScreenResultType]):
    """A screen that writes nothing while another one hides it.

    Textual 8 repaints the whole of the screen on top whenever something changes on the one below it, since that might
    shine through. When it comes to the top again it is drawn as a whole in any case.
    """

    def _compositor_refresh(self) -> None:
        top = self.app.screen
        if top is self or top.is_modal:
            super()._compositor_refresh()
        else:
            self._compositor._dirty_regions.clear()
            self._dirty_widgets.clear()
