"""Set the whole spec of a service or node to what came out of the user's editor."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange
from swarmtui.swarm.actions.nodes import SetAvailability
from swarmtui.swarm.actions.raw import field_of
from swarmtui.swarm.actions.restarts import restart_findings, what_restarts
from swarmtui.swarm.actions.roles import Demote, Promote
from swarmtui.swarm.actions.rollouts import rolling_progress, update_findings
from swarmtui.swarm.actions.wording import danger, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import placement_met
from swarmtui.swarm.description import listed
from swarmtui.swarm.difference import DiffLine, difference
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects import Node, NodeSpec
from swarmtui.swarm.spec_text import canonical, fingerprint

__all__ = ["EditSpec", "target_of"]

_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")


def target_of(kind: Kind, raw: Mapping[str, Any]) -> Target:
    """What an object's raw JSON is of."""
    identity = str(raw.get("ID", ""))
    name = field_of(raw, "Description", "Hostname") if kind is Kind.NODE else field_of(raw, "Spec", "Name")
    return Target(kind, identity, str(name or identity[:12]), int(field_of(raw, "Version", "Index") or 0))


@dataclass(frozen=True)
class EditSpec(SpecChange):
    """Set a whole spec.

    Attributes:
        target: the object.
        before: its spec as the user saw it, as JSON. It may hold passwords: neither is ever printed.
        after: the spec that is wanted, as JSON.
    """

    name: ClassVar[str] = "spec.edit"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Edit a whole spec"
    field: ClassVar[str] = "spec"

    target: Target
    before: str = dataclasses.field(repr=False)
    after: str = dataclasses.field(repr=False)

    @classmethod
    def of(cls, target: Target, before: Spec, after: Spec) -> EditSpec:
        """Change a spec into another.

        Raises:
            NotPossible: they are the same.
        """
        if canonical(before) == canonical(after):
            raise NotPossible(f"Nothing was changed in the spec of {target.name}.")
        return cls(target, json.dumps(before), json.dumps(after))

    @property
    def title(self) -> str:
        return f"Change the spec of {self.target.name}"

    @property
    def docker_command(self) -> str:
        path = f"/{self.target.kind.value}/{self.target.id}/update?version={self.target.version}"
        return f"# no docker command sets a whole spec; the Engine API: POST {path}"

    # -------------------------------------------------------------------------------- the change

    @property
    def spec_before(self) -> dict[str, Any]:
        spec: dict[str, Any] = json.loads(self.before)
        return spec

    @property
    def spec_after(self) -> dict[str, Any]:
        spec: dict[str, Any] = json.loads(self.after)
        return spec

    @property
    def difference(self) -> tuple[DiffLine, ...]:
        """What is changed, with secrets masked."""
        return difference(self.spec_before, self.spec_after)

    def change(self, spec: Spec) -> dict[str, Any]:
        return self.spec_after

    def value(self, spec: Spec) -> str:
        return fingerprint(spec)

    @property
    def seen(self) -> str:
        return fingerprint(self.spec_before)

    @property
    def wanted(self) -> str:
        return fingerprint(self.spec_after)

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        if self.target.kind is Kind.NODE:
            return self._impact_on_node(cluster)
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        before, after = self.spec_before, self.spec_after
        return impact_of(
            [
                *_never_changed(before, after),
                *_of_new_fields(before, after),
                *restart_findings(before, after, service, cluster),
                *update_findings(cluster, service, "this change", completed=False),
            ]
        )

    def _impact_on_node(self, cluster: Cluster) -> Impact:
        """As that of the actions that change one field of a node each."""
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        before, after = self.spec_before, self.spec_after
        findings = [*_of_new_fields(before, after), *_of_labels(cluster, node, after)]
        typed = ""
        try:
            for impact in _impacts(cluster, node, before, after):
                findings += impact.findings
                typed = typed or impact.type_to_confirm
        except ChangeRefused as refusal:
            findings.append(danger(str(refusal)))
        return impact_of(findings, typed)

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.kind is Kind.NODE:
            return Progress("changed", settled=True)
        service = cluster.services.get(self.target.id)
        if service is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        return rolling_progress(cluster, service, what_restarts(self.spec_before, self.spec_after))


def _impacts(cluster: Cluster, node: Node, before: Spec, after: Spec) -> Iterator[Impact]:
    role, availability = after.get("Role") or "worker", after.get("Availability") or "active"
    if role != (before.get("Role") or "worker"):
        if role not in ("manager", "worker"):
            raise NotPossible(f"'{role}' is no role: a node is a manager or a worker.")
        yield (Promote.of(node) if role == "manager" else Demote.of(node, cluster)).impact(cluster)
    if availability != (before.get("Availability") or "active"):
        yield SetAvailability.of(node, str(availability)).impact(cluster)


def _of_labels(cluster: Cluster, node: Node, after: Spec) -> Iterator[Finding]:
    """A task whose node does not meet its constraints any more is stopped (swarmkit manager/orchestrator,
    `constraintenforcer`)."""
    try:
        changed = msgspec.structs.replace(node, spec=msgspec.convert(dict(after), NodeSpec))
    except msgspec.ValidationError as problem:
        yield danger(f"The engine will hardly take this: {problem}.")
        return
    services = [service for service in cluster.services.values() if service.constraints]
    lost = [each.name for each in services if placement_met(each, node) and not placement_met(each, changed)]
    won = [each.name for each in services if placement_met(each, changed) and not placement_met(each, node)]
    if lost:
        yield warning(f"{listed(lost)} may no longer run on {node.name}: their tasks there are stopped.")
    if won:
        yield note(f"{listed(won)} may run on {node.name} then.")


def _never_changed(before: Spec, after: Spec) -> Iterator[Finding]:
    """What the engine refuses (swarmkit manager/controlapi/service.go, `UpdateService`)."""
    if before.get("Name") != after.get("Name"):
        yield danger("A service cannot be renamed: the engine will refuse this. Create it anew under the other name.")
    modes = [{mode for mode in _MODES if field_of(spec, "Mode", mode) is not None} for spec in (before, after)]
    if modes[0] != modes[1]:
        yield danger("A service's mode cannot be changed: the engine will refuse this. Create it anew.")


def _of_new_fields(before: Spec, after: Spec) -> Iterator[Finding]:
    new = sorted(_paths(after) - _paths(before))
    if new:
        yield note(
            f"New in it: {listed(new, limit=4)}. A name that the engine does not know is dropped without a word."
        )


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
