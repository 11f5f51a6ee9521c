"""Which way leads to a node's own engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint, TLSFiles
from swarmtui.engine.nodes.roads import NodeRoads, ssh_target, ways_to
from swarmtui.engine.route.manager_route import ManagerRoute
from swarmtui.errors import EndpointError
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.tasks.container_exec import ContainerExec
from tests.unit.swarm.builders import node

WORKER = node("wrk1", address="10.0.0.7")
TLS = TLSFiles(Path("ca.pem"), Path("cert.pem"), Path("key.pem"))


def route(url: str, tls: TLSFiles | None = None) -> ManagerRoute:
    return ManagerRoute((Endpoint(url, "prod", tls=tls),))


def urls(url: str, hosts: dict[str, str] | None = None, tls: TLSFiles | None = None) -> list[str]:
    return [way.endpoint.url for way in ways_to(WORKER, route(url, tls), hosts or {}, {})]


def test_as_its_managers_are_reached_by_ssh_and_else_through_the_manager() -> None:
    direct, through = ways_to(WORKER, route("ssh://ops@mgr1:2222/run/d.sock"), {}, {})
    assert direct.endpoint.url == through.endpoint.url == "ssh://10.0.0.7/run/d.sock"
    assert direct.like is not None
    assert direct.like.url == "ssh://ops@mgr1:2222/run/d.sock", "its user, port, keys and jump hosts"
    assert (direct.through, through.through) == (False, True)


def test_the_users_own_table_counts_first() -> None:
    assert urls("ssh://ops@mgr1", {"wrk1": "ssh://root@db7"}) == ["ssh://root@db7"], "it stands for itself"
    assert urls("ssh://ops@mgr1", {"10.0.0.7": "db7"}) == ["ssh://db7", "ssh://db7"]


def test_by_ssh_from_a_managers_own_machine() -> None:
    assert urls("unix:///var/run/docker.sock") == ["ssh://10.0.0.7"]


def test_by_tcp_with_the_same_port_and_certificates() -> None:
    [way] = ways_to(WORKER, route("tcp://mgr1:2376", TLS), {}, {})
    assert (way.endpoint.url, way.endpoint.tls) == ("tcp://10.0.0.7:2376", TLS)


def test_by_its_own_socket_in_the_embedded_swarm() -> None:
    [way] = ways_to(WORKER, route("unix:///mgr1.sock"), {}, {"wrk1": "unix:///wrk1.sock"})
    assert way.endpoint.url == "unix:///wrk1.sock"


def test_a_node_that_tells_no_address() -> None:
    with pytest.raises(EndpointError, match="wrk2 tells no address"):
        ways_to(node("wrk2", address="0.0.0.0"), route("ssh://ops@mgr1"), {}, {})


@pytest.mark.parametrize(
    ("url", "hosts", "target"),
    [
        ("ssh://ops@mgr1", {}, "ops@10.0.0.7"),
        ("ssh://mgr1", {}, "10.0.0.7"),
        ("ssh://ops@mgr1", {"wrk1": "root@db7:2222"}, "ssh://root@db7:2222"),
        ("unix:///var/run/docker.sock", {}, "10.0.0.7"),
        ("tcp://mgr1:2376", {}, "wrk1"),
    ],
)
def test_what_ssh_takes(url: str, hosts: dict[str, str], target: str) -> None:
    assert ssh_target(WORKER, route(url), hosts) == target


def test_the_command_that_does_the_same_leads_to_the_engine_itself() -> None:
    asked = ContainerExec(Target(Kind.TASK, "task-1", "web.1", 0), WORKER, "c0ffee" * 10)
    embedded = NodeRoads(route("unix:///mgr1.sock"), str, {}, {"wrk1": "unix:///wrk1.sock"})
    assert embedded.by_hand(asked) == "docker -H unix:///wrk1.sock exec -it c0ffeec0ffee sh"
    behind_ssh = NodeRoads(route("ssh://ops@mgr1"), str, {}, {})
    assert behind_ssh.by_hand(asked) == "ssh -t ops@10.0.0.7 'docker exec -it c0ffeec0ffee sh'"
