"""What every change of an existing service's spec is made of, and says of itself.

ServiceChange         the spec that the user saw; what restarts; how far it is; the way back
├── ValueChange       one value gets another
└── PartChange        some settings within one object of the spec get others; the rest of that object stays
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from swarmtui.swarm.actions.action import Action, Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.raw import field_of, with_field, without_field
from swarmtui.swarm.actions.restarts import restart_findings, what_restarts
from swarmtui.swarm.actions.rollouts import rolling_progress, update_findings
from swarmtui.swarm.actions.wording import gone, impact_of
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.difference import DiffLine, difference
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects import Service

__all__ = ["PartChange", "Path", "ServiceChange", "ValueChange", "target_of"]

Path = tuple[str, ...]


def target_of(raw: Mapping[str, Any]) -> Target:
    """The target of a change, from a service's raw JSON (`GET /services/{id}`)."""
    spec = raw.get("Spec") or {}
    version = (raw.get("Version") or {}).get("Index", 0)
    identity = str(raw.get("ID", ""))
    return Target(Kind.SERVICE, identity, str(spec.get("Name") or identity[:12]), int(version))


@dataclass(frozen=True)
class ServiceChange(SpecChange):
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

    def impact(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        after = self.after
        return impact_of(
            [
                *self.findings(cluster, service, after),
                *restart_findings(self.spec, after, service, cluster),
                *update_findings(cluster, service, "this change", completed=False),
            ]
        )

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        """What the change means beside the tasks that it restarts."""
        return ()

    def progress(self, cluster: Cluster) -> Progress:
        service = cluster.services.get(self.target.id)
        if service is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        return rolling_progress(cluster, service, what_restarts(self.spec, self.after))


@dataclass(frozen=True)
class ValueChange(ServiceChange):
    """Gives the value at the path another value.

    Attributes:
        new: the raw value.
    """

    new: Any = field(repr=False, compare=False)

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, self.path, self.new)

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
            changed = without_field(changed, path) if value is None else with_field(changed, path, value)
        return changed

    @property
    def undo(self) -> Action | None:
        before = tuple((place, field_of(self.spec, *self.path, *place)) for place, _ in self.settings)
        return replace(self, spec=self.after, settings=before)
