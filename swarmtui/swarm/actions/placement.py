"""Say on which nodes a service's tasks may run, and how they are spread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.lines import LinesChange
from swarmtui.swarm.actions.raw import field_of, list_of
from swarmtui.swarm.actions.service_change import PartChange, Path, target_of
from swarmtui.swarm.actions.wording import argument, docker, note
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import InvalidConstraint, parse
from swarmtui.swarm.objects import Service

__all__ = ["SetPlacement"]

_SPREAD = re.compile(r"spread\s*=\s*(\S+)", re.IGNORECASE)
_MOST = re.compile(r"max-per-node\s*=\s*(\d+)", re.IGNORECASE)
_ALWAYS_KNOWN = ("node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch")


@dataclass(frozen=True)
class SetPlacement(PartChange, LinesChange):
    """Change a service's constraints, its spread preferences and its limit per node."""

    name: ClassVar[str] = "service.constraints"
    verb: ClassVar[str] = "Change"
    label: ClassVar[str] = "Change a service's constraints and preferences"
    field: ClassVar[str] = "placement"
    noun: ClassVar[str] = "constraint"
    example: ClassVar[str] = "node.role==worker, node.labels.disk!=hdd, spread=node.labels.zone, max-per-node=2"
    path: ClassVar[Path] = ("TaskTemplate", "Placement")

    @classmethod
    def lines_of(cls, spec: Spec) -> tuple[str, ...]:
        constraints = [str(each) for each in list_of(spec, *cls.path, "Constraints")]
        spreads = [f"spread={each}" for each in map(_descriptor, list_of(spec, *cls.path, "Preferences")) if each]
        most = field_of(spec, *cls.path, "MaxReplicas")
        return (*constraints, *spreads, *([f"max-per-node={most}"] if isinstance(most, int) and most > 0 else []))

    @classmethod
    def check(cls, line: str) -> str:
        line = line.strip()
        if found := _SPREAD.fullmatch(line):
            if not found[1].lower().startswith(("node.labels.", "engine.labels.")):
                raise NotPossible("Tasks are spread over a label: spread=node.labels.zone.")
            return f"spread={found[1]}"
        if found := _MOST.fullmatch(line):
            if not int(found[1]):
                raise NotPossible("At least 1 a node; without the line there is no limit.")
            return f"max-per-node={int(found[1])}"
        try:
            constraint = parse(line)
        except InvalidConstraint as error:
            raise NotPossible(f"{error}.") from error
        key = constraint.key.lower()
        if key not in _ALWAYS_KNOWN and not key.startswith(("node.labels.", "engine.labels.")):
            raise NotPossible(f"{constraint.key} is nothing a node has: node.labels.…, {', '.join(_ALWAYS_KNOWN)}.")
        return f"{constraint.key}{'==' if constraint.equal else '!='}{constraint.value}"

    @classmethod
    def key_of(cls, line: str) -> str:
        return "max-per-node" if _MOST.fullmatch(line) else re.sub(r"\s*([=!]=)\s*", r"\1", line.strip())

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str]) -> Self:
        known = {_descriptor(each): each for each in list_of(raw["Spec"], *cls.path, "Preferences")}
        preferences, constraints, most = [], [], 0
        for line in lines:
            if found := _SPREAD.fullmatch(line):
                preferences.append(known.get(found[1], {"Spread": {"SpreadDescriptor": found[1]}}))
            elif found := _MOST.fullmatch(line):
                most = int(found[1])
            else:
                constraints.append(line)
        settings: tuple[tuple[Path, Any], ...] = (
            (("Constraints",), constraints or None),
            (("Preferences",), preferences or None),
            (("MaxReplicas",), most or None),
        )
        return cls(target_of(raw), raw["Spec"], settings)

    @property
    def docker_command(self) -> str:
        words: list[str] = []
        for line in self.removed:
            if _SPREAD.fullmatch(line):
                words += ["--placement-pref-rm", line]
            elif _MOST.fullmatch(line):
                words += ["--replicas-max-per-node", "0"]
            else:
                words += ["--constraint-rm", line]
        for line in self.added:
            if _SPREAD.fullmatch(line):
                words += ["--placement-pref-add", line]
            elif found := _MOST.fullmatch(line):
                words += ["--replicas-max-per-node", found[1]]
            else:
                words += ["--constraint-add", line]
        return docker("service", "update", *words, argument(self.target))

    def value(self, spec: Spec) -> str:
        return ", ".join(sorted(self.lines_of(spec)))

    def findings(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Finding]:
        for line in self.added:
            if found := _SPREAD.fullmatch(line):
                label = found[1].partition(".labels.")[2]
                having = [node for node in cluster.nodes.values() if label in node.labels]
                if found[1].lower().startswith("node.labels.") and cluster.nodes and not having:
                    yield note(f"No node has the label {label}: so far it spreads nothing.")


def _descriptor(preference: object) -> str:
    spread = preference.get("Spread") if isinstance(preference, Mapping) else None
    return str(spread.get("SpreadDescriptor") or "") if isinstance(spread, Mapping) else ""
