"""Which tasks of a service an update replaces, and by which policy."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import msgspec

from swarmtui.swarm.objects.service import UpdateConfig

__all__ = ["Replacement", "Replacements", "Restart"]


class Restart(Enum):
    """Which tasks a change replaces."""

    NONE = "none"
    MISFITS = "those on nodes that no longer fit"
    ALL = "all"


class Replacement(msgspec.Struct, frozen=True):
    """The rolling update that a change of a service's spec starts.

    Attributes:
        restart: the tasks that it replaces.
        policy: how; None for the engine's defaults.
    """

    restart: Restart
    policy: UpdateConfig | None = None

    @property
    def starts_first(self) -> bool:
        return self.policy is not None and self.policy.order == "start-first"

    @property
    def parallelism(self) -> int:
        """How many slots at a time; 0 for all (swarmkit api/defaults/service.go: 1)."""
        return 1 if self.policy is None else self.policy.parallelism


Replacements = Mapping[str, Replacement]
"""By service ID."""
