"""Who uses what services share, as a part of its description."""

from __future__ import annotations

from swarmtui.swarm.describe.document import Fact, Section, section
from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.service import Service

__all__ = ["used_by"]


def used_by(users: tuple[Service, ...], scene: Scene) -> tuple[Section, ...]:
    """The services that use it, or why there is nothing to say."""
    if Kind.SERVICE in scene.cluster.refused:
        return section("Used by", [Fact("", "unknown: the engine refuses the list of services", "warn")])
    if not users:
        return section("Used by", [Fact("", "no service", "dim")])
    return section("Used by", [Fact(service.name, service.id, "dim") for service in users])
