"""The stacks: what belongs to each, and how its services are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding
from textual.content import Content

from swarmtui.swarm.actions.wording import argument, docker
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.stacks import Stack, StackHealth, health_of, stacks_of
from swarmtui.ui.messages import NarrowingAsked
from swarmtui.ui.panes.narrowing import of_stack
from swarmtui.ui.panes.pane import Pane
from swarmtui.ui.panes.view import View
from swarmtui.ui.panes.whole_column import WholeColumn
from swarmtui.ui.text import natural, visible
from swarmtui.ui.widgets.columns import Cell, Column

__all__ = ["StacksPane"]


def services_cell(stack: Stack, view: View) -> Cell:
    health = health_of(view.cluster, stack)
    return Cell(f"{health.healthy}/{health.services}", tone_of(health))


def tone_of(health: StackHealth) -> str:
    if health.healthy == health.services:
        return "good" if health.services else "dim"
    return "bad" if health.trouble else "warn"


def tasks_cell(stack: Stack, view: View) -> Cell:
    return Cell(health_of(view.cluster, stack).tasks_text)


def state_cell(stack: Stack, view: View) -> Cell:
    health = health_of(view.cluster, stack)
    if health.trouble:
        return Cell(f"✖ {health.trouble}", "bad")
    if health.under_way:
        return Cell(f"◌ {health.under_way}", "accent")
    if not health.services:
        return Cell("○ no services left", "warn")
    return Cell("● all well", "good") if health.healthy == health.services else Cell("? not known yet", "warn")


def state_key(stack: Stack, view: View) -> tuple[int, str]:
    """What is worst first."""
    health = health_of(view.cluster, stack)
    place = 0 if health.trouble else 1 if health.under_way else 2 if health.healthy < health.services else 3
    return place, health.trouble or health.under_way


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
    ),
    Column(
        "services",
        "SERVICES",
        services_cell,
        lambda stack, view: health_of(view.cluster, stack).services,
        priority=8,
        min_width=8,
        searchable=False,
    ),
    Column(
        "tasks",
        "TASKS",
        tasks_cell,
        lambda stack, view: health_of(view.cluster, stack).running,
        priority=7,
        min_width=7,
        searchable=False,
    ),
    Column(
        "secrets",
        "SECRETS",
        lambda stack, view: number_cell(len(stack.secrets)),
        lambda stack, view: len(stack.secrets),
        priority=3,
        min_width=7,
        searchable=False,
    ),
    Column(
        "configs",
        "CONFIGS",
        lambda stack, view: number_cell(len(stack.configs)),
        lambda stack, view: len(stack.configs),
        priority=3,
        min_width=7,
        searchable=False,
    ),
    Column(
        "networks",
        "NETWORKS",
        lambda stack, view: number_cell(len(stack.networks)),
        lambda stack, view: len(stack.networks),
        priority=4,
        min_width=8,
        searchable=False,
    ),
    WholeColumn("state", "STATE", state_cell, state_key, priority=6, weight=4, enough=14),
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

    BINDINGS: ClassVar = [
        Binding(
            "n", "ask('stack.deploy')", "Deploy", id="stack.deploy", tooltip="Deploy a new stack from a compose file"
        ),
        Binding(
            "u",
            "ask('stack.update')",
            "Update",
            id="stack.update",
            tooltip="Deploy the stack anew from a compose file",
        ),
        Binding(
            "delete,ctrl+x",
            "ask('stack.remove')",
            "Remove",
            id="stack.remove",
            tooltip="Remove the stack with all that belongs to it",
        ),
    ]

    def __init__(self) -> None:
        super().__init__(STACK_COLUMNS, id="stacks", name="Stacks", markable=True)
        self.table.empty_text = "no stacks yet: n deploys one from a compose file"
        self._rows = StackRows()

    def key_of(self, item: Stack) -> str:
        return item.id

    def items_of(self, view: View) -> Sequence[Stack]:
        return self._rows.of(view.cluster)

    def is_unhealthy(self, item: Stack, view: View) -> bool:
        health = health_of(view.cluster, item)
        return bool(health.trouble) or health.healthy < health.services

    def detail(self, item: Stack, view: View) -> Content:
        health = health_of(view.cluster, item)
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
        target = Target(Kind.STACK, item.name, item.name, 0)
        return {"name": item.name, "command": docker("stack", "ps", "--no-trunc", argument(target))}
