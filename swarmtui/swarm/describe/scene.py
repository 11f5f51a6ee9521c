"""Scene: what a description is made in beside the object's own JSON: the rest of the swarm, the time, the secrecy."""

from __future__ import annotations

from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.describe.masking import masked_value

__all__ = ["Scene"]


@dataclass(frozen=True)
class Scene:
    """Attributes:
    cluster: for names, and for what belongs to the object.
    now: the engine's time, in seconds since 1970.
    reveal: whether values that are secret by their names are shown.
    """

    cluster: Cluster
    now: float
    reveal: bool = False

    def value(self, name: str, value: str) -> str:
        """A value as it may be shown now."""
        return value if self.reveal else masked_value(name, value)

    def network(self, target: str) -> str:
        """A network's name; what it was named by when it is not known."""
        return self.cluster.network_name(target)
