"""The nodes: role, status, availability, and how many tasks each runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.nodes import node_health
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.stats.figure_words import glance
from swarmtui.swarm.stats.figures import Figures, Total
from swarmtui.swarm.stats.live_figures import LiveFigures
from swarmtui.swarm.units import cpus_text, docker_cpus, rough_size
from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.export import time_value
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import cell_width, fit_host, natural, visible
from swarmtui.ui.messages import CursorPassed, NodeSelected, RolloutAsked
from swarmtui.ui.nodes.commands import NODE_COMMANDS
from swarmtui.ui.panes.declaration import EVERYWHERE
from swarmtui.ui.panes.view import View
from swarmtui.ui.stats.columns import figure_columns
from swarmtui.ui.stats.figure_pane import FIGURE_KEYS, FigurePane

__all__ = ["NODE_COLUMNS", "NodesPane"]

WATCH = Binding(
    "w",
    "drain",
    "Watch drain",
    show=False,
    id="drain.open",
    tooltip="Watch the drain: which tasks have left, where they run again, what holds up the rest",
)

REBALANCE = "node.rebalance"

STATES = ("down", "disconnected", "unknown", "ready")
AVAILABILITIES = ("drain", "pause", "active")
"""What asks for attention comes first."""

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
    """Tasks that run on a node at this moment; None while not all tasks are known. A node that is not ready runs none.

    A task of a service that fails again and again is counted while it runs: that the service is not well is told by
    `swarmtui.swarm.health`, and shown where services and tasks are.
    """
    cluster = view.cluster
    if not cluster.tasks_complete:
        return None
    return sum(task.status.state == "running" for task in cluster.tasks_on(node.id)) if node.is_ready else 0


def tasks_cell(node: Node, view: View) -> Cell:
    running = running_on(node, view)
    if running is None:
        return Cell("?" if Kind.TASK in view.cluster.refused else "…", "dim")
    return Cell(str(running), "" if running else "dim")


def reserved_cpu(node: Node, view: View) -> int:
    """In billionths of a CPU."""

    from swarmtui.swarm.nodes.reserved import reserved_on

    return reserved_on(view.cluster, node.id)[0].nano_cpus


def reserved_memory(node: Node, view: View) -> int:
    """In bytes."""

    from swarmtui.swarm.nodes.reserved import reserved_on

    return reserved_on(view.cluster, node.id)[0].memory_bytes


def _with_reserved(has: str, reserved: str) -> str:
    return has if reserved in ("0", "0 B") else f"{has} ({reserved} reserved)"


def labels_text(node: Node) -> str:
    return ", ".join(f"{name}={value}" if value else name for name, value in sorted(node.labels.items()))


def place_in(order: Sequence[str], word: str) -> int:
    """Where a word stands; one that is not known stands first."""
    return order.index(word) if word in order else -1


NODE_COLUMNS: tuple[Column[Node, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda node, view: Cell(node.name),
        lambda node, view: natural(node.name),
        priority=9,
        weight=2,
        enough=NAME_ROOM,
        cut=fit_host,
    ),
    WholeColumn(
        "role",
        "ROLE",
        role_cell,
        lambda node, view: (not node.is_leader, not node.is_manager, node.is_reachable_manager),
        priority=7,
        min_width=7,
        enough=16,
        export={
            "role": lambda node, view: node.spec.role,
            "leader": lambda node, view: node.is_leader,
            "reachability": lambda node, view: node.manager_status.reachability if node.manager_status else None,
        },
    ),
    WholeColumn(
        "status",
        "STATUS",
        status_cell,
        lambda node, view: place_in(STATES, node.status.state),
        priority=8,
        min_width=7,
        enough=14,
        export={"status": lambda node, view: node.status.state},
    ),
    Column(
        "availability",
        "AVAIL",
        availability_cell,
        lambda node, view: place_in(AVAILABILITIES, node.spec.availability),
        priority=6,
        min_width=6,
    ),
    Column(
        "tasks",
        "TASKS",
        tasks_cell,
        lambda node, view: running_on(node, view),
        priority=5,
        align="right",
        searchable=False,
        export={"tasks_running": running_on},
    ),
    WholeColumn(
        "labels",
        "LABELS",
        lambda node, view: Cell(labels_text(node), "dim"),
        lambda node, view: natural(labels_text(node)) or None,
        priority=3,
        enough=12,
        export={"labels": lambda node, view: dict(node.labels)},
    ),
    Column(
        "reserved-cpu",
        "RESERVED CPU",
        lambda node, view: Cell(cpus_text(reserved_cpu(node, view)), "dim"),
        reserved_cpu,
        priority=0,
        align="right",
        searchable=False,
        export={"reserved_nano_cpus": reserved_cpu},
    ),
    Column(
        "reserved-memory",
        "RESERVED MEM",
        lambda node, view: Cell(rough_size(reserved_memory(node, view)), "dim"),
        reserved_memory,
        priority=0,
        align="right",
        searchable=False,
        export={"reserved_memory_bytes": reserved_memory},
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


def used_by(node: Node, view: View) -> Total:
    return Total() if view.live is None else view.live.of_node(node.id)


def used_cpu(node: Node, figures: Figures) -> str:
    """ "1.2 of 4": CPUs in use, and how many the node has."""
    cpus = node.description.resources.nano_cpus
    return "-" if figures.cpu is None else f"{figures.cpu:.1f}{f' of {docker_cpus(cpus)}' if cpus else ''}"


def used_memory(node: Node, figures: Figures) -> str:
    """ "3.1 of 8 GiB": in use, and what the node has."""
    has = node.description.resources.memory_bytes
    return (
        glance(figures.memory)
        if not has or figures.memory is None
        else f"{glance(figures.memory)} {figures.memory / has:.0%}"
    )


class NodesPane(FigurePane[Node]):
    """Managers first, then by name."""

    ID: ClassVar = "nodes"
    TITLE: ClassVar = "Nodes"
    COLUMNS: ClassVar = NODE_COLUMNS
    FIGURE_COLUMNS: ClassVar = figure_columns(
        used_by, {"cpu": 7, "memory": 7, "network": 4, "block": 1, "pids": 1}, {"cpu": used_cpu, "memory": used_memory}
    )
    FIGURES_AFTER: ClassVar = "tasks"
    MARKABLE: ClassVar = True
    kind = Kind.NODE
    EXPORTED: ClassVar = {
        "id": lambda node, view: node.id,
        "cpus": lambda node, view: node.description.resources.nano_cpus / 1e9 or None,
        "memory_bytes": lambda node, view: node.description.resources.memory_bytes or None,
        "created_at": lambda node, view: time_value(node.created_at),
        "updated_at": lambda node, view: time_value(node.updated_at),
    }

    BINDINGS: ClassVar = [*keys_of(NODE_COMMANDS), WATCH, *FIGURE_KEYS]
    spare_keys: ClassVar = (names.SET_NODE_LABELS, REBALANCE, "drain.open", *EVERYWHERE)

    def __init__(self) -> None:
        super().__init__()
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

    def tasks_behind(self, item: Node, cluster: Cluster) -> Sequence[Task]:
        return cluster.tasks_on(item.id)

    def total_of(self, item: Node, live: LiveFigures) -> Total:
        return live.of_node(item.id)

    def sick_id(self, item: Node) -> str:
        return item.id

    def is_unhealthy(self, item: Node, view: View) -> bool:
        return not node_health(item).well

    def calls_for(self, item: Node, view: View) -> Iterator[str]:
        """Watching a drain while tasks leave; the way back for a node that takes tasks again and has got none."""
        standing, services = view.cluster.standing_on(item.id), view.cluster.services
        if item.spec.availability == "drain" and standing:
            yield "drain.open"
        elif item.is_ready and item.spec.availability == "active":
            modes = {service.spec.mode.name for each in standing if (service := services.get(each)) is not None}
            if "replicated" not in modes and any(each.spec.mode.name == "replicated" for each in services.values()):
                yield REBALANCE

    def detail(self, item: Node, view: View) -> Content:
        """What is wrong with it, its address, its engine, and what it has."""

        from swarmtui.swarm.nodes.reserved import reserved_on

        has, wrong = item.description.resources, node_health(item).reason
        reserved = reserved_on(view.cluster, item.id)[0]
        facts = [
            item.name if cell_width(visible(item.name)) > NAME_ROOM else "",
            item.status.addr,
            f"engine {item.description.engine.engine_version}" if item.description.engine.engine_version else "",
            _with_reserved(cpus_text(has.nano_cpus), docker_cpus(reserved.nano_cpus)) if has.nano_cpus else "",
            _with_reserved(rough_size(has.memory_bytes), rough_size(reserved.memory_bytes)) if has.memory_bytes else "",
        ]
        text = Content("  ").join([Content(visible(fact)) for fact in facts if fact])
        if not wrong:
            return text
        return Content("\n").join([Content.styled(f"✖ {visible(wrong)}", "$text-error"), text])

    @property
    def heading(self) -> str:
        nodes = self._view.cluster.nodes if self._view else {}
        return f"Nodes {sum(node.is_ready for node in nodes.values())}/{len(nodes)}"

    def selected(self, item: Node, *, enter: bool) -> None:
        self.post_message(NodeSelected(item, enter=enter))

    def action_drain(self) -> None:
        """Watch the tasks leave the node under the cursor."""
        if self.target is not None:
            self.table.take()
            self.post_message(RolloutAsked(self.target))

    def passed_to(self, item: Node, *, filtered: bool) -> None:
        self.post_message(CursorPassed(item, filtered=filtered))

    def copies(self, item: Node, view: View) -> dict[str, str]:
        command = docker("node", "inspect", argument(Target.of(item)))
        return {"name": item.name, "ID": item.id, "address": item.status.addr, "command": command}

    @property
    def target(self) -> Target | None:
        return Target.of(self.item) if self.item is not None else None
