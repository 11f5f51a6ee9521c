"""The stacks: what belongs to each, and how its services are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.stacks import StackHealth, stack_health
from swarmtui.swarm.kinds import Target
from swarmtui.swarm.stacks.stack import Stack, stacks_of
from swarmtui.ui.commands.command import keys_of
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import fit_middle, natural, visible
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.navigation.service_filter import of_stack
from swarmtui.ui.panes.base_pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.stacks.commands import STACK_COMMANDS

__all__ = ["StacksPane"]


def services_cell(stack: Stack, view: View) -> Cell:
    health = stack_health(view.cluster, stack, view.now)
    return Cell(f"{health.healthy}/{health.services}", tone_of(health))


def tone_of(health: StackHealth) -> str:
    if health.healthy == health.services:
        return "good" if health.services else "dim"
    return "bad" if health.trouble else "warn"


def tasks_cell(stack: Stack, view: View) -> Cell:
    return Cell(stack_health(view.cluster, stack, view.now).tasks_text)


def state_cell(stack: Stack, view: View) -> Cell:
    health = stack_health(view.cluster, stack, view.now)
    if health.trouble:
        return Cell(f"✖ {health.trouble}", "bad")
    if health.under_way:
        return Cell(f"◌ {health.under_way}", "accent")
    if not health.services:
        return Cell("○ no services left", "warn")
    return Cell("● all well", "good") if health.healthy == health.services else Cell("? not known yet", "warn")


def state_key(stack: Stack, view: View) -> tuple[int, str]:
    """What is worst first."""
    health = stack_health(view.cluster, stack, view.now)
    place = 0 if health.trouble else 1 if health.under_way else 2 if health.healthy < health.services else 3
    return place, health.trouble or health.under_way


def services_key(stack: Stack, view: View) -> tuple[int, int]:
    """What lacks most comes first; then by how many there are."""
    health = stack_health(view.cluster, stack, view.now)
    return health.healthy - health.services, health.services


def tasks_key(stack: Stack, view: View) -> tuple[int, int] | None:
    health = stack_health(view.cluster, stack, view.now)
    if health.running is None or health.desired is None:
        return None
    return min(health.running - health.desired, 0), health.running


def number_cell(number: int) -> Cell:
    return Cell(str(number)) if number else Cell("—", "dim")


STACK_COLUMNS: tuple[Column[Stack, View], ...] = (
    WholeColumn(
        "name",
        "NAME",
        lambda stack, view: Cell(stack.name),
        lambda stack, view: natural(stack.name),
        priority=9,
        weight=2,
        enough=16,
        cut=fit_middle,
    ),
    Column(
        "services",
        "SERVICES",
        services_cell,
        services_key,
        priority=8,
        min_width=8,
        searchable=False,
        export={
            "services": lambda stack, view: len(stack.services),
            "services_healthy": lambda stack, view: stack_health(view.cluster, stack, view.now).healthy,
        },
    ),
    Column(
        "tasks",
        "TASKS",
        tasks_cell,
        tasks_key,
        priority=7,
        min_width=7,
        searchable=False,
        export={
            "tasks_running": lambda stack, view: stack_health(view.cluster, stack, view.now).running,
            "tasks_desired": lambda stack, view: stack_health(view.cluster, stack, view.now).desired,
        },
    ),
    Column(
        "secrets",
        "SECRETS",
        lambda stack, view: number_cell(len(stack.secrets)),
        lambda stack, view: len(stack.secrets),
        priority=3,
        min_width=7,
        searchable=False,
        export={"secrets": lambda stack, view: len(stack.secrets)},
    ),
    Column(
        "configs",
        "CONFIGS",
        lambda stack, view: number_cell(len(stack.configs)),
        lambda stack, view: len(stack.configs),
        priority=3,
        min_width=7,
        searchable=False,
        export={"configs": lambda stack, view: len(stack.configs)},
    ),
    Column(
        "networks",
        "NETWORKS",
        lambda stack, view: number_cell(len(stack.networks)),
        lambda stack, view: len(stack.networks),
        priority=4,
        min_width=8,
        searchable=False,
        export={"networks": lambda stack, view: len(stack.networks)},
    ),
    WholeColumn(
        "state",
        "STATE",
        state_cell,
        state_key,
        priority=6,
        weight=4,
        enough=14,
        export={
            "trouble": lambda stack, view: stack_health(view.cluster, stack, view.now).trouble or None,
            "under_way": lambda stack, view: stack_health(view.cluster, stack, view.now).under_way or None,
        },
    ),
)


class StackRows:
    """Makes the stacks of a snapshot, and keeps each until something of it changes."""

    def __init__(self) -> None:
        self._made_of: tuple[object, ...] = ()
        self._stacks: Sequence[Stack] = ()

    def of(self, cluster: Cluster) -> Sequence[Stack]:
        """By name; the same sequence object while nothing in it changed."""
        made_of = (cluster.services, cluster.secrets, cluster.configs, cluster.networks)
        if len(made_of) != len(self._made_of) or any(a is not b for a, b in zip(made_of, self._made_of, strict=True)):
            self._made_of = made_of
            self._stacks = sorted(stacks_of(cluster), key=lambda stack: (natural(stack.name), stack.name))
        return self._stacks


class StacksPane(Pane[Stack]):
    """By name. Enter shows the services of one."""

    ID: ClassVar = "stacks"
    TITLE: ClassVar = "Stacks"
    COLUMNS: ClassVar = STACK_COLUMNS
    MARKABLE: ClassVar = True
    BINDINGS: ClassVar = [
        *keys_of(STACK_COMMANDS),
        Binding(
            "l", "logs", "Logs", show=False, id="logs.open", tooltip="Follow the logs of the stack's services together"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.table.empty_text = "No stacks. Press n to deploy one from a compose file."
        self._rows = StackRows()

    def key_of(self, item: Stack) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Stack]:
        return self._rows.of(view.cluster)

    @property
    def log_targets(self) -> Sequence[Target]:
        stacks = self.table.marked_items() or ([self.item] if self.item is not None else [])
        return [Target.of(service) for stack in stacks for service in stack.services]

    def is_unhealthy(self, item: Stack, view: View) -> bool:
        return not stack_health(view.cluster, item, view.now).well

    def detail(self, item: Stack, view: View) -> Content:
        health = stack_health(view.cluster, item, view.now)
        parts = [item.summary, health.trouble, health.under_way]
        return Content("  ").join([Content(visible(part)) for part in parts if part])

    @property
    def heading(self) -> str:
        if self._view is None:
            return "Stacks"
        return f"Stacks {len(self._rows.of(self._view.cluster))}"

    def selected(self, item: Stack, *, enter: bool) -> None:
        if enter:
            self.post_message(NarrowingAsked(of_stack(item.name)))

    def copies(self, item: Stack, view: View) -> dict[str, str]:
        target = Target.of(item)
        return {"name": item.name, "command": docker("stack", "ps", "--no-trunc", argument(target))}
