"""The labels of an object as a set: what is added, changed and removed, and what others have done to them meanwhile."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Protocol, Self

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions.action import Consequence, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.wording import note
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value
from swarmtui.swarm.fingerprint import fingerprint
from swarmtui.swarm.kinds import Named
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.specs.fields import part_of, with_field
from swarmtui.swarm.specs.merge import Merged, contested, merge

__all__ = ["Labelled", "SetLabels"]


class Labelled(Named, Protocol):
    """An object with labels of its own."""

    @property
    def labels(self) -> Mapping[str, str]: ...


@dataclass(frozen=True)
class SetLabels(SpecChange):
    """Base of the changes of all labels of an object.

    Attributes:
        target: the object.
        labels: what is wanted, all of them.
        labels_seen: what they were when the user asked for this.
    """

    verb: ClassVar[str] = "Set"
    field: ClassVar[str] = "labels"

    target: Target
    labels: Mapping[str, str]
    labels_seen: Mapping[str, str]

    @classmethod
    def of(cls, thing: Labelled, labels: Mapping[str, str]) -> Self:
        """Give an object these labels and no others."""
        return cls(Target.of(thing), dict(labels), dict(thing.labels))

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

    def on_another(self, thing: Labelled) -> Self:
        """The same additions and removals for another object, which keeps the rest of its own labels.

        Raises:
            NotPossible: it has just these already.
        """
        kept = {key: value for key, value in thing.labels.items() if key not in self.removed}
        labels = {**kept, **self.added}
        if labels == dict(thing.labels):
            raise NotPossible(f"{thing.name} already has these labels.")
        return type(self).of(thing, labels)

    @property
    def undo(self) -> Self:
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

    def what_changes(self) -> Iterator[Consequence]:
        """Each label in a sentence."""
        for key, value in self.added.items():
            now, before = masked_value(key, value), self.labels_seen.get(key)
            was = masked_value(key, before or "")
            yield note(f"{key}={now} is added." if before is None else f"{key}: {was} becomes {now}.")
        for key in self.removed:
            yield note(f"{key}={masked_value(key, self.labels_seen[key])} is removed.")

    # -------------------------------------------------------------------------------- what came of it

    def shown(self, cluster: Cluster) -> str | None:
        labels = self._labels_in(cluster)
        return None if labels is None else _text(labels)

    def _labels_in(self, cluster: Cluster) -> Mapping[str, str] | None:
        thing = (cluster.objects(self.target.kind) or {}).get(self.target.id)
        return None if thing is None else thing.labels

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        """Labels that somebody else has set beside these are none of this change's."""
        labels = self._labels_in(cluster) or {}
        if all(labels.get(key) == text for key, text in self.added.items()) and not labels.keys() & set(self.removed):
            return None
        return super().overtaken_by(value, cluster)

    def settling(self, cluster: Cluster) -> Progress:
        return Progress(f"{self.target.name} has {counted(len(self.labels), 'label')}", settled=True)


def _text(labels: Mapping[str, str]) -> str:
    """Labels as one text that no other labels have: "disk=ssd 'room=2nd floor'"; what is hidden has a mark instead."""
    shown = {key: masked_value(key, value) for key, value in sorted(labels.items())}
    marks = {key: f" ({fingerprint(labels[key])})" for key, value in shown.items() if value != labels[key]}
    return shlex.join(f"{key}={value}{marks.get(key, '')}" for key, value in shown.items()) or "none"
