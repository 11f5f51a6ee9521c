"""What comes of a change, or of a set of changes, in the dialog's words: tasks, places, data, quorum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.actions.judging import impact_of_set, verdict_of
from swarmtui.swarm.actions.ordering import order_of_sending
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.editing.edit_spec import EditSpec
from swarmtui.swarm.judgement.local_data import data_left_behind, local_mounts, stays_text
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.nodes.availability import SetAvailability
from swarmtui.swarm.nodes.labels import SetNodeLabels
from swarmtui.swarm.nodes.removal import RemoveNode
from swarmtui.swarm.nodes.roles import Demote, Promote
from swarmtui.swarm.objects.node import GenericAmount, GenericResource, Node, Plugin, Resources
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import ContainerStatus, Task
from swarmtui.swarm.objects.task_template import Driver, Mount, ResourceRequirements, RestartPolicy, VolumeOptions
from swarmtui.swarm.services.placement import SetPlacement
from swarmtui.swarm.services.rolling import ForceUpdate
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.swarm.services.service_settings import SetUpdatePolicy
from swarmtui.swarm.specs.fields import with_field
from tests.unit.swarm.builders import cluster, managers, node, replicas_on, service, task
from tests.unit.swarm.reading import dangers, notes, text, warnings

SSD = "node.labels.disk==ssd"
DATA = Mount("volume", "db_data", "/var/lib/data")


def of_set(actions: Sequence[Action], snapshot: Cluster) -> str:
    impact = impact_of_set(actions, snapshot)
    return "\n".join(f"{each.severity.name} {each.text}" for each in impact.consequences)


def drain(snapshot: Cluster, *names: str) -> list[Action]:
    return [SetAvailability.of(snapshot.nodes[f"node-{name}"], "drain") for name in names]


def with_mounts(of: Service, *mounts: Mount) -> Service:
    spec = of.spec
    assert spec.task_template.container_spec is not None
    container = msgspec.structs.replace(spec.task_template.container_spec, mounts=mounts)
    template = msgspec.structs.replace(spec.task_template, container_spec=container)
    return msgspec.structs.replace(of, spec=msgspec.structs.replace(spec, task_template=template))


def raw_of(name: str, **spec: Any) -> dict[str, Any]:
    template = {"ContainerSpec": {"Image": "nginx:1.27"}, **spec.pop("TaskTemplate", {})}
    whole = {"Name": name, "TaskTemplate": template, "Mode": {"Replicated": {"Replicas": 3}}, **spec}
    return {"ID": f"service-{name}", "Version": {"Index": 10}, "Spec": whole}


# ------------------------------------------------------------------------------------------------ sets


def test_draining_both_nodes_with_an_ssd_says_that_no_other_can_take_the_database() -> None:
    nodes = [node("a", labels={"disk": "ssd"}), node("b", labels={"disk": "ssd"}), node("c")]
    snapshot = cluster(nodes, [service("shop_db", 1, constraints=[SSD])], replicas_on("shop_db", "a"))
    assert "No other node can take" not in of_set(drain(snapshot, "a"), snapshot)
    assert (
        "DANGER No other node can take shop_db (1 node does not meet the placement constraints)."
        f" It requires {SSD}. Its task stops and waits."
    ) in of_set(drain(snapshot, "a", "b"), snapshot)


def test_an_outage_that_only_the_set_makes() -> None:
    snapshot = cluster([node("a"), node("b"), node("c")], [service("web", 2)], replicas_on("web", "a", "b"))
    for name in ("a", "b"):
        assert "Outage" not in of_set(drain(snapshot, name), snapshot)
    assert "DANGER Outage of web (2)" in of_set(drain(snapshot, "a", "b"), snapshot)


def test_draining_all_nodes_leaves_none_that_takes_tasks() -> None:
    snapshot = cluster([node("a"), node("b")], [service("web", 2)], replicas_on("web", "a", "b"))
    impact = impact_of_set(drain(snapshot, "a", "b"), snapshot)
    assert impact.must_type
    assert "No node will take tasks" in of_set(drain(snapshot, "a", "b"), snapshot)


def test_the_quorum_after_all_demotions_and_not_after_each() -> None:
    snapshot = cluster(managers(5))
    two = [Demote.of(snapshot.nodes[f"node-mgr{number}"]) for number in (2, 3)]
    assert "Now: 5 managers, 5 reachable, majority 3, can lose 2. After: 3 managers, 3 reachable" in of_set(
        two, snapshot
    )
    weak = cluster(managers(5, unreachable=2))
    lost = impact_of_set([Demote.of(weak.nodes["node-mgr2"])], weak)
    assert lost.must_type
    assert "The quorum would be lost" in lost.consequences[0].text
    mended = [Demote.of(weak.nodes[f"node-mgr{number}"]) for number in (2, 4, 5)]
    assert not impact_of_set(mended, weak).must_type


def test_several_services_are_scaled_into_the_same_free_room() -> None:
    small = [node("a", cpus=2), node("b", cpus=2)]
    services = [service(name, 1, reserved_cpus=1) for name in ("one", "two")]
    snapshot = cluster(small, services, [*replicas_on("one", "a"), *replicas_on("two", "b")])
    alone = ScaleService.of(services[0], 3)
    assert "will wait" not in of_set([alone], snapshot)
    both = of_set([alone, ScaleService.of(services[1], 3)], snapshot)
    assert "2 tasks will wait" in both
    assert "2 nodes have too little free of what a task reserves" in both


# ------------------------------------------------------------------------------------------------ order


def test_nodes_that_are_drained_next_take_no_task_of_the_first() -> None:
    snapshot = cluster([node("a"), node("b"), node("c"), node("d")])
    sending = order_of_sending(drain(snapshot, "a", "b", "c"), snapshot)
    assert sending.commands == (
        "docker node update --availability pause b",
        "docker node update --availability pause c",
        "docker node update --availability drain a",
        "docker node update --availability drain b",
        "docker node update --availability drain c",
    )
    after_pause = sending.actions[1].prepared()
    assert isinstance(after_pause, SetAvailability)
    assert after_pause.seen == "pause"
    assert after_pause.undo.wanted == "active"


def test_a_single_drain_needs_no_preparation() -> None:
    snapshot = cluster([node("a"), node("b")])
    assert not order_of_sending(drain(snapshot, "a"), snapshot).preparations


def test_demotions_never_lose_the_quorum_on_the_way() -> None:
    nodes = managers(5, unreachable=2)
    snapshot = cluster(nodes, connected_to="mgr2")
    actions = [Demote.of(each) for each in nodes[:2]] + [Demote.of(nodes[4]), Promote.of(node("wrk1"))]
    names = [each.target.name for each in order_of_sending(actions, snapshot).actions]
    assert names == ["mgr5", "wrk1", "mgr1", "mgr2"], "out of reach first, then promotions; the asked one last"


def test_an_update_leaves_the_task_of_a_global_service_on_a_paused_node() -> None:
    agent = service("agent", mode="global")
    nodes = [node("a"), node("b", availability="pause")]
    tasks = [task("agent", 0, "a"), task("agent", 0, "b")]
    snapshot = cluster(nodes, [agent], tasks)
    judged = verdict_of([ForceUpdate.of(raw_of("agent", Mode={"Global": {}}))], snapshot).of(agent.id)
    assert judged is not None
    assert [snapshot.node_name(each.node_id) for each in judged.fates.replaced] == ["a"]


# ------------------------------------------------------------------------------------------------ roles


def test_a_service_that_is_scaled_down_gives_up_the_task_that_a_promotion_has_rejected() -> None:
    nodes = [*managers(3), node("wrk1"), node("wrk2")]
    web = service("web", 2, constraints=["node.role==worker"])
    snapshot = cluster(nodes, [web], replicas_on("web", "wrk1", "wrk2"))
    judged = verdict_of([Promote.of(nodes[3]), ScaleService.of(web, 1)], snapshot).of(web.id)
    assert judged is not None
    assert [snapshot.node_name(task.node_id) for task in judged.fates.gone] == ["wrk1"]
    assert (judged.starting, judged.waiting) == (0, 0)


def test_promoting_a_node_says_which_tasks_may_no_longer_run_there() -> None:
    nodes = [*managers(3), node("wrk1"), node("wrk2")]
    db = service("shop_db", 1, constraints=["node.role==worker"])
    snapshot = cluster(nodes, [db], replicas_on("shop_db", "wrk1"))
    said = text(Promote.of(nodes[3]), snapshot)
    assert "DANGER Outage of shop_db" in said
    assert (
        "WARNING shop_db may no longer run on wrk1 (it requires node.role==worker): its task there stops and starts on"
        " another node."
    ) in said


def test_demoting_a_manager_says_that_its_tasks_are_stopped() -> None:
    nodes = [*managers(3), node("wrk1")]
    traefik = service("traefik", mode="global", constraints=["node.role==manager"])
    snapshot = cluster(nodes, [traefik], [task("traefik", on=f"mgr{number}") for number in (1, 2, 3)])
    said = text(Demote.of(nodes[1]), snapshot)
    assert "traefik may no longer run on mgr2 (it requires node.role==manager): its task there stops." in said
    assert "stay where they are" not in said
    other = cluster(nodes, [service("web", 3)], replicas_on("web", "mgr2"))
    assert "Its tasks stay where they are." in notes(Demote.of(nodes[1]), other)


# ------------------------------------------------------------------------------------------------ data


def test_a_volume_on_the_node_stays_there_when_its_task_leaves() -> None:
    snapshot = cluster(
        [node("wrk1"), node("wrk2")], [with_mounts(service("shop_db"), DATA)], replicas_on("shop_db", "wrk1")
    )
    stays = "shop_db: its volume db_data stays on wrk1; elsewhere it starts empty."
    assert stays in dangers(SetAvailability.of(snapshot.nodes["node-wrk1"], "drain"), snapshot)
    assert stays in dangers(RemoveNode.of(snapshot.nodes["node-wrk1"], force=True), snapshot)
    mounts = {"ContainerSpec": {"Image": "x", "Mounts": [{"Type": "volume", "Source": "db_data"}]}}
    assert stays in dangers(SetPlacement.of(raw_of("shop_db", TaskTemplate=mounts), ["node.hostname==wrk2"]), snapshot)
    again = ForceUpdate.of(raw_of("shop_db"))
    with_volume = ForceUpdate.of(raw_of("shop_db", TaskTemplate=mounts))
    assert "stays on" not in text(again, snapshot)
    assert (
        "its volume db_data stays on wrk1; elsewhere it starts empty. The new task may start on another node."
        in text(with_volume, snapshot)
    )


def test_a_task_that_can_only_start_on_its_own_node_again_keeps_its_data() -> None:
    mounts = {"ContainerSpec": {"Image": "x", "Mounts": [{"Type": "volume", "Source": "d"}]}}
    placed = {**mounts, "Placement": {"Constraints": ["node.hostname==wrk1"]}}
    snapshot = cluster([node("wrk1"), node("wrk2")], [service("db")], replicas_on("db", "wrk1"))
    assert "stays on" not in text(ForceUpdate.of(raw_of("db", TaskTemplate=placed)), snapshot)


@pytest.mark.parametrize(
    ("mount", "stays"),
    [
        (DATA, "its volume db_data stays on a; elsewhere it starts empty"),
        (Mount("volume", "", "/cache"), "its volume (anonymous, /cache) stays on a; elsewhere it starts empty"),
        (Mount("bind", "/srv/data", "/data"), "its bind mount /srv/data stays on a"),
        (Mount("bind", "/srv/data", "/data", read_only=True), ""),
        (Mount("bind", "/var/run/docker.sock", "/var/run/docker.sock"), ""),
        (Mount("tmpfs", "", "/tmp"), ""),
        (Mount("volume", "v", "/v", volume_options=VolumeOptions(Driver("rexray"))), ""),
        (Mount("volume", "v", "/v", volume_options=VolumeOptions(Driver("local", {"type": "nfs"}))), ""),
        (
            Mount("volume", "v", "/v", volume_options=VolumeOptions(Driver("local", {"type": "none", "o": "bind"}))),
            "its volume v stays on a; elsewhere it starts empty",
        ),
    ],
)
def test_what_stays_on_a_node(mount: Mount, stays: str) -> None:
    of = with_mounts(service("db"), mount)
    assert stays_text(local_mounts(of), ["a"]) == stays
    assert bool(local_mounts(of)) == bool(stays)


def with_container(of: Task) -> Task:
    return msgspec.structs.replace(
        of, status=msgspec.structs.replace(of.status, container_status=ContainerStatus("abc"))
    )


def test_a_service_whose_task_has_moved_away_from_its_volume_says_so() -> None:
    of = with_mounts(service("db"), DATA)
    old = with_container(task("db", 1, "wrk1", state="shutdown", desired="shutdown", created=900))
    nodes = [node("wrk1", state="down"), node("wrk2")]
    moved = cluster(nodes, [of], [old, task("db", 1, "wrk2", created=60)])
    (left,) = data_left_behind(moved, of)
    assert left.text(moved) == "volume db_data is on wrk1 (down), and db.1 is on wrk2"
    assert not list(data_left_behind(cluster(nodes, [of], [old, task("db", 1, "wrk1", created=60)]), of))
    assert not list(data_left_behind(moved, service("db")))
    assert "db: volume db_data is on wrk1 (down), and db.1 is on wrk2." in warnings(RemoveNode.of(nodes[0]), moved)


# ------------------------------------------------------------------------------------------------ activation


def test_tasks_that_wait_for_exactly_this_node_are_said_to_start() -> None:
    wrk1 = node("wrk1", availability="drain", labels={"disk": "ssd"})
    db = service("db", 2, constraints=[SSD])
    waiting = [task("db", number, state="pending") for number in (1, 2)]
    snapshot = cluster([wrk1, node("wrk2")], [db], waiting)
    said = notes(SetAvailability.of(wrk1, "active"), snapshot)
    assert "2 tasks that wait for a node will start: db 2." in said
    assert not any("Nothing moves back" in each for each in said)


def test_a_label_that_waiting_tasks_want_lets_them_start() -> None:
    bare = node("wrk1")
    snapshot = cluster([bare], [service("db", 1, constraints=[SSD])], [task("db", 1, state="pending")])
    assert "1 task that waits for a node will start: db 1." in notes(SetNodeLabels.of(bare, {"disk": "ssd"}), snapshot)


# ------------------------------------------------------------------------------------------------ places


def test_three_hundred_replicas_with_reservations_that_fit_forty() -> None:
    nodes = [node(f"n{number}", cpus=4) for number in range(10)]
    web = service("web", 3, reserved_cpus=1, status=(3, 3))
    snapshot = cluster(nodes, [web], replicas_on("web", "n0", "n1", "n2"))
    assert warnings(ScaleService.of(web, 40), snapshot) == []
    assert (
        "The nodes have room for 40 of 300 tasks of web (10 nodes have too little free of what a task reserves):"
        " 260 tasks will wait."
    ) in warnings(ScaleService.of(web, 300), snapshot)


def test_what_others_have_reserved_is_taken_off() -> None:
    hungry, web = service("hungry", 1, reserved_cpus=3), service("web", 1, reserved_cpus=1)
    snapshot = cluster([node("a", cpus=4)], [hungry, web], [*replicas_on("hungry", "a"), *replicas_on("web", "a")])
    (said,) = warnings(ScaleService.of(web, 2), snapshot)
    assert said.startswith("No node can take a task of web now (1 node has too little free of what a task reserves)")


def test_generic_resources_that_tasks_have_are_not_there_for_others() -> None:
    def gpus(number: int) -> Resources:
        declared = GenericResource(discrete_resource_spec=GenericAmount("gpu", number))
        return Resources(4 * 10**9, 8 << 30, (declared,))

    able = node("a")
    able = msgspec.structs.replace(able, description=msgspec.structs.replace(able.description, resources=gpus(3)))
    web = service("web", 1)
    requirements = ResourceRequirements(reservations=Resources(generic_resources=gpus(2).generic_resources))
    template = msgspec.structs.replace(web.spec.task_template, resources=requirements)
    web = msgspec.structs.replace(web, spec=msgspec.structs.replace(web.spec, task_template=template))
    snapshot = cluster([able, node("b")], [web], replicas_on("web", "a"))
    (said,) = warnings(ScaleService.of(web, 2), snapshot)
    assert "1 node has too little free of what a task reserves" in said
    assert "1 node is smaller than what a task reserves" in said


def test_a_node_without_the_drivers_plugin_takes_no_task() -> None:
    volume = Mount("volume", "v", "/v", volume_options=VolumeOptions(Driver("rexray")))
    of = with_mounts(service("db", 1), volume)
    able = node("b")
    engine = msgspec.structs.replace(able.description.engine, plugins=(Plugin("Volume", "rexray:latest"),))
    able = msgspec.structs.replace(able, description=msgspec.structs.replace(able.description, engine=engine))
    snapshot = cluster([node("a"), able], [of], replicas_on("db", "b"))
    (_, places) = dangers(SetAvailability.of(able, "drain"), snapshot)
    assert places.startswith("No other node can take db (1 node lacks a plugin that a task needs)")


def test_a_service_that_restarts_no_task_loses_it_for_good() -> None:
    of = service("once", 1)
    template = msgspec.structs.replace(of.spec.task_template, restart_policy=RestartPolicy("none"))
    of = msgspec.structs.replace(of, spec=msgspec.structs.replace(of.spec, task_template=template))
    snapshot = cluster([node("a"), node("b")], [of], replicas_on("once", "a"))
    assert "once does not restart tasks (restart condition none): its task stops for good." in dangers(
        SetAvailability.of(snapshot.nodes["node-a"], "drain"), snapshot
    )


# ------------------------------------------------------------------------------------------------ start-first

ONE_A_NODE = {"Placement": {"MaxReplicas": 1}}
HOST_PORT = {"Ports": [{"TargetPort": 80, "PublishedPort": 80, "Protocol": "tcp", "PublishMode": "host"}]}
START_FIRST = {"Order": "start-first", "Parallelism": 1}


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"TaskTemplate": ONE_A_NODE}, "at most 1 per node"),
        ({"EndpointSpec": HOST_PORT}, "host port 80"),
        ({"TaskTemplate": {"Resources": {"Reservations": {"NanoCPUs": 3 * 10**9}}}}, "what a task reserves"),
    ],
)
def test_start_first_where_nothing_fits_beside_the_old_task(spec: dict[str, Any], reason: str) -> None:
    raw = raw_of("web", UpdateConfig=START_FIRST, **spec)
    web = msgspec.convert({**raw, "Version": {"Index": 10}}, Service)
    snapshot = cluster([node("a"), node("b"), node("c")], [web], replicas_on("web", "a", "b", "c"))
    (said,) = [each for each in warnings(ForceUpdate.of(raw), snapshot) if "cannot finish" in each]
    assert said.startswith("This update of web cannot finish: start-first needs room for the new task beside")
    assert reason in said
    roomy = snapshot.with_all(Node, [*snapshot.nodes.values(), node("d")])
    assert "cannot finish" not in text(ForceUpdate.of(raw), roomy)


def test_an_update_by_start_first_and_new_replicas_compete_for_the_places() -> None:
    raw = raw_of("web", TaskTemplate=ONE_A_NODE, UpdateConfig=START_FIRST)
    raw["Spec"]["Mode"] = {"Replicated": {"Replicas": 2}}
    web = msgspec.convert(raw, Service)
    snapshot = cluster([node("a"), node("b"), node("c")], [web], replicas_on("web", "a", "b"))
    grown = with_field(
        with_field(raw["Spec"], ("TaskTemplate", "ForceUpdate"), 1), ("Mode", "Replicated", "Replicas"), 3
    )
    assert "This update of web cannot finish" in text(
        EditSpec.of(Target.of_json(Kind.SERVICE, raw), raw["Spec"], grown), snapshot
    )


def test_the_setting_that_makes_updates_impossible_says_so_before_one_is_started() -> None:
    raw = raw_of("web", TaskTemplate=ONE_A_NODE, UpdateConfig={"Order": "stop-first", "Parallelism": 1})
    web = msgspec.convert(raw, Service)
    snapshot = cluster([node("a"), node("b"), node("c")], [web], replicas_on("web", "a", "b", "c"))
    texts = list(SetUpdatePolicy.texts_of(raw["Spec"]))
    texts[2] = "start-first"
    policy = SetUpdatePolicy.of(raw, tuple(texts))
    assert any(each.startswith("An update of web cannot finish") for each in warnings(policy, snapshot))
    assert "cannot finish" not in text(ForceUpdate.of(raw), snapshot)
    filling = raw_of("web", TaskTemplate=ONE_A_NODE, UpdateConfig=START_FIRST)
    two = msgspec.convert({**filling, "Spec": {**filling["Spec"], "Mode": {"Replicated": {"Replicas": 2}}}}, Service)
    snapshot = cluster([node("a"), node("b"), node("c")], [two], replicas_on("web", "a", "b"))
    assert "An update of web cannot finish" in text(ScaleService.of(two, 3), snapshot)
