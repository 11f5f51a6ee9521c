"""The labels by which users say where a node stands: what fails together is in one zone.

Swarm knows no zones. These are the names that its own documentation (`spread=node.labels.datacenter`), cloud templates
and Kubernetes use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from swarmtui.swarm.objects.node import Node

__all__ = ["is_zone_label", "zone_label"]

NAMES = ("zone", "az", "availabilityzone", "datacenter", "dc", "site", "room", "rack", "region")
"""The last words of such labels, without dashes; the first that nodes have counts."""


def is_zone_label(label: str) -> bool:
    """Whether a label says where a node stands."""
    return _place_of(label) is not None


def zone_label(nodes: Iterable[Node]) -> str:
    """The label that tells the zones of these nodes apart: all of them have it, with several values; "" for none."""
    values: dict[str, set[str]] = {}
    number = 0
    counts: dict[str, int] = {}
    for node in nodes:
        number += 1
        for label, value in node.labels.items():
            if value and is_zone_label(label):
                values.setdefault(label, set()).add(value)
                counts[label] = counts.get(label, 0) + 1
    several = [label for label, found in values.items() if len(found) > 1 and counts[label] == number]
    return min(several, key=lambda label: (_place_of(label), label), default="")


@lru_cache(maxsize=1024)
def _place_of(label: str) -> int | None:
    """A label's place in the order of names; None for one that says nothing of the kind."""
    last = re.split(r"[./]", label.lower())[-1].replace("-", "").replace("_", "")
    return NAMES.index(last) if last in NAMES else None
