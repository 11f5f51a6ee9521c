"""Whether a node is well."""

from __future__ import annotations

import msgspec

from swarmtui.swarm.objects.node import Node

__all__ = ["NodeHealth", "node_health"]


class NodeHealth(msgspec.Struct, frozen=True):
    """The verdict on a node.

    Attributes:
        well: whether it is ready, takes tasks, and, as a manager, is reached by the others.
        reason: what is wrong with it, in words; "" where its state and availability say it all.
    """

    well: bool
    reason: str = ""


def node_health(node: Node) -> NodeHealth:
    """Judge a node. One that is paused or drained is not well: that is meant to end."""
    manager, wrong = node.manager_status, list[str]()
    out_of_reach = manager is not None and not node.is_reachable_manager
    if manager is not None and out_of_reach:
        wrong.append(f"its manager is {manager.reachability}")
    if node.status.message and not node.is_ready:
        wrong.append(node.status.message)
    well = node.is_ready and node.spec.availability == "active" and not out_of_reach
    return NodeHealth(well, "; ".join(wrong))
