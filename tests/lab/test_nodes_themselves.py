"""Nodes asked themselves, over real SSH, TLS and a local socket: logs, figures, room on the disk, events, a port."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.commands import run
from tests.lab.cluster.ssh_fixtures import setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.driving import leave, on_row, on_service
from tests.lab.person import Person
from tests.lab.test_across import forward
from tests.lab.test_shell import FAR, far_behind, person  # noqa: F401
from tests.terminal import Terminal

TALKS = "i=0; while true; do i=$((i+1)); echo line $i; echo wrong $i >&2; sleep 0.3; done"
FETCH = "import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=600).read().decode())"
TALL = 120
"""Rows: a node's page begins with what happened there, which in a lab is much."""
ROOM = r"its disk +[\d.]+ [KMGT]iB of [\d.]+ [KMGT]iB free, \d+% used"


def newest_line(terminal: Terminal) -> int:
    found = re.findall(r"line (\d+)", terminal.text)
    return max(map(int, found), default=0)


def each_once(terminal: Terminal) -> bool:
    """Whether the lines on the screen are there once each, in order; a frame that is half drawn is none."""
    seen = [int(each) for each in re.findall(r"line (\d+)", terminal.text)]
    return bool(seen) and seen == list(range(seen[0], seen[0] + len(seen)))


def test_logs_of_a_node_that_the_managers_have_lost(swarm: Lab, person: Person) -> None:  # noqa: F811
    swarm.service("talks", replicas=1, constraints=[f"node.hostname == {FAR}"], args=["sh", "-c", TALKS])
    far = swarm.node(FAR)
    rule = ("OUTPUT", "-p", "tcp", "--dport", "2377", "-j", "DROP")
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        on_service(terminal, "talks", 1)
        terminal.press("l")
        terminal.wait_for(r"line \d+")
        far.run("iptables", "-I", *rule)
        try:
            terminal.wait_for("no lines from n4: not ready")
            terminal.wait_for("d reads straight from the nodes")
            lost_at = newest_line(terminal)
            terminal.press("d")
            terminal.wait_for("straight from 1 node, d goes back")
            terminal.until(lambda: newest_line(terminal) > lost_at + 5, "lines that the manager does not get")
            terminal.wait_for(r"! wrong \d+")
            terminal.until(lambda: each_once(terminal), "each line once, in order")
        finally:
            far.run("iptables", "-D", *rule)
        leave(terminal, "straight from")


def test_figures_by_tcp_with_the_same_certificates(swarm: Lab, person: Person) -> None:  # noqa: F811
    swarm.service(
        "burn", replicas=1, constraints=[f"node.hostname == {FAR}"], args=["sh", "-c", "while true; do :; done"]
    )
    url, certificates = swarm.node("n1").tls_endpoint
    tls = {"DOCKER_HOST": url, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(certificates)}
    person.set("figures = true\n")
    with person.program(environment=tls, rows=TALL) as terminal:
        terminal.wait_for(r"tasks 1/1")
        terminal.press("3")
        terminal.wait_for(r"burn\.1 +n4 .*running +\d+% +\d")
        on_row(terminal, "1", FAR)
        terminal.press("i")
        terminal.wait_for(r"Disk use on n4")
        terminal.wait_for(r"root directory +/")
        assert not re.search("its disk", terminal.text), "TLS leads to the engine alone"
        leave(terminal, "in words")
        terminal.press("q")
        terminal.wait_until_ended()


def test_the_room_on_its_disk_and_its_events(swarm: Lab, person: Person) -> None:  # noqa: F811
    far = swarm.node(FAR)
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        terminal.wait_for(r"● live")
        on_row(terminal, "1", FAR)
        terminal.press("i")
        terminal.wait_for(ROOM)
        leave(terminal, "in words")
        far.docker("volume", "create", "made-meanwhile")
        far.docker("run", "--detach", "--name", "by-hand", swarm.image("web"), "sh", "-c", "exit 7")
        terminal.press("9")
        terminal.wait_for(r"node .*on n4: volume made-meanwhile was created")
        terminal.wait_for(r"on n4: container by-hand ended with exit 7")
        far.docker("rm", "by-hand")
        far.docker("volume", "rm", "made-meanwhile")
        terminal.wait_for(r"on n4: volume made-meanwhile was removed")
        terminal.press("1")


def in_the_network_of(node: Node) -> tuple[str, ...]:
    """What starts a command there, with the files of this machine."""
    return ("nsenter", f"--target={node.host.pid}", "--net", "--uts", "--")


@contextmanager
def on_the_node(person: Person, node: Node) -> Iterator[Terminal]:  # noqa: F811
    """The program on a node's own socket, in its network: as when it is started there."""
    command = (*in_the_network_of(node), sys.executable, "-m", "swarmtui")
    with person.program(f"-H{node.url}", command=command, rows=TALL) as terminal:
        yield terminal
        terminal.press("q")
        terminal.wait_until_ended()


@pytest.mark.parametrize("network", ["", "inner"])
def test_a_port_of_a_task_on_the_engine_of_this_machine(swarm: Lab, person: Person, network: str) -> None:  # noqa: F811
    here = swarm.node("n1")
    if network:
        swarm.manager().docker("network", "create", "--driver", "overlay", network)
    options = ["--network", network] if network else []
    swarm.service("web", replicas=1, constraints=["node.hostname == n1"], options=options)
    with on_the_node(person, here) as terminal:
        url = forward(terminal, "n1")
        assert run([*in_the_network_of(here), sys.executable, "-c", FETCH, url]).strip() == "web 1.0"
        terminal.wait_for(r"0 of 1 open, \d+ B sent")
        leave(terminal, "Forwarded ports")
        on_row(terminal, "1", "n1")
        terminal.press("i")
        terminal.wait_for(ROOM)
        leave(terminal, "in words")


def test_a_server_with_two_sessions_keeps_one_for_a_shell(
    swarm: Lab,
    person: Person,  # noqa: F811
    setup: SshSetup,  # noqa: F811
) -> None:
    swarm.service("web", replicas=1, constraints=[f"node.hostname == {FAR}"])
    sshd = setup.sshd(swarm.node(FAR), AllowStreamLocalForwarding="no", MaxSessions="2")
    far_behind(person, swarm.node(FAR), sshd)
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        terminal.wait_for(r"tasks 1/1")
        on_row(terminal, "1", FAR)
        terminal.press("i")
        terminal.wait_for(r"Disk use on n4")
        leave(terminal, "in words")
        on_service(terminal, "web", 1)
        terminal.press("x")
        terminal.wait_for(rf"Shell in web\.1 on {FAR}")
        terminal.press("enter")
        terminal.wait_for(r"^/ #")
        terminal.type("exit\r")
        terminal.wait_for(r"● live")
