"""A scroll bar that writes only those of its cells that look different.

Textual's own writes all of them each time its numbers change, which for a tall table is more than the rows themselves.
"""

from __future__ import annotations

from typing import Self

from rich.segment import Segment
from textual.geometry import Region
from textual.scrollbar import ScrollBar, ScrollBarRender

__all__ = ["QuietScrollBar"]


class QuietScrollBar(ScrollBar):
    """Textual's vertical scroll bar, with fewer bytes."""

    _looked: list[Segment] | None = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if regions or layout or recompose or not repaint or not self.is_attached or not self.size:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        before, now = self._looked, self._looks()
        self._looked = now
        if before is None or len(before) != len(now):
            return super().refresh()
        differing = [y for y, (was, becomes) in enumerate(zip(before, now, strict=True)) if was != becomes]
        if differing:
            super().refresh(*(Region(0, y, self.size.width, 1) for y in differing))
        return self

    def _looks(self) -> list[Segment]:
        bar = self.render()
        if not isinstance(bar, ScrollBarRender):
            return []
        style = self.app.console.get_style(bar.style)
        if style.color is None or style.bgcolor is None:
            return []
        return list(
            bar.render_bar(
                size=self.size.height,
                virtual_size=bar.virtual_size,
                window_size=bar.window_size,
                position=bar.position,
                back_color=style.bgcolor,
                bar_color=style.color,
            ).segments
        )
