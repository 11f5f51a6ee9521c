"""An image in a row: what tells it apart is at its end, so the end is what stays."""

from __future__ import annotations

from swarmtui.swarm.syntax.image import short_image, without_registry
from swarmtui.ui.kit.texts.text import cell_width, fit_middle, visible

__all__ = ["IMAGE_ROOM", "cut_image", "row_image", "whole_image"]

IMAGE_ROOM = 22
"""Cells that an image needs in a row. The whole of it stands below the rows, and the filter looks at the whole, too."""


def row_image(image: str) -> str:
    """An image without its digest and without the registry's host."""
    return without_registry(visible(short_image(image)))


def cut_image(name: str, room: int) -> str:
    """A row's image in at most `room` cells: without the path, then with a shorter name, last with a shorter tag."""
    if cell_width(name) > room:
        name = name.rpartition("/")[2]
    if cell_width(name) <= room:
        return name
    stem, colon, tag = name.rpartition(":")
    left = room - cell_width(colon + tag)
    if not colon or left < 3:
        return fit_middle(name, room)
    return fit_middle(stem, left) + colon + tag


def whole_image(image: str) -> str:
    """All of an image that can be read somewhere: with host and path; with a digest only where it has no tag."""
    name, short = image.partition("@")[0], short_image(image)
    return name + short[short.index("@") :] if "@" in short else name
