"""Networks: what can be made, what is sent, and what is told before one is removed."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.networks.changes import CreateNetwork, NetworkOptions, RemoveNetwork
from swarmtui.swarm.objects.service import Port
from tests.unit.swarm.builders import cluster, service
from tests.unit.swarm.reading import dangers, notes, text, warnings
from tests.unit.swarm.shared_builders import network, using, with_shared

FRONT = network("front", subnet="10.0.1.0/24")
KNOWN = with_shared(cluster([], [using("web", FRONT)]), [FRONT])


def test_what_is_sent() -> None:
    options = NetworkOptions("10.20.0.0/24", "10.20.0.1", True, True, True, True, (("team", "ops"),))
    action = CreateNetwork.of("back", options, KNOWN)
    assert action.body() == {
        "Name": "back",
        "CheckDuplicate": True,
        "Driver": "overlay",
        "Scope": "swarm",
        "Attachable": True,
        "Internal": True,
        "Ingress": False,
        "EnableIPv6": True,
        "IPAM": {"Driver": "default", "Config": [{"Subnet": "10.20.0.0/24", "Gateway": "10.20.0.1"}]},
        "Options": {"encrypted": ""},
        "Labels": {"team": "ops"},
    }
    assert action.docker_command == (
        "docker network create --driver overlay --subnet 10.20.0.0/24 --gateway 10.20.0.1 --attachable --internal"
        " --opt encrypted --ipv6 --label team=ops back"
    )


def test_the_plain_one() -> None:
    action = CreateNetwork.of("back", NetworkOptions(), KNOWN)
    assert action.body()["IPAM"] == {"Driver": "default", "Config": []}
    assert action.docker_command == "docker network create --driver overlay back"
    assert "The swarm chooses a subnet" in text(action, KNOWN)


@pytest.mark.parametrize(
    ("subnet", "gateway", "words"),
    [
        ("10.20.0.0", "", "the prefix length is missing"),
        ("10.20.0/24", "", "is not a subnet"),
        ("ten/24", "", "is not a subnet"),
        ("10.20.0.5/24", "", r"Did you mean 10\.20\.0\.0/24\?"),
        ("10.20.0.0/30", "", "too small"),
        ("fd00::/64", "", "an IPv6 subnet"),
        ("10.0.1.128/25", "", r"overlaps with 10\.0\.1\.0/24 of the network front"),
        ("10.0.0.0/8", "", "overlaps"),
        ("", "10.20.0.1", "needs a subnet"),
        ("10.20.0.0/24", "10.21.0.1", "is not in the subnet"),
        ("10.20.0.0/24", "10.20.0.0", "first or last address"),
        ("10.20.0.0/24", "10.20.0.255", "first or last address"),
        ("10.20.0.0/24", "gate", "is not a gateway address"),
    ],
)
def test_addresses_that_cannot_be(subnet: str, gateway: str, words: str) -> None:
    with pytest.raises(NotPossible, match=words):
        CreateNetwork.of("back", NetworkOptions(subnet=subnet, gateway=gateway), KNOWN)


def test_a_name_that_is_taken() -> None:
    with pytest.raises(NotPossible, match="A network named front already exists"):
        CreateNetwork.of("front", NetworkOptions(), KNOWN)


@pytest.mark.parametrize("name", ["host", "bridge", "none"])
def test_a_name_that_every_engine_has_taken(name: str) -> None:
    with pytest.raises(NotPossible, match=f"Every engine has a network {name} of its own"):
        CreateNetwork.of(name, NetworkOptions(), KNOWN)


def test_an_ingress_network_is_made_where_there_is_none() -> None:
    action = CreateNetwork.of("mesh", NetworkOptions("10.20.0.0/16", ingress=True), KNOWN)
    assert action.body()["Ingress"] is True
    assert action.docker_command == "docker network create --driver overlay --subnet 10.20.0.0/16 --ingress mesh"
    assert "services can publish ports in ingress mode again" in text(action, KNOWN)
    with pytest.raises(NotPossible, match="cannot be attachable"):
        CreateNetwork.of("mesh", NetworkOptions(attachable=True, ingress=True), KNOWN)
    there = with_shared(KNOWN, [FRONT, network("ingress", ingress=True)])
    with pytest.raises(NotPossible, match="has an ingress network, ingress: there can be only one") as refused:
        CreateNetwork.of("mesh", NetworkOptions(ingress=True), there)
    assert refused.value.remedy == "To replace it, remove that one first (del on its row)."


def test_nobody_is_left_between_the_two_steps_of_replacing_the_ingress_network() -> None:
    ingress = network("ingress", ingress=True)
    before, between = with_shared(KNOWN, [FRONT, ingress]), with_shared(KNOWN, [FRONT])
    removal = RemoveNetwork.of(ingress, before)
    assert "To replace it afterwards, press n in the networks and turn on ingress." in text(removal, before)
    assert removal.progress(between).text == (
        "the network ingress is gone: to publish ports again, press n in the networks and turn on ingress"
    )
    other = CreateNetwork.of("back", NetworkOptions())
    assert "The swarm has no ingress network: turn on ingress, if this is to be it." in warnings(other, between)
    assert not warnings(other, before)


def test_how_much_room_there_is() -> None:
    assert "room for 253 addresses" in "\n".join(
        notes(CreateNetwork.of("a", NetworkOptions(subnet="10.20.0.0/24")), KNOWN)
    )
    small = CreateNetwork.of("a", NetworkOptions(subnet="10.20.0.0/29"))
    assert "room for 5 addresses" in "\n".join(warnings(small, KNOWN))


def test_what_one_must_know_of_its_properties() -> None:
    said = text(CreateNetwork.of("a", NetworkOptions(attachable=True, encrypted=True, ipv6=True)), KNOWN)
    assert "IP protocol 50" in said
    assert "Anyone who can run a container" in said
    assert "no IPv6 addresses" in said


def test_progress_of_a_creation() -> None:
    action = CreateNetwork.of("back", NetworkOptions())
    assert action.progress(KNOWN).text == "waiting for the engine"
    without = with_shared(KNOWN, [network("back", driver="")])
    assert action.progress(without).text == "waiting for its addresses"
    done = action.progress(with_shared(KNOWN, [network("back", subnet="10.0.9.0/24")]))
    assert (done.settled, done.text) == (True, "back was created (10.0.9.0/24)")


# ------------------------------------------------------------------------------------------------ removal


def test_a_network_in_use_is_refused_with_names() -> None:
    with pytest.raises(NotPossible, match="The network front is used by 1 service: web"):
        RemoveNetwork.of(FRONT, KNOWN)


def test_the_ingress_network_needs_its_name_typed() -> None:
    ingress = network("ingress", ingress=True)
    known = with_shared(cluster([], [service("web")]), [ingress])
    action = RemoveNetwork.of(ingress, known)
    assert action.impact(known).type_to_confirm == "ingress"
    assert "no service can publish a port" in dangers(action, known)[0]


def test_the_ingress_network_is_used_by_those_that_publish_through_it() -> None:
    ingress = network("ingress", ingress=True)
    services = [
        service("web", ports=[Port(target_port=80, published_port=80)]),
        service("agent", ports=[Port(target_port=90, published_port=90, publish_mode="host")]),
    ]
    with pytest.raises(NotPossible, match="carries the published ports of 1 service: web"):
        RemoveNetwork.of(ingress, with_shared(cluster([], services), [ingress]))


def test_removal_of_an_unused_one() -> None:
    spare = network("spare", stack="shop", attachable=True)
    known = with_shared(KNOWN, [spare])
    action = RemoveNetwork.of(spare, known)
    said = text(action, known)
    assert "No service is on it now." in said
    assert "Standalone containers may be on it" in said
    assert "belongs to the stack shop" in said
    assert action.impact(known).type_to_confirm == ""
    assert not action.progress(known).settled
    assert action.progress(KNOWN).settled
