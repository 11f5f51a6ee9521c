"""What a network is to the rest of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.destinations import of_dependency
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.network import Network

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["NETWORK"]


def _describe(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.networks.description import describe_network

    return describe_network(raw, scene)


NETWORK = ObjectKind(
    kind=Kind.NETWORK,
    type=Network,
    listed=True,
    query={"filters": '{"scope":["swarm"]}'},
    seldom=True,
    touches=(Kind.NETWORK,),
    all_of=lambda cluster: (cluster.networks or {}).values(),
    summary=lambda cluster, network: network.driver,
    describe=_describe,
    related=of_dependency,
)
