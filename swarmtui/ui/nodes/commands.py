"""What can be asked for about a node."""

from __future__ import annotations

from swarmtui.swarm.actions import names
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.ui.commands.command import Command, asking_of
from swarmtui.ui.commands.edit import edit_command

__all__ = ["NODE_COMMANDS"]


NODE_COMMANDS: tuple[Command, ...] = (
    Command(
        name=names.SET_AVAILABILITY,
        title="Set the availability of a node",
        label="Avail",
        explanation="Set the node's availability: active, pause or drain",
        docker="node update",
        about=Node,
        asking=asking_of("nodes", "availability"),
        key="a",
        shown=True,
    ),
    Command(
        name="node.drain",
        title="Drain a node",
        label="Drain",
        explanation="Drain the node: Swarm moves its tasks to other nodes",
        docker="node update",
        about=Node,
        asking=asking_of("nodes", "drain"),
        key="d",
        shown=True,
    ),
    Command(
        name="node.rebalance",
        title="Rebalance a node",
        label="Rebalance",
        explanation="Force-update services you choose, one after another, so that Swarm may place tasks on the node",
        about=Node,
        asking=asking_of("nodes", "rebalance"),
        key="b",
    ),
    Command(
        name=names.PROMOTE,
        title="Promote a node",
        label="Promote",
        explanation="Make the worker a manager",
        docker="node promote",
        about=Node,
        asking=asking_of("nodes", "promote"),
        key="p",
        shown=True,
    ),
    Command(
        name=names.DEMOTE,
        title="Demote a node",
        label="Demote",
        explanation="Make the manager a worker",
        docker="node demote",
        about=Node,
        asking=asking_of("nodes", "demote"),
        key="m",
        shown=True,
    ),
    Command(
        name=names.SET_NODE_LABELS,
        title="Change the labels of a node",
        label="Labels",
        explanation="Add, change and remove labels of the node",
        docker="node update",
        about=Node,
        asking=asking_of("nodes", "labels"),
        key="L",
    ),
    Command(
        name=names.REMOVE_NODE,
        title="Remove a node",
        label="Remove",
        explanation="Remove the node from the swarm (a manager is demoted first)",
        docker="node rm",
        about=Node,
        asking=asking_of("nodes", "remove"),
        key="delete,ctrl+x",
    ),
    Command(
        name=names.PRUNE_NODE,
        title="Prune a node",
        label="Prune",
        explanation="Remove what nothing uses on the node: dangling images, containers of forgotten tasks, volumes",
        about=Node,
        asking=asking_of("nodes", "prune"),
        key="D",
    ),
    edit_command(Kind.NODE, Node),
)
"""In the order of their keys on the screen."""
