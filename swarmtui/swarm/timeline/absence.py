"""What happened while somebody was away, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from swarmtui.swarm.short_text import counted
from swarmtui.swarm.timeline.event import Category, Source
from swarmtui.swarm.timeline.timeline import Entry
from swarmtui.swarm.units import age

__all__ = ["absence_words"]

_SORTS: tuple[tuple[str, str, frozenset[Category]], ...] = (
    ("failure", "failures", frozenset({Category.FAILURE, Category.ENDED})),
    ("waits for a node", "wait for a node", frozenset({Category.WAITING})),
    ("change of a node's state", "changes of nodes' state", frozenset({Category.STATE, Category.LEADER})),
    ("image", "images", frozenset({Category.IMAGE})),
    ("scaling", "scalings", frozenset({Category.REPLICAS})),
    ("change of settings", "changes of settings", frozenset({Category.SPEC, Category.LABELS, Category.KEYS})),
    ("move", "moves", frozenset({Category.MOVED})),
    ("creation", "creations", frozenset({Category.CREATED})),
    ("removal", "removals", frozenset({Category.REMOVED})),
)
"""What is counted, the worst first."""

MOST = 4


def absence_words(entries: Sequence[Entry], seconds: float) -> str:
    """ "12 things happened while you were away (45 min): 2 failures, 1 image"; "" for nothing.

    Args:
        entries: what was seen meanwhile.
        seconds: how long somebody was away.
    """
    happened = [entry for entry in entries if entry.event.source is not Source.KEPT]
    if not happened:
        return ""
    words = []
    for one, many, categories in _SORTS:
        number = sum(entry.count for entry in happened if entry.event.category in categories)
        words += [counted(number, one, many)] if number else []
    total = counted(sum(entry.count for entry in happened), "thing")
    more = f": {', '.join(words[:MOST])}{', …' if len(words) > MOST else ''}" if words else ""
    return f"{total} happened while you were away ({age(seconds)}){more}"
