"""What is refused, and in which words: as measured on real engines."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.errors import ApiError

from .rig import Rig

IMAGE = {"ContainerSpec": {"Image": "web:1"}}
INVALID = "rpc error: code = InvalidArgument desc = "


@pytest.fixture(scope="module")
def rig() -> Rig:
    rig = Rig()
    rig.create("web", EndpointSpec={"Ports": [{"TargetPort": 80, "PublishedPort": 8088}]})
    rig.settle("web", 2)
    return rig


@pytest.mark.parametrize(
    ("spec", "status", "message"),
    [
        (
            {"Name": "web", "TaskTemplate": IMAGE},
            409,
            "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service web already exists",
        ),
        ({"Name": "a b", "TaskTemplate": IMAGE}, 400, INVALID + "name must be valid as a DNS name component"),
        ({"Name": "x" * 64, "TaskTemplate": IMAGE}, 400, INVALID + "name must be 63 characters or fewer"),
        (
            {"Name": "x", "TaskTemplate": {"ContainerSpec": {}}},
            400,
            INVALID + "ContainerSpec: image reference must be provided",
        ),
        ({"Name": "x"}, 400, "mismatched Runtime and *Spec fields"),
        ({"Name": "x", "TaskTemplate": {**IMAGE, "Runtime": "plugin"}}, 400, "mismatched Runtime and *Spec fields"),
        ({"Name": "x", "TaskTemplate": {**IMAGE, "Runtime": "foo"}}, 400, "unsupported runtime"),
        (
            {"Name": "x", "TaskTemplate": {**IMAGE, "Placement": {"Constraints": ["foo"]}}},
            500,
            "rpc error: code = Unknown desc = constraint expected one operator from ==, !=",
        ),
        (
            {"Name": "x", "TaskTemplate": {"ContainerSpec": {"Image": "UP:CASE:x"}}},
            400,
            INVALID + 'ContainerSpec: "UP:CASE:x" is not a valid repository/tag',
        ),
        ({"Name": "x", "TaskTemplate": {**IMAGE, "Networks": [{"Target": "zzz"}]}}, 500, "network zzz not found"),
        (
            {"Name": "x", "TaskTemplate": IMAGE, "Mode": {"Global": {}, "Replicated": {"Replicas": 1}}},
            400,
            "must specify only one service mode",
        ),
        (
            {"Name": "x", "TaskTemplate": {**IMAGE, "RestartPolicy": {"Condition": "zz"}}},
            400,
            'invalid RestartCondition: "zz"',
        ),
        (
            {"Name": "x", "TaskTemplate": IMAGE, "UpdateConfig": {"FailureAction": "zz"}},
            400,
            "unrecognized update failure action zz",
        ),
        (
            {
                "Name": "x",
                "TaskTemplate": {
                    "ContainerSpec": {
                        "Image": "web:1",
                        "Secrets": [{"File": {"Name": "q"}, "SecretID": "zzz", "SecretName": "zzz"}],
                    }
                },
            },
            400,
            INVALID + "secret not found: zzz",
        ),
    ],
)
def test_specs_that_cannot_be(rig: Rig, spec: dict[str, Any], status: int, message: str) -> None:
    with pytest.raises(ApiError) as refused:
        rig.engine.services.create(spec)
    assert (refused.value.status, refused.value.message) == (status, message)


def test_an_ingress_port_belongs_to_one_service(rig: Rig) -> None:
    with pytest.raises(ApiError) as refused:
        rig.create("x", EndpointSpec={"Ports": [{"TargetPort": 80, "PublishedPort": 8088}]})
    service = rig.service("web")["ID"]
    assert refused.value.message == (
        f"{INVALID}port '8088' is already in use by service 'web' ({service}) as an ingress port"
    )


def test_updates_need_the_newest_version(rig: Rig) -> None:
    service = rig.service("web")
    spec, version = service["Spec"], service["Version"]["Index"]
    for given, changed, status, message in (
        (1, spec, 500, "rpc error: code = Unknown desc = update out of sequence"),
        (version, {**spec, "Name": "other"}, 501, "renaming services is not supported"),
        (version, {**spec, "Mode": {"Global": {}}}, 501, "service mode change is not allowed"),
    ):
        with pytest.raises(ApiError) as refused:
            rig.engine.services.update("web", given, changed)
        assert refused.value.status == status
        assert refused.value.message.endswith(message)
    with pytest.raises(ApiError, match="does not have a previous spec"):
        rig.engine.services.update("web", version, spec, rollback="previous")


@pytest.mark.parametrize("kind", ["service", "task", "node", "secret", "config", "network"])
def test_what_is_not_there(rig: Rig, kind: str) -> None:
    with pytest.raises(ApiError) as refused:
        getattr(rig.engine, f"{kind}s").inspect("nothing")
    assert (refused.value.status, refused.value.message) == (404, f"{kind} nothing not found")


def test_objects_are_found_by_id_name_and_beginning(rig: Rig) -> None:
    full = rig.service("web")["ID"]
    assert rig.engine.services.inspect(full)["ID"] == full
    assert rig.engine.services.inspect(full[:8])["ID"] == full
    assert rig.engine.nodes.inspect("m2")["ID"] == rig.engine.nodes.inspect(rig.node("m2")["ID"][:10])["ID"]


def test_filters(rig: Rig) -> None:
    def names(found: bytes) -> list[str]:
        return sorted(each["Description"]["Hostname"] for each in msgspec.json.decode(found))

    assert names(rig.engine.nodes.list({"role": ["worker"]})) == ["w1", "w2"]
    assert names(rig.engine.nodes.list({"name": ["m"]})) == ["m1", "m2", "m3"]
    tasks = msgspec.json.decode(rig.engine.tasks.list({"service": ["web"], "desired-state": ["running"]}))
    assert len(tasks) == 2
    assert msgspec.json.decode(rig.engine.tasks.list({"name": ["web.1"]}))[0]["Slot"] == 1
    for call, filters, message in (
        (rig.engine.services.list, {"zz": ["a"]}, "invalid filter 'zz'"),
        (rig.engine.tasks.list, {"desired-state": ["zz"]}, "Invalid desired-state filter: 'zz'"),
        (rig.engine.tasks.list, {"service": ["none"]}, "service none not found"),
        (rig.engine.nodes.list, {"role": ["zz"]}, "Invalid role filter: 'zz'"),
    ):
        with pytest.raises(ApiError, match=message):
            call(filters)


def test_secrets_in_use_stay() -> None:
    rig = Rig(1, 0)
    data = base64.b64encode(b"hello").decode()
    secret = rig.engine.secrets.create({"Name": "pw", "Data": data, "Labels": {"a": "b"}})
    config = rig.engine.configs.create({"Name": "cf", "Data": data})
    file = {"Name": "x", "UID": "0", "GID": "0", "Mode": 292}
    rig.engine.services.create(
        {
            "Name": "web",
            "TaskTemplate": {
                "ContainerSpec": {
                    "Image": "web:1",
                    "Secrets": [{"File": file, "SecretID": secret, "SecretName": "pw"}],
                    "Configs": [{"File": file, "ConfigID": config, "ConfigName": "cf"}],
                }
            },
        }
    )
    assert "Data" not in rig.engine.secrets.inspect("pw")["Spec"]
    assert rig.engine.configs.inspect("cf")["Spec"]["Data"] == data
    for calls, kind, name in ((rig.engine.secrets, "secret", "pw"), (rig.engine.configs, "config", "cf")):
        with pytest.raises(ApiError) as refused:
            calls.remove(name)
        assert refused.value.message == f"{INVALID}{kind} '{name}' is in use by the following service: web"
        with pytest.raises(ApiError, match=f"{kind} {name} already exists") as conflict:
            calls.create({"Name": name, "Data": data})
        assert conflict.value.status == 409
    version = rig.engine.secrets.inspect("pw")["Version"]["Index"]
    rig.engine.secrets.update("pw", version, {"Name": "pw", "Labels": {}})
    with pytest.raises(ApiError, match="only updates to Labels are allowed"):
        rig.engine.secrets.update("pw", version + 1, {"Name": "pw", "Data": "bmV3", "Labels": {}})
    rig.engine.services.remove("web")
    rig.engine.secrets.remove("pw")
    rig.engine.configs.remove("cf")


def test_networks() -> None:
    rig = Rig(1, 1)
    network = rig.engine.networks.create({"Name": "back", "Driver": "overlay", "Labels": {"x": "y"}})["Id"]
    assert rig.engine.networks.inspect("back")["IPAM"]["Config"] == [{"Subnet": "10.0.1.0/24", "Gateway": "10.0.1.1"}]
    with pytest.raises(ApiError, match="network with name back already exists"):
        rig.engine.networks.create({"Name": "back", "Driver": "overlay"})
    rig.create("web", replicas=2, Networks=[{"Target": "back"}])
    rig.settle("web", 2)
    service = rig.service("web")["ID"]
    with pytest.raises(ApiError, match=f"network {network} is in use by service {service}"):
        rig.engine.networks.remove("back")
    on_worker = [each["Name"] for each in msgspec.json.decode(rig.cluster.engine("w1").networks.list())]
    assert sorted(on_worker) == ["back", "bridge", "docker_gwbridge", "host", "ingress", "none"]
    rig.engine.services.remove("web")
    rig.advance(10.0)
    assert rig.engine.networks.prune() == {"NetworksDeleted": ["back"]}


def test_an_engine_without_a_swarm() -> None:
    cluster = Cluster()
    cluster.add_machine("lonely")
    engine = cluster.engine("lonely")
    with pytest.raises(ApiError, match='Use "docker swarm init" or "docker swarm join"') as refused:
        engine.services.list()
    assert refused.value.status == 503
    assert engine.info()["Swarm"]["LocalNodeState"] == "inactive"
    with pytest.raises(ApiError, match="This node is not part of a swarm"):
        engine.swarm.leave()
    node = engine.swarm.init({"ListenAddr": "0.0.0.0:2377"})
    cluster.advance(3.0)
    assert engine.nodes.inspect(node)["Status"]["State"] == "ready"
    with pytest.raises(ApiError, match="This node is already part of a swarm"):
        engine.swarm.init({"ListenAddr": "0.0.0.0:2377"})


def test_containers_of_a_node(rig: Rig) -> None:
    task = rig.running("web")[0]
    engine, id = rig.cluster.engine(task["NodeID"]), task["Status"]["ContainerStatus"]["ContainerID"]
    listed = msgspec.json.decode(engine.containers.list())
    assert [each["Id"] for each in listed] == [id]
    assert listed[0]["Labels"]["com.docker.swarm.task.id"] == task["ID"]
    assert engine.containers.inspect(id[:12])["State"]["Running"] is True
    first, second = engine.containers.stats(id), engine.containers.stats(id)
    assert first == second
    assert first["memory_stats"]["usage"] < first["memory_stats"]["limit"]
    with pytest.raises(ApiError, match="No such container: none"):
        engine.containers.inspect("none")


def test_logs_are_the_same_when_asked_again(rig: Rig) -> None:
    rig.advance(60.0)
    source = rig.engine.logs.service("web")
    lines = source.lines()
    assert lines == rig.engine.logs.service("web").lines()
    assert len({line.task_id for line in lines}) == 2
    assert [line.time for line in lines] == sorted(line.time for line in lines)
    middle = lines[len(lines) // 2].time
    assert source.lines(since=middle) == [line for line in lines if line.time >= middle]
    assert len(source.lines(tail=2)) == 4
    before = lines[-1].time
    rig.advance(30.0)
    assert source.lines(until=before) == lines
    assert len(source.lines()) > len(lines)


def test_events_of_managers_and_workers() -> None:
    rig = Rig()
    heard: dict[str, list[dict[str, Any]]] = {"m1": [], "w1": []}
    stop = [rig.cluster.engine(name).events.subscribe(events.append) for name, events in heard.items()]
    rig.create("web", replicas=5)
    rig.settle("web", 5)
    rig.scale("web", 6)
    rig.set_node("w1", Availability="drain")
    kinds = [(event["Type"], event["Action"]) for event in heard["m1"] if event["scope"] == "swarm"]
    assert kinds[0] == ("service", "create")
    scaled = next(event for event in heard["m1"] if event["Actor"]["Attributes"].get("replicas.new"))
    assert scaled["Actor"]["Attributes"] == {"name": "web", "replicas.old": "5", "replicas.new": "6"}
    drained = next(event for event in heard["m1"] if event["Type"] == "node")
    assert drained["Actor"]["Attributes"]["availability.new"] == "drain"
    assert {event["Type"] for event in heard["w1"]} == {"container", "network"}
    told = [(event["Type"], event["Action"]) for event in heard["w1"]]
    assert told[:1] == [("container", "create")]
    assert told.index(("network", "connect")) < told.index(("container", "start"))
    assert all(event["scope"] == "local" for event in heard["w1"])
    history = rig.cluster.engine("w1").events.history(0.0, rig.cluster.clock.now())
    assert history[-len(heard["w1"]) :] == heard["w1"]
    for each in stop:
        each()
    before = len(heard["m1"])
    rig.scale("web", 1)
    assert len(heard["m1"]) == before


def test_secrets_are_found_by_their_name_in_any_letters(rig: Rig) -> None:
    rig.engine.secrets.create({"Name": "Key", "Data": "YQ=="})
    assert rig.engine.secrets.inspect("KEY")["Spec"]["Name"] == "Key"


def test_a_node_that_a_client_has_changed_counts_as_pending(rig: Rig) -> None:
    """The API's spec of a node has no membership, so swarmkit reads none, which is its word for pending."""
    rig.set_node("w1", Labels={"a": "b"})
    listed = msgspec.json.decode(rig.engine.nodes.list({"membership": ["pending"]}))
    assert [each["Description"]["Hostname"] for each in listed] == ["w1"]
