"""Draw what has changed of a screen and no more: of each widget the lines that are written, of what is behind it none.

Textual 8 puts one rectangle around all that has changed, and has every widget that touches it render all of its lines:
for a cursor and the text below the rows ten widgets and 170 lines, most of the work of a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

from textual.geometry import Region
from textual.strip import Strip

from swarmtui.ui.kit.textual_internals import ChopsUpdate, HookedCompositor

__all__ = ["ChangesOnly"]

Span: TypeAlias = "tuple[int, int, int]"
"""A line, and the columns of it that have changed: the first, and the one behind the last."""


class ChangesOnly(HookedCompositor):
    """Puts a screen together from its widgets."""

    def render_changes(self, spans: Sequence[Span]) -> ChopsUpdate:
        cuts = self.cuts
        chops: list[dict[int, Strip | None]] = [{} for _ in cuts]
        missing = _missing(spans, cuts)
        for y in missing:
            chops[y] = dict.fromkeys(cuts[y][:-1])
        for widget, (region, clip) in self.visible_widgets.items():  # from front to back
            if not missing:
                break
            seen = region.intersection(clip)
            lines = [y for y, places in missing.items() if seen.y <= y < seen.bottom and _any_in(places, seen)]
            if not lines:
                continue
            top = min(lines)
            crop = Region(seen.x - region.x, top - region.y, seen.width, max(lines) + 1 - top)
            strips = widget.render_lines(crop)
            for y in lines:
                _fill(chops[y], missing[y], strips[y - top], [cut for cut in cuts[y] if seen.x <= cut <= seen.right])
                if not missing[y]:
                    del missing[y]
        return ChopsUpdate(chops, list(spans), [line[1:] for line in cuts])


def _missing(spans: Sequence[Span], cuts: Sequence[Sequence[int]]) -> dict[int, set[int]]:
    """Of each line, where the pieces begin that are written."""
    missing: dict[int, set[int]] = {}
    for y, first, last in spans:
        line = cuts[y]
        wanted = {x for x, end in pairwise(line) if x < last and end > first}
        missing[y] = missing.get(y, set()) | wanted
    return {y: wanted for y, wanted in missing.items() if wanted}


def _any_in(places: set[int], region: Region) -> bool:
    return any(region.x <= x < region.right for x in places)


def _fill(chops: dict[int, Strip | None], missing: set[int], strip: Strip, cuts: Sequence[int]) -> None:
    """Put a widget's line where pieces are missing: what is there already lies before it."""
    for x, piece in zip(cuts, strip.divide([cut - cuts[0] for cut in cuts[1:]]), strict=False):
        if x in missing:
            chops[x] = piece
            missing.discard(x)
