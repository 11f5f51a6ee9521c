"""How the nodes of a grid are grouped: by role, by a label such as their zone, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from swarmtui.swarm.diagnosis.zones import is_zone_label, zone_label
from swarmtui.swarm.natural import natural
from swarmtui.swarm.objects.node import Node

__all__ = ["BY_ROLE", "UNGROUPED", "Group", "Grouping", "groupings"]

MOST_VALUES = 20
"""A label with more values than this names nodes rather than groups of them."""

MOST_LABELS = 6
"""How many labels are offered to group by."""


@dataclass(frozen=True)
class Group:
    """Nodes that belong together.

    Attributes:
        title: what they have in common: "managers", "zone=a"; "" for nothing.
        nodes: in natural order of their names.
    """

    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Grouping:
    """A way to group nodes.

    Attributes:
        label: the label whose values make the groups; "" for none.
        by_role: managers and workers.
    """

    label: str = ""
    by_role: bool = False

    @property
    def words(self) -> str:
        """ "by role", "by zone", "ungrouped"."""
        if self.by_role:
            return "by role"
        return f"by {self.label}" if self.label else "ungrouped"

    def groups(self, nodes: Iterable[Node]) -> tuple[Group, ...]:
        """The groups in their order: managers first, labels by their values, nodes without the label last."""
        found: dict[str, list[Node]] = {}
        for node in nodes:
            found.setdefault(self._title(node), []).append(node)
        without = f"no {self.label}"
        order = sorted(found, key=lambda title: (title == without, natural(title)))
        return tuple(Group(title, _in_order(found[title])) for title in order)

    def _title(self, node: Node) -> str:
        if self.by_role:
            return "managers" if node.is_manager else "workers"
        if not self.label:
            return ""
        value = node.labels.get(self.label)
        if value is None:
            return f"no {self.label}"
        return f"{self.label}={value}" if value else self.label


BY_ROLE = Grouping(by_role=True)
UNGROUPED = Grouping()


def groupings(nodes: Sequence[Node]) -> tuple[Grouping, ...]:
    """The ways to group these nodes: by role, by the labels that do group them, zones first; and not at all."""
    values: dict[str, set[str]] = {}
    for node in nodes:
        for label, value in node.labels.items():
            values.setdefault(label, set()).add(value)
    zone = zone_label(nodes)
    labels = sorted(
        (label for label, found in values.items() if len(found) <= MOST_VALUES),
        key=lambda label: (label != zone, not is_zone_label(label), natural(label)),
    )
    return (BY_ROLE, *(Grouping(label) for label in labels[:MOST_LABELS]), UNGROUPED)


def _in_order(nodes: list[Node]) -> tuple[Node, ...]:
    return tuple(sorted(nodes, key=lambda node: (natural(node.name), node.id)))
