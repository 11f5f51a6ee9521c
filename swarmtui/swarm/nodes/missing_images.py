"""Which of the nodes that were looked at have yet to pull an image: said before an update, without asking any node."""

from __future__ import annotations

from collections.abc import Mapping

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.node_evidence import IMAGES_COUNT, NodeEvidence
from swarmtui.swarm.nodes.stored import is_there
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.short_text import listed

__all__ = ["where_missing"]

SHOWN = 4
"""Names of nodes."""


def where_missing(cluster: Cluster, service_id: str, image: str, told: Mapping[str, NodeEvidence], now: float) -> str:
    """A sentence on the nodes that may run a service; "" where none of them was looked at lately.

    Args:
        image: "name:tag" or "name@digest".
        told: what nodes' own engines told, by their IDs.
        now: the managers' time, in seconds since 1970.
    """
    service = cluster.services.get(service_id)
    known = {} if service is None else {each.name: told.get(each.id) for each in eligible_nodes(cluster, service)}
    there, missing = list[str](), list[str]()
    for name, evidence in known.items():
        if evidence is not None and evidence.images is not None and now <= evidence.at + IMAGES_COUNT:
            (there if is_there(image, evidence.images) else missing).append(name)
    if missing:
        also = f"; {listed(there, SHOWN)} {'has' if len(there) == 1 else 'have'} it" if there else ""
        return f"{listed(missing, SHOWN)} must pull it first{also}."
    return f"{listed(there, SHOWN)} {'has' if len(there) == 1 else 'have'} it already." if there else ""
