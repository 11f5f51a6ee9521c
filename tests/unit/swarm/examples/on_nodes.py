"""Actions on what a node's own engine has."""

from __future__ import annotations

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.nodes.prune import Doomed, Found, PruneNode
from swarmtui.swarm.tasks.restart import RestartTask
from tests.unit.swarm.builders import cluster, node, service, task

RUNNING = task("web", 1, "wrk1", container="c" * 64)
SWARM = cluster([node("mgr1", leader=True), node("wrk1")], [service("web", 1)], [RUNNING])

EXAMPLES: list[tuple[Action, tuple[str, ...]]] = [
    (RestartTask.of(RUNNING, SWARM), ()),
    (PruneNode.of(node("wrk1"), "images", Found((Doomed(f"sha256:{'a' * 64}", "aaaaaaaaaaaa", 5),))), ()),
]
