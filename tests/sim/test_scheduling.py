"""Where tasks go, and what is said when they cannot go anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from .rig import Rig

MIB = 1 << 20


@pytest.fixture
def rig() -> Rig:
    return Rig()


def why(rig: Rig, **template: Any) -> str:
    """What is said of a task that cannot be placed."""
    rig.create("stuck", replicas=1, **template)
    rig.advance(3.0)
    task = rig.tasks("stuck")[0]
    assert task["Status"]["State"] == "pending"
    assert task["Status"]["Message"] == "pending task scheduling"
    return str(task["Status"]["Err"])


def constraint(*expressions: str) -> dict[str, Any]:
    return {"Placement": {"Constraints": list(expressions)}}


def test_a_constraint_that_nobody_meets(rig: Rig) -> None:
    said = why(rig, **constraint("node.labels.x==y"))
    assert said == "no suitable node (scheduling constraints not satisfied on 5 nodes)"


def test_several_reasons_the_commonest_first(rig: Rig) -> None:
    rig.set_node("w1", Availability="drain")
    rig.set_node("w2", Availability="pause")
    said = why(rig, **constraint("node.labels.x==y"))
    assert said == (
        "no suitable node (scheduling constraints not satisfied on 3 nodes; 2 nodes not available for new tasks)"
    )


def test_one_node_is_said_in_the_singular() -> None:
    said = why(Rig(managers=1, workers=0), **constraint("node.role==worker"))
    assert said == "no suitable node (scheduling constraints not satisfied on 1 node)"


def test_too_much_memory(rig: Rig) -> None:
    resources = {"Reservations": {"MemoryBytes": 1 << 40}}
    assert why(rig, Resources=resources) == "no suitable node (insufficient resources on 5 nodes)"


def gpus(*names: str, number: int = 0) -> list[dict[str, Any]]:
    """What an engine's users declare: GPUs by their names, or a number of them."""
    if number:
        return [{"DiscreteResourceSpec": {"Kind": "gpu", "Value": number}}]
    return [{"NamedResourceSpec": {"Kind": "gpu", "Value": name}} for name in names]


def test_generic_resources_are_given_away_by_name_or_number() -> None:
    rig = Rig(managers=1, workers=2)
    rig.cluster.machine("w1").generic_resources = gpus("a", "b")
    rig.cluster.machine("w2").generic_resources = gpus(number=3)
    for name in ("w1", "w2"):
        rig.cluster.machine(name).described_anew()
    rig.cluster.take_over()
    rig.create("train", replicas=3, Resources={"Reservations": {"GenericResources": gpus(number=2)}})
    rig.advance(5.0)
    assert rig.hosts("train") == ["w1", "w2"]
    assert rig.errors("train") == {"no suitable node (insufficient resources on 3 nodes)"}
    given = {rig.cluster.machine(each["NodeID"]).hostname: each["GenericResources"] for each in rig.running("train")}
    assert given == {"w1": gpus("a", "b"), "w2": gpus(number=2)}
    on_w1 = next(each for each in rig.running("train") if each["NodeID"] == rig.node("w1")["ID"])
    container = on_w1["Status"]["ContainerStatus"]["ContainerID"]
    environment = rig.cluster.engine("w1").containers.inspect(container)["Config"]["Env"]
    assert "DOCKER_RESOURCE_GPU=a,b" in environment
    rig.cluster.faults.crash(on_w1["ID"])
    rig.advance(30.0)
    assert rig.hosts("train") == ["w1", "w2"], "what a task had is free again once it has ended"


def test_a_task_goes_from_a_node_that_has_no_longer_what_it_was_given() -> None:
    rig = Rig(managers=1, workers=2)
    for name in ("w1", "w2"):
        rig.cluster.machine(name).generic_resources = gpus(number=1) if name == "w1" else []
        rig.cluster.machine(name).described_anew()
    rig.cluster.take_over()
    rig.create("train", replicas=1, Resources={"Reservations": {"GenericResources": gpus(number=1)}})
    rig.settle("train", 1)
    rig.cluster.machine("w1").generic_resources = []
    rig.set_node("w1", Labels={"looked": "at"})
    assert "assigned node no longer meets constraints" in rig.errors("train")


def mounting(source: str, *, read_only: bool = False) -> dict[str, Any]:
    mount = {"Type": "cluster", "Source": source, "Target": "/data", "ReadOnly": read_only}
    return {"ContainerSpec": {"Image": "web:1", "Mounts": [mount]}}


def test_a_cluster_volume_of_one_node_keeps_its_tasks_there(rig: Rig) -> None:
    for name in ("m1", "w1", "w2"):
        rig.cluster.machine(name).csi_plugins = [{"PluginName": "nfs"}]
    mode = {"Scope": "single", "Sharing": "all", "MountVolume": {}}
    rig.engine.volumes.create({"Name": "data", "Driver": "nfs", "ClusterVolumeSpec": {"AccessMode": mode}})
    rig.create("db", replicas=2, **mounting("data"))
    rig.settle("db", 2)
    assert len(set(rig.hosts("db"))) == 1
    volume = rig.engine.volumes.list()[0]["ClusterVolume"]["ID"]
    assert {each["Volumes"][0]["ID"] for each in rig.running("db")} == {volume}
    rig.set_node(rig.hosts("db")[0], Availability="drain")
    rig.settle("db", 2)
    assert len(set(rig.hosts("db"))) == 1, "a volume that is let go can be used elsewhere"


def test_a_cluster_volume_that_does_not_exist_is_told(rig: Rig) -> None:
    said = why(rig, **mounting("nothing"))
    assert said == "no suitable node (cannot fulfill requested CSI volume mounts on 5 nodes)"


def test_a_missing_plugin(rig: Rig) -> None:
    assert why(rig, LogDriver={"Name": "nowhere"}) == "no suitable node (missing plugin on 5 nodes)"


def test_a_platform_that_nobody_has(rig: Rig) -> None:
    platforms = {"Platforms": [{"Architecture": "arm64", "OS": "linux"}]}
    assert why(rig, Placement=platforms) == "no suitable node (unsupported platform on 5 nodes)"


def test_host_ports_are_there_once_a_node(rig: Rig) -> None:
    ports = {"Ports": [{"TargetPort": 80, "PublishedPort": 9999, "PublishMode": "host"}]}
    rig.create("web", replicas=7, EndpointSpec=ports)
    rig.advance(20.0)
    assert rig.hosts("web") == ["m1", "m2", "m3", "w1", "w2"]
    assert rig.errors("web") == {"no suitable node (host-mode port already in use on 5 nodes)"}
    assert rig.running("web")[0]["Status"]["PortStatus"]["Ports"][0]["PublishedPort"] == 9999


def test_at_most_so_many_a_node(rig: Rig) -> None:
    rig.create("web", replicas=12, Placement={"MaxReplicas": 2})
    rig.advance(20.0)
    assert rig.hosts("web") == sorted(["m1", "m2", "m3", "w1", "w2"] * 2)
    assert rig.errors("web") == {"no suitable node (max replicas per node limit exceed)"}


def test_reservations_fill_nodes_up(rig: Rig) -> None:
    rig.create("big", replicas=9, Resources={"Reservations": {"MemoryBytes": 9 * 1024 * MIB}})
    rig.advance(20.0)
    assert len(rig.running("big")) == 5
    assert rig.errors("big") == {"no suitable node (insufficient resources on 5 nodes)"}
    rig.scale("big", 5)
    rig.settle("big", 5)


def test_a_waiting_task_goes_where_room_is_made(rig: Rig) -> None:
    rig.create("web", replicas=1, **constraint("node.labels.disk==ssd"))
    rig.advance(5.0)
    assert rig.running("web") == []
    rig.set_node("w2", Labels={"disk": "ssd"})
    rig.settle("web", 1)
    assert rig.hosts("web") == ["w2"]
    assert "Err" not in rig.running("web")[0]["Status"]


def test_a_label_taken_away_moves_the_task(rig: Rig) -> None:
    for name in ("w1", "w2"):
        rig.set_node(name, Labels={"disk": "ssd"})
    rig.create("web", replicas=1, **constraint("node.labels.disk==ssd"))
    rig.settle("web", 1)
    here = rig.hosts("web")[0]
    rig.set_node(here, Labels={})
    rig.until(lambda: rig.hosts("web") not in ([], [here]))
    rejected = rig.tasks("web")[0]["Status"]
    assert (rejected["State"], rejected["Message"], rejected["Err"]) == (
        "rejected",
        "task rejected by constraint enforcer",
        "assigned node no longer meets constraints",
    )


def test_preferences_spread_over_zones() -> None:
    rig = Rig(managers=1, workers=5)
    for name, zone in {"m1": "a", "w1": "a", "w2": "a", "w3": "a", "w4": "b", "w5": "c"}.items():
        rig.set_node(name, Labels={"zone": zone})
    rig.create("web", replicas=9, Placement={"Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.zone"}}]})
    rig.settle("web", 9)
    hosts = rig.hosts("web")
    assert hosts.count("w4") == hosts.count("w5") == 3


def test_a_full_zone_leaves_its_share_to_the_others() -> None:
    rig = Rig(managers=1, workers=2)
    for name, zone in {"m1": "a", "w1": "a", "w2": "b"}.items():
        rig.set_node(name, Labels={"zone": zone})
    placement = {"Preferences": [{"Spread": {"SpreadDescriptor": "node.labels.zone"}}], "MaxReplicas": 2}
    rig.create("web", replicas=6, Placement=placement)
    rig.settle("web", 6)
    assert rig.hosts("web") == ["m1", "m1", "w1", "w1", "w2", "w2"]


@pytest.mark.parametrize(
    ("expression", "hosts"),
    [
        ("node.hostname==w1", ["w1"]),
        ("node.hostname!=W1", ["m1", "m2", "m3", "w2"]),
        ("node.role == manager", ["m1", "m2", "m3"]),
        ("node.platform.os==linux", ["m1", "m2", "m3", "w1", "w2"]),
        ("node.platform.arch!=x86_64", []),
        ("engine.labels.kind==fast", []),
        ("node.labels.none!=x", ["m1", "m2", "m3", "w1", "w2"]),
        ("node.ip==10.90.0.0/24", ["m1", "m2", "m3", "w1", "w2"]),
        ("node.ip!=10.90.0.11", ["m2", "m3", "w1", "w2"]),
        ("node.unknown==x", []),
    ],
)
def test_constraints(rig: Rig, expression: str, hosts: list[str]) -> None:
    rig.create("agent", replicas=None, **constraint(expression))
    rig.advance(15.0)
    assert rig.hosts("agent") == hosts


def test_ten_thousand_pending_tasks(rig: Rig) -> None:
    rig.create("stuck", replicas=10_000, **constraint("node.labels.x==y"))
    rig.advance(2.0)
    assert len(rig.cluster.store.tasks) == 10_000
    assert len(rig.errors("stuck")) == 1
    rig.engine.services.remove("stuck")
    rig.advance(2.0)
    assert rig.cluster.store.tasks == {}
