# ruff: noqa: F811 (the fixtures are imported)
"""Ways through SSH to an engine, with real OpenSSH servers: users, sockets, what is forbidden, the wrong place."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from swarmtui.errors import (
    ForwardingRefused,
    NothingListens,
    SocketForbidden,
    SocketMissing,
    SSHFailed,
)
from swarmtui.tunnel.status import TunnelPhase
from tests.patience import DEAD

from .cluster import Lab, Node
from .cluster.ssh_client import Home, failure, fetch
from .cluster.ssh_fixtures import home, name_of, node, setup  # noqa: F401
from .cluster.ssh_variants import SshSetup
from .cluster.waiting import until
from .driving import container_of

# ------------------------------------------------------------------------------------------------ users and sockets


def test_root_with_a_key(home: Home, node: Node) -> None:
    tunnel = home.open(f"ssh://root@{node.address}")
    assert name_of(tunnel) == "n1", "the path can be used at once"
    status = tunnel.status
    assert (status.phase, status.means, status.error) == (TunnelPhase.LIVE, "stream forwarding", None)
    assert home.user.asked == []


def test_user_in_the_docker_group(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True)
    sshd = setup.sshd(node)
    assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"


def test_user_without_permission(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "guest")
    sshd = setup.sshd(node)
    tunnel = home.open(f"ssh://guest@{sshd.url}")
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    assert isinstance(tunnel.error, SocketForbidden)
    assert tunnel.error.layer == "permission"
    assert "docker group" in tunnel.error.remedy
    assert "(groups: guest)" in tunnel.error.message
    assert tunnel.status.phase is TunnelPhase.LIVE, "SSH itself is well"


def test_user_who_is_put_into_the_docker_group(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops")
    sshd = setup.sshd(node)
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    node.run("usermod", "-aG", "docker", "ops")
    tunnel.retry_now()
    until(lambda: tunnel.status.times_live == 2, "a new login")
    assert name_of(tunnel) == "n1"


def test_named_socket(home: Home, node: Node) -> None:
    assert name_of(home.open(f"ssh://root@{node.address}{node.socket}")) == "n1"


def test_no_such_socket(home: Home, node: Node) -> None:
    tunnel = home.open(f"ssh://root@{node.address}/run/user/1000/docker.sock")
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    assert isinstance(tunnel.error, SocketMissing), tunnel.error
    assert "/run/user/1000/docker.sock" in tunnel.error.message


def test_socket_that_vanishes_and_comes_back(home: Home, swarm: Lab) -> None:
    node = swarm.node("n2")
    tunnel = home.open(f"ssh://root@{node.address}")
    assert name_of(tunnel) == "n2"
    node.remove_socket()
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    assert isinstance(tunnel.error, SocketMissing), tunnel.error
    node.restore_socket()
    assert name_of(tunnel) == "n2"
    assert tunnel.error is None


def test_engine_that_is_not_running(home: Home, swarm: Lab) -> None:
    node = swarm.node("n2")
    tunnel = home.open(f"ssh://root@{node.address}")
    assert name_of(tunnel) == "n2"
    node.kill()

    def is_refused() -> bool:
        with pytest.raises(ConnectionError):
            fetch(tunnel)
        return isinstance(tunnel.error, NothingListens)

    until(is_refused, "a refusal", detail=lambda: str(tunnel.error))  # its last thread may still hold the socket
    node.restart()
    assert name_of(tunnel) == "n2"


# ------------------------------------------------------------------------------------------------ forbidden forwarding


def sessions(node: Node) -> int:
    """How many sessions run docker's command. Those of a tunnel that was just closed may not have ended yet."""
    return len(node.host.processes("docker"))


def test_without_stream_forwarding_the_docker_command_serves(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True)
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no")
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    connections = [home.http(tunnel) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            answers = pool.map(lambda connection: json.loads(connection.fetch("/info"))["Name"], connections)
            assert set(answers) == {"n1"}
    assert tunnel.status.means == "docker system dial-stdio"
    until(lambda: 1 <= sessions(node) <= 4, "few sessions for many connections")


def test_one_session_is_shared(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", MaxSessions="1")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    connections = [home.http(tunnel) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        for _ in range(4):
            assert all(pool.map(lambda connection: connection.fetch("/nodes").startswith(b"["), connections))
    until(lambda: sessions(node) == 1, "one session")
    connection = connections[0]
    answer = connection.ask("/events")
    assert answer.status == 503, "a stream would keep the only session"
    assert b"only 1 open session" in answer.read()
    assert connections[1].fetch("/nodes").startswith(b"[")


def test_stream_leaves_sessions_to_others(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", MaxSessions="2")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    fetch(tunnel)
    stream = home.http(tunnel)
    assert stream.ask("/events").status == 200
    assert name_of(tunnel) == "n1"
    until(lambda: sessions(node) == 2, "two sessions")
    stream.close()
    until(lambda: sessions(node) == 1, "the stream's session to end")
    assert home.http(tunnel).ask("/events").status == 200


def test_forced_docker_command(home: Home, node: Node, setup: SshSetup, lab: Lab) -> None:
    public = lab.ssh_key.with_suffix(".pub").read_text()
    setup.user(node, "ops", docker=True, authorized=f'restrict,command="docker system dial-stdio" {public}')
    sshd = setup.sshd(node)
    assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"


def test_neither_forwarding_nor_commands(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", ForceCommand="/bin/false")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    assert isinstance(tunnel.error, ForwardingRefused), tunnel.error
    assert tunnel.error.layer == "stream forwarding"
    assert "AllowStreamLocalForwarding" in tunnel.error.remedy


def test_one_session_is_no_limit_to_forwarding(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, MaxSessions="1")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    connections = [home.http(tunnel) for _ in range(12)]
    assert all(connection.fetch("/nodes").startswith(b"[") for connection in connections)


@pytest.mark.parametrize("forwarding", ["yes", "no"])
def test_exec_with_half_close(home: Home, swarm: Lab, setup: SshSetup, forwarding: str) -> None:
    """The docker command line over the tunnel's socket: a raw stream in both directions, one of which ends first."""
    swarm.service("web", replicas=None)
    sshd = setup.sshd(swarm.node("n1"), AllowStreamLocalForwarding=forwarding)
    tunnel = home.open(f"ssh://root@{sshd.url}")
    tunnel.wait_ready(DEAD)
    docker = ["docker", "--host", f"unix://{tunnel.socket_path}"]
    container = container_of(swarm.node("n1"), "web")
    for size in (10, 3_000_000):
        data = b"x" * size
        echoed = subprocess.run([*docker, "exec", "-i", container, "cat"], input=data, capture_output=True)
        assert echoed.stdout == data
    until(lambda: tunnel._listener.count == 0, "the connections to end")


# ------------------------------------------------------------------------------------------------ the wrong place


def test_wrong_port(home: Home, node: Node) -> None:
    tunnel = home.open(f"ssh://root@{node.address}:4")
    error = failure(tunnel)
    assert isinstance(error, SSHFailed), error
    assert error.layer == "TCP"
    assert f"Nothing listens at {node.address}:4" in error.message
    assert tunnel.status.next_try is not None


def test_port_of_something_else(home: Home, node: Node) -> None:
    error = failure(home.open(f"ssh://root@{node.address}:2376"))
    assert isinstance(error, SSHFailed), error
    assert "SSH" in str(error)


def test_address_without_a_host(home: Home, lab: Lab) -> None:
    free = lab.node("n1").address.rpartition(".")[0] + ".60"
    home.write("Host *\n  ConnectTimeout 1\n")
    error = failure(home.open(f"ssh://root@{free}"))
    assert isinstance(error, SSHFailed), error
    assert error.layer == "TCP"
