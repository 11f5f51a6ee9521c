"""What each column sorts by: trouble first, names as people count, times as times; and what a filter finds."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.kit.tables.rows import parse_filter
from swarmtui.ui.kit.tables.table_rows import TableRows
from swarmtui.ui.nodes.pane import NODE_COLUMNS
from swarmtui.ui.panes.view import View
from swarmtui.ui.services.pane import SERVICE_COLUMNS
from swarmtui.ui.tasks.columns import TASK_COLUMNS
from swarmtui.ui.tasks.rows import TaskRows
from tests.ui.driving import Program
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders

NOW = 1_800_000_000.0


def sorted_by(columns: Any, column: str, items: list[Any], cluster: Cluster, *, descending: bool = False) -> list[str]:
    rows = TableRows[Any, View](columns, lambda item: item.id)
    rows.sorted_by = next(each for each in columns if each.id == column)
    rows.descending = descending
    rows.arrange(items, View(cluster, NOW))
    return [item.name for item in rows.rows]


def found(columns: Any, text: str, items: list[Any], cluster: Cluster) -> list[str]:
    rows = TableRows[Any, View](columns, lambda item: item.id)
    rows.filter = parse_filter(text)
    rows.arrange(items, View(cluster, NOW))
    return [item.name for item in rows.rows]


def test_what_lacks_most_comes_first_by_replicas() -> None:
    services = [
        builders.service("whole", 1, status=(1, 1)),
        builders.service("large", 9, status=(9, 9)),
        builders.service("short", 3, status=(2, 3)),
        builders.service("gone", 5, status=(0, 5)),
        builders.service("none", 0, status=(0, 0)),
    ]
    cluster = builders.cluster([builders.node("mgr1")], services)
    assert sorted_by(SERVICE_COLUMNS, "replicas", services, cluster) == ["gone", "short", "none", "whole", "large"]
    assert sorted_by(SERVICE_COLUMNS, "replicas", services, cluster, descending=True)[-2:] == ["short", "gone"]


def test_names_are_counted_in_every_pane() -> None:
    names = ["pay10", "pay2", "pay"]
    services = [builders.service(name, 1, status=(1, 1)) for name in names]
    nodes = [builders.node(name) for name in names]
    cluster = builders.cluster(nodes, services)
    assert sorted_by(SERVICE_COLUMNS, "name", services, cluster) == ["pay", "pay2", "pay10"]
    assert sorted_by(NODE_COLUMNS, "name", nodes, cluster) == ["pay", "pay2", "pay10"]


async def test_the_panes_are_in_the_order_that_people_expect(swarm: SimulatedSwarm, program: Program) -> None:
    for name in ("pay10", "pay2", "pay"):
        swarm.add_service(name)
    await program.until(lambda: program.main.services.table.total_count == 6)
    names = [service.name for service in program.main.services.table.rows]
    assert names == ["agent", "api", "pay", "pay2", "pay10", "web"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("^shop_cart$", ["shop_cart"]),
        ("cart", ["shop_cart", "shop_cart_old"]),
        ("/db", []),
        ("abab", []),
        ("shop/cart:1.6$", ["shop_cart"]),
        ("registry.example.com", ["shop_cart_old"]),
        ("^replicated$", ["shop_cart", "shop_cart_old"]),
        ("shop.*replicated", ["shop_cart", "shop_cart_old"]),
        ("!^shop_cart$", ["shop_cart_old"]),
        ("^shop$", []),
    ],
)
def test_a_filter_finds_what_can_be_read_column_by_column(text: str, names: list[str]) -> None:
    digest = "@sha256:" + "ab" * 30 + "4db4"
    services = [
        builders.service("shop_cart", 1, status=(1, 1), image="shop/cart:1.6" + digest),
        builders.service("shop_cart_old", 1, status=(1, 1), image="registry.example.com/shop/cart:1.5" + digest),
    ]
    cluster = builders.cluster([builders.node("mgr1")], services)
    assert found(SERVICE_COLUMNS, text, services, cluster) == names


def test_a_failed_task_comes_first_by_state() -> None:
    tasks = [
        builders.task("web", 1, "mgr1", state="running"),
        builders.task("web", 2, "mgr1", state="failed"),
        builders.task("web", 10, "mgr1", state="running"),
    ]
    cluster = builders.cluster([builders.node("mgr1")], [builders.service("web", 3)], tasks)
    rows = list(TaskRows().of(cluster, TaskScope(), history=True))
    state = next(column for column in TASK_COLUMNS if column.id == "state").sort_key
    assert state is not None
    first = min(rows, key=lambda row: state(row, View(cluster, NOW)))
    assert first.task.status.state == "failed"


@pytest.mark.parametrize("history", [False, True])
def test_the_tasks_of_a_node_stand_in_the_order_of_all_tasks(history: bool) -> None:
    nodes = [builders.node(name) for name in ("mgr1", "wrk1", "wrk2")]
    names = ("pay10", "pay2", "web")
    tasks = [
        builders.task(name, slot, ("wrk1", "wrk2", "mgr1")[(slot + place) % 3], state=state, desired=desired)
        for place, name in enumerate(names)
        for slot in range(1, 6 - place)
        for state, desired in (("running", "running"), ("failed", "shutdown"))
    ]
    cluster = builders.cluster(nodes, [builders.service(name, 5) for name in names], tasks)
    everything = TaskRows().of(cluster, TaskScope(), history=history)
    for node in nodes:
        rows = TaskRows().of(cluster, TaskScope(node_id=node.id), history=history)
        assert rows
        assert list(rows) == [row for row in everything if row.task.node_id == node.id]
