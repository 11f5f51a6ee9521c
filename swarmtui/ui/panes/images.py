"""An image in a row: what tells it apart is at its end, so the end is what stays."""

from __future__ import annotations

from swarmtui.swarm.description import short_image
from swarmtui.ui.text import cell_width, fit, visible

__all__ = ["IMAGE_ROOM", "row_image"]

IMAGE_ROOM = 22
"""Cells for an image in a row. The whole of it stands below the rows, and the filter looks at the whole, too."""


def row_image(image: str, room: int = IMAGE_ROOM) -> str:
    """An image in at most `room` cells: without the registry's host, then without the path, then with a shorter name.

    The tag is kept as long as that is possible: "registry.example.com:5000/team/api:2.1" is "team/api:2.1".
    """
    name = visible(short_image(image))
    host, slash, path = name.partition("/")
    if slash and (set(host) & set(".:") or host == "localhost"):
        name = path
    if cell_width(name) > room:
        name = name.rpartition("/")[2]
    if cell_width(name) <= room:
        return name
    stem, colon, tag = name.rpartition(":")
    left = room - cell_width(colon + tag)
    if not colon or left < 3:
        return fit(name, room)
    return fit(stem, left) + colon + tag
