# ruff: noqa: F811 (the fixtures are imported)
"""Every way to log in that people have, with real OpenSSH servers."""

from __future__ import annotations

from collections import deque
from pathlib import Path

import pytest

from swarmtui.errors import LoginRefused
from swarmtui.tunnel.questions import PassphraseQuestion, PasswordQuestion, PromptsQuestion
from swarmtui.tunnel.status import TunnelPhase

from .cluster import Lab, Node
from .cluster.ssh_client import Home, agent, failure, until_phase
from .cluster.ssh_fixtures import home, name_of, node, setup  # noqa: F401
from .cluster.ssh_variants import SshSetup


def without_keys(home: Home, text: str = "") -> None:
    home.write(f"{text}\nHost *\n  IdentityAgent none\n  IdentityFile {home.directory}/none\n")


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
    assert error.tried == (str(key),)
    assert "passphrase was not given" in error.remedy


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
