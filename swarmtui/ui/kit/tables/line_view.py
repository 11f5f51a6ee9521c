"""LineView: a scrolling view of lines that writes only the cells that differ.

The base of tables (and of anything else that is a long list of lines). It knows nothing of items, keys or columns: a
subclass says what stands on each line of the view, and calls `redraw` whenever that may have changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.style import Style
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.types import AnimationLevel, CallbackType, EasingFunction

from swarmtui.ui.kit.tables.lines import Line, Tone, changed_ranges, strip_of
from swarmtui.ui.kit.tables.scroll_bar import QuietScrollBar
from swarmtui.ui.kit.textual_internals import resize_content, vertical_bar

__all__ = ["LineView"]


class LineView(ScrollView, can_focus=True, inherit_bindings=False):
    """A scrolling view of lines, with a header that stays. Subclasses define `line_at` and `style_of_tone`."""

    ALLOW_SELECT = False

    DEFAULT_CSS = """
    LineView {
        background: $surface;
        color: $foreground;
        height: 1fr;
        scrollbar-size-vertical: 1;
        scrollbar-size-horizontal: 1;
    }
    """

    header_height = 1
    """Lines at the top that do not scroll away."""

    in_sight = True
    """Whether what differs is drawn; the owner says so, and calls `redraw` when it can be seen again."""

    def __init__(
        self, *, name: str | None = None, id: str | None = None, classes: str | None = None, disabled: bool = False
    ) -> None:
        super().__init__(name=name, id=id, classes=classes, disabled=disabled)
        self._drawn: dict[int, Line] = {}
        self._styles: dict[Tone, Style] = {}
        self._holding = 0

    # ------------------------------------------------------------------------------- what subclasses say

    def line_at(self, y: int, top: int) -> Line:
        """What stands on line `y` of the view, the header's lines included, when `top` is the first one below it."""
        raise NotImplementedError

    def style_of_tone(self, tone: Tone) -> Style:
        """How a tone looks in the theme of now. Asked once for each tone and theme."""
        raise NotImplementedError

    # --------------------------------------------------------------------------------- what they may call

    @property
    def top(self) -> int:
        """The first line below the header, counted from 0."""
        return self.scroll_offset.y

    @property
    def page(self) -> int:
        """How many lines are in sight below the header; at least 1."""
        return max(1, self.size.height - self.header_height)

    def redraw(self) -> bool:
        """Compare the lines in sight with what stands on the screen, and have drawn what differs; whether any does."""
        if self._holding or not self.in_sight or not self.is_attached:
            return False
        (left, top), (width, height) = self.scroll_offset, self.size
        drawn, lines = self._drawn, {y: self.line_at(y, top) for y in range(height)}
        regions: list[Region] = []
        for y, line in lines.items():
            old = drawn.get(y)
            ranges = None if old is None else changed_ranges(old, line)
            for first, last in [(left, left + width)] if ranges is None else ranges:
                if visible := Region(first - left, y, last - first, 1).intersection(Region(0, y, width, 1)):
                    regions.append(visible)
        self._drawn = lines
        if regions:
            self.refresh(*regions)
        return bool(regions)

    @contextmanager
    def one_redraw(self) -> Iterator[None]:
        """Redraw once, at the end, however much changes inside."""
        self._holding += 1
        try:
            yield
        finally:
            self._holding -= 1
        self.redraw()

    def set_extent(self, width: int, lines: int) -> None:
        """Say how large all of it is.

        Args:
            width: in cells.
            lines: how many, without the header.
        """
        size = Size(width, lines + self.header_height)
        if size == self.virtual_size:
            return
        if not self.is_attached or self.styles.auto_dimensions:
            self.virtual_size = size
        else:
            resize_content(self, size)

    def scroll_line_into_view(self, line: int) -> None:
        """Scroll as little as needed for a line, counted from 0 below the header, to be in sight."""
        if line < self.top:
            self.jump(line)
        elif line >= self.top + self.page:
            self.jump(line - self.page + 1)

    def jump(self, top: int) -> None:
        """Make this line, counted from 0, the first one below the header, as far as there are enough lines."""
        target = max(0, min(top, self.virtual_size.height - self.header_height - self.page))
        if target != self.scroll_y:
            self.scroll_to(y=target, force=True)

    # ------------------------------------------------------------------------------------ what Textual calls

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        return vertical_bar(self, lambda: QuietScrollBar(vertical=True, name="vertical"))

    def render_line(self, y: int) -> Strip:
        line = self._drawn.get(y)
        if line is None:
            line = self._drawn[y] = self.line_at(y, self.top)
        left, width = self.scroll_offset.x, self.size.width
        strip = strip_of(line, left + width, self._style)
        return strip.crop(left, left + width) if left or strip.cell_length > width else strip

    def _style(self, tone: Tone) -> Style:
        style = self._styles.get(tone)
        if style is None:
            style = self._styles[tone] = self.style_of_tone(tone)
        return style

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._styles.clear()

    def forget_drawn(self) -> None:
        """Draw everything again, for instance after the size has changed."""
        self._drawn.clear()
        self.refresh()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        if self.show_horizontal_scrollbar:
            self.horizontal_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.forget_drawn()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.position = new_value
        if round(old_value) != round(new_value):
            self.redraw()

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self.redraw()

    def scroll_to(
        self,
        x: float | None = None,
        y: float | None = None,
        *,
        animate: bool = False,
        speed: float | None = None,
        duration: float | None = None,
        easing: EasingFunction | str | None = None,
        force: bool = False,
        on_complete: CallbackType | None = None,
        level: AnimationLevel = "basic",
        immediate: bool = True,
        release_anchor: bool = True,
    ) -> None:
        """Scroll at once: every way of scrolling comes through here, and none is animated."""
        super().scroll_to(x, y, animate=False, force=force, on_complete=on_complete)
