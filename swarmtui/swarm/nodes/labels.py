"""The labels of a node, and which services may run there because of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import (
    argument,
    docker,
    gone,
    impact_of,
    no_docker_command,
    note,
    warning,
)
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.availability import namesakes
from swarmtui.swarm.nodes.drain import tasks_to_move
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.constraints import InvalidConstraint, parse, placement_met
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import part_of, with_field
from swarmtui.swarm.specs.merge import Merged, contested, merge

__all__ = ["SetNodeLabels"]


@dataclass(frozen=True)
class SetNodeLabels(Judged, SpecChange):
    """Replace a node's labels, as a set.

    Attributes:
        target: the node.
        labels: what is wanted, all of them.
        labels_seen: what they were when the user asked for this.
    """

    name: ClassVar[str] = names.SET_NODE_LABELS
    verb: ClassVar[str] = "Set"
    field: ClassVar[str] = "labels"

    target: Target
    labels: Mapping[str, str]
    labels_seen: Mapping[str, str]

    @classmethod
    def of(cls, node: Node, labels: Mapping[str, str]) -> SetNodeLabels:
        """Give a node these labels and no others."""
        return cls(Target.of(node), dict(labels), dict(node.labels))

    def __hash__(self) -> int:
        return hash((self.target, self.wanted, self.seen))

    @property
    def added(self) -> dict[str, str]:
        """The labels that are new, or get another value."""
        return {key: value for key, value in sorted(self.labels.items()) if self.labels_seen.get(key) != value}

    @property
    def removed(self) -> list[str]:
        """The names of the labels that go."""
        return sorted(self.labels_seen.keys() - self.labels.keys())

    @property
    def title(self) -> str:
        return f"Change the labels of {self.target.name}"

    @property
    def button(self) -> str:
        return "Set the labels"

    @property
    def docker_command(self) -> str:
        if any("=" in key for key in self.added):
            return no_docker_command(self.target, "No docker command sets a label whose key contains =")
        words = [word for key, value in self.added.items() for word in ("--label-add", f"{key}={value}")]
        words += [word for key in self.removed for word in ("--label-rm", key)]
        return docker("node", "update", *words, argument(self.target))

    def on_another(self, node: Node) -> SetNodeLabels:
        """The same additions and removals for another node, which keeps the rest of its own labels.

        Raises:
            NotPossible: it has just these already.
        """
        kept = {key: value for key, value in node.labels.items() if key not in self.removed}
        labels = {**kept, **self.added}
        if labels == dict(node.labels):
            raise NotPossible(f"{node.name} already has these labels.")
        return type(self).of(node, labels)

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        return cluster if node is None else cluster.with_node(self._labelled(node))

    def _labelled(self, node: Node) -> Node:
        return msgspec.structs.replace(node, spec=msgspec.structs.replace(node.spec, labels=dict(self.labels)))

    @property
    def undo(self) -> SetNodeLabels:
        return replace(self, labels=self.labels_seen, labels_seen=self.labels)

    # -------------------------------------------------------------------------------- the change

    def _merged(self, spec: Spec) -> Merged:
        return merge(self.labels_seen, self.labels, part_of(spec, "Labels"), ("Labels",))

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("Labels",), self._merged(spec).value)

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        return tuple(contested(clash, clash.path[-1]) for clash in self._merged(spec).clashes)

    def is_made(self, spec: Spec) -> bool:
        merged = self._merged(spec)
        return not merged.clashes and merged.value == part_of(spec, "Labels")

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"labels_seen": dict(part_of(spec, "Labels")), "labels": dict(self._merged(spec).value)}

    def value(self, spec: Spec) -> str:
        return _text({str(key): str(value) for key, value in part_of(spec, "Labels").items()})

    @property
    def seen(self) -> str:
        return _text(self.labels_seen)

    @property
    def wanted(self) -> str:
        return _text(self.labels)

    # -------------------------------------------------------------------------------- what it means

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        after = self._labelled(node)
        consequences = [*namesakes(cluster, node), *self._what_changes()]
        touched = list(_touched(cluster, node, after))
        for service in touched:
            consequences += _of_service(cluster, service, node, after)
        if not touched:
            consequences.append(note("This affects no service's placement constraints."))
        for key in self.added:
            consequences += _of_key(key)
        return impact_of(consequences)

    def _what_changes(self) -> Iterator[Consequence]:
        for key, value in self.added.items():
            before = self.labels_seen.get(key)
            yield note(f"{key}={value} is added." if before is None else f"{key}: {before} becomes {value}.")
        for key in self.removed:
            yield note(f"{key}={self.labels_seen[key]} is removed.")

    # -------------------------------------------------------------------------------- what came of it

    def shown(self, cluster: Cluster) -> str | None:
        node = cluster.nodes.get(self.target.id)
        return None if node is None else _text(node.labels)

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        """Labels that somebody else has set beside these are none of this change's."""
        labels = cluster.nodes[self.target.id].labels
        if all(labels.get(key) == text for key, text in self.added.items()) and not labels.keys() & set(self.removed):
            return None
        return super().overtaken_by(value, cluster)

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(f"{self.target.name} has {counted(len(self.labels), 'label')}", settled=True)


def _text(labels: Mapping[str, str]) -> str:
    """Labels as one text that no other labels have: "disk=ssd 'room=2nd floor'"."""
    return shlex.join(f"{key}={value}" for key, value in sorted(labels.items())) or "none"


def _touched(cluster: Cluster, before: Node, after: Node) -> Iterator[Service]:
    for service in sorted(cluster.services.values(), key=lambda service: service.name):
        if service.constraints and placement_met(service, before) != placement_met(service, after):
            yield service


def _of_service(cluster: Cluster, service: Service, before: Node, after: Node) -> Iterator[Consequence]:
    """A service gains or loses the node, without a task that shows it; of the tasks the judge tells."""
    wants = listed(service.constraints)
    if not placement_met(service, after):
        if not any(task.service_id == service.id for task in tasks_to_move(cluster, before)):
            yield note(f"{service.name} loses {after.name} (it requires {wants}): it has no task here.")
    elif service.spec.mode.name != "global":
        yield note(f"{service.name} gains {after.name} (it requires {wants}): new tasks may start here; none moves.")


def _of_key(key: str) -> Iterator[Consequence]:
    try:
        parse(f"node.labels.{key}==x")
    except InvalidConstraint:
        yield warning(f"No placement constraint can use the label '{key}'.")
