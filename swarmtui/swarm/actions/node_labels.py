"""The labels of a node, and which services may run there because of them."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.drain import tasks_to_move
from swarmtui.swarm.actions.nodes import namesakes
from swarmtui.swarm.actions.raw import part_of, with_field
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, target_node, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import InvalidConstraint, obstacle, parse, placement_met
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.objects import Node, Service

__all__ = ["SetNodeLabels"]


@dataclass(frozen=True)
class SetNodeLabels(SpecChange):
    """Replace a node's labels, as a set.

    Attributes:
        target: the node.
        labels: what is wanted, all of them.
        labels_seen: what they were when the user asked for this.
    """

    name: ClassVar[str] = "node.labels"
    verb: ClassVar[str] = "Set"
    label: ClassVar[str] = "Change the labels of a node"
    field: ClassVar[str] = "labels"

    target: Target
    labels: Mapping[str, str]
    labels_seen: Mapping[str, str]

    @classmethod
    def of(cls, node: Node, labels: Mapping[str, str]) -> SetNodeLabels:
        """Give a node these labels and no others."""
        return cls(target_node(node), dict(labels), dict(node.labels))

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
            raise NotPossible(f"{node.name} has these labels already.")
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

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("Labels",), dict(self.labels))

    def value(self, spec: Spec) -> str:
        return _text({str(key): str(value) for key, value in part_of(spec, "Labels").items()})

    @property
    def seen(self) -> str:
        return _text(self.labels_seen)

    @property
    def wanted(self) -> str:
        return _text(self.labels)

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        after = self._labelled(node)
        findings = [*namesakes(cluster, node), *self._what_changes()]
        touched = list(_touched(cluster, node, after))
        for service in touched:
            findings += _of_service(cluster, service, node, after)
        if not touched:
            findings.append(note("No service's placement constraints are touched by this."))
        for key in self.added:
            findings += _of_key(key)
        return impact_of(findings)

    def _what_changes(self) -> Iterator[Finding]:
        for key, value in self.added.items():
            before = self.labels_seen.get(key)
            yield note(f"{key}={value} is new." if before is None else f"{key}: {before} becomes {value}.")
        for key in self.removed:
            yield note(f"{key}={self.labels_seen[key]} goes.")

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        if dict(node.labels) == dict(self.labels):
            return Progress(f"{node.name} has {counted(len(self.labels), 'label')}", settled=True)
        if dict(node.labels) == dict(self.labels_seen):
            return Progress("waiting for the engine", settled=False)
        return Progress("somebody else changed them again", settled=True, failed=True)


def _text(labels: Mapping[str, str]) -> str:
    """Labels as one text that no other labels have: "disk=ssd 'room=2nd floor'"."""
    return shlex.join(f"{key}={value}" for key, value in sorted(labels.items())) or "none"


def _touched(cluster: Cluster, before: Node, after: Node) -> Iterator[Service]:
    for service in sorted(cluster.services.values(), key=lambda service: service.name):
        if service.constraints and placement_met(service, before) != placement_met(service, after):
            yield service


def _of_service(cluster: Cluster, service: Service, before: Node, after: Node) -> Iterator[Finding]:
    """A service gains or loses the node."""
    wants = listed(service.constraints)
    if placement_met(service, after):
        starts = service.spec.mode.name == "global" and obstacle(service, after) is None
        then = "a task of it starts here at once" if starts else "tasks that start anew may come here; none moves"
        yield note(f"{service.name} gains {after.name} (it wants {wants}): {then}.")
        return
    here = sum(1 for task in tasks_to_move(cluster, before) if task.service_id == service.id)
    loses = f"{service.name} loses {after.name} (it wants {wants})"
    if not here:
        yield note(f"{loses}: it has no task here.")
        return
    stop = "its task here is stopped" if here == 1 else f"its {here} tasks here are stopped"
    if service.spec.mode.name.startswith("global"):
        yield warning(f"{loses}: {stop}.")
    elif any(other.id != before.id and obstacle(service, other) is None for other in cluster.nodes.values()):
        yield warning(f"{loses}: {stop} and {'starts' if here == 1 else 'start'} on another node.")
    else:
        yield danger(f"{loses}: {stop}, and no other node can take {'it' if here == 1 else 'them'}.")


def _of_key(key: str) -> Iterator[Finding]:
    try:
        parse(f"node.labels.{key}==x")
    except InvalidConstraint:
        yield warning(f"No placement constraint can name the label '{key}'.")
