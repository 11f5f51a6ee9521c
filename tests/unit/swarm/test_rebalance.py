"""Which services could gain from a node that takes tasks again."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.rebalance import Gain, has_gainers, rebalancing_of, why_not_begun
from swarmtui.swarm.objects.node import Node, Platform
from swarmtui.swarm.objects.service import Port, Service, UpdateConfig
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import Mount
from tests.unit.swarm.builders import NOW, cluster, node, replicas_on, service, task

EMPTY = node("wrk1", labels={"disk": "hdd"})
OTHERS = [node("wrk2"), node("wrk3")]


def swarm_of(*services: tuple[Service, list[Task]], empty: Node = EMPTY) -> Cluster:
    tasks = [task for _, group in services for task in group]
    return cluster([empty, *OTHERS], [each for each, _ in services], tasks)


def gains(snapshot: Cluster, name: str = "wrk1") -> tuple[Gain, ...]:
    return rebalancing_of(snapshot, snapshot.nodes[f"node-{name}"], NOW).gains


def updating(order: str, parallelism: int = 1) -> Service:
    web = service("web", 4)
    policy = UpdateConfig(parallelism, order=order)
    return msgspec.structs.replace(web, spec=msgspec.structs.replace(web.spec, update_config=policy))


def test_services_with_tasks_elsewhere_that_fit_gain_the_unevenly_spread_first() -> None:
    snapshot = swarm_of(
        (service("api"), replicas_on("api", "wrk2")),
        (service("web", 4), replicas_on("web", "wrk2", "wrk2", "wrk3", "wrk3")),
    )
    assert [each.service.name for each in gains(snapshot)] == ["web", "api"]
    assert has_gainers(snapshot, EMPTY)
    web, api = gains(snapshot)
    assert (web.cost, web.is_safe) == ("4 tasks, 1 at a time, stop-first", True)
    assert web.expected("wrk1") == "Swarm may place 1 or 2 of its 4 tasks on wrk1"
    assert (api.cost, api.is_safe) == ("1 task, stop-first: an outage", False)
    assert api.expected("wrk1") == "Swarm may place it on wrk1"


@pytest.mark.parametrize(
    "of",
    [
        pytest.param(service("web", 2, constraints=["node.labels.disk == ssd"]), id="constraint"),
        pytest.param(service("web", 2, platforms=[Platform("arm64", "linux")]), id="platform"),
        pytest.param(service("web", 2, reserved_cpus=5), id="larger than the node"),
        pytest.param(service("web", mode="global"), id="global"),
        pytest.param(service("web", 2, mode="replicated-job"), id="job"),
        pytest.param(service("web", 0), id="without tasks"),
    ],
)
def test_what_cannot_run_there_or_is_not_replicated_gains_nothing(of: Service) -> None:
    tasks = [] if of.spec.mode.replicated and not of.spec.mode.replicated.replicas else replicas_on("web", "wrk2")
    snapshot = swarm_of((of, tasks))
    assert not gains(snapshot)
    assert not has_gainers(snapshot, EMPTY)


def test_what_has_no_room_there_gains_nothing() -> None:
    big = service("big", 1, reserved_cpus=3)
    db = service("db", 1, ports=[Port(published_port=8080, target_port=80, publish_mode="host")])
    web = service("web", 2, reserved_cpus=2)
    proxy = service("proxy", 1, ports=[Port(published_port=8080, target_port=80, publish_mode="host")])
    snapshot = swarm_of(
        (big, replicas_on("big", "wrk1")),
        (db, replicas_on("db", "wrk1")),
        (web, replicas_on("web", "wrk2", "wrk3")),
        (proxy, replicas_on("proxy", "wrk2")),
    )
    assert not gains(snapshot)


def test_a_limit_per_node_counts() -> None:
    snapshot = swarm_of((service("web", 4, max_replicas=3), replicas_on("web", "wrk1", "wrk2", "wrk2", "wrk2")))
    (web,) = gains(snapshot)
    assert web.expected("wrk1") == "Swarm may place some of its 4 tasks on wrk1 (1 now)"


@pytest.mark.parametrize(("here", "elsewhere", "gain"), [(1, 2, False), (1, 3, True), (0, 1, True), (2, 2, False)])
def test_a_node_with_its_share_gains_nothing(here: int, elsewhere: int, gain: bool) -> None:
    where = ["wrk1"] * here + ["wrk2"] * elsewhere
    assert bool(gains(swarm_of((service("web", len(where)), replicas_on("web", *where))))) is gain


def test_what_the_scheduler_does_is_foreseen_only_where_old_tasks_do_not_count() -> None:
    tasks = replicas_on("web", "wrk2", "wrk2", "wrk3", "wrk3")
    (web,) = gains(swarm_of((updating("start-first"), tasks)))
    assert web.expected("wrk1") == "Swarm may place some of its 4 tasks on wrk1"
    (web,) = gains(swarm_of((updating("stop-first", 0), tasks)))
    assert web.cost == "4 tasks, all at once, stop-first: an outage"
    (web,) = gains(swarm_of((updating("start-first", 0), tasks)))
    assert web.is_safe


def test_data_on_a_node_is_not_chosen_unasked() -> None:
    db = service("db", 2)
    template = db.spec.task_template
    assert template.container_spec is not None
    container = msgspec.structs.replace(template.container_spec, mounts=(Mount("volume", "data", "/data"),))
    template = msgspec.structs.replace(template, container_spec=container)
    db = msgspec.structs.replace(db, spec=msgspec.structs.replace(db.spec, task_template=template))
    (found,) = gains(swarm_of((db, replicas_on("db", "wrk2", "wrk3"))))
    assert not found.is_safe
    assert found.cost == "2 tasks, 1 at a time, stop-first, local data"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"update": "paused"}, "the update of web is paused, and a force-update would resume it"),
        ({"update": "updating"}, "web is being updated (updating 2/2)"),
        ({"replicas": 3}, "web is not well: "),
    ],
)
def test_what_would_not_become_whole_is_left_out_with_the_reason(changes: dict[str, Any], why: str) -> None:
    web = service("web", **{"replicas": 2, **changes})
    tasks = [*replicas_on("web", "wrk2", "wrk3"), task("web", 3, state="pending", error="no suitable node")]
    snapshot = swarm_of((web, tasks if "replicas" in changes else tasks[:2]))
    found = rebalancing_of(snapshot, EMPTY, NOW)
    assert not found.gains
    assert found.left_out[0].startswith(why)


def test_the_next_is_begun_only_while_it_still_makes_sense() -> None:
    web = (service("web", 2), replicas_on("web", "wrk2", "wrk3"))
    snapshot = swarm_of(web)
    assert why_not_begun(snapshot, "node-wrk1", "service-web") == ""
    drained = swarm_of(web, empty=node("wrk1", availability="drain"))
    assert why_not_begun(drained, "node-wrk1", "service-web") == "wrk1 is drained: it takes no tasks"
    down = swarm_of(web, empty=node("wrk1", state="down"))
    assert why_not_begun(down, "node-wrk1", "service-web") == "wrk1 is down: it takes no tasks"
    paused = swarm_of((service("web", 2, update="paused"), web[1]))
    assert why_not_begun(paused, "node-wrk1", "service-web").startswith("the update of web is paused")
    assert not has_gainers(drained, drained.nodes["node-wrk1"])
