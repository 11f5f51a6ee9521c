"""What the swarm itself is to the rest of the program: there is one, so none is chosen."""

from __future__ import annotations

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.membership.description import describe_swarm
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.swarm import Swarm

__all__ = ["SWARM"]

SWARM = ObjectKind(kind=Kind.SWARM, type=Swarm, touches=(Kind.SWARM,), describe=describe_swarm)
