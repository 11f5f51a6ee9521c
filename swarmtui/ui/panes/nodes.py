"""The nodes: role, status, availability, and how many tasks each runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import argument, docker, target_node
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.objects import Node
from swarmtui.ui.messages import NodeSelected
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import cell_width, natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["NODE_COLUMNS", "NodesPane"]

NAME_ROOM = 10
"""The cells that a name gets at least, if it is so long; a longer one may be cut in its row."""


def role_cell(node: Node, view: View) -> Cell:
    """ "leader", "manager" or "worker"; what the node is, with what it is meant to be where that differs."""
    manager = node.manager_status
    if manager is None:
        return Cell("worker → manager", "warn") if node.is_manager else Cell("worker", "dim")
    if manager.reachability != "reachable":
        return Cell("✖ manager", "bad")
    if not node.is_manager:
        return Cell("manager → worker", "warn")
    return Cell("leader", "accent") if manager.leader else Cell("manager")


def status_cell(node: Node, view: View) -> Cell:
    """The node's state by the dispatcher's heartbeats."""
    state = node.status.state
    return Cell(f"● {state}", "good") if node.is_ready else Cell(f"✖ {state}", "bad" if state == "down" else "warn")


def availability_cell(node: Node, view: View) -> Cell:
    availability = node.spec.availability
    return Cell(availability, "" if availability == "active" else "warn")


def running_on(node: Node, view: View) -> int | None:
    """Tasks that run on a node; None while not all tasks are known. A node that is not ready runs none."""
    cluster = view.cluster
    if not cluster.tasks_complete:
        return None
    return sum(task.status.state == "running" for task in cluster.tasks_on(node.id)) if node.is_ready else 0


def tasks_cell(node: Node, view: View) -> Cell:
    running = running_on(node, view)
    return Cell("…", "dim") if running is None else Cell(str(running), "" if running else "dim")


def labels_text(node: Node) -> str:
    return ", ".join(f"{name}={value}" if value else name for name, value in sorted(node.labels.items()))


NODE_COLUMNS: tuple[Column[Node, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda node, view: Cell(node.name),
        lambda node, view: node.name,
        priority=9,
        weight=2,
        enough=NAME_ROOM,
    ),
    WholeColumn(
        "role",
        "ROLE",
        role_cell,
        lambda node, view: (not node.is_leader, not node.is_manager),
        priority=7,
        min_width=7,
        enough=16,
    ),
    WholeColumn(
        "status", "STATUS", status_cell, lambda node, view: node.status.state, priority=8, min_width=7, enough=14
    ),
    Column(
        "availability", "AVAIL", availability_cell, lambda node, view: node.spec.availability, priority=6, min_width=6
    ),
    Column(
        "tasks",
        "TASKS",
        tasks_cell,
        lambda node, view: running_on(node, view),
        priority=5,
        align="right",
        searchable=False,
    ),
    WholeColumn(
        "labels",
        "LABELS",
        lambda node, view: Cell(labels_text(node), "dim"),
        lambda node, view: labels_text(node) or None,
        priority=3,
        enough=12,
    ),
    Column(
        "engine",
        "ENGINE",
        lambda node, view: Cell(node.description.engine.engine_version, "dim"),
        lambda node, view: natural(node.description.engine.engine_version),
        priority=2,
    ),
    Column(
        "address",
        "ADDRESS",
        lambda node, view: Cell(node.status.addr, "dim"),
        lambda node, view: natural(node.status.addr),
        priority=1,
        min_width=15,
    ),
)


class NodesPane(Pane[Node]):
    """Managers first, then by name."""

    BINDINGS: ClassVar = [
        Binding(
            "a",
            "ask('node.availability')",
            "Avail",
            id="node.availability",
            tooltip="Set the node's availability: active, pause or drain",
        ),
        Binding("d", "ask('node.drain')", "Drain", id="node.drain", tooltip="Drain the node: its tasks move to others"),
        Binding("p", "ask('node.promote')", "Promote", id="node.promote", tooltip="Make the worker a manager"),
        Binding("m", "ask('node.demote')", "Demote", id="node.demote", tooltip="Make the manager a worker"),
        Binding(
            "L",
            "ask('node.labels')",
            "Labels",
            show=False,
            id="node.labels",
            tooltip="Change the node's labels, as a set of lines",
        ),
        Binding(
            "delete,ctrl+x",
            "ask('node.remove')",
            "Remove",
            show=False,
            id="node.remove",
            tooltip="Remove the node from the swarm (a manager is demoted first)",
        ),
        Binding(
            "e",
            "ask('node.edit')",
            "Edit",
            show=False,
            id="node.edit",
            tooltip="Edit the whole spec of the node in $EDITOR",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(NODE_COLUMNS, id="nodes", name="Nodes", markable=True)
        self.table.empty_text = "no nodes"
        self._of: object = None
        self._items: list[Node] = []

    def key_of(self, item: Node) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Node]:
        if self._of is not view.cluster.nodes:
            self._of = view.cluster.nodes
            self._items = sorted(
                view.cluster.nodes.values(), key=lambda node: (not node.is_manager, natural(node.name), node.id)
            )
        return self._items

    def is_unhealthy(self, item: Node, view: View) -> bool:
        manager = item.manager_status
        return (
            not item.is_ready
            or item.spec.availability != "active"
            or (manager is not None and manager.reachability != "reachable")
        )

    def detail(self, item: Node, view: View) -> Content:
        """What is wrong with it, its address, its engine, and what it has."""
        manager, has = item.manager_status, item.description.resources
        wrong = []
        if manager is not None and manager.reachability != "reachable":
            wrong.append(f"as a manager it is {manager.reachability}")
        if item.status.message and not item.is_ready:
            wrong.append(item.status.message)
        facts = [
            item.name if cell_width(visible(item.name)) > NAME_ROOM else "",
            item.status.addr,
            f"engine {item.description.engine.engine_version}" if item.description.engine.engine_version else "",
            f"{has.nano_cpus / 1e9:g} CPU" if has.nano_cpus else "",
            f"{has.memory_bytes / 2**30:.1f} GiB" if has.memory_bytes else "",
        ]
        text = Content("  ").join([Content(visible(fact)) for fact in facts if fact])
        if not wrong:
            return text
        return Content("\n").join([Content.styled(f"✖ {visible('; '.join(wrong))}", "$text-error"), text])

    @property
    def heading(self) -> str:
        nodes = self._view.cluster.nodes if self._view else {}
        return f"Nodes {sum(node.is_ready for node in nodes.values())}/{len(nodes)}"

    def selected(self, item: Node, *, enter: bool) -> None:
        self.post_message(NodeSelected(item, enter=enter))

    def copies(self, item: Node, view: View) -> dict[str, str]:
        command = docker("node", "inspect", argument(target_node(item)))
        return {"name": item.name, "ID": item.id, "address": item.status.addr, "command": command}

    @property
    def target(self) -> Target | None:
        return target_node(self.item) if self.item is not None else None
