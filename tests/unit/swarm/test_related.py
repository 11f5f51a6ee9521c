"""Where one can go from an object, and who uses what."""

from __future__ import annotations

import time

from swarmtui.swarm.related import related
from swarmtui.swarm.shared import Shared, uses
from swarmtui.swarm.stacks import stacks_of
from swarmtui.swarm.usage import usage_of, users_of
from tests.unit.swarm.builders import cluster, node, replicas_on, service, task
from tests.unit.swarm.shared_builders import config, network, secret, using, with_shared

KEY, CONF, FRONT = secret("key"), config("conf"), network("shop_front", stack="shop")
WEB = using("web", KEY, CONF, FRONT, stack="shop")
NODES = [node("n1", leader=True), node("n2")]
KNOWN = with_shared(cluster(NODES, [WEB, using("db")], replicas_on("web", "n1", "n2")), [KEY, CONF, FRONT])


def texts(item: object) -> list[str]:
    return [place.text for place in related(KNOWN, item)]


def test_from_a_service() -> None:
    assert texts(WEB) == [
        "stack shop",
        "tasks of web",
        "node n1",
        "node n2",
        "network shop_front",
        "secret key",
        "config conf",
    ]


def test_from_a_task() -> None:
    assert texts(task("web", 1, "n2")) == ["service web", "node n2", "stack shop", "network shop_front"]
    assert texts(task("gone", 1)) == []


def test_from_a_node() -> None:
    assert texts(NODES[0]) == ["tasks on n1", "service web"]


def test_from_the_others() -> None:
    assert texts(KEY) == ["service web"]
    assert texts(CONF) == ["service web"]
    assert texts(FRONT) == ["stack shop", "service web"]
    assert texts(stacks_of(KNOWN)[0]) == ["service web", "network shop_front"]
    assert texts(object()) == []


def test_a_network_may_be_named_by_its_name() -> None:
    named = using("api", network("x"))
    target = network("plain")
    by_name = KNOWN.with_services([using("api", network("plain"))])
    assert [each.name for each in users_of(by_name, target)] == ["api"]
    assert users_of(KNOWN.with_services([named]), target) == ()


def test_the_index_agrees_with_looking_at_each() -> None:
    things: list[Shared] = [KEY, CONF, FRONT, secret("alone")]
    for thing in things:
        assert list(users_of(KNOWN, thing)) == [each for each in KNOWN.services.values() if uses(each, thing)]


def test_the_index_is_made_once_for_the_same_services() -> None:
    assert usage_of(KNOWN) is usage_of(KNOWN.with_networks([FRONT]))
    assert usage_of(KNOWN) is not usage_of(KNOWN.with_services([service("other")]))


def test_ten_thousand_configs_are_looked_up_at_once() -> None:
    configs = [config(f"c{number}") for number in range(10_000)]
    services = [using(f"s{number}", configs[number], stack=f"t{number % 50}") for number in range(2_000)]
    large = with_shared(cluster([], services, None), configs)
    usage_of(large)
    begun = time.perf_counter()
    found = sum(len(users_of(large, each)) for each in configs)
    assert found == 2_000
    assert time.perf_counter() - begun < 0.5
