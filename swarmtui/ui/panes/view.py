"""View: all that the cells of a table are made from besides their own row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.diagnosis import Diagnosis
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.swarm.units import row_age

if TYPE_CHECKING:
    from swarmtui.swarm.stats.live_figures import LiveFigures

__all__ = ["View"]


class View(msgspec.Struct, frozen=True, eq=False):
    """Attributes:
    cluster: the snapshot.
    now: the engine's time, in seconds since 1970.
    greyed: the connection is lost, so what is shown is old.
    live: what containers use; None while live figures are off.
    diagnosis: what is wrong, as far as it has been looked at.
    timeline: what happened, as far as it is known.
    """

    cluster: Cluster
    now: float
    greyed: bool = False
    live: LiveFigures | None = None
    diagnosis: Diagnosis = msgspec.field(default_factory=Diagnosis)
    timeline: Timeline = msgspec.field(default_factory=Timeline)

    def age(self, since: float | None) -> str:
        """How old something is, as rows have it; "" where its beginning is not known.

        Args:
            since: in seconds since 1970, by the engine's clock.
        """
        return "" if since is None else row_age(self.now - since)
