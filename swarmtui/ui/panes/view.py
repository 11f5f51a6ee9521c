"""View: all that the cells of a table are made from beside their own row."""

from __future__ import annotations

from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster

__all__ = ["View"]


@dataclass(frozen=True, eq=False)
class View:
    """Attributes:
    cluster: the snapshot.
    now: the engine's time, in seconds since 1970.
    greyed: the connection is lost, so what is shown is old.
    """

    cluster: Cluster
    now: float
    greyed: bool = False
