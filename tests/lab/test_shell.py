"""A shell in a container on another node than the one that is connected, over real SSH servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.ssh_fixtures import setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.driving import on_row
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
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        terminal.type("clear; stty size; echo grüße\r")
        terminal.wait_for(r"^45 160\s+grüße")
        terminal.resize(100, 30)
        terminal.type("echo it sleeps; sleep 1000\r")
        terminal.wait_for(r"^it sleeps")
        terminal.press("ctrl+c")
        until(lambda: the_size_is(terminal, "30 100"), "the new size", interval=0.5)
        terminal.type("exit 3\r")
        terminal.wait_for(r"The shell in web\.1 ended with exit status 3")
        terminal.wait_for(r"● live")
        assert len(person.left_behind()) == 2, "a tunnel to the manager, and one to the node"
    assert not [each for each in far.host.processes() if each.name in {"sh", "sleep"} and _in_a_container(each.pid)]


def _in_a_container(pid: int) -> bool:
    try:
        return re.search(r"docker[-/][0-9a-f]{64}", Path(f"/proc/{pid}/cgroup").read_text()) is not None
    except OSError:
        return False


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
        terminal.wait_for(r"The shell in web\.1 may still be running")
        terminal.wait_for(r"● live")
    assert sshd.logins() == 1


def test_through_the_manager_where_only_that_reaches_the_node(lab: Lab, person: Person, far: Node) -> None:
    manager = lab.node("n1").address
    rule = ("INPUT", "-p", "tcp", "--dport", "22", "!", "-s", manager, "-j", "REJECT")
    far.run("iptables", "-I", *rule)
    try:
        with person.on(f"ssh://root@{manager}") as opened, shell(opened) as terminal:
            terminal.type("exit\r")
            terminal.wait_for(r"● live")
    finally:
        far.run("iptables", "-D", *rule)


def test_the_node_dies_while_a_shell_is_open(lab: Lab, person: Person, far: Node) -> None:
    with person.on(f"ssh://root@{lab.node('n1').address}") as opened, shell(opened) as terminal:
        far.lose_power()
        terminal.wait_for(r"The shell in web\.1 was lost|The shell in web\.1 ended|may still be running")
        terminal.wait_for(r"● live")
        terminal.wait_for(rf"{FAR} +worker +✖ down")
    far.restart()


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
