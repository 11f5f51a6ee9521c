"""Boxes that are as high as their content, and scroll where there is no room for all of it."""

from __future__ import annotations

from textual.containers import Vertical
from textual.geometry import Size
from textual.widget import Widget

__all__ = ["DialogBox", "ScrollBarBeside"]


class ScrollBarBeside(Widget):
    """Measures its height beside the place of its scroll bar. The stylesheet keeps that place (`scrollbar-gutter`).

    Textual 8 measures it across that place: a text that breaks one word earlier beside it lacks a row then, and a bar
    that once was needed never goes.
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return super().get_content_height(container, viewport, width - self.scrollbar_gutter.width)


class DialogBox(ScrollBarBeside, Vertical):
    """What a dialog stands in."""
