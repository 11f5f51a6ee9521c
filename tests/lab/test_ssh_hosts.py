# ruff: noqa: F811 (the fixtures are imported)
"""Whom to trust, and whom to go through: host keys and jump hosts, with real OpenSSH servers."""

from __future__ import annotations

import subprocess
from collections import deque
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.errors import (
    HostKeyRefused,
    LoginRefused,
    SSHFailed,
)
from swarmtui.tunnel.questions import HostKeyQuestion
from swarmtui.tunnel.ssh import Tunnel
from swarmtui.tunnel.status import TunnelPhase

from .cluster import Lab, Node
from .cluster.ssh_client import Home, failure, until_phase
from .cluster.ssh_fixtures import home, name_of, node, setup  # noqa: F401
from .cluster.ssh_variants import Sshd, SshSetup
from .cluster.waiting import until

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
    until(lambda: subprocess.run(proxies, check=False).returncode == 1, "the end of the ProxyCommand")


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
