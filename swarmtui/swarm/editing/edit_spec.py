"""Set the whole spec of a service or node to what came out of the user's editor."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import Contested, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import danger, gone, impact_of, no_docker_command, note
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.parts import check_types, node_parts, service_parts
from swarmtui.swarm.editing.refusals import refusals
from swarmtui.swarm.fingerprint import canonical, fingerprint
from swarmtui.swarm.judgement.replacement import Replacements, Restart
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.services.change import ServiceChange
from swarmtui.swarm.services.restarts import as_it_will_be, replacement, restart_consequences, what_restarts
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.update_progress import pause_of_update, rolling_progress, rolls_back, update_consequences
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.specs.difference import DiffLine, difference
from swarmtui.swarm.specs.fields import field_of
from swarmtui.swarm.specs.merge import contested, merge
from swarmtui.swarm.specs.stored_form import placement_kept

__all__ = ["EditSpec"]

MOST_REFUSALS = 3
"""How many reasons are told at once."""
_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")


@dataclass(frozen=True)
class EditSpec(Judged, SpecChange):
    """Set a whole spec.

    Attributes:
        target: the object.
        before: its spec as the user saw it, as JSON. It may hold passwords: neither is ever printed.
        after: the spec that is wanted, as JSON.
    """

    name: ClassVar[str] = names.EDIT_SPEC
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "spec"

    target: Target
    before: str = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)

    @classmethod
    def of(cls, target: Target, before: Spec, after: Spec) -> EditSpec:
        """Change a spec into another.

        Raises:
            NotPossible: they are the same, or an engine could not take the new one.
        """
        after = placement_kept(before, dict(after))
        if canonical(before) == canonical(after):
            raise NotPossible(f"The spec of {target.name} is unchanged.")
        if wrong := refusals(target.kind, before, after):
            raise NotPossible(f"The engine would refuse this. {' '.join(wrong[:MOST_REFUSALS])}", "Edit it again.")
        check_types(target.kind, after)
        return cls(target, json.dumps(before), json.dumps(after))

    @property
    def title(self) -> str:
        return f"Change the spec of {self.target.name}"

    @property
    def docker_command(self) -> str:
        return no_docker_command(self.target, "No docker command sets a whole spec")

    # -------------------------------------------------------------------------------- the change

    @property
    def spec_before(self) -> dict[str, Any]:
        spec: dict[str, Any] = json.loads(self.before)
        return spec

    @property
    def spec_after(self) -> dict[str, Any]:
        return placement_kept(self.spec_before, json.loads(self.after))

    @property
    def difference(self) -> tuple[DiffLine, ...]:
        """What is changed, with secrets masked."""
        return difference(self.spec_before, self.spec_after)

    def change(self, spec: Spec) -> dict[str, Any]:
        merged: dict[str, Any] = merge(self.spec_before, self.spec_after, spec).value
        return placement_kept(spec, merged)

    def contested(self, spec: Spec) -> tuple[Contested, ...]:
        clashes = merge(self.spec_before, self.spec_after, spec).clashes
        return tuple(contested(clash, ".".join(clash.path) or self.field) for clash in clashes)

    def is_made(self, spec: Spec) -> bool:
        return not self.contested(spec) and canonical(self.change(spec)) == canonical(spec)

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"before": json.dumps(spec), "after": json.dumps(self.change(spec))}

    def value(self, spec: Spec) -> str:
        return fingerprint(spec)

    @property
    def seen(self) -> str:
        return fingerprint(self.spec_before)

    @property
    def wanted(self) -> str:
        return fingerprint(self.spec_after)

    # -------------------------------------------------------------------------------- what it means

    @property
    def _parts(self) -> list[SpecChange]:
        """The single changes that are in it."""
        make = node_parts if self.target.kind is Kind.NODE else service_parts
        return make(self.target, self.spec_before, self.spec_after)

    def expected(self, cluster: Cluster) -> Cluster:
        if self.target.kind is Kind.NODE:
            for part in self._parts:
                cluster = part.expected(cluster)
            return cluster
        service = cluster.services.get(self.target.id)
        return cluster if service is None else cluster.with_service(as_it_will_be(service, self.spec_after))

    def replaces(self, cluster: Cluster) -> Replacements:
        if self.target.kind is Kind.NODE:
            return {}
        return {self.target.id: replacement(self.spec_before, self.spec_after)}

    def remarks(self, cluster: Cluster) -> Impact:
        before, after = self.spec_before, self.spec_after
        if self.target.kind is Kind.NODE:
            return self._remarks_on_node(cluster, before, after)
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        consequences = [*_never_changed(before, after), *_of_new_fields(before, after)]
        for part in self._parts:
            if isinstance(part, ServiceChange):
                consequences += part.consequences(cluster, service, after)
            else:  # of scaling
                consequences += part.remarks(cluster).consequences
        restarts = what_restarts(before, after) is not Restart.NONE
        if restarts or not any(isinstance(part, ScaleService) for part in self._parts):
            consequences += restart_consequences(before, after, service, cluster)
        return impact_of([*consequences, *update_consequences(cluster, service, "this change", completed=False)])

    def _remarks_on_node(self, cluster: Cluster, before: Spec, after: Spec) -> Impact:
        """As those of the actions that change one field of a node each."""
        if self.target.id not in cluster.nodes:
            return gone(self.target)
        consequences, typed = [*_of_new_fields(before, after)], ""
        for part in self._parts:
            remarks = part.remarks(cluster)
            consequences += remarks.consequences
            typed = typed or remarks.type_to_confirm
            cluster = part.expected(cluster)
        return impact_of(consequences, typed)

    # -------------------------------------------------------------------------------- what came of it

    def overtaken_by(self, value: str, cluster: Cluster) -> Progress | None:
        return None if rolls_back(cluster, self.target.id) else super().overtaken_by(value, cluster)

    def standing(self, value: str) -> str:
        before = value == self.seen
        return f"{self.target.name} has its previous spec" if before else f"{self.target.name} was changed again"

    def settling(self, cluster: Cluster) -> Progress:
        """That of the actions which change one of these fields each: it is done when all of them are."""
        progresses = list(self._of_fields(cluster))
        unsettled = [each for each in progresses if not each.settled]
        failed = [each for each in progresses if each.failed]
        return next(iter([*failed, *unsettled, *progresses]))

    def _of_fields(self, cluster: Cluster) -> Iterator[Progress]:
        if self.target.kind is Kind.NODE:
            yield from (part.settling(cluster) for part in self._parts)
            yield Progress("changed", settled=True)
            return
        yield from (part.settling(cluster) for part in self._parts if isinstance(part, ScaleService))
        restart = what_restarts(self.spec_before, self.spec_after)
        yield rolling_progress(cluster, cluster.services[self.target.id], restart)

    def longest_pause(self, cluster: Cluster) -> float:
        return pause_of_update(cluster, self.target.id)


def _never_changed(before: Spec, after: Spec) -> Iterator[Consequence]:
    """What the engine refuses (swarmkit manager/controlapi/service.go, `UpdateService`)."""
    if before.get("Name") != after.get("Name"):
        yield danger("A service cannot be renamed: the engine will refuse this. Create a new one with the other name.")
    modes = [{mode for mode in _MODES if field_of(spec, "Mode", mode) is not None} for spec in (before, after)]
    if modes[0] != modes[1]:
        yield danger("A service's mode cannot be changed: the engine will refuse this. Create a new service.")


def _of_new_fields(before: Spec, after: Spec) -> Iterator[Consequence]:
    new = sorted(_paths(after) - _paths(before))
    if new:
        yield note(f"New fields: {listed(new, limit=4)}. The engine silently drops names it does not know.")


def _paths(value: object, above: str = "") -> set[str]:
    """The places of all fields; users name labels and options as they like, so that those are not looked into."""
    if isinstance(value, Mapping):
        if above.endswith(("Labels", "Options", "Sysctls")):
            return set()
        found: set[str] = set()
        for key, item in value.items():
            path = f"{above}.{key}" if above else str(key)
            found |= {path} | _paths(item, path)
        return found
    if isinstance(value, list):
        return {path for item in value for path in _paths(item, above)}
    return set()
