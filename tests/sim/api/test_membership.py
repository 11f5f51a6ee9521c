"""Making a swarm, leaving and joining, with all that can be said of addresses; answers as engine 20.10 has them."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Served

LISTEN = {"ListenAddr": "0.0.0.0:2377"}


async def alone(served: Served, node: str = "n5") -> None:
    """Take a node out of the swarm."""
    assert (await served.ask("POST", "/swarm/leave?force=1", node=node)).status == 200


async def init(served: Served, node: str = "n5", **fields: Any) -> tuple[int, Any]:
    answer = await served.ask("POST", "/swarm/init", {**LISTEN, **fields}, node=node)
    return answer.status, answer.json if answer.status == 200 else answer.message


@pytest.mark.parametrize(
    ("fields", "status", "message"),
    [
        ({"ListenAddr": ""}, 400, 'invalid ListenAddr "": invalid empty address'),
        (
            {"ListenAddr": "nosuch"},
            400,
            "listen address must be an IP address or network interface (with optional port number)",
        ),
        (
            {"AdvertiseAddr": "0.0.0.0"},
            400,
            "advertise address must be a non-zero IP address or network interface (with optional port number)",
        ),
        (
            {"DataPathAddr": "nosuch"},
            400,
            "data path address must be a non-zero IP address or network interface (without a port number)",
        ),
        ({"DataPathPort": 80}, 500, "Datapath port number is not in valid range (1024-49151) : 80"),
        ({"DefaultAddrPool": ["10.0.0.0"]}, 500, "invalid base pool 10.0.0.0: invalid CIDR address: 10.0.0.0"),
        ({"DefaultAddrPool": ["10.0.0.0/8"], "SubnetSize": 30}, 500, "subnet size is out of range: 30"),
        (
            {"DefaultAddrPool": ["10.0.0.0/26"], "SubnetSize": 24},
            500,
            'invalid CIDR: "10.0.0.0/26". Subnet size is too small for pool: 24',
        ),
        ({"Spec": {"Name": "other"}}, 400, 'swarm spec must be named "default"'),
        ({"Availability": "zz"}, 500, 'invalid Availability: "zz"'),
    ],
)
async def test_what_init_refuses(served: Served, fields: dict[str, Any], status: int, message: str) -> None:
    await alone(served)
    assert await init(served, **fields) == (status, message)
    assert (await served.get("/info", "n5"))["Swarm"]["LocalNodeState"] == "inactive"


async def test_a_new_swarm_has_what_was_asked_for_and_its_node_is_ready_at_once(served: Served) -> None:
    before = (await served.get("/info", "n5"))["Swarm"]["NodeID"]
    await alone(served)
    pools: dict[str, Any] = {"DefaultAddrPool": ["10.20.0.0/16"], "SubnetSize": 26, "DataPathPort": 7789}
    status, node = await init(served, AdvertiseAddr="eth0:2400", Availability="drain", **pools)
    assert status == 200
    assert node != before, "no node has the ID of another one"
    swarm = await served.get("/swarm", "n5")
    assert (swarm["DefaultAddrPool"], swarm["SubnetSize"], swarm["DataPathPort"]) == (["10.20.0.0/16"], 26, 7789)
    (listed,) = await served.get("/nodes", "n5")
    address = (await served.get("/info", "n5"))["Swarm"]["NodeAddr"]
    assert listed["Status"] == {"State": "ready", "Addr": address}
    assert listed["ManagerStatus"]["Addr"] == f"{address}:2400"
    assert listed["Spec"]["Availability"] == "drain"
    network = (await served.ask("POST", "/networks/create", {"Name": "net", "Driver": "overlay"}, "n5")).json["Id"]
    subnet = (await served.get(f"/networks/{network}", "n5"))["IPAM"]["Config"][0]["Subnet"]
    assert subnet.startswith("10.20.0.")
    assert subnet.endswith("/26")


async def test_a_manager_that_has_left_makes_a_swarm_of_its_own(served: Served) -> None:
    """There is one swarm at a time: the new one takes the place of the old."""
    await served.service("web", 1)
    await alone(served, "n1")
    assert (await init(served, "n1"))[0] == 200
    assert await served.get("/services", "n1") == []
    assert len(await served.get("/nodes", "n1")) == 1
    assert (await served.get("/info", "n2"))["Swarm"]["LocalNodeState"] == "inactive"


async def test_a_node_that_joins_is_ready_at_once(served: Served) -> None:
    await alone(served)
    token = (await served.get("/swarm"))["JoinTokens"]["Worker"]
    manager = (await served.get("/info"))["Swarm"]["NodeAddr"]
    body = {**LISTEN, "RemoteAddrs": [manager], "JoinToken": token}
    assert (await served.ask("POST", "/swarm/join", body, node="n5")).status == 200
    node = (await served.get("/info", "n5"))["Swarm"]["NodeID"]
    assert (await served.get(f"/nodes/{node}"))["Status"]["State"] == "ready"


@pytest.mark.parametrize("token", ["", "nonsense", "SWMTKN-1-x-y", "SWMTKN-3-" + "0" * 50 + "-" + "0" * 25])
async def test_a_malformed_token_is_refused_before_anybody_is_asked(served: Served, token: str) -> None:
    await alone(served)
    body = {**LISTEN, "RemoteAddrs": ["192.0.2.1:2377"], "JoinToken": token}
    answer = await served.ask("POST", "/swarm/join", body, node="n5")
    assert (answer.status, answer.message) == (500, "invalid join token")


async def test_an_authority_beside_the_swarm_speaks_cfssl(served: Served) -> None:
    version = (await served.get("/swarm"))["Version"]["Index"]
    path = f"/swarm/update?version={version}"
    refused = await served.ask("POST", path, {"CAConfig": {"ExternalCAs": [{"Protocol": "zz"}]}})
    assert (refused.status, refused.message) == (400, 'invalid protocol: "zz"')
    given = {"Protocol": "CFSSL", "URL": "https://ca"}
    assert (await served.ask("POST", path, {"CAConfig": {"ExternalCAs": [given]}})).status == 200
    kept = (await served.get("/swarm"))["Spec"]["CAConfig"]["ExternalCAs"]
    assert kept == [{"Protocol": "cfssl", "URL": "https://ca", "CACert": ""}]
