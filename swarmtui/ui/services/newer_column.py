"""The columns that say whether a service's tag stands for a newer image, and which tags are newer.

They are there once registries were asked for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from swarmtui.swarm.images.newer import standing, tag_of
from swarmtui.swarm.images.tag_list import newer_of, repository_of
from swarmtui.swarm.objects.service import Service
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.panes.view import View

__all__ = ["NEWER", "TAGS", "with_newer"]

TONES = {"newer": "warn", "unknown": "dim", "current": "dim", "not pinned": "dim"}
ORDER = ("newer", "not pinned", "unknown", "current", "")
BEHIND = "image"
"""The ID of the column behind which it stands."""


def newer_cell(service: Service, view: View) -> Cell:
    words = standing(service, view.diagnosis.memory.images)
    return Cell(words, TONES.get(words, ""))


NEWER: Column[Service, View] = Column(
    "newer",
    "BEHIND TAG",
    newer_cell,
    lambda service, view: ORDER.index(standing(service, view.diagnosis.memory.images)),
    priority=5,
    min_width=10,
)


def _newer_tags(service: Service, view: View) -> tuple[str, ...]:
    image = tag_of(service)
    return newer_of(image, view.diagnosis.memory.tags.get(repository_of(image)))


def tags_cell(service: Service, view: View) -> Cell:
    """The newest, and how many there are beside it: "1.27 +2"."""
    newer = _newer_tags(service, view)
    more = f" +{len(newer) - 1}" if len(newer) > 1 else ""
    return Cell(f"{newer[0]}{more}" if newer else "", "warn")


TAGS: Column[Service, View] = Column(
    "newer_tags",
    "NEWER TAGS",
    tags_cell,
    lambda service, view: -len(_newer_tags(service, view)),
    priority=6,
    min_width=10,
)


def with_newer(columns: Sequence[Column[Any, Any]], *, tags: bool = False) -> Sequence[Column[Any, Any]]:
    """The columns with this one among them.

    Args:
        tags: the one of newer tags, not the one of what is behind the present tag.
    """
    wanted, behind = (TAGS, (NEWER.id, BEHIND)) if tags else (NEWER, (BEHIND,))
    if wanted in columns:
        return columns
    ids = [column.id for column in columns]
    place = next((ids.index(each) + 1 for each in behind if each in ids), len(columns))
    return (*columns[:place], wanted, *columns[place:])
