"""The placement screen: who runs where, moving as the swarm moves."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.placement.blocks import NO_NODE, Block, Blocks
from swarmtui.swarm.placement.grid import Grid, Placement, Row
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.units import age, docker_cpus, rough_size
from swarmtui.ui.kit.cell_updates import CellUpdateScreen
from swarmtui.ui.kit.key_line import KeyLine
from swarmtui.ui.kit.texts.text import visible
from swarmtui.ui.panes.detail import DetailLine
from swarmtui.ui.placement.drawing import SIGNS
from swarmtui.ui.placement.view import PlacementView
from swarmtui.ui.session import SwarmSession

__all__ = ["PlacementScreen", "Spot"]

TICK = 1.0
"""Seconds between two looks at how fresh the picture is."""

STYLES = {"good": "$text-success", "bad": "$text-error", "warn": "$text-warning", "accent": "$text-accent", "dim": ""}


@dataclass(frozen=True)
class Spot:
    """Where the user wants to go.

    Attributes:
        kind, id: a service or a node, whose tasks are wanted.
        node_id: of a service, the node whose task is wanted; "" for any.
    """

    kind: Kind
    id: str
    node_id: str = ""


class PlacementScreen(CellUpdateScreen[Spot | None]):
    """Shows the newest observation; the app tells it of each with `observe`. It ends with where to go."""

    AUTO_FOCUS = "PlacementView"

    BINDINGS: ClassVar = [
        Binding("escape,v,q", "back", "Back", id="placement.back", tooltip="Go back to where one came from"),
        Binding("g", "regroup", "Group by", id="placement.group", tooltip="Group the nodes by role, by a label, …"),
    ]

    def __init__(self, session: SwarmSession) -> None:
        super().__init__()
        self._session = session
        self._placement = Placement()
        self._heading = Static(classes="text-heading")
        self._legend = Static(id="placement-legend")
        self._said: Content | None = None
        self.view = PlacementView()
        self._detail = DetailLine()

    def compose(self) -> ComposeResult:
        yield self._heading
        yield self.view
        yield self._detail
        yield self._legend
        yield KeyLine()

    def on_mount(self) -> None:
        self.set_interval(TICK, lambda: self.observe(self._session.observation()))
        self.call_after_refresh(lambda: self.observe(self._session.observation()))

    def on_resize(self) -> None:
        self._legend.update(_legend(self.size.width - 2))

    # ------------------------------------------------------------------------------------ what is known

    def observe(self, observation: Observation) -> None:
        """Show the newest that is known."""
        cluster = observation.cluster
        if cluster is None or not self.is_mounted:
            return
        now = time.monotonic()
        greyed = observation.connection.phase(now) is not Phase.LIVE
        grid = self._placement.grid(cluster)
        self.view.empty_text = _why_empty(cluster)
        self.view.show(grid, greyed=greyed)
        self._say(self._heading_text(grid, observation.connection.age(now) if greyed else None))

    def _say(self, heading: Content) -> None:
        if self._said is None or heading.markup != self._said.markup:
            self._said = heading
            self._heading.update(heading)

    def _heading_text(self, grid: Grid, old: float | None) -> Content:
        cluster, layout = grid.cluster, self.view.layout_now
        parts = [Content.styled(f"Placement {visible(self._placement.grouping.words)}", "bold")]
        parts.append(Content(f"{counted(len(grid.nodes), 'node')}, {counted(len(grid.rows), 'service')}"))
        if cluster.tasks_complete:
            parts.append(Content(_words(grid.blocks) or "no tasks"))
        else:
            refused = Kind.TASK in cluster.refused
            parts.append(Content("the engine does not give its tasks" if refused else "asking for the tasks …"))
        sides = ((layout.before, "◂ {} more"), (layout.after, "{} more ▸"))
        parts += [Content(text.format(number)) for number, text in sides if number]
        if old is not None:
            parts.insert(1, Content.styled(f"✖ connection lost, {age(old)} old", "$text-error"))
        return Content(" ── ").join(parts)

    @on(PlacementView.Moved)
    def _moved(self) -> None:
        grid = self.view.grid
        if grid is not None:
            greyed = self._session.observation().connection.phase(time.monotonic()) is not Phase.LIVE
            self._detail.show(_detail(grid, self.view.row, self.view.node), old=greyed)
            self.observe(self._session.observation())

    # ------------------------------------------------------------------------------------ keys

    def action_back(self) -> None:
        self.dismiss(None)

    def action_regroup(self) -> None:
        observation = self._session.observation()
        if observation.cluster is not None:
            self._placement.regroup(observation.cluster)
            self.observe(observation)

    @on(PlacementView.Opened)
    def _opened(self) -> None:
        row, node = self.view.row, self.view.node
        if row is not None and (node is None or row.on(node.id)):
            self.dismiss(Spot(Kind.SERVICE, row.id, node.id if node is not None else NO_NODE))
        elif node is not None:
            self.dismiss(Spot(Kind.NODE, node.id))


def _legend(width: int) -> Content:
    """What the signs mean, in as many lines as that takes."""
    parts = [Content.styled(sign, STYLES[tone]) + Content(f" {block.value}") for block, (sign, tone) in SIGNS.items()]
    parts += map(Content, ("✖node down", "▽drained", "‖paused"))
    lines = [parts[0]]
    for part in parts[1:]:
        longer = Content("  ").join([lines[-1], part])
        if longer.cell_length <= width:
            lines[-1] = longer
        else:
            lines.append(part)
    return Content("\n").join(lines)


def _words(blocks: Blocks) -> str:
    """ "2 running, 1 starting"."""
    return ", ".join(f"{number} {block.value}" for block, number in blocks.items())


def _why_empty(cluster: Cluster) -> str:
    refused = cluster.refused.get(Kind.SERVICE)
    return f"The engine does not give its services: {visible(refused)}" if refused else "There are no services."


def _detail(grid: Grid, row: Row | None, node: Node | None) -> Content:
    """What is under the cursor, in words."""
    parts: list[Content] = []
    blocks = row.on(node.id if node is not None else NO_NODE) if row is not None else {}
    if row is not None:
        where = f" on {node.name}" if node is not None else " without a node"
        parts.append(Content.styled(visible(f"{row.name}{where}: {_words(blocks) or 'no task'}"), "bold"))
        if Block.WAITING in blocks and (why := grid.why_waiting(row)):
            parts.append(Content.styled(visible(why), "$text-warning"))
    if node is not None:
        parts.append(Content(visible(_node_words(grid, node))))
    return Content("\n").join(parts)


def _node_words(grid: Grid, node: Node) -> str:
    """ "wrk1 reserves 3 of 4 CPUs, 6 GiB of 8 GiB of memory"."""
    taken, has = grid.taken(node), node.description.resources
    state = "" if node.is_ready else f" is {node.status.state};"
    if node.is_ready and node.spec.availability != "active":
        state = {"drain": " is drained;", "pause": " is paused;"}.get(node.spec.availability, "")
    cpus = f"{docker_cpus(taken.nano_cpus)} of {docker_cpus(has.nano_cpus)} CPUs"
    memory = f"{rough_size(taken.memory_bytes)} of {rough_size(has.memory_bytes)} of memory"
    return f"{node.name}{state} reserved: {cpus}, {memory}"
