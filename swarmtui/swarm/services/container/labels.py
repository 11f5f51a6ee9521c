"""The labels of a service's containers: what programs on its nodes read, and `docker ps --filter`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.services.change import Path
from swarmtui.swarm.services.lines_change import LabelsChange
from swarmtui.swarm.specs.fields import field_of

__all__ = ["SetContainerLabels"]


@dataclass(frozen=True)
class SetContainerLabels(LabelsChange):
    """Change the labels of a service's containers."""

    name: ClassVar[str] = names.SET_CONTAINER_LABELS
    verb: ClassVar[str] = "Change"
    field: ClassVar[str] = "container labels"
    option: ClassVar[str] = "--container-label"
    path: ClassVar[Path] = ("TaskTemplate", "ContainerSpec", "Labels")

    @classmethod
    def with_lines(cls, raw: Mapping[str, Any], lines: Sequence[str], cluster: Cluster | None = None) -> Self:
        if not isinstance(field_of(raw["Spec"], *cls.path[:-1]), Mapping):
            raise NotPossible("This service runs no container: it has no labels of one.")
        return super().with_lines(raw, lines, cluster)
