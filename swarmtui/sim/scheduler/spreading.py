"""Placement preferences: the nodes as a tree, a level for each preference. Source: swarmkit scheduler/nodeset.go."""

from __future__ import annotations

from swarmtui.sim.objects.objects import Node
from swarmtui.sim.scheduler.constraint import ENGINE_LABEL, NODE_LABEL
from swarmtui.sim.scheduler.nodeinfo import NodeInfo


class Branch:
    """Nodes that have the same value for a preference, and how many tasks of the service they run."""

    __slots__ = ("children", "nodes", "tasks")

    def __init__(self) -> None:
        self.tasks = 0
        self.children: dict[str, Branch] | None = None
        self.nodes: list[NodeInfo] = []


def branches(nodes: list[NodeInfo], preferences: list[str], service_id: str) -> Branch:
    """The root of the tree; without preferences it has no children."""
    root = Branch()
    known = [each for each in preferences if each.lower().startswith((NODE_LABEL, ENGINE_LABEL))]
    for info in nodes:
        branch, tasks = root, info.of_service.get(service_id, 0)
        for preference in known:
            branch.tasks += tasks
            if branch.children is None:
                branch.children = {}
            branch = branch.children.setdefault(_value(info.node, preference), Branch())
        branch.tasks += tasks
        branch.nodes.append(info)
    return root


def _value(node: Node, preference: str) -> str:
    """A node without the label is in the branch of the empty value."""
    if preference.lower().startswith(NODE_LABEL):
        return node.labels.get(preference[len(NODE_LABEL) :], "")
    return node.machine.engine_labels.get(preference[len(ENGINE_LABEL) :], "")
