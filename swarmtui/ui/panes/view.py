"""View: all that the cells of a table are made from besides their own row."""

from __future__ import annotations

from dataclasses import dataclass, field

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis

__all__ = ["View"]


@dataclass(frozen=True, eq=False)
class View:
    """Attributes:
    cluster: the snapshot.
    now: the engine's time, in seconds since 1970.
    greyed: the connection is lost, so what is shown is old.
    diagnosis: what is wrong, as far as it has been looked at.
    """

    cluster: Cluster
    now: float
    greyed: bool = False
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
