"""Making, joining, leaving and unlocking a swarm."""

from __future__ import annotations

import pytest

from swarmtui.errors import NotPossible
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.membership.changes import InitSwarm, JoinSwarm, LeaveSwarm, UnlockSwarm
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.secret import Secret
from tests.unit.swarm.builders import managers, node, replicas_on, service
from tests.unit.swarm.reading import dangers, text

TOKEN, KEY = "SWMTKN-1-abc-def", "SWMKEY-1-abc"


def info(state: str = "inactive", *, manager: bool = False, node_id: str = "", error: str = "") -> EngineInfo:
    swarm = EngineSwarm(node_id=node_id, local_node_state=state, control_available=manager, error=error)
    return EngineInfo(name="n1", swarm=swarm)


def snapshot_of(nodes: list[Node], connected_to: str) -> Cluster:
    return Cluster(info("active", manager=True, node_id=f"node-{connected_to}")).with_all(Node, nodes)


def test_init() -> None:
    action = InitSwarm.of(info(), " 10.0.0.1 ")
    assert action.title == "Create a swarm on n1"
    assert action.docker_command == "docker swarm init --advertise-addr 10.0.0.1"
    assert action.body() == {"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": "10.0.0.1", "Spec": {}}
    assert InitSwarm.of(info()).docker_command == "docker swarm init"
    assert "the address that the engine chooses" in text(InitSwarm.of(info()), Cluster(info()))
    assert "4789/udp" in text(action, Cluster(info()))


@pytest.mark.parametrize("typed", ["10.0.0.1 10.0.0.2", "--force", "a\tb", "\x1b[2J"])
def test_what_is_no_address(typed: str) -> None:
    with pytest.raises(NotPossible, match="is not an address"):
        InitSwarm.of(info(), typed)


def test_join_never_tells_the_token() -> None:
    action = JoinSwarm.of(info(), Secret(TOKEN), "10.0.0.1, mgr2:2378", "eth0", "drain")
    assert action.managers == ("10.0.0.1:2377", "mgr2:2378")
    assert action.docker_command == (
        "docker swarm join --token '••••••••' --advertise-addr eth0 --availability drain 10.0.0.1:2377 mgr2:2378"
    )
    assert action.body()["JoinToken"] == TOKEN
    assert action.body()["Availability"] == "drain"
    assert TOKEN not in repr(action) + str(action) + action.title + text(action, Cluster(info()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("::1", "[::1]:2377"), ("[::1]:9", "[::1]:9"), ("[::1]", "[::1]:2377"), ("mgr", "mgr:2377"), ("m:1", "m:1")],
)
def test_addresses_of_managers(typed: str, meant: str) -> None:
    assert JoinSwarm.of(info(), Secret(TOKEN), typed).managers == (meant,)


def test_what_join_refuses_before_the_engine_does() -> None:
    with pytest.raises(NotPossible, match="A join token begins with SWMTKN-"):
        JoinSwarm.of(info(), Secret("hello"), "10.0.0.1")
    with pytest.raises(NotPossible, match="address of a manager"):
        JoinSwarm.of(info(), Secret(TOKEN), "  ")


@pytest.mark.parametrize("address", ["300.1.1.1", "10.0.0.1:99999", "10.0.0.1:0", "10.0.0", "0.0.0.0", "-x"])
def test_addresses_that_only_the_engine_refused(address: str) -> None:
    with pytest.raises(NotPossible, match="This is not an address"):
        InitSwarm.of(info(), address)
    with pytest.raises(NotPossible):
        JoinSwarm.of(info(), Secret(TOKEN), address)
    with pytest.raises(NotPossible):
        JoinSwarm.of(info(), Secret(TOKEN), "10.0.0.1", address)


def test_how_far_a_join_is() -> None:
    action = JoinSwarm.of(info(), Secret(TOKEN), "10.0.0.1")
    assert not action.progress(Cluster(info())).settled
    assert not action.progress(Cluster(info("pending"))).settled
    assert action.progress(Cluster(info("active"))).text == "it has joined as a worker"
    assert action.progress(Cluster(info("active", manager=True))).text == "it has joined as a manager"
    failed = action.progress(Cluster(info("error", error="the certificate is not good")))
    assert failed.failed
    assert failed.text == "the certificate is not good"


def test_a_worker_leaves_in_good_order() -> None:
    action = LeaveSwarm.of(info("active"))
    assert action.docker_command == "docker swarm leave"
    assert not action.parameters
    assert action.leaves
    assert not action.impact(Cluster(info("active"))).type_to_confirm
    assert not action.progress(Cluster(info("active"))).settled
    assert action.progress(Cluster(info())).settled


def test_a_manager_leaves_by_force_alone_and_the_quorum_is_counted() -> None:
    with pytest.raises(NotPossible, match="can leave without force only as a worker"):
        LeaveSwarm.of(info("active", manager=True))
    action = LeaveSwarm.of(info("active", manager=True), force=True)
    assert action.docker_command == "docker swarm leave --force"
    assert action.parameters == {"force": "true"}
    said = dangers(action, snapshot_of(managers(3), "mgr1"))
    assert said == [
        "A manager that leaves by force still counts as one: managers 3/3, can lose 1 → 2/3, can lose none. Demote it"
        " first; then it leaves as a worker and no longer counts."
    ]
    assert action.impact(snapshot_of(managers(3), "mgr1")).type_to_confirm == "n1"
    lost = dangers(action, snapshot_of(managers(3, unreachable=1), "mgr1"))
    assert "The quorum will be lost: 1 of 3 managers would be reachable, 2 are needed" in lost[0]


def test_the_last_manager_takes_the_swarm_with_it() -> None:
    action = LeaveSwarm.of(info("active", manager=True), force=True)
    snapshot = snapshot_of([*managers(1), node("wrk1")], "mgr1").with_all(Service, [service("web")])
    snapshot = snapshot.with_all_tasks(replicas_on("web", "mgr1"))
    assert "mgr1 is the last manager: the whole swarm ends" in text(action, snapshot)
    assert "start on other nodes" not in text(action, snapshot), "there is no swarm left that could start them"


def test_a_locked_engine_leaves_by_force_alone() -> None:
    with pytest.raises(NotPossible, match="unlock it first"):
        LeaveSwarm.of(info("locked"))
    action = LeaveSwarm.of(info("locked"), force=True)
    assert "locked manager is deleted" in dangers(action, Cluster(info("locked")))[0]
    with pytest.raises(NotPossible, match="not in a swarm"):
        LeaveSwarm.of(info())


def test_unlock_never_tells_the_key() -> None:
    with pytest.raises(NotPossible, match="An unlock key begins with SWMKEY-"):
        UnlockSwarm.of(info("locked"), Secret("hello"))
    action = UnlockSwarm.of(info("locked"), Secret(KEY))
    assert action.body() == {"UnlockKey": KEY}
    assert action.docker_command == "docker swarm unlock"
    assert KEY not in repr(action) + action.title + text(action, Cluster(info("locked")))
    assert not action.progress(Cluster(info("locked"))).settled
    assert action.progress(Cluster(info("active", manager=True))).text == "unlocked"
