"""Networks of the swarm, and what tasks, services and containers show of them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.errors import ApiError

from .rig import Rig

GRACE = 30_000_000_000


@pytest.fixture
def rig() -> Rig:
    return Rig(1, 1)


def back(rig: Rig, **more: Any) -> str:
    """A network of that name; its ID."""
    return str(rig.engine.networks.create({"Name": "back", "Driver": "overlay", **more})["Id"])


def test_a_network_is_free_while_its_tasks_shut_down(rig: Rig) -> None:
    """What `docker stack rm` does: it removes the services and then, at once, their networks."""
    back(rig)
    container = {"Image": "web:1", "StopGracePeriod": GRACE}
    rig.create("web", replicas=2, ContainerSpec=container, Networks=[{"Target": "back"}])
    rig.settle("web", 2)
    rig.engine.services.remove("web")
    ending = [task for task in rig.cluster.store.tasks.values() if not task.ended]
    assert len(ending) == 2
    rig.engine.networks.remove("back")
    with pytest.raises(ApiError, match="network back not found"):
        rig.engine.networks.inspect("back")
    back(rig)
    rig.advance(60.0)
    assert not rig.cluster.store.tasks


def test_a_task_that_shall_run_keeps_its_network(rig: Rig) -> None:
    network = back(rig)
    rig.create("web", replicas=1, Networks=[{"Target": "back"}])
    rig.settle("web", 1)
    task = rig.running("web")[0]["ID"]
    service = rig.cluster.store.services.pop(rig.service("web")["ID"])
    with pytest.raises(ApiError) as refused:
        rig.engine.networks.remove("back")
    rig.cluster.store.services[service.id] = service
    assert refused.value.status == 400
    assert refused.value.message.endswith(f"network {network} is in use by task {task}")
    assert rig.engine.networks.prune() == {"NetworksDeleted": None}


def test_the_ingress_network_stays_while_a_service_publishes_ports(rig: Rig) -> None:
    rig.create("web", EndpointSpec={"Ports": [{"TargetPort": 80}]})
    service = rig.service("web")["ID"]
    with pytest.raises(ApiError, match=f"ingress network cannot be removed because service {service} depends on it"):
        rig.engine.networks.remove("ingress")


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 500, "invalid name: "),
        ({"Driver": "overlay"}, 500, "invalid name: "),
        ({"Name": "bridge"}, 409, "network with name bridge already exists"),
        ({"Name": "none"}, 403, "operation is not permitted on predefined none network "),
        ({"Name": "none", "Driver": "overlay"}, 403, "operation is not permitted on predefined none network "),
        ({"Name": "back"}, 409, "network with name back already exists"),
        ({"Name": "back", "Driver": "overlay"}, 409, "network with name back already exists"),
        ({"Name": "x", "Driver": "host"}, 403, 'only one instance of "host" network is allowed'),
        ({"Name": "x", "Driver": "nosuch"}, 404, 'plugin "nosuch" not found'),
        ({"Name": "x", "Ingress": True}, 403, "Ingress network can only be global scope network"),
        (
            {"Name": "x", "Driver": "overlay", "Scope": "local"},
            403,
            "cannot downgrade network scope for overlay networks",
        ),
        (
            {"Name": "a b", "Driver": "overlay"},
            400,
            "rpc error: code = InvalidArgument desc = name must be valid as a DNS name component",
        ),
        (
            {"Name": "x", "Driver": "overlay", "Ingress": True, "Attachable": True},
            400,
            "rpc error: code = InvalidArgument desc = ingress network cannot be attachable",
        ),
        (
            {"Name": "x", "IPAM": {"Config": [{"Subnet": "172.17.0.0/16"}]}},
            403,
            "invalid pool request: Pool overlaps with other one on this address space",
        ),
        (
            {"Name": "x", "IPAM": {"Config": [{"Subnet": "172.30.0.0/16"}, {"Subnet": "172.31.0.0/16"}]}},
            403,
            "bridge driver doesn't support multiple subnets",
        ),
    ],
)
def test_what_is_wrong_first_is_named(rig: Rig, body: dict[str, Any], status: int, message: str) -> None:
    back(rig)
    with pytest.raises(ApiError) as refused:
        rig.engine.networks.create(body)
    assert (refused.value.status, refused.value.message) == (status, message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, 'invalid ListenAddr "": invalid empty address'),
        ({"ListenAddr": "0.0.0.0:2377"}, "at least 1 RemoteAddr is required to join"),
    ],
)
def test_what_a_join_lacks_first_is_named(body: dict[str, Any], message: str) -> None:
    cluster = Cluster()
    cluster.add_machine("lonely")
    with pytest.raises(ApiError) as refused:
        cluster.engine("lonely").swarm.join(body)
    assert (refused.value.status, refused.value.message) == (400, message)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({}, None),
        ({"IPAM": {"Driver": "default", "Config": []}}, {"Driver": {"Name": "default"}}),
        (
            {"IPAM": {"Config": [{"Subnet": "10.9.0.0/24", "IPRange": "10.9.0.0/25"}], "Options": {"a": "b"}}},
            {
                "Driver": {"Name": "default", "Options": {"a": "b"}},
                "Configs": [{"Subnet": "10.9.0.0/24", "Range": "10.9.0.0/25"}],
            },
        ),
    ],
)
def test_tasks_show_what_was_asked_of_addresses(rig: Rig, given: dict[str, Any], shown: Any) -> None:
    back(rig, **given)
    rig.create("web", replicas=1, Networks=[{"Target": "back"}])
    rig.settle("web", 1)
    network = rig.running("web")[0]["NetworksAttachments"][0]["Network"]
    assert network["Spec"].get("IPAMOptions") == shown
    assert network["IPAMOptions"]["Driver"] == {"Name": "default"}


def test_an_endpoint_without_anything_allocated_shows_no_mode(rig: Rig) -> None:
    back(rig)
    rig.create("plain", EndpointSpec={"Mode": "vip"})
    rig.create("onnet", EndpointSpec={"Mode": "vip"}, Networks=[{"Target": "back"}])
    rig.create("ports", EndpointSpec={"Mode": "vip", "Ports": [{"TargetPort": 80, "PublishMode": "host"}]})
    rig.create("names", EndpointSpec={"Mode": "dnsrr"}, Networks=[{"Target": "back"}])
    shown = {name: rig.service(name)["Endpoint"]["Spec"].get("Mode") for name in ("plain", "onnet", "ports", "names")}
    assert shown == {"plain": None, "onnet": "vip", "ports": "vip", "names": None}
    assert rig.service("plain")["Spec"]["EndpointSpec"] == {"Mode": "vip"}

    rig.update("ports", lambda spec: spec["EndpointSpec"].pop("Ports"))
    assert rig.service("ports")["Endpoint"] == {"Spec": {"Mode": "vip"}}


def containers(rig: Rig) -> list[dict[str, Any]]:
    """The network endpoints of all containers of w1, by the networks' names."""
    listed = msgspec.json.decode(rig.cluster.engine("w1").containers.list(all=True))
    return [each["NetworkSettings"]["Networks"] for each in listed]


def test_containers_without_a_network_of_the_swarm_are_on_the_bridge(rig: Rig) -> None:
    rig.create("web", replicas=3, Placement={"Constraints": ["node.role==worker"]})
    rig.settle("web", 3)
    ends = [each["bridge"] for each in containers(rig)]
    assert len({each["IPAddress"] for each in ends}) == len({each["EndpointID"] for each in ends}) == 3
    for end in ends:
        assert end["IPAddress"].startswith("172.17.")
        assert (end["Gateway"], end["IPPrefixLen"], end["IPAMConfig"]) == ("172.17.0.1", 16, None)
        assert len(end["EndpointID"]) == 64
        assert end["MacAddress"].startswith("02:42:ac:11:")
    rig.scale("web", 0)
    rig.advance(15.0)
    for end in (each["bridge"] for each in containers(rig)):
        assert end["NetworkID"]
        assert not any(end[key] for key in ("EndpointID", "Gateway", "IPAddress", "IPPrefixLen", "MacAddress"))


def test_containers_on_a_network_of_the_swarm_have_its_addresses(rig: Rig) -> None:
    network = back(rig)
    rig.create("web", replicas=1, Networks=[{"Target": "back"}], Placement={"Constraints": ["node.role==worker"]})
    rig.settle("web", 1)
    (ends,) = containers(rig)
    end = ends["back"]
    assert end["IPAMConfig"] == {"IPv4Address": end["IPAddress"]}
    assert (end["NetworkID"], end["Gateway"], len(end["EndpointID"])) == (network, "", 64)


def test_a_network_has_the_addresses_that_were_asked_for(rig: Rig) -> None:
    back(rig, IPAM={"Config": [{"Subnet": "10.77.0.0/24", "Gateway": "10.77.0.9"}]})
    shown = rig.engine.networks.inspect("back")
    assert shown["IPAM"]["Config"] == [{"Subnet": "10.77.0.0/24", "Gateway": "10.77.0.9"}]
    rig.create("web", replicas=9, Networks=[{"Target": "back"}])
    rig.settle("web", 9)
    given = [each["Addresses"][0] for task in rig.running("web") for each in task["NetworksAttachments"]]
    assert len(set(given)) == 9
    assert all(address.startswith("10.77.0.") for address in given)
    assert "10.77.0.9/24" not in given


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"Subnet": "10.77.0.1/24"}, "invalid subnet 10.77.0.1/24: it should be 10.77.0.0/24"),
        ({"Subnet": "10.77.0.0/99"}, "invalid subnet 10.77.0.0/99: invalid CIDR block notation"),
        ({"Subnet": "10.77.0.0/24", "Gateway": "x"}, "invalid gateway x: invalid address"),
    ],
)
def test_addresses_that_cannot_be_are_refused(rig: Rig, config: dict[str, str], said: str) -> None:
    with pytest.raises(ApiError, match=said) as refused:
        back(rig, IPAM={"Config": [config]})
    assert refused.value.status == 400
