# ruff: noqa: F811 (the fixtures are imported)
"""The real program over real SSH servers: each way to log in, whom to trust, whom to go through, what is refused."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.ssh_client import agent
from tests.lab.cluster.ssh_fixtures import node, setup  # noqa: F401
from tests.lab.cluster.ssh_variants import Sshd, SshSetup
from tests.lab.cluster.waiting import until
from tests.lab.person import Person
from tests.terminal import Terminal

LIVE = r"● live"


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


def fingerprint(sshd: Sshd) -> str:
    told = subprocess.run(["ssh-keygen", "-lf", f"{sshd.host_key}.pub"], capture_output=True, text=True, check=True)
    return told.stdout.split()[1]


def is_live(terminal: Terminal) -> None:
    """The whole swarm is on the screen."""
    terminal.wait_for(LIVE)
    terminal.wait_for(r"nodes 5/5")
    terminal.wait_for(r"n1 +(leader|manager)")


# ------------------------------------------------------------------------------------------------ logging in


def test_a_user_in_the_docker_group(person: Person, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True)
    sshd = setup.sshd(node)
    with person.on(f"ssh://ops@{sshd.url}") as terminal:
        is_live(terminal)
        assert len(person.left_behind()) == 1, "one tunnel for everything"
        terminal.press("2", "t")
        terminal.wait_for("SWMTKN-1-•")  # another client, over the same tunnel
        terminal.press("escape")
        terminal.wait_for("SWMTKN", absent=True)
    assert sshd.logins() == 1


def test_a_user_without_permission_is_told_what_helps(person: Person, node: Node, setup: SshSetup) -> None:
    setup.user(node, "guest")
    sshd = setup.sshd(node)
    with person.on(f"ssh://guest@{sshd.url}", columns=100, rows=30) as terminal:
        terminal.wait_for("What failed: permission")
        terminal.wait_for("docker group|usermod -aG docker")
        node.run("usermod", "-aG", "docker", "guest")
        terminal.press("ctrl+r")  # logs in anew: a membership counts from the next login on
        terminal.wait_for(LIVE)


def test_an_encrypted_key_asks_for_its_passphrase(person: Person, node: Node, setup: SshSetup) -> None:
    key = setup.key("locked", "open sesame")
    setup.user(node, "ops", docker=True, authorized=key.with_suffix(".pub").read_text())
    sshd = setup.sshd(node)
    person.configure(f"Host *\n  IdentityFile {key}\n  IdentityAgent none\n")
    with person.on(f"ssh://ops@{sshd.url}", columns=80, rows=24) as terminal:
        terminal.wait_for("Passphrase of the key")
        terminal.type("wrong")
        terminal.press("enter")
        terminal.wait_for("Attempt 2 of 3")
        terminal.type("open sesame")
        terminal.press("enter")
        terminal.wait_for(LIVE)
        sshd.kill()
        terminal.wait_for("reconnecting")
        sshd.start()
        terminal.wait_for(LIVE)  # and nothing is asked
        assert "sesame" not in terminal.text
    for path in person.home.rglob("*"):
        assert path.is_dir() or b"sesame" not in path.read_bytes()


def test_an_agent_and_a_certificate(person: Person, node: Node, setup: SshSetup, tmp_path: Path) -> None:
    authority, key, held = setup.key("authority"), setup.key("signed"), setup.key("held")
    setup.certificate(authority, key, "ops")
    setup.user(node, "ops", docker=True, authorized="\n")
    setup.user(node, "dev", docker=True, authorized=held.with_suffix(".pub").read_text())
    node.host.run("sh", "-c", "cat > /etc/ssh/user_ca.pub", stdin=Path(f"{authority}.pub").read_text())
    sshd = setup.sshd(node, TrustedUserCAKeys="/etc/ssh/user_ca.pub")
    person.configure(f"Host *\n  IdentityFile {key}\n  IdentityAgent none\n")
    with person.on(f"ssh://ops@{sshd.url}") as terminal:
        is_live(terminal)
    with agent(tmp_path / "agent.sock", held) as socket:
        held.unlink()
        person.configure(f"Host *\n  IdentityAgent {socket}\n")
        with person.on(f"ssh://dev@{sshd.url}") as terminal:
            is_live(terminal)


def test_passwords_and_codes(person: Person, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True, password="right", authorized="\n")
    person.configure("Host *\n  IdentityAgent none\n  IdentityFile none\n")
    plain = setup.sshd(node, PasswordAuthentication="yes")
    with person.on(f"ssh://ops@{plain.url}") as terminal:
        terminal.wait_for(f"Password of ops on {node.address}")
        terminal.type("right")
        assert "right" not in terminal.text
        terminal.press("enter")
        terminal.wait_for(LIVE)
    asking = setup.sshd(node, UsePAM="yes", KbdInteractiveAuthentication="yes")
    with person.on(f"ssh://ops@{asking.url}") as terminal:
        terminal.wait_for("asks ops")
        terminal.wait_for("Password:")
        terminal.press("escape")
        terminal.wait_for("What failed: authentication")
        terminal.wait_for("You declined to answer")
        terminal.wait_for("Not retrying")
        terminal.press("ctrl+r")
        terminal.wait_for("Password:")
        terminal.type("right")
        terminal.press("enter")
        terminal.wait_for(LIVE)


# ------------------------------------------------------------------------------------------------ whom to trust


def test_an_unknown_host_key_is_asked_about_and_a_changed_one_refused(
    person: Person, node: Node, setup: SshSetup
) -> None:
    sshd = setup.sshd(node, host_key=setup.key("new_host"))
    person.known_hosts.unlink()
    with person.on(f"ssh://root@{sshd.url}", columns=80, rows=24) as terminal:
        terminal.wait_for("host key is unknown")
        terminal.wait_for("▸ No ◂")
        shown = terminal.text
        for text in (fingerprint(sshd), sshd.url, "ssh-ed25519", "~/.ssh/known_hosts"):
            assert text in shown, shown
        terminal.press("enter")
        terminal.wait_for("What failed: host key")
        assert sshd.logins() == 0
        assert not person.known_hosts.exists()
        terminal.press("ctrl+r")
        terminal.wait_for("host key is unknown")
        terminal.press("right")
        terminal.wait_for("▸ Yes, trust it ◂")
        terminal.press("enter")
        terminal.wait_for(LIVE)
    assert sshd.public_key in person.known_hosts.read_text()
    subprocess.run(["ssh-keygen", "-H", "-f", str(person.known_hosts)], capture_output=True, check=True)
    assert node.address not in person.known_hosts.read_text()
    with person.on(f"ssh://root@{sshd.url}") as terminal:  # hashed, and known
        is_live(terminal)
    kind, key = Path(f"{setup.key('other')}.pub").read_text().split()[:2]
    person.known_hosts.write_text(f"# first line\n[{node.address}]:{sshd.port} {kind} {key}\n")
    with person.on(f"ssh://root@{sshd.url}") as terminal:
        terminal.wait_for("is not the known one")
        terminal.wait_for("known_hosts:2")
        terminal.wait_for("What failed: host key")
    assert sshd.logins() == 2


# ------------------------------------------------------------------------------------------------ whom to go through


def test_two_bastions_by_a_docker_context(person: Person, lab: Lab, setup: SshSetup) -> None:
    setup.user(lab.node("n4"), "jump")
    setup.user(lab.node("n5"), "inner")
    edge, inner = setup.sshd(lab.node("n4")), setup.sshd(lab.node("n5"))
    person.configure(f"""
Host Prod
  HostName {lab.node("n1").address}
  User root
  ProxyJump edge,inner@{inner.url}
Host edge
  HostName {edge.node.address}
  Port {edge.port}
  User jump
  ControlMaster auto
Host *
  IdentityAgent none
  IdentityFile {lab.ssh_key}
""")
    add_context(person, "production", "ssh://Prod")
    with person.program("-c", "production") as terminal:
        is_live(terminal)
        terminal.wait_for("production   ssh://Prod   via edge → ")
        terminal.wait_until_told("ControlMaster")  # what is not honoured is told
        terminal.press("q")
        terminal.wait_until_ended()
    assert (edge.logins(), inner.logins()) == (1, 1)
    edge.kill()
    with person.on("ssh://Prod") as terminal:
        terminal.wait_for("What failed: TCP")
        terminal.wait_for("jump host 1 of 2 edge")


def add_context(person: Person, name: str, url: str) -> None:
    meta = person.home / ".docker" / "contexts" / "meta" / sha256(name.encode()).hexdigest()
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": {"Host": url}}}))


# ------------------------------------------------------------------------------------------------ what is refused


def test_without_stream_forwarding_and_with_one_session(person: Person, node: Node, setup: SshSetup) -> None:
    setup.user(node, "ops", docker=True)
    sshd = setup.sshd(node, AllowStreamLocalForwarding="no", MaxSessions="1")
    with person.on(f"ssh://ops@{sshd.url}") as terminal:
        is_live(terminal)
        terminal.wait_for("dial-stdio")
        until(lambda: len(node.host.processes("docker")) == 1, "the end of the sessions of others")


def test_a_worker_leads_to_a_manager(person: Person, lab: Lab) -> None:
    with person.on(f"ssh://root@{lab.node('n4').address}") as terminal:
        is_live(terminal)
        terminal.wait_for(r"through 10\.")
        terminal.wait_until_told("is a worker: only managers know the swarm")


def test_the_wrong_port_and_the_wrong_socket(person: Person, node: Node, setup: SshSetup) -> None:
    with person.on(f"ssh://root@{node.address}:4", columns=80, rows=24) as terminal:
        terminal.wait_for("What failed: TCP")
        terminal.wait_for(f"Nothing listens at {node.address}:4")
    with person.on(f"ssh://root@{node.address}/run/user/1000/docker.sock", columns=80, rows=24) as terminal:
        terminal.wait_for("What failed: socket")
        terminal.wait_for("/run/user/1000/docker.sock")
    with person.on("ssh://no-such-host.invalid", columns=80, rows=24) as terminal:
        terminal.wait_for("What failed: DNS")
