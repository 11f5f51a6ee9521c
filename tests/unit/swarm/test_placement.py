"""Who runs where: the blocks of tasks, the groups of nodes, and what is kept from snapshot to snapshot."""

from __future__ import annotations

import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.placement.blocks import NO_NODE, Block
from swarmtui.swarm.placement.grid import Placement
from swarmtui.swarm.placement.grouping import BY_ROLE, UNGROUPED, Grouping, groupings
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task

NODES = [
    node("mgr1", leader=True, labels={"zone": "a"}),
    node("wrk10", labels={"zone": "b"}),
    node("wrk2", labels={"zone": "a"}),
    node("dead", state="down"),
]


def swarm(*tasks: Task) -> Cluster:
    return cluster(NODES, [service("web", 3, reserved_cpus=1, reserved_memory_gb=2)], tasks)


def blocks_on(name: str, *tasks: Task) -> dict[Block, int]:
    """What stands on a node ("" for none) of web."""
    [row] = Placement().grid(swarm(*tasks)).rows
    return dict(row.on(f"node-{name}" if name else NO_NODE))


@pytest.mark.parametrize(
    ("one", "block"),
    [
        (task("web", 1, "wrk2"), Block.RUNNING),
        (task("web", 1, "wrk2", state="preparing"), Block.STARTING),
        (task("web", 1, "wrk2", state="ready", desired="ready"), Block.STARTING),
        (task("web", 1, "wrk2", state="running", desired="shutdown"), Block.STOPPING),
        (task("web", 1, "wrk2", state="failed", desired="shutdown"), Block.FAILED),
        (task("web", 1, "wrk2", state="rejected"), Block.FAILED),
        (task("web", 1, "wrk2", state="complete", desired="shutdown"), None),
        (task("web", 1, "dead"), Block.UNKNOWN),
        (task("web", 1, "dead", desired="shutdown"), Block.UNKNOWN),
        (task("web", 1, state="pending"), Block.WAITING),
        (task("web", 1, "gone"), Block.UNKNOWN),
    ],
    ids=lambda value: value.id if isinstance(value, Task) else str(value),
)
def test_a_task_is_a_block_by_its_state(one: Task, block: Block | None) -> None:
    where = "" if one.node_id in {"", "node-gone"} else one.node_id.removeprefix("node-")
    assert blocks_on(where, one) == ({block: 1} if block else {})


def test_history_is_no_block_but_what_still_stops_is() -> None:
    before = [task("web", 1, "wrk2", state="failed", desired="shutdown", created=age) for age in (70, 50)]
    old = task("web", 1, "wrk10", desired="shutdown", created=40)
    now = task("web", 1, "mgr1", created=10)
    assert blocks_on("wrk2", *before, old, now) == {}
    assert blocks_on("wrk10", *before, old, now) == {Block.STOPPING: 1}
    assert blocks_on("mgr1", *before, old, now) == {Block.RUNNING: 1}


def test_between_two_tries_the_slot_shows_where_it_failed() -> None:
    failed = task("web", 1, "wrk2", state="failed", desired="shutdown", created=20)
    waits = task("web", 1, "wrk10", state="assigned", desired="ready", created=5)
    assert blocks_on("wrk2", failed, waits) == {Block.FAILED: 1}
    assert blocks_on("wrk10", failed, waits) == {}


def test_nodes_are_grouped_by_role_by_zone_or_not_at_all() -> None:
    def titles(grouping: Grouping) -> list[tuple[str, list[str]]]:
        return [(group.title, [each.name for each in group.nodes]) for group in grouping.groups(NODES)]

    assert titles(BY_ROLE) == [("managers", ["mgr1"]), ("workers", ["dead", "wrk2", "wrk10"])]
    assert titles(Grouping("zone")) == [("zone=a", ["mgr1", "wrk2"]), ("zone=b", ["wrk10"]), ("no zone", ["dead"])]
    assert titles(UNGROUPED) == [("", ["dead", "mgr1", "wrk2", "wrk10"])]
    assert groupings(NODES) == (BY_ROLE, Grouping("zone"), UNGROUPED)


def test_the_ways_to_group_take_turns() -> None:
    placement, now = Placement(), swarm()
    ways = []
    for _ in range(4):
        ways.append(placement.grouping)
        placement.regroup(now)
    assert ways == [BY_ROLE, Grouping("zone"), UNGROUPED, BY_ROLE]


def test_what_did_not_change_is_the_same_object() -> None:
    placement = Placement()
    nodes, services = [node("wrk1"), node("wrk2")], [service("api"), service("web")]
    first = cluster(nodes, services, [*replicas_on("api", "wrk1"), *replicas_on("web", "wrk1", "wrk2")])
    before = placement.grid(first)
    assert placement.grid(first) is before
    after = placement.grid(first.with_all_tasks([*replicas_on("api", "wrk1"), *replicas_on("web", "wrk2", "wrk2")]))
    assert [row.name for row in after.rows] == ["api", "web"]
    assert after.rows[0] is before.rows[0]
    assert after.rows[1].on("node-wrk2") == {Block.RUNNING: 2}
    assert after.groups is before.groups


def test_a_node_that_goes_down_makes_its_tasks_unknown() -> None:
    placement = Placement()
    first = cluster([node("wrk1")], [service("web")], replicas_on("web", "wrk1"))
    assert placement.grid(first).rows[0].on("node-wrk1") == {Block.RUNNING: 1}
    down = first.with_node(node("wrk1", state="down"))
    assert placement.grid(down).rows[0].on("node-wrk1") == {Block.UNKNOWN: 1}


def test_what_a_node_has_reserved() -> None:
    grid = Placement().grid(swarm(*replicas_on("web", "wrk2", "wrk2")))
    taken = grid.taken(NODES[2])
    assert (taken.nano_cpus, taken.memory_bytes) == (2 * 10**9, 4 * 2**30)


def test_a_removed_service_stays_while_its_tasks_stop() -> None:
    now = cluster(NODES, [], [task("old", 1, "wrk2", desired="remove")])
    [row] = Placement().grid(now).rows
    assert row.on("node-wrk2") == {Block.STOPPING: 1}
    assert not Placement().grid(cluster(NODES, [], [task("old", 1, "wrk2", state="shutdown", desired="remove")])).rows
