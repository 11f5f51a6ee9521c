"""Every way through SSH that people have, with real OpenSSH servers: logins, host keys, jumps, what is forbidden."""

from __future__ import annotations

import json
import subprocess
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.errors import (
    ForwardingRefused,
    HostKeyRefused,
    LoginRefused,
    NothingListens,
    SocketForbidden,
    SocketMissing,
    SSHFailed,
)
from swarmtui.tunnel.questions import HostKeyQuestion, PassphraseQuestion, PasswordQuestion, PromptsQuestion
from swarmtui.tunnel.ssh import Tunnel
from swarmtui.tunnel.status import TunnelPhase

from .cluster import Lab, Node
from .cluster.ssh_client import Home, agent, failure, fetch, until_phase
from .cluster.ssh_variants import Sshd, SshSetup
from .cluster.waiting import until


@pytest.fixture
def node(lab: Lab) -> Node:
    return lab.node("n1")


@pytest.fixture
def setup(lab: Lab, tmp_path: Path) -> Iterator[SshSetup]:
    setup = SshSetup(lab, tmp_path)
    yield setup
    setup.close()


@pytest.fixture
def home(lab: Lab, tmp_path: Path) -> Iterator[Home]:
    """The home of somebody who knows all hosts, and has the lab's key."""
    home = Home(tmp_path)
    home.known_hosts.write_text(lab.known_hosts.read_text())
    home.write(f"Host *\n  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n")
    yield home
    home.close()


def name_of(tunnel: Tunnel) -> str:
    return str(json.loads(fetch(tunnel))["Name"])


def without_keys(home: Home, text: str = "") -> None:
    home.write(f"{text}\nHost *\n  IdentityAgent none\n  IdentityFile {home.directory}/none\n")


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
    until(lambda: tunnel.status.times_live == 2, "a new login", 5, 0.01)
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
    with pytest.raises(ConnectionError):
        fetch(tunnel)
    assert isinstance(tunnel.error, NothingListens), tunnel.error
    node.restart()
    assert name_of(tunnel) == "n2"


# ------------------------------------------------------------------------------------------------ forbidden forwarding


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
    running = node.host.processes("docker")
    assert 1 <= len(running) <= 4, "few sessions for many connections"


def test_one_session_is_shared(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", MaxSessions="1")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    connections = [home.http(tunnel) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        for _ in range(4):
            assert all(pool.map(lambda connection: connection.fetch("/nodes").startswith(b"["), connections))
    assert len(node.host.processes("docker")) == 1
    connection = connections[0]
    answer = connection.ask("/events")
    assert answer.status == 503, "a stream would keep the only session"
    assert b"only 1 session" in answer.read()
    assert connections[1].fetch("/nodes").startswith(b"[")


def test_stream_leaves_sessions_to_others(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", MaxSessions="2")
    tunnel = home.open(f"ssh://root@{sshd.url}")
    fetch(tunnel)
    stream = home.http(tunnel)
    assert stream.ask("/events").status == 200
    assert name_of(tunnel) == "n1"
    until(lambda: len(node.host.processes("docker")) == 2, "two sessions")
    stream.close()
    until(lambda: len(node.host.processes("docker")) == 1, "the stream's session to end")
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
    tunnel.wait_ready(10)
    docker = ["docker", "--host", f"unix://{tunnel.socket_path}"]
    container = subprocess.run([*docker, "ps", "-q"], capture_output=True, text=True, check=True).stdout.split()[0]
    for size in (10, 3_000_000):
        data = b"x" * size
        echoed = subprocess.run([*docker, "exec", "-i", container, "cat"], input=data, capture_output=True, timeout=30)
        assert echoed.stdout == data
    until(lambda: len(tunnel._carrying) == 0, "the connections to end", 5)


# ------------------------------------------------------------------------------------------------ logging in


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_encrypted_key(home: Home, node: Node, setup: SshSetup, kind: str) -> None:
    key = setup.key("locked", "open sesame", kind)
    setup.user(node, "ops", docker=True, authorized=key.with_suffix(".pub").read_text())
    sshd = setup.sshd(node)
    home.write(f"Host *\n  IdentityFile {key}\n  IdentityAgent none\n")
    home.user.secrets = deque(["wrong", "open sesame"])
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    assert name_of(tunnel) == "n1"
    assert home.user.asked == [PassphraseQuestion(key, 1, 3), PassphraseQuestion(key, 2, 3)]
    sshd.kill()
    until_phase(tunnel, TunnelPhase.LOST)
    sshd.start()
    assert until_phase(tunnel, TunnelPhase.LIVE).times_live == 2
    assert len(home.user.asked) == 2, "a reconnect asks nothing"


def test_encrypted_key_without_its_passphrase(home: Home, node: Node, setup: SshSetup) -> None:
    key = setup.key("locked", "open sesame")
    setup.user(node, "ops", authorized=key.with_suffix(".pub").read_text())
    sshd = setup.sshd(node)
    home.write(f"Host *\n  IdentityFile {key}\n  IdentityAgent none\n")
    home.user.secrets = deque(["a", "b", "c"])
    error = failure(home.open(f"ssh://ops@{sshd.url}"))
    assert isinstance(error, LoginRefused), error
    assert len(home.user.asked) == 3
    assert str(key) in error.tried[0]


def test_passphrase_is_asked_only_for_a_key_that_is_let_in(home: Home, node: Node, setup: SshSetup, lab: Lab) -> None:
    locked = setup.key("locked", "open sesame")
    sshd = setup.sshd(node, AuthorizedKeysFile=str(lab.ssh_key.with_suffix(".pub")))
    home.write(f"Host *\n  IdentityFile {locked}\n  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n")
    assert name_of(home.open(f"ssh://root@{sshd.url}")) == "n1"
    assert home.user.asked == []


def test_agent(home: Home, node: Node, setup: SshSetup, tmp_path: Path) -> None:
    key = setup.key("held")
    setup.user(node, "ops", docker=True, authorized=key.with_suffix(".pub").read_text())
    sshd = setup.sshd(node)
    with agent(tmp_path / "agent.sock", key) as socket:
        key.unlink()
        home.write(f"Host *\n  IdentityAgent {socket}\n  IdentityFile {key}\n  IdentitiesOnly yes\n")
        tunnel = home.open(f"ssh://ops@{sshd.url}")
        assert name_of(tunnel) == "n1"


def test_agent_that_is_gone_is_told(home: Home, node: Node, setup: SshSetup, tmp_path: Path) -> None:
    setup.user(node, "ops")
    sshd = setup.sshd(node)
    home.write(f"Host *\n  IdentityAgent {tmp_path}/gone\n  IdentityFile {tmp_path}/missing\n")
    error = failure(home.open(f"ssh://ops@{sshd.url}"))
    assert isinstance(error, LoginRefused), error
    assert error.accepted == ("publickey",)
    assert "gone" in error.remedy
    assert "missing (no such file)" in error.remedy


def test_identities_only_offers_nothing_else(home: Home, node: Node, setup: SshSetup, tmp_path: Path) -> None:
    others = [setup.key(f"other{number}") for number in range(7)]
    right = setup.key("right")
    setup.user(node, "ops", docker=True, authorized=right.with_suffix(".pub").read_text())
    sshd = setup.sshd(node)
    with agent(tmp_path / "agent.sock", *others, right) as socket:
        home.write(f"Host *\n  IdentityAgent {socket}\n")
        error = failure(home.open(f"ssh://ops@{sshd.url}"))
        assert isinstance(error, LoginRefused), error
        assert "IdentitiesOnly" in error.remedy, "sshd hangs up after six keys"
        home.write(f"Host *\n  IdentityAgent {socket}\n  IdentityFile {right}.pub\n  IdentitiesOnly yes\n")
        assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"


@pytest.mark.parametrize("place", ["file", "agent", "named"])
def test_user_certificate(home: Home, node: Node, setup: SshSetup, tmp_path: Path, place: str) -> None:
    authority, key = setup.key("authority"), setup.key("signed")
    certificate = setup.certificate(authority, key, "ops")
    setup.user(node, "ops", docker=True, authorized="\n")
    node.host.run("sh", "-c", "cat > /etc/ssh/user_ca.pub", stdin=Path(f"{authority}.pub").read_text())
    sshd = setup.sshd(node, TrustedUserCAKeys="/etc/ssh/user_ca.pub")
    if place == "agent":
        with agent(tmp_path / "agent.sock", key) as socket:
            home.write(f"Host *\n  IdentityAgent {socket}\n  IdentityFile none\n")
            assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"
        return
    if place == "named":
        certificate = certificate.rename(tmp_path / "elsewhere.pub")
        home.write(f"Host *\n  IdentityAgent none\n  IdentityFile {key}\n  CertificateFile {certificate}\n")
    else:
        home.write(f"Host *\n  IdentityAgent none\n  IdentityFile {key}\n")
    assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"


def test_password(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True, password="right")
    sshd = setup.sshd(node, PasswordAuthentication="yes")
    without_keys(home)
    home.user.secrets = deque(["wrong", "right"])
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    assert name_of(tunnel) == "n1"
    assert home.user.asked == [PasswordQuestion("ops", node.address, number, 3) for number in (1, 2)]
    sshd.kill()
    until_phase(tunnel, TunnelPhase.LOST)
    sshd.start()
    until_phase(tunnel, TunnelPhase.LIVE)
    assert len(home.user.asked) == 2, "a reconnect asks nothing"


def test_declined_password(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", password="right")
    sshd = setup.sshd(node, PasswordAuthentication="yes")
    without_keys(home)
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    error = failure(tunnel)
    assert isinstance(error, LoginRefused), error
    assert error.accepted == ("publickey", "password")
    assert "declined" in error.remedy
    assert tunnel.status.next_try is None, "nobody is asked again by himself"
    assert len(home.user.asked) == 1
    home.user.secrets = deque(["right"])
    tunnel.retry_now()
    until_phase(tunnel, TunnelPhase.LIVE)


def test_keyboard_interactive_through_pam(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True, password="right")
    sshd = setup.sshd(node, UsePAM="yes", KbdInteractiveAuthentication="yes")
    without_keys(home)
    home.user.answers = deque([("wrong",), ("right",)])
    tunnel = home.open(f"ssh://ops@{sshd.url}")
    assert name_of(tunnel) == "n1"
    first = home.user.asked[0]
    assert isinstance(first, PromptsQuestion)
    assert "Password" in first.prompts[0].text
    assert not first.prompts[0].echo
    sshd.kill()
    until_phase(tunnel, TunnelPhase.LOST)
    sshd.start()
    until_phase(tunnel, TunnelPhase.LIVE)
    assert len(home.user.asked) == 2


def test_key_and_password_together(home: Home, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True, password="right")
    sshd = setup.sshd(node, PasswordAuthentication="yes", AuthenticationMethods="publickey,password")
    home.user.secrets = deque(["right"])
    assert name_of(home.open(f"ssh://ops@{sshd.url}")) == "n1"


# ------------------------------------------------------------------------------------------------ host keys


def fingerprint(sshd: Sshd) -> str:
    told = subprocess.run(["ssh-keygen", "-lf", f"{sshd.host_key}.pub"], capture_output=True, text=True, check=True)
    return told.stdout.split()[1]


def test_unknown_host_key_is_asked_about_and_written_down(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, host_key=setup.key("new_host"))
    home.write(f"Host *\n  IdentityFile {setup.lab.ssh_key}\n  IdentityAgent none\n  HashKnownHosts yes\n")
    home.known_hosts.unlink()
    tunnel = home.open(f"ssh://root@{sshd.url}")
    error = failure(tunnel)
    assert isinstance(error, HostKeyRefused), error
    assert not home.known_hosts.exists(), "no was said"
    assert home.user.asked == [
        HostKeyQuestion(node.address, sshd.url, "", "ssh-ed25519", fingerprint(sshd), home.known_hosts)
    ]
    assert sshd.logins() == 0
    home.user.trusts = True
    tunnel.retry_now()
    assert until_phase(tunnel, TunnelPhase.LIVE).error is None
    assert name_of(tunnel) == "n1"
    assert home.known_hosts.stat().st_mode & 0o777 == 0o600
    assert home.known_hosts.read_text().startswith("|1|")
    asked = len(home.user.asked)
    assert name_of(home.open(f"ssh://root@{sshd.url}")) == "n1"
    assert len(home.user.asked) == asked


def test_hashed_known_host_key(home: Home, node: Node) -> None:
    subprocess.run(["ssh-keygen", "-H", "-f", str(home.known_hosts)], capture_output=True, check=True)
    assert node.address not in home.known_hosts.read_text()
    assert name_of(home.open(f"ssh://root@{node.address}")) == "n1"
    assert home.user.asked == []


@pytest.mark.parametrize("marker", ["", "@revoked "])
def test_changed_and_revoked_host_keys_are_refused(home: Home, node: Node, setup: SshSetup, marker: str) -> None:
    sshd = setup.sshd(node, host_key=setup.key("stolen"))
    other = setup.key("other") if not marker else sshd.host_key
    kind, key = Path(f"{other}.pub").read_text().split()[:2]
    home.known_hosts.write_text(f"# first line\n{marker}[{node.address}]:{sshd.port} {kind} {key}\n")
    home.user.trusts = True
    tunnel = home.open(f"ssh://root@{sshd.url}")
    error = failure(tunnel)
    assert isinstance(error, HostKeyRefused), error
    assert ("revoked" if marker else "not the known one") in error.message
    assert f"{home.known_hosts}:2" in error.message
    assert home.user.asked == []
    assert tunnel.status.next_try is None
    assert sshd.logins() == 0


def test_strict_checking_does_not_ask(home: Home, node: Node, setup: SshSetup) -> None:
    sshd = setup.sshd(node, host_key=setup.key("new_host"))
    home.write("Host *\n  StrictHostKeyChecking yes\n")
    home.user.trusts = True
    error = failure(home.open(f"ssh://root@{sshd.url}"))
    assert isinstance(error, HostKeyRefused), error
    assert home.user.asked == []


def test_host_certificate(home: Home, node: Node, setup: SshSetup, lab: Lab) -> None:
    authority, host_key = setup.key("host_authority"), setup.key("certified")
    sign = ["ssh-keygen", "-q", "-s", str(authority), "-h", "-I", "n1", "-n", node.address, f"{host_key}.pub"]
    subprocess.run(sign, check=True)
    options = {"AuthorizedKeysFile": str(lab.ssh_key.with_suffix(".pub"))}
    sshd = setup.sshd(node, host_key=host_key, HostCertificate=f"{host_key}-cert.pub", **options)
    kind, key = Path(f"{authority}.pub").read_text().split()[:2]
    home.known_hosts.write_text(f"@cert-authority [10.*]:* {kind} {key}\n")
    assert name_of(home.open(f"ssh://root@{sshd.url}")) == "n1"
    assert home.user.asked == []


# ------------------------------------------------------------------------------------------------ jumps


@pytest.fixture
def bastions(lab: Lab, setup: SshSetup) -> tuple[Sshd, Sshd]:
    """Two hosts to go through, with users of their own."""
    edge, inner = lab.node("n4"), lab.node("n5")
    setup.user(edge, "jump")
    setup.user(inner, "inner")
    return setup.sshd(edge), setup.sshd(inner)


def way_through(home: Home, lab: Lab, edge: Sshd, inner: Sshd) -> None:
    home.write(f"""
Host prod
  HostName {lab.node("n1").address}
  User root
  ProxyJump edge,inner@{inner.url}
Host edge
  HostName {edge.node.address}
  Port {edge.port}
  User jump
Host *
  IdentityAgent none
  IdentityFile {lab.ssh_key}
""")


def test_two_bastions(home: Home, lab: Lab, bastions: tuple[Sshd, Sshd]) -> None:
    edge, inner = bastions
    way_through(home, lab, edge, inner)
    tunnel = home.open("ssh://prod")
    assert name_of(tunnel) == "n1"
    assert tunnel.status.way == ("edge", inner.node.address, "prod")
    assert f"Accepted publickey for inner from {edge.node.address}" in inner.log.read_text()
    doing = [status.doing for status in home.seen]
    assert "connecting: jump host 1 of 2 edge" in doing


def test_each_hop_has_its_own_host_key_check(home: Home, lab: Lab, bastions: tuple[Sshd, Sshd]) -> None:
    edge, inner = bastions
    way_through(home, lab, edge, inner)
    known = [line for line in home.known_hosts.read_text().splitlines() if not line.startswith(inner.node.address)]
    home.known_hosts.write_text("\n".join(known) + "\n")
    error = failure(home.open("ssh://prod"))
    assert isinstance(error, HostKeyRefused), error
    assert error.hop == "jump host 2 of 2"
    question = home.user.asked[0]
    assert isinstance(question, HostKeyQuestion)
    assert (question.address, question.way) == (inner.url, "jump host 2 of 2")
    assert inner.logins() == 0


def test_login_refused_at_a_hop(home: Home, lab: Lab, setup: SshSetup, bastions: tuple[Sshd, Sshd]) -> None:
    edge, inner = bastions
    setup.authorize(inner.node, "inner", "\n")
    way_through(home, lab, edge, inner)
    error = failure(home.open("ssh://prod"))
    assert isinstance(error, LoginRefused), error
    assert error.hop == "jump host 2 of 2"
    assert error.message.startswith("Jump host 2 of 2")
    assert error.tried == (str(lab.ssh_key),)


def test_bastion_that_forbids_forwarding(home: Home, lab: Lab, setup: SshSetup, bastions: tuple[Sshd, Sshd]) -> None:
    edge = setup.sshd(lab.node("n4"), AllowTcpForwarding="no")
    way_through(home, lab, edge, bastions[1])
    error = failure(home.open("ssh://prod"))
    assert isinstance(error, SSHFailed), error
    assert error.layer == "jump host"
    assert "AllowTcpForwarding" in error.remedy


def test_bastion_that_finds_nobody_behind_it(home: Home, lab: Lab, bastions: tuple[Sshd, Sshd]) -> None:
    edge, inner = bastions
    way_through(home, lab, edge, inner)
    inner.kill()
    tunnel = home.open("ssh://prod")
    error = failure(tunnel)
    assert isinstance(error, SSHFailed), error
    assert (error.layer, error.hop) == ("jump host", "jump host 1 of 2")
    assert "refused" in error.message
    inner.start()
    until_phase(tunnel, TunnelPhase.LIVE)
    assert edge.logins() == 1, "the first hop stood all the time"


def test_proxy_command(home: Home, lab: Lab, node: Node) -> None:
    identity = f"  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n"
    home.write(f"Host prod\n  HostName {node.address}\n  User root\n  ProxyCommand busybox nc %h %p\n{identity}")
    tunnel = home.open("ssh://prod")
    assert name_of(tunnel) == "n1"
    proxies = ["pgrep", "-f", f"^busybox nc {node.address} 22$"]
    assert subprocess.run(proxies, check=False, stdout=subprocess.DEVNULL).returncode == 0
    tunnel.close()
    until(lambda: subprocess.run(proxies, check=False).returncode == 1, "the end of the ProxyCommand", 5)


def test_proxy_command_that_fails(home: Home) -> None:
    home.write("Host prod\n  ProxyCommand echo the VPN is down >&2; exit 1\n")
    error = failure(home.open("ssh://prod"))
    assert "the VPN is down" in str(error)


def test_another_manager_is_reached_like_the_first(
    home: Home, lab: Lab, setup: SshSetup, bastions: tuple[Sshd, Sshd]
) -> None:
    """The way of failover: one address is known, and how the first manager is reached."""
    key = setup.key("locked", "open sesame")
    for name in ("n1", "n2"):
        setup.user(lab.node(name), "ops", docker=True, authorized=key.with_suffix(".pub").read_text())
    first, second = (setup.sshd(lab.node(name)) for name in ("n1", "n2"))
    setup.authorize(bastions[0].node, "jump", key.with_suffix(".pub").read_text())
    home.write(f"""
Host prod
  HostName {first.node.address}
  Port {first.port}
  User ops
  ProxyJump jump@{bastions[0].url}
Host *
  IdentityAgent none
  IdentityFile {key}
""")
    home.user.secrets = deque(["open sesame"])
    one = home.open("ssh://prod")
    assert name_of(one) == "n1"
    other = Endpoint(f"ssh://{second.url}", "prod")
    two = Tunnel.open(other, one.memory, config=home.files, like=one.endpoint)
    try:
        assert name_of(two) == "n2"
        assert two.status.way == (bastions[0].node.address, second.node.address)
    finally:
        two.close()
    assert len(home.user.asked) == 1, "the passphrase is known"


# ------------------------------------------------------------------------------------------------ the wrong place


def test_wrong_port(home: Home, node: Node) -> None:
    tunnel = home.open(f"ssh://root@{node.address}:4")
    error = failure(tunnel)
    assert isinstance(error, SSHFailed), error
    assert error.layer == "TCP"
    assert f"Nothing listens at {node.address}:4" in error.message
    assert tunnel.status.next_try is not None


def test_port_of_something_else(home: Home, node: Node) -> None:
    error = failure(home.open(f"ssh://root@{node.address}:2376"), timeout=15)
    assert isinstance(error, SSHFailed), error
    assert "SSH" in str(error)


def test_address_without_a_host(home: Home, lab: Lab) -> None:
    free = lab.node("n1").address.rpartition(".")[0] + ".60"
    home.write("Host *\n  ConnectTimeout 1\n")
    error = failure(home.open(f"ssh://root@{free}"), timeout=15)
    assert isinstance(error, SSHFailed), error
    assert error.layer == "TCP"
