"""What every change of an existing service's spec is made of, and says of itself.

ServiceChange         the spec that the user saw; what restarts; how far it is; the way back
├── ValueChange       one value gets another
└── PartChange        some settings within one object of the spec get others; the rest of that object stays
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions.action import Action, Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import gone, impact_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.fingerprint import canonical
from swarmtui.swarm.judgement.replacement import Replacements
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.restarts import as_it_will_be, replacement, restart_consequences, what_restarts
from swarmtui.swarm.services.update_progress import pause_of_update, rolling_progress, rolls_back, update_consequences
from swarmtui.swarm.specs.difference import DiffLine, difference
from swarmtui.swarm.specs.fields import field_of, with_field, without_field
from swarmtui.swarm.specs.merge import Clash, contested, entry_text, merge

__all__ = ["PartChange", "Path", "ServiceChange", "ValueChange"]

Path = tuple[str, ...]
CONTAINER: Path = ("TaskTemplate", "ContainerSpec")


def _part(spec: Spec, path: Path) -> Any:
    return field_of(spec, *path) if path else spec


@dataclass(frozen=True)
class ServiceChange(Judged, SpecChange):
    """Changes one field of a service's spec.

    Attributes:
        target: the service.
        spec: its raw spec as the user saw it. It may hold passwords: it is never printed.

    Class attributes:
        path: the place in the spec of what is changed; nothing outside is touched.
    """

    path: ClassVar[Path]

    target: Target
    spec: Spec = field(repr=False, compare=False)

    @property
    def after(self) -> dict[str, Any]:
        """The spec that the user saw, with the change made."""
        return self.change(self.spec)

    @property
    def difference(self) -> tuple[DiffLine, ...]:
        """What the change does to the spec that the user saw, secrets masked."""
        return difference(self.spec, self.after)

    @property
    def seen(self) -> str:
        return self.value(self.spec)

    @property
    def wanted(self) -> str:
        return self.value(self.after)

    @property
    def title(self) -> str:
        return f"Change the {self.field} of {self.target.name}"

    # -------------------------------------------------------------------------------- of several services

    def on_another(self, raw: Mapping[str, Any]) -> Self:
        """The same change of another service: entries and settings that this one leaves alone stay as they are there.

        Args:
            raw: that service's raw JSON.

        Raises:
            NotPossible: it cannot be made there, or nothing would change.
        """
        spec, name = raw["Spec"], Target.of_json(Kind.SERVICE, raw).name
        if self.path[: len(CONTAINER)] == CONTAINER and not isinstance(field_of(spec, *CONTAINER), Mapping):
            raise NotPossible(f"{name} runs no container.")
        try:
            other = self.carried_to(raw)
        except NotPossible as refusal:
            said = str(refusal)
            raise NotPossible(said if said.startswith(name) else f"{name}: {said}") from refusal
        if canonical(other.after) == canonical(spec):
            raise NotPossible(f"Nothing would change in the {self.field} of {name}.")
        return other

    def carried_to(self, raw: Mapping[str, Any]) -> Self:
        """The same change upon another service's raw JSON. Raises NotPossible where its values cannot be had there."""
        return replace(self, target=Target.of_json(Kind.SERVICE, raw), **self.seen_in(raw["Spec"]))

    # -------------------------------------------------------------------------------- what others did meanwhile

    def clashes(self, spec: Spec) -> tuple[Clash, ...]:
        """What both this action and somebody else have changed, on the spec as it is now."""
        seen, ours, theirs = (_part(each, self.path) for each in (self.spec, self.after, spec))
        return merge(seen, ours, theirs, self.path).clashes

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        below = len(self.path)
        return tuple(
            contested(clash, ".".join(clash.path[below:]) or self.field, self.entry_text)
            for clash in self.clashes(spec)
        )

    def entry_text(self, path: Path, value: Any) -> str:
        """The raw value of a field or entry, for people."""
        return entry_text(path, value)

    def is_made(self, spec: Spec) -> bool:
        return not self.contested(spec) and canonical(self.change(spec)) == canonical(spec)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"spec": spec}

    # -------------------------------------------------------------------------------- what it means

    def expected(self, cluster: Cluster) -> Cluster:
        service = cluster.services.get(self.target.id)
        return cluster if service is None else cluster.with_service(as_it_will_be(service, self.after))

    def replaces(self, cluster: Cluster) -> Replacements:
        return {self.target.id: replacement(self.spec, self.after)}

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        after = self.after
        return impact_of(
            [
                *self.consequences(cluster, service, after),
                *restart_consequences(self.spec, after, service, cluster),
                *update_consequences(cluster, service, "this change", completed=False),
            ]
        )

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        """What the change means beside the tasks that it restarts."""
        return ()

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        return None if rolls_back(cluster, self.target.id) else super().overtaken_by(value, cluster)

    def settling(self, cluster: Cluster) -> Progress:
        return rolling_progress(cluster, cluster.services[self.target.id], what_restarts(self.spec, self.after))

    def longest_pause(self, cluster: Cluster) -> float:
        return pause_of_update(cluster, self.target.id)


@dataclass(frozen=True)
class ValueChange(ServiceChange):
    """Gives the value at the path another value.

    Attributes:
        new: the raw value.
    """

    new: Any = field(repr=False, compare=False)

    def change(self, spec: Spec) -> dict[str, Any]:
        merged = merge(field_of(self.spec, *self.path), self.new, field_of(spec, *self.path), self.path)
        return with_field(spec, self.path, merged.value)

    @property
    def after(self) -> dict[str, Any]:
        return with_field(self.spec, self.path, self.new)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"spec": spec, "new": field_of(self.change(spec), *self.path)}

    def value(self, spec: Spec) -> str:
        return self.text_of(field_of(spec, *self.path))

    @abstractmethod
    def text_of(self, raw: object) -> str:
        """A raw value as text, whatever JSON it is; equal texts mean equal values."""

    @property
    def undo(self) -> Action | None:
        return replace(self, spec=self.after, new=field_of(self.spec, *self.path))


@dataclass(frozen=True)
class PartChange(ServiceChange):
    """Gives some settings within the object at the path other values.

    Attributes:
        settings: the place of each within that object, and its raw value; None takes it away.
    """

    settings: tuple[tuple[Path, Any], ...] = field(repr=False, compare=False)

    def change(self, spec: Spec) -> dict[str, Any]:
        changed = dict(spec)
        for place, value in self.settings:
            path = (*self.path, *place)
            if spec is not self.spec and self.keeps(place) and field_of(spec, *path) is not None:
                continue  # somebody else may have changed it meanwhile
            changed = without_field(changed, path) if value is None else with_field(changed, path, value)
        return changed

    def keeps(self, place: Path) -> bool:
        """Whether a setting is only written down as it was already."""
        wanted = dict(self.settings)[place]
        return bool(field_of(self.spec, *self.path, *place) == wanted)

    @property
    def undo(self) -> Action | None:
        before = tuple((place, field_of(self.spec, *self.path, *place)) for place, _ in self.settings)
        return replace(self, spec=self.after, settings=before)
