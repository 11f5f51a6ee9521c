"""Networks that every engine has, those that somebody makes on one engine, and who is on a network."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.sim.agent.release import playing
from swarmtui.sim.control.errors import ApiError

from .rig import Rig

JSON = dict[str, Any]
_OUTSIDE = {"Subnet": "10.8.0.0/24", "Gateway": "10.9.0.1"}
ON_WORKER = {"Constraints": ["node.role==worker"]}


@pytest.fixture
def rig() -> Rig:
    return Rig(1, 1)


def names(rig: Rig, **filters: list[str]) -> list[str]:
    return sorted(each["Name"] for each in msgspec.json.decode(rig.engine.networks.list(filters)))


def container(rig: Rig, service: str) -> JSON:
    """The container of a service on the worker, as its engine inspects it."""
    task = rig.running(service)[0]
    return rig.cluster.engine("w1").containers.inspect(task["Status"]["ContainerStatus"]["ContainerID"])


@pytest.mark.parametrize(("name", "mode"), [("host", "host"), ("bridge", "bridge")])
def test_services_attach_to_what_every_engine_has(rig: Rig, name: str, mode: str) -> None:
    """As `docker stack deploy` does for an external network "host"."""
    rig.create("agent", replicas=1, Networks=[{"Target": name}], Placement=ON_WORKER)
    rig.settle("agent", 1)
    of_swarm = rig.engine.networks.inspect(name, scope="swarm")
    assert (of_swarm["Scope"], of_swarm["Driver"]) == ("swarm", name)
    assert rig.service("agent")["Endpoint"]["VirtualIPs"] == [{"NetworkID": of_swarm["Id"]}]
    (attachment,) = rig.running("agent")[0]["NetworksAttachments"]
    assert "Addresses" not in attachment
    assert attachment["Network"]["DriverState"] == {"Name": name}

    found, worker = container(rig, "agent"), rig.cluster.engine("w1")
    local = worker.networks.inspect(name)
    assert found["HostConfig"]["NetworkMode"] == mode
    assert found["NetworkSettings"]["Networks"][name]["NetworkID"] == local["Id"] != of_swarm["Id"]
    assert [each["Name"] for each in local["Containers"].values()] == [found["Name"].removeprefix("/")]
    if name == "host":
        assert found["Config"]["Hostname"] == "w1"
        assert found["NetworkSettings"]["Networks"]["host"]["IPAddress"] == ""
    assert names(rig, type=["builtin"]) == ["bridge", "host", "none"]
    assert names(rig, scope=["swarm"]) == ["ingress"]


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("none", 404, "could not find the corresponding predefined swarm network: network none not found"),
        ("mine", 403, "The network mine cannot be used with services. Only networks scoped to the swarm can be used"),
        ("docker_gwbridge", 403, "The network docker_gwbridge cannot be used with services."),
    ],
)
def test_services_are_refused_on_networks_of_one_engine(rig: Rig, target: str, status: int, said: str) -> None:
    rig.engine.networks.create({"Name": "mine"})
    with pytest.raises(ApiError, match=said) as refused:
        rig.create("web", Networks=[{"Target": target}])
    assert refused.value.status == status


def test_bridges_are_made_looked_at_and_removed(rig: Rig) -> None:
    networks = rig.cluster.engine("w1").networks
    first = networks.create({"Name": "one", "Labels": {"a": "b"}})["Id"]
    networks.create({"Name": "two", "EnableIPv6": True, "IPAM": {"Config": [{"Subnet": "2001:db8:5::/64"}]}})
    networks.create({"Name": "three", "IPAM": {"Config": [{"Subnet": "172.30.0.0/16", "Gateway": "172.30.0.9"}]}})
    shown = networks.inspect(first[:12])
    assert (shown["Name"], shown["Scope"], shown["Driver"], shown["Labels"]) == ("one", "local", "bridge", {"a": "b"})
    assert shown["IPAM"]["Config"] == [{"Subnet": "172.19.0.0/16", "Gateway": "172.19.0.1"}]
    two = networks.inspect("two")
    assert two["EnableIPv6"]
    assert [each["Subnet"] for each in two["IPAM"]["Config"]] == ["172.20.0.0/16", "2001:db8:5::/64"]
    assert networks.inspect("three")["IPAM"]["Config"] == [{"Subnet": "172.30.0.0/16", "Gateway": "172.30.0.9"}]
    with pytest.raises(ApiError, match="network with name one already exists"):
        networks.create({"Name": "one"})
    with pytest.raises(ApiError, match="network one not found"):
        rig.engine.networks.inspect("one")
    networks.remove("one")
    assert networks.prune({"until": ["1h"]}) == {"NetworksDeleted": None}
    assert networks.prune() == {"NetworksDeleted": ["two", "three"]}
    for name in ("bridge", "host", "none"):
        with pytest.raises(ApiError, match=f"{name} is a pre-defined network and cannot be removed"):
            networks.remove(name)


def test_a_configuration_is_kept_while_it_is_used(rig: Rig) -> None:
    networks = rig.engine.networks
    networks.create({"Name": "base", "ConfigOnly": True, "IPAM": {"Config": [{"Subnet": "172.40.0.0/16"}]}})
    networks.create({"Name": "derived", "ConfigFrom": {"Network": "base"}})
    assert networks.inspect("base")["Driver"] == "null"
    assert networks.inspect("derived")["IPAM"]["Config"] == [{"Subnet": "172.40.0.0/16"}]
    with pytest.raises(ApiError, match='configuration network "base" is in use'):
        networks.remove("base")
    networks.remove("derived")
    networks.remove("base")


def test_containers_are_connected_and_disconnected(rig: Rig) -> None:
    rig.create("web", replicas=1, Placement=ON_WORKER)
    rig.settle("web", 1)
    worker, id = rig.cluster.engine("w1"), container(rig, "web")["Id"]
    worker.networks.create({"Name": "mine"})
    begun = rig.cluster.clock.now()
    worker.joining.connect("mine", {"Container": id, "EndpointConfig": {"Aliases": ["db"]}})
    end = container(rig, "web")["NetworkSettings"]["Networks"]["mine"]
    assert (end["IPAddress"], end["Gateway"], end["IPPrefixLen"]) == ("172.19.0.2", "172.19.0.1", 16)
    assert end["Aliases"] == ["db", id[:12]]
    assert worker.networks.inspect("mine")["Containers"][id]["IPv4Address"] == "172.19.0.2/16"
    with pytest.raises(ApiError, match="already exists in network mine"):
        worker.joining.connect("mine", {"Container": id})
    with pytest.raises(ApiError, match="has active endpoints"):
        worker.networks.remove("mine")
    worker.joining.disconnect("mine", {"Container": id})
    with pytest.raises(ApiError, match="is not connected to network mine"):
        worker.joining.disconnect("mine", {"Container": id})
    with pytest.raises(ApiError, match="connected to host network"):
        worker.joining.connect("host", {"Container": id})
    worker.networks.remove("mine")
    told = [
        (each["Action"], each["Actor"]["Attributes"]["name"])
        for each in worker.events.history(begun, rig.cluster.clock.now())
        if each["Type"] == "network"
    ]
    assert told == [("create", "mine"), ("connect", "mine"), ("disconnect", "mine"), ("destroy", "mine")]


def test_there_is_one_ingress_network(rig: Rig) -> None:
    networks = rig.engine.networks
    body = {"Name": "in", "Driver": "overlay", "Ingress": True, "IPAM": {"Config": [{"Subnet": "10.77.0.0/16"}]}}
    with pytest.raises(ApiError, match=r"ingress network \(.+\) is already present") as refused:
        networks.create(body)
    assert refused.value.status == 409
    networks.remove("ingress")
    networks.create(body)
    assert networks.inspect("in")["Ingress"]
    rig.create("web", replicas=1, EndpointSpec={"Ports": [{"TargetPort": 80}]})
    rig.settle("web", 1)
    assert rig.service("web")["Endpoint"]["VirtualIPs"][0]["Addr"].startswith("10.77.")


def test_a_network_of_the_same_addresses_waits_until_they_are_free(rig: Rig) -> None:
    same = {"Driver": "overlay", "IPAM": {"Config": [{"Subnet": "10.50.0.0/24"}]}}
    rig.engine.networks.create({"Name": "one", **same})
    rig.engine.networks.create({"Name": "two", **same})
    assert rig.engine.networks.inspect("two")["IPAM"]["Config"] is None
    rig.create("web", replicas=1, Networks=[{"Target": "two"}])
    rig.advance(20.0)
    assert [task["Status"]["State"] for task in rig.tasks("web")] == ["new"]
    rig.engine.networks.remove("one")
    rig.settle("web", 1)
    assert rig.running("web")[0]["NetworksAttachments"][0]["Addresses"] == ["10.50.0.3/24"]


def test_an_inspection_tells_who_is_on_a_network(rig: Rig) -> None:
    rig.engine.networks.create({"Name": "back", "Driver": "overlay"})
    assert rig.engine.networks.inspect("back")["Containers"] is None
    rig.create("web", replicas=1, Networks=[{"Target": "back"}], Placement=ON_WORKER)
    rig.settle("web", 1)
    found = rig.cluster.engine("w1").networks.inspect("back", verbose=True)
    address = rig.running("web")[0]["NetworksAttachments"][0]["Addresses"][0]
    own = found["Containers"][container(rig, "web")["Id"]]
    assert (own["IPv4Address"], own["EndpointID"] != "") == (address, True)
    assert found["Containers"]["lb-back"]["Name"] == "back-endpoint"
    assert [each["IP"] for each in found["Peers"]] == [rig.node("w1")["Status"]["Addr"]]
    service = found["Services"]["web"]
    assert service["VIP"] + "/24" == rig.service("web")["Endpoint"]["VirtualIPs"][0]["Addr"]
    assert [task["EndpointIP"] + "/24" for task in service["Tasks"]] == [address]
    assert len(rig.engine.networks.inspect("ingress")["Peers"]) == 2


def test_an_overlay_shows_all_that_was_asked_of_its_addresses(rig: Rig) -> None:
    two = [{"Subnet": "10.40.0.0/24"}, {"Subnet": "10.41.0.0/24"}]
    rig.engine.networks.create({"Name": "two", "Driver": "overlay", "IPAM": {"Config": two}})
    part = [{"Subnet": "10.42.0.0/24", "IPRange": "10.42.0.64/26", "Gateway": "10.42.0.77"}]
    rig.engine.networks.create({"Name": "part", "Driver": "overlay", "IPAM": {"Config": part}})
    shown = rig.engine.networks.inspect("two")
    assert [each["Gateway"] for each in shown["IPAM"]["Config"]] == ["10.40.0.1", "10.41.0.1"]
    numbers = shown["Options"]["com.docker.network.driver.overlay.vxlanid_list"].split(",")
    assert len(numbers) == 2
    shown = rig.engine.networks.inspect("part")
    assert shown["IPAM"]["Config"] == part
    assert int(shown["Options"]["com.docker.network.driver.overlay.vxlanid_list"]) == int(numbers[1]) + 1
    rig.create("web", replicas=1, Networks=[{"Target": "part"}])
    rig.settle("web", 1)
    assert rig.service("web")["Endpoint"]["VirtualIPs"][0]["Addr"] == "10.42.0.64/24"


@pytest.mark.parametrize(
    ("api", "body", "status", "said"),
    [
        ("1.41", {"IPAM": {"Config": [{"Subnet": "zz"}]}}, 500, "Invalid subnet zz : invalid CIDR address: zz"),
        ("1.44", {"IPAM": {"Config": [{"Subnet": "zz"}]}}, 400, "invalid subnet zz: invalid CIDR block notation"),
        ("1.41", {"EnableIPv6": True}, 404, "non-overlapping IPv6 address pool"),
        ("1.41", {"Scope": "global"}, 500, "This node is not a swarm manager"),
        ("1.41", {"Scope": "swarm"}, 400, "driver name: if driver is specified name is required"),
        ("1.51", {"ConfigOnly": True, "Internal": True}, 403, "can only contain network specific fields"),
        ("1.51", {"ConfigFrom": {"Network": "base"}, "Labels": {"a": "b"}}, 403, "user specified configurations"),
        ("1.41", {"Driver": "overlay", "IPAM": {"Config": [_OUTSIDE]}}, 400, "does not contain gateway 10.9.0.1"),
        ("1.41", {"IPAM": {"Config": [_OUTSIDE]}}, 500, "failed to allocate gateway (10.9.0.1)"),
    ],
)
def test_networks_are_refused_in_the_words_of_the_release(
    rig: Rig, api: str, body: JSON, status: int, said: str
) -> None:
    rig.cluster.machine("m1").run(playing(api))
    with pytest.raises(ApiError) as refused:
        rig.engine.networks.create({"Name": "x", **body})
    assert (refused.value.status, said in refused.value.message) == (status, True), refused.value.message


def test_plain_containers_are_attached_to_networks_of_the_swarm(rig: Rig) -> None:
    for name, attachable in (("open", True), ("closed", False)):
        rig.engine.networks.create({"Name": name, "Driver": "overlay", "Attachable": attachable})
    worker = rig.cluster.engine("w1")
    worker.images.pulled("busybox")

    def made(name: str, network: str) -> str:
        body = {"Image": "busybox", "Cmd": ["sleep", "1000"], "HostConfig": {"NetworkMode": network}}
        return str(worker.containers.plain.create(name, body)["Id"])

    def end(id: str) -> JSON:
        found: JSON = worker.containers.inspect(id)["NetworkSettings"]["Networks"]["open"]
        return found

    box = made("box", "open")
    with pytest.raises(ApiError, match="network open not found"):
        worker.networks.inspect("open")
    worker.containers.start(box)
    shown = worker.networks.inspect("open")
    address = end(box)["IPAddress"]
    assert address.startswith("10.0.")
    assert end(box)["IPAMConfig"] == {"IPv4Address": address}
    assert shown["Containers"][box]["IPv4Address"] == f"{address}/24"
    assert [each["IP"] for each in shown["Peers"]] == [rig.cluster.machine("w1").address]
    with pytest.raises(ApiError, match=r"network \w+ is in use by task \w+"):
        rig.engine.networks.remove("open")
    with pytest.raises(ApiError, match="network closed not manually attachable"):
        worker.containers.start(made("other", "closed"))

    second = made("second", "bridge")
    worker.containers.start(second)
    worker.joining.connect("open", {"Container": second, "EndpointConfig": {"Aliases": ["db"]}})
    assert end(second)["Aliases"] == ["db", second[:12]]
    worker.joining.disconnect("open", {"Container": second})
    assert "open" not in worker.containers.inspect(second)["NetworkSettings"]["Networks"]
    worker.containers.stop(box)
    assert end(box)["IPAddress"] == ""
    worker.joining.connect("open", {"Container": second})
    assert end(second)["IPAddress"] != ""
    worker.containers.remove(second, force=True)
    rig.engine.networks.remove("open")
