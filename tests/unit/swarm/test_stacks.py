"""Stacks as labels make them, their health, and what removing one does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Kind, Severity
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.stacks import stack_health
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.stacks.changes import RemovePart, RemoveStack
from swarmtui.swarm.stacks.stack import short_name, stack_named, stacks_of
from tests.unit.swarm import builders
from tests.unit.swarm.reading import dangers, notes, text, warnings
from tests.unit.swarm.shared_builders import config, network, secret, using, with_shared

KEY, CONF = secret("shop_key", stack="shop"), config("shop_conf", stack="shop")
FRONT, BACK = network("shop_front", stack="shop"), network("shop_back", stack="shop")


def shop(*more: Service) -> Cluster:
    services = [using("shop_web", KEY, CONF, FRONT, stack="shop"), using("shop_api", BACK, stack="shop"), *more]
    return with_shared(builders.cluster([builders.node("n1", leader=True)], services, None), [KEY, CONF, FRONT, BACK])


def test_a_stack_is_what_bears_its_label() -> None:
    cluster = shop(using("alone"), using("ops_agent", stack="ops"))
    ops, found = stacks_of(cluster)
    assert (ops.name, found.name) == ("ops", "shop")
    assert [service.name for service in found.services] == ["shop_api", "shop_web"]
    assert found.summary == "2 services, 1 secret, 1 config, 2 networks"
    assert [part.name for part in found.parts] == [
        "shop_api",
        "shop_web",
        "shop_key",
        "shop_conf",
        "shop_back",
        "shop_front",
    ]
    assert stack_named(cluster, "shop") == found
    assert stack_named(cluster, "gone") is None


def test_a_stack_of_which_only_a_network_is_left_is_still_one() -> None:
    cluster = with_shared(Cluster(), [network("old_default", stack="old")])
    (stack,) = stacks_of(cluster)
    assert stack.summary == "1 network"
    assert stack_health(cluster, stack, builders.NOW).services == 0


def test_before_secrets_are_known_a_stack_has_its_services() -> None:
    cluster = builders.cluster([], [using("shop_web", stack="shop")])
    assert stacks_of(cluster)[0].summary == "1 service"


def test_health_counts_services_and_tasks() -> None:
    services = [
        builders.service("shop_web", 3, labels={"com.docker.stack.namespace": "shop"}, status=(3, 3)),
        builders.service("shop_api", 2, labels={"com.docker.stack.namespace": "shop"}, status=(1, 2)),
        builders.service(
            "shop_db",
            1,
            labels={"com.docker.stack.namespace": "shop"},
            status=(1, 1),
            update="paused",
            update_message="update paused",
        ),
    ]
    cluster = builders.cluster([builders.node("n1", leader=True)], services, None)
    health = stack_health(cluster, stacks_of(cluster)[0], builders.NOW)
    assert (health.healthy, health.services, health.tasks_text) == (1, 3, "5/6")
    assert health.trouble == "1 service short: api, db paused"


def test_tasks_that_are_not_known_are_not_counted_as_none() -> None:
    cluster = builders.cluster([], [builders.service("a", labels={"com.docker.stack.namespace": "s"})], None)
    assert "?" in stack_health(cluster, stacks_of(cluster)[0], builders.NOW).tasks_text


def test_an_update_under_way_is_no_trouble() -> None:
    services = [
        builders.service("s_web", 2, labels={"com.docker.stack.namespace": "s"}, status=(2, 2), update="updating")
    ]
    cluster = builders.cluster([builders.node("n1", leader=True)], services, None)
    health = stack_health(cluster, stacks_of(cluster)[0], builders.NOW)
    assert health.trouble == ""
    assert health.under_way.startswith("web updating")


def test_short_names() -> None:
    assert short_name(using("shop_web", stack="shop")) == "web"
    assert short_name(using("web", stack="shop")) == "web"
    assert short_name(using("shop_", stack="shop")) == "shop_"


# ------------------------------------------------------------------------------------------------ removal


def test_a_stack_goes_in_dockers_order() -> None:
    cluster = shop()
    action = RemoveStack.of(stacks_of(cluster)[0], cluster)
    steps = list(action.steps())
    assert all(isinstance(step, RemovePart) for step in steps)
    assert [step.target.kind for step in steps] == [
        Kind.SERVICE,
        Kind.SERVICE,
        Kind.SECRET,
        Kind.CONFIG,
        Kind.NETWORK,
        Kind.NETWORK,
    ]
    assert [step.docker_command for step in steps][-1] == "docker network rm shop_front"
    assert action.docker_command == "docker stack rm shop"
    waits = {step.target.kind: step.patience > 0 for step in steps if isinstance(step, RemovePart)}
    assert waits == {Kind.SERVICE: False, Kind.SECRET: False, Kind.CONFIG: False, Kind.NETWORK: True}


def test_everything_is_listed_and_the_name_must_be_typed() -> None:
    cluster = shop()
    action = RemoveStack.of(stacks_of(cluster)[0], cluster)
    impact = action.impact(cluster)
    assert impact.type_to_confirm == "shop"
    assert impact.severity is Severity.DANGER
    assert dangers(action, cluster) == ["2 services removed, with all tasks: shop_api and shop_web."]
    assert "2 networks removed: shop_back and shop_front." in warnings(action, cluster)
    assert "Volumes stay" in notes(action, cluster)[0]


def test_what_others_use_stays_and_that_is_told() -> None:
    cluster = shop(using("proxy", FRONT, KEY))
    action = RemoveStack.of(stacks_of(cluster)[0], cluster)
    assert {part.name for part in action.parts} == {"shop_web", "shop_api", "shop_conf", "shop_back"}
    assert "The network shop_front stays: proxy, outside the stack, needs it." in warnings(action, cluster)


def test_what_came_meanwhile_is_told() -> None:
    cluster = shop()
    action = RemoveStack.of(stacks_of(cluster)[0], cluster)
    assert "shop_new joined the stack meanwhile" in text(action, shop(using("shop_new", stack="shop")))


def test_a_stack_is_not_removed_before_all_of_it_is_known() -> None:
    cluster = shop()
    late = replace(cluster, networks=None)
    with pytest.raises(NotPossible, match="has not listed its networks yet"):
        RemoveStack.of(stacks_of(late)[0], late)
    refusing = late.with_refusal(Kind.NETWORK, "403")
    action = RemoveStack.of(stacks_of(refusing)[0], refusing)
    assert "The engine does not list its networks: those of the stack stay." in warnings(action, refusing)


def test_progress_of_a_removal() -> None:
    cluster = shop()
    action = RemoveStack.of(stacks_of(cluster)[0], cluster)
    left = with_shared(builders.cluster([], []), [FRONT])
    assert action.progress(cluster).text == "0 of 6 objects removed"
    assert action.progress(left).text == "5 of 6 objects removed"
    assert action.progress(with_shared(builders.cluster(), [])).settled
