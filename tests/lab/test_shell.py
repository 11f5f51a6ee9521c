"""A shell in a container on another node than the one that is connected, over real SSH servers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.ssh_fixtures import setup  # noqa: F401
from tests.lab.cluster.ssh_variants import Sshd, SshSetup
from tests.lab.driving import container_of, on_row
from tests.lab.person import Person
from tests.patience import until
from tests.terminal import Terminal
from tests.ui.test_terminal import the_size_is

FAR = "n4"


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


@pytest.fixture
def far(swarm: Lab) -> Node:
    """A worker, which alone runs web."""
    swarm.service("web", replicas=1, constraints=[f"node.hostname == {FAR}"])
    return swarm.node(FAR)


@contextmanager
def shell(terminal: Terminal) -> Iterator[Terminal]:
    """A shell in web's only task."""
    terminal.wait_for(r"tasks 1/1")
    on_row(terminal, "2", "web")
    terminal.press("x")
    terminal.wait_for(rf"Shell in web\.1 on {FAR}")
    terminal.press("enter")
    terminal.wait_for(r"Open a shell in web\.1\.")
    terminal.wait_for(r"^/ #")
    yield terminal


def test_on_another_node_by_the_same_ssh(lab: Lab, person: Person, far: Node) -> None:
    container = container_of(far, "web")
    before = running_in(far, container)
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        terminal.type("clear; stty size; echo grüße\r")
        terminal.wait_for(r"^45 160\s+grüße")
        terminal.resize(100, 30)
        terminal.type("echo it sleeps; sleep 1000\r")
        terminal.wait_for(r"^it sleeps")
        terminal.press("ctrl+c")
        until(lambda: the_size_is(terminal, "30 100"), "the new size", interval=0.5)
        terminal.type("exit 3\r")
        terminal.wait_until_told(r"The shell in web\.1 ended with exit status 3")
        back(terminal)
        assert len(person.left_behind()) == 2, "a tunnel to the manager, and one to the node"
    until(lambda: running_in(far, container) == before, "the end of what ran in the shell")


def running_in(node: Node, container_id: str) -> list[list[str]]:
    """The processes in a container, as PIDs and commands."""
    found: list[list[str]] = node.get(f"/containers/{container_id}/top?ps_args=-o%20pid,comm")["Processes"]
    return found


def test_the_host_key_of_a_node_is_asked_about(lab: Lab, person: Person, far: Node) -> None:
    known = person.known_hosts.read_text().splitlines()
    person.known_hosts.write_text("\n".join(line for line in known if not line.startswith(far.address)) + "\n")
    with person.on(f"ssh://root@{lab.node('n1').address}") as terminal:
        terminal.wait_for(r"tasks 1/1")
        on_row(terminal, "2", "web")
        terminal.press("x")
        terminal.wait_for(rf"Shell in web\.1 on {FAR}")
        terminal.press("enter")
        terminal.wait_for("host key is unknown")
        terminal.press("right")
        terminal.wait_for("▸ Yes, trust it ◂")
        terminal.press("enter")
        terminal.wait_for(r"^/ #")
        terminal.type("exit\r")
        back(terminal)
    assert far.address in person.known_hosts.read_text()


def test_where_the_server_forbids_stream_forwarding(
    lab: Lab,
    person: Person,
    far: Node,
    setup: SshSetup,  # noqa: F811
) -> None:
    sshd = setup.sshd(far, AllowStreamLocalForwarding="no")
    person.known_hosts.write_text(person.known_hosts.read_text() + f"[{far.address}]:{sshd.port} {sshd.public_key}\n")
    person.set(f'[ssh.hosts]\n{FAR} = "ssh://root@{sshd.url}"\n')
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        terminal.press("ctrl+p", "ctrl+q")
        terminal.wait_until_told(r"The shell in web\.1 may still be running")
        back(terminal)
    assert sshd.logins() == 1


def test_through_the_manager_where_only_that_reaches_the_node(lab: Lab, person: Person, far: Node) -> None:
    manager = lab.node("n1").address
    rule = ("INPUT", "-p", "tcp", "--dport", "22", "!", "-s", manager, "-j", "REJECT")
    far.run("iptables", "-I", *rule)
    try:
        with person.on(f"ssh://root@{manager}") as opened, shell(opened) as terminal:
            terminal.type("exit\r")
            back(terminal)
    finally:
        far.run("iptables", "-D", *rule)


def test_the_node_dies_while_a_shell_is_open(lab: Lab, person: Person, far: Node) -> None:
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        far.lose_power()
        terminal.wait_until_told(r"The shell in web\.1 (was lost|ended|may still be running)")
        back(terminal)
        terminal.wait_for(rf"{FAR} +worker +✖ down")
    far.restart()


def far_behind(person: Person, node: Node, sshd: Sshd) -> None:
    """Have the program reach a node by another SSH server than its own."""
    known = f"[{node.address}]:{sshd.port} {sshd.public_key}\n"
    person.known_hosts.write_text(person.known_hosts.read_text() + known)
    person.set(f'[ssh.hosts]\n{node.name} = "ssh://root@{sshd.url}"\n')


def back(terminal: Terminal) -> None:
    """Wait for the program to have drawn over all of a shell. Of what it drew before, parts stay below a shell."""
    terminal.wait_for(r"^/ #", absent=True)
    terminal.wait_for(r"● live")


def is_lost(terminal: Terminal, what: str) -> None:
    """The shell has ended without the user, who is told; the program goes on with keys as it wants them."""
    begun = time.monotonic()
    back(terminal)
    print(f"{what}, back in the program: {time.monotonic() - begun:.1f} s")
    terminal.wait_until_told(r"The shell in web\.1 (was lost|may still be running)")
    terminal.press("?")
    terminal.wait_for("This pane")
    terminal.press("escape")
    terminal.wait_for("This pane", absent=True)


def test_the_ssh_server_dies_while_a_shell_is_open(
    lab: Lab,
    person: Person,
    far: Node,
    setup: SshSetup,  # noqa: F811
) -> None:
    sshd = setup.sshd(far)
    far_behind(person, far, sshd)
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        sshd.kill()
        is_lost(terminal, "sshd killed")
        sshd.start()
        with shell(terminal):
            terminal.type("exit\r")
            back(terminal)


def test_the_node_is_cut_off_while_a_shell_is_open(lab: Lab, person: Person, far: Node) -> None:
    """Half open: packets are dropped, and nobody says so."""
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        far.run("iptables", "-A", "INPUT", "-i", "eth0", "-j", "DROP")
        try:
            is_lost(terminal, "cut off")
        finally:
            far.run("iptables", "-F", "INPUT")


def test_the_engine_is_silent_while_a_shell_is_open(lab: Lab, person: Person, far: Node) -> None:
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        far.stop()
        try:
            terminal.press("ctrl+p", "ctrl+q")
            is_lost(terminal, "left a silent engine")
        finally:
            far.resume()


def test_ten_shells_leave_nothing_behind(lab: Lab, person: Person, far: Node) -> None:
    container = container_of(far, "web")
    alone = running_in(far, container)
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        terminal.type("exit\r")
        back(terminal)
        before = sockets_of(terminal.pid)
        for _ in range(9):
            terminal.press("x")
            terminal.wait_for(rf"Shell in web\.1 on {FAR}")
            terminal.press("enter")
            terminal.wait_for(r"^/ #")
            terminal.type("exit\r")
            back(terminal)
        until(lambda: sockets_of(terminal.pid) <= before, "the end of their sockets")
        assert len(person.left_behind()) == 2, "a tunnel to the manager, and one to the node"
        until(lambda: running_in(far, container) == alone, "the end of the shells")
        until(lambda: not running_execs(far, container), "their ends to be known to the engine")


def sockets_of(pid: int) -> int:
    """How many sockets a process has open."""
    return sum(1 for each in Path(f"/proc/{pid}/fd").iterdir() if _link(each).startswith("socket:"))


def _link(path: Path) -> str:
    try:
        return str(path.readlink())
    except OSError:
        return ""


def running_execs(node: Node, container_id: str) -> list[str]:
    """The commands that run in a container, or are remembered of it."""
    found: list[str] = node.get(f"/containers/{container_id}/json")["ExecIDs"] or []
    return [each for each in found if node.get(f"/exec/{each}/json")["Running"]]


def test_through_a_bastion(
    lab: Lab,
    person: Person,
    far: Node,
    setup: SshSetup,  # noqa: F811
) -> None:
    """The jump host on the way to the manager counts for the nodes, too."""
    bastion = setup.sshd(lab.node("n5"))
    person.known_hosts.write_text(
        f"{person.known_hosts.read_text()}[{bastion.node.address}]:{bastion.port} {bastion.public_key}\n"
    )
    manager = lab.node("n1").address
    person.configure(
        f"Host {manager}\n  ProxyJump root@{bastion.url}\nHost *\n  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n"
    )
    with person.on(f"ssh://root@{manager}") as opened, shell(opened) as terminal:
        terminal.type("exit\r")
        back(terminal)
        assert bastion.logins() == 2, "one for the manager, one for the node"
    assert far.alive


def test_by_tcp_with_the_same_certificates(lab: Lab, person: Person, far: Node) -> None:
    url, certificates = lab.node("n1").tls_endpoint
    assert far.tls_endpoint[1] == certificates
    tls = {"DOCKER_HOST": url, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    with person.program(environment=tls) as terminal, shell(terminal):
        terminal.type("hostname; exit 3\r")
        terminal.wait_until_told(r"The shell in web\.1 ended with exit status 3")
        back(terminal)
        terminal.press("F")
        terminal.wait_for(rf"Forward a local port to web\.1 on {FAR}")
        terminal.type("8080")
        terminal.press("enter")
        terminal.wait_for("reached by TCP, which leads to its engine alone")
        terminal.press("escape")
        terminal.wait_for("Forward a local port", absent=True)
        terminal.press("q")
        terminal.wait_until_ended()


def test_read_only_lets_nobody_in(lab: Lab, person: Person, far: Node) -> None:
    del far
    with person.program(f"-Hssh://root@{lab.node('n1').address}", "--read-only") as terminal:
        terminal.wait_for(r"tasks 1/1")
        on_row(terminal, "2", "web")
        terminal.press("x")
        terminal.wait_for(rf"Shell in web\.1 on {FAR}")
        terminal.press("enter")
        terminal.wait_for(r"started read-only")
        assert len(person.left_behind()) == 1, "the node was not even reached"
        terminal.press("escape")
        terminal.wait_for("Shell in", absent=True)
        terminal.press("q")
        terminal.wait_until_ended()
