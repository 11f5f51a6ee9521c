"""What the swarm itself is to the rest of the program: there is one, so none is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.swarm import Swarm

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["SWARM"]


def _describe(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.membership.description import describe_swarm

    return describe_swarm(raw, scene)


SWARM = ObjectKind(kind=Kind.SWARM, type=Swarm, touches=(Kind.SWARM,), describe=_describe)
