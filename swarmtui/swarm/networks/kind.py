"""What a network is to the rest of the program."""

from __future__ import annotations

from swarmtui.swarm.destinations import of_dependency
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.networks.description import describe_network
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.network import Network

__all__ = ["NETWORK"]

NETWORK = ObjectKind(
    kind=Kind.NETWORK,
    type=Network,
    listed=True,
    query={"filters": '{"scope":["swarm"]}'},
    seldom=True,
    touches=(Kind.NETWORK,),
    all_of=lambda cluster: (cluster.networks or {}).values(),
    summary=lambda cluster, network: network.driver,
    describe=describe_network,
    related=of_dependency,
)
