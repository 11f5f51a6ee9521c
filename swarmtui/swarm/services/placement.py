"""Say on which nodes a service's tasks may run, and how they are spread."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Action, Consequence, Spec
from swarmtui.swarm.actions.wording import note
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.services.change import Path, ValueChange
from swarmtui.swarm.services.constraints import InvalidConstraint, parse
from swarmtui.swarm.services.lines_change import LinesChange
from swarmtui.swarm.specs.fields import field_of, list_of, part_of
from swarmtui.swarm.specs.merge import Entry, is_nothing, placed

__all__ = ["SetPlacement"]

_SPREAD = re.compile(r"spread\s*=\s*(\S+)", re.IGNORECASE)
_MOST = re.compile(r"max-per-node\s*=\s*(\d+)", re.IGNORECASE)
_ALWAYS_KNOWN = ("node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch")


@dataclass(frozen=True)
class SetPlacement(ValueChange, LinesChange):
    """Change a service's constraints, its spread preferences and its limit per node."""

    name: ClassVar[str] = names.SET_PLACEMENT
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "placement"
    noun: ClassVar[str] = "constraint"
    example: ClassVar[str] = "node.role==worker, node.labels.disk!=hdd, spread=node.labels.zone, max-per-node=2"
    path: ClassVar[Path] = ("TaskTemplate", "Placement")

    @classmethod
    def entries_of(cls, spec: Spec) -> list[Entry]:
        most = field_of(spec, *cls.path, "MaxReplicas")
        return [*cls._constraints(spec), *cls._preferences(spec), *([(_most_line(most), most)] if most else [])]

    @classmethod
    def _constraints(cls, spec: Spec) -> list[Entry]:
        return [(_constraint_line(each), each) for each in list_of(spec, *cls.path, "Constraints")]

    @classmethod
    def _preferences(cls, spec: Spec) -> list[Entry]:
        return [(_spread_line(each), each) for each in list_of(spec, *cls.path, "Preferences")]

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
            raise NotPossible(f"{constraint.key} is not a node attribute: node.labels.…, {', '.join(_ALWAYS_KNOWN)}.")
        return f"{constraint.key}{'==' if constraint.equal else '!='}{constraint.value}"

    @classmethod
    def key_of(cls, line: str) -> str:
        return "max-per-node" if _MOST.fullmatch(line) else re.sub(r"\s*([=!]=)\s*", r"\1", line.strip())

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        spec = raw["Spec"]
        spreads = [line for line in lines if _SPREAD.fullmatch(line)]
        mosts = [line for line in lines if _MOST.fullmatch(line)]
        constraints = _constraints_in(lines)
        after: dict[str, Any] = {
            "Constraints": placed(cls._constraints(spec), constraints, cls.key_of, lambda line: line),
            "Preferences": placed(cls._preferences(spec), spreads, cls.key_of, _preference),
        }
        present = field_of(spec, *cls.path, "MaxReplicas")
        if mosts or _most_line(present) is not None:
            after["MaxReplicas"] = int(mosts[0].partition("=")[2]) if mosts else None
        return cls(Target.of_json(Kind.SERVICE, raw), spec, _with_parts(part_of(spec, *cls.path), after))

    @property
    def no_command(self) -> str:
        """docker/cli command/service/update.go, `updatePlacementConstraints` and `updatePlacementPreferences`."""
        before, after = ([line for line, _ in self._constraints(spec)] for spec in (self.spec, self.after))
        done = [line for line in [*before, *_constraints_in(self.added)] if line not in self.leaving]
        if Counter(done) != Counter(after):
            return "docker removes every constraint with the same text"
        before, after = ([line for line, _ in self._preferences(spec)] for spec in (self.spec, self.after))
        done = [line for line in before if line not in self.leaving] + [*filter(_SPREAD.fullmatch, self.added)]
        return "" if done == after else "docker adds spread preferences behind the others"

    def options(self, show: Callable[[str], str]) -> list[str]:
        words: list[str] = []
        for line in self.leaving:
            if _SPREAD.fullmatch(line):
                words += ["--placement-pref-rm", line]
            elif not _MOST.fullmatch(line):
                words += ["--constraint-rm", line]
            elif not any(map(_MOST.fullmatch, self.added)):
                words += ["--replicas-max-per-node", "0"]
        for line in self.added:
            if _SPREAD.fullmatch(line):
                words += ["--placement-pref-add", line]
            elif found := _MOST.fullmatch(line):
                words += ["--replicas-max-per-node", found[1]]
            else:
                words += ["--constraint-add", line]
        return words

    def value(self, spec: Spec) -> str:
        return ", ".join(sorted(self.lines_of(spec)))

    def text_of(self, raw: object) -> str:
        return self.value({"TaskTemplate": {"Placement": raw}})

    @property
    def undo(self) -> Action | None:
        """An empty placement where there was none: see `placement_kept`."""
        return replace(self, spec=self.after, new=dict(part_of(self.spec, *self.path)))

    def consequences(self, cluster: Cluster, service: Service, after: Spec) -> Iterable[Consequence]:
        for line in self.added:
            if found := _SPREAD.fullmatch(line):
                label = found[1].partition(".labels.")[2]
                having = [node for node in cluster.nodes.values() if label in node.labels]
                if found[1].lower().startswith("node.labels.") and cluster.nodes and not having:
                    yield note(f"No node has the label {label}: tasks are not spread yet.")


def _constraints_in(lines: Iterable[str]) -> list[str]:
    return [line for line in lines if not _SPREAD.fullmatch(line) and not _MOST.fullmatch(line)]


def _with_parts(placement: Mapping[str, Any], parts: Mapping[str, Any]) -> dict[str, Any]:
    """A placement in which some parts are others; what is as it was stays, and what is empty goes."""
    after = dict(placement)
    for key, value in parts.items():
        if value == placement.get(key) or (is_nothing(value) and is_nothing(placement.get(key))):
            continue
        if is_nothing(value):
            del after[key]
        else:
            after[key] = value
    return after


def _constraint_line(raw: object) -> str | None:
    """A constraint's line; None where it would be read as something else."""
    if not isinstance(raw, str) or not raw.strip() or _SPREAD.fullmatch(raw) or _MOST.fullmatch(raw):
        return None
    return raw


def _spread_line(raw: object) -> str | None:
    spread = raw.get("Spread") if isinstance(raw, Mapping) else None
    descriptor = spread.get("SpreadDescriptor") if isinstance(spread, Mapping) else None
    line = f"spread={descriptor}"
    return line if isinstance(descriptor, str) and _SPREAD.fullmatch(line) else None


def _most_line(raw: object) -> str | None:
    return f"max-per-node={raw}" if type(raw) is int and raw > 0 else None


def _preference(line: str) -> dict[str, Any]:
    return {"Spread": {"SpreadDescriptor": line.partition("=")[2]}}
