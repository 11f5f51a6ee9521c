"""Where one can go from an object, and who uses what."""

from __future__ import annotations

import time

from swarmtui.swarm.describe.scene import Scene
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import describe, related
from swarmtui.swarm.objects.network import Network
from swarmtui.swarm.objects.service import Port, Service
from swarmtui.swarm.stacks.stack import stacks_of
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
    by_name = KNOWN.with_all(Service, [using("api", network("plain"))])
    assert [each.name for each in users_of(by_name, target)] == ["api"]
    assert users_of(KNOWN.with_all(Service, [named]), target) == ()


def test_the_ingress_network_names_the_services_that_publish_ports_wherever_it_is_shown() -> None:
    ingress = network("ingress", ingress=True)
    public = service("public", ports=[Port(target_port=80, published_port=8080)])
    known = with_shared(cluster(NODES, [public, service("inner")]), [ingress])
    assert [each.name for each in users_of(known, ingress)] == ["public"]
    raw = {"Id": ingress.id, "Name": "ingress", "Ingress": True}
    told = {section.title: section.facts for section in describe(Kind.NETWORK, raw, Scene(known, 0.0))}
    assert [fact.label for fact in told["Used by"]] == ["public"]
    assert "network ingress" in [place.text for place in related(known, public)]
    assert [place.text for place in related(known, ingress)] == ["service public"]


def test_the_index_is_made_once_for_the_same_services() -> None:
    assert usage_of(KNOWN) is usage_of(KNOWN.with_all(Network, [FRONT]))
    assert usage_of(KNOWN) is not usage_of(KNOWN.with_all(Service, [service("other")]))


def test_ten_thousand_configs_are_looked_up_by_an_index() -> None:
    configs = [config(f"c{number}") for number in range(10_000)]
    services = [using(f"s{number}", configs[number], stack=f"t{number % 50}") for number in range(2_000)]
    large = with_shared(cluster([], services, None), configs)
    usage_of(large)
    begun = time.process_time()
    found = sum(len(users_of(large, each)) for each in configs)
    assert found == 2_000
    assert time.process_time() - begun < 0.5
