"""Placement constraints, by swarmkit's rules."""

from __future__ import annotations

import pytest

from swarmtui.swarm.objects.node import Node, Platform
from swarmtui.swarm.objects.service import Port
from swarmtui.swarm.services.constraints import (
    InvalidConstraint,
    Obstacle,
    eligible_nodes,
    limit_per_node,
    matches,
    nodes_meeting,
    obstacle,
    obstacles_text,
    parse,
)
from tests.unit.swarm.builders import cluster, node, service

HERE = node(
    "Web-1",
    manager=True,
    labels={"disk": "SSD", "Zone": "a"},
    engine_labels={"storage": "zfs"},
    address="10.1.2.3",
    id="abc",
)


@pytest.mark.parametrize(
    ("expression", "met"),
    [
        ("node.id == abc", True),
        ("node.id == ABC", True),
        ("node.id==ab", False),
        ("node.hostname == web-1", True),
        ("node.hostname != web-2", True),
        ("node.hostname == web-*", False),  # no globs: the star is a star
        ("NODE.HOSTNAME == web-1", True),
        ("node.role == manager", True),
        ("node.role != worker", True),
        ("node.platform.os == Linux", True),
        ("node.platform.arch == x86_64", True),
        ("node.platform.arch == amd64", False),
        ("node.labels.disk == ssd", True),
        ("node.labels.disk != ssd", False),
        ("Node.Labels.disk == ssd", True),
        ("node.labels.Disk == ssd", False),  # a label's key regards case
        ("node.labels.zone == a", False),
        ("node.labels.missing == x", False),
        ("node.labels.missing != x", True),
        ("engine.labels.storage == zfs", True),
        ("engine.labels.storage != zfs", False),
        ("node.ip == 10.1.2.3", True),
        ("node.ip == ::ffff:10.1.2.3", True),
        ("node.ip != 10.1.2.3", False),
        ("node.ip == 10.1.0.0/16", True),
        ("node.ip == 10.1.2.99/24", True),
        ("node.ip == 10.2.0.0/16", False),
        ("node.ip != 10.2.0.0/16", True),
        ("node.ip == fd00::/8", False),
        ("node.ip != fd00::/8", True),
        ("node.ip == 10.1.0.0/99", False),
        ("node.ip != nonsense", False),  # malformed: met by nobody
        ("node.colour == red", False),
        ("node.colour != red", False),  # an unknown key: met by nobody
        ("node.labels. == x", False),
    ],
)
def test_matching(expression: str, met: bool) -> None:
    assert matches(parse(expression), HERE) is met


def test_a_node_that_has_said_nothing_yet() -> None:
    blank = Node(id="n")
    assert not matches(parse("node.hostname == a"), blank)
    assert matches(parse("node.hostname != a"), blank)
    assert not matches(parse("node.ip == 10.0.0.1"), blank)
    assert matches(parse("node.ip != 10.0.0.0/8"), blank)
    assert matches(parse("engine.labels.a != b"), blank)


@pytest.mark.parametrize(
    "expression", ["", "node.id", "node.id = a", "== a", "node.id ==", "no de == a", "node.id == a,b"]
)
def test_what_is_no_constraint(expression: str) -> None:
    with pytest.raises(InvalidConstraint):
        parse(expression)


def test_a_constraint_reads_back() -> None:
    assert parse("node.labels.disk==ssd").text == "node.labels.disk == ssd"
    assert parse(" node.role  !=  manager ").text == "node.role != manager"


def test_one_unreadable_constraint_switches_the_filter_off() -> None:
    web = service("web", constraints=["node.labels.disk == ssd", "oops"])
    assert len(nodes_meeting(cluster([node("a"), node("b")]), web)) == 2


@pytest.mark.parametrize(
    ("where", "why"),
    [
        (node("n"), Obstacle.CONSTRAINTS),
        (node("n", state="down"), Obstacle.NOT_READY),
        (node("n", availability="drain"), Obstacle.NOT_ACTIVE),
        (node("n", availability="pause"), Obstacle.NOT_ACTIVE),
        (node("n", cpus=1, labels={"disk": "ssd"}), Obstacle.TOO_SMALL),
        (node("n", architecture="aarch64", labels={"disk": "ssd"}), Obstacle.PLATFORM),
        (node("n", labels={"disk": "ssd"}), None),
    ],
)
def test_what_keeps_a_task_off_a_node(where: Node, why: Obstacle | None) -> None:
    web = service("web", constraints=["node.labels.disk==ssd"], reserved_cpus=2, platforms=[Platform("amd64", "linux")])
    assert obstacle(web, where) is why


def test_the_obstacles_in_words() -> None:
    nodes = [node("a", state="down"), node("b"), node("c"), node("d", availability="drain")]
    web = service("web", constraints=["node.labels.disk == ssd"])
    snapshot = cluster(nodes)
    assert eligible_nodes(snapshot, web) == ()
    assert (
        obstacles_text(snapshot, web)
        == "1 node is not ready, 1 node takes no new tasks, 2 nodes do not meet the placement constraints"
    )


def test_how_many_a_node_takes() -> None:
    host = Port(target_port=80, published_port=80, publish_mode="host")
    anywhere = Port(target_port=80, published_port=0, publish_mode="host")
    assert limit_per_node(service("web", ports=[anywhere])) is None
    assert limit_per_node(service("web", max_replicas=3)) == 3
    assert limit_per_node(service("web", max_replicas=3, ports=[host])) == 1
