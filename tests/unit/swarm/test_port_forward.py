"""A port of a container led to this machine: what may be typed, and where a node reaches its containers."""

from __future__ import annotations

from typing import Any

import pytest

from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.tasks.port_forward import PortForward, address_on_node, exposed_ports
from tests.unit.swarm.builders import node

ID = "c0ffee" * 10
ASKED = PortForward(Target(Kind.TASK, "task-1", "web.1", 0), node("wrk1"), ID)


def container(networks: dict[str, Any], *, mode: str = "default", running: bool = True) -> dict[str, Any]:
    return {
        "Id": ID,
        "State": {"Running": running},
        "HostConfig": {"NetworkMode": mode},
        "NetworkSettings": {"Networks": networks},
    }


INNER = {"inner": {"IPAddress": "10.0.1.4", "NetworkID": "n1"}}
BRIDGE = {"bridge": {"IPAddress": "172.17.0.2", "NetworkID": "n2"}}
NETWORKS = [{"Id": "n1", "Driver": "overlay"}, {"Id": "n2", "Driver": "bridge"}]
GATEWAY = {"Containers": {ID: {"IPv4Address": "172.18.0.3/16"}, "ingress-sbox": {"IPv4Address": "172.18.0.2/16"}}}


@pytest.mark.parametrize(
    ("described", "gateway", "address"),
    [
        (container(INNER), GATEWAY, "172.18.0.3"),
        (container({**INNER, **BRIDGE}), None, "172.17.0.2"),
        (container(BRIDGE), {"Containers": {}}, "172.17.0.2"),
        (container({"host": {"IPAddress": ""}}, mode="host"), GATEWAY, "127.0.0.1"),
    ],
)
def test_where_its_node_reaches_it(described: object, gateway: object, address: str) -> None:
    assert address_on_node(described, gateway, NETWORKS, "web.1") == address


@pytest.mark.parametrize("described", [container(INNER), container({}), {"Id": 7, "State": {"Running": True}}])
def test_one_that_its_node_does_not_reach(described: object) -> None:
    with pytest.raises(NotPossible, match=r"web\.1 has no address"):
        address_on_node(described, {"Containers": []}, NETWORKS, "web.1")


@pytest.mark.parametrize("described", [container(BRIDGE, running=False), {}, None, []])
def test_one_that_does_not_run(described: object) -> None:
    with pytest.raises(NotPossible, match="does not run"):
        address_on_node(described, GATEWAY, NETWORKS, "web.1")


def test_the_ports_that_an_image_exposes() -> None:
    assert exposed_ports({"Config": {"ExposedPorts": {"443/tcp": {}, "80": {}, "53/udp": {}, "x/tcp": {}, 7: {}}}}) == (
        80,
        443,
    )
    assert exposed_ports({"Config": {"ExposedPorts": ["80"]}}) == exposed_ports(None) == ()


@pytest.mark.parametrize("typed", [("", "", ""), ("0", "", ""), ("80", "65536", ""), ("80", "x", ""), ("80", "", "me")])
def test_what_makes_no_sense(typed: tuple[str, str, str]) -> None:
    with pytest.raises(ChangeRefused):
        ASKED.asking_for(*typed)


@pytest.mark.parametrize(
    ("listen", "warns"), [("", False), ("127.0.0.1", False), ("::1", False), ("0.0.0.0", True), ("10.0.0.9", True)]
)
def test_others_are_let_in_only_with_a_warning(listen: str, warns: bool) -> None:
    wanted = ASKED.asking_for("80", "8080", listen)
    assert bool(wanted.warning) is warns
    assert (wanted.port, wanted.local_port, wanted.listen) == (80, 8080, listen or "127.0.0.1")
