"""One command in containers on five nodes, and a local port that leads to a container, over real SSH servers."""

from __future__ import annotations

import re
import urllib.request

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.cluster.ssh_fixtures import setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.driving import container_of, leave, on_service, press_button
from tests.lab.person import Person
from tests.lab.test_shell import FAR, person  # noqa: F401
from tests.patience import DEAD, until
from tests.terminal import Terminal


def test_a_command_on_five_replicas_of_which_one_fails(swarm: Lab, person: Person) -> None:  # noqa: F811
    swarm.service("web", replicas=None)
    far = swarm.node(FAR)
    far.docker("exec", container_of(far, "web"), "touch", "/broken")
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        on_service(terminal, "web", 5)
        terminal.press("a")
        terminal.wait_for("Run a command in 5 tasks on 5 nodes")
        terminal.type("sh -c 'cat /www/index.html; echo grüße >&2; test ! -e /broken'")
        press_button(terminal, "Run in 5 tasks", "enter")
        terminal.wait_for(rf"4 of 5 exit 0, 1 failed: web\.{FAR} exit 1")
        terminal.until(lambda: len(re.findall("✔ exit 0", terminal.text)) == 4, "four lines of success")
        terminal.press("G")
        terminal.wait_for(r"web\.n5 on n5: exit 0")
        terminal.wait_for("web 1.0")
        terminal.wait_for("! grüße")
        leave(terminal, "exit 0")
    assert not [each for each in audited(person) if each.count('"outcome": "done"') != 1]
    assert len(audited(person)) == 5


def test_each_node_tells_which_layer_failed_and_costs_the_others_nothing(
    swarm: Lab,
    person: Person,  # noqa: F811
    setup: SshSetup,  # noqa: F811
) -> None:
    swarm.service("web", replicas=None)
    silent, strange, locked, plain = (swarm.node(name) for name in ("n2", "n3", "n4", "n5"))
    other = setup.sshd(strange, host_key=setup.key("other_host"))
    known = next(line for line in person.known_hosts.read_text().splitlines() if line.startswith(strange.address))
    person.known_hosts.write_text(
        f"{person.known_hosts.read_text()}[{strange.address}]:{other.port} {known.partition(' ')[2]}\n"
    )
    locked_out, no_docker = setup.sshd(locked), setup.sshd(plain)
    for node, sshd in ((locked, locked_out), (plain, no_docker)):
        setup.user(node, "guest", authorized="# nobody\n" if node is locked else "")
        known_keys = f"{person.known_hosts.read_text()}[{node.address}]:{sshd.port} {sshd.public_key}\n"
        person.known_hosts.write_text(known_keys)
    person.set(
        f'[ssh.hosts]\nn2 = "root@{silent.address}:9"\nn3 = "root@{other.url}"\n'
        f'n4 = "guest@{locked_out.url}"\nn5 = "guest@{no_docker.url}"\n'
    )
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        on_service(terminal, "web", 5)
        terminal.press("a")
        terminal.wait_for("Run a command in 5 tasks on 5 nodes")
        terminal.type("hostname")
        press_button(terminal, "Run in 5 tasks", "enter")
        terminal.wait_for("1 of 5 exit 0, 4 failed: ")
        for name, layer in (("n2", "TCP"), ("n3", "host key"), ("n4", "authentication"), ("n5", "permission")):
            terminal.wait_for(rf"web\.{name} +{name} +✖ cannot be reached: {layer}: ")
        terminal.press("G")
        terminal.wait_for(r"usermod -aG docker")
        leave(terminal, "exit 0")


def audited(person: Person) -> list[str]:  # noqa: F811
    """The lines of the audit log that tell of a command in a container."""
    lines = (person.home / "state" / "swarmtui" / "audit.jsonl").read_text().splitlines()
    return [line for line in lines if '"task.exec"' in line]


# ------------------------------------------------------------------------------------------------ a port


@pytest.fixture(params=[FAR, "n1"])
def served(swarm: Lab, request: pytest.FixtureRequest) -> Node:
    """web runs once: on a worker on an overlay network, or on the connected manager on none."""
    options = []
    if request.param == FAR:
        swarm.manager().docker("network", "create", "--driver", "overlay", "inner")
        options = ["--network", "inner"]
    swarm.service("web", replicas=1, constraints=[f"node.hostname == {request.param}"], options=options)
    return swarm.node(request.param)


def forward(terminal: Terminal, node: str = r"n\d") -> str:
    """Have a local port lead to web's only task, which runs on that node; the address."""
    on_service(terminal, "web", 1)
    terminal.press("F")
    terminal.wait_for(r"Exposed by the image: 8080")
    terminal.type("8080")
    terminal.press("enter")
    terminal.wait_for(r"http://127\.0\.0\.1:\d+ → port 8080 of web\.1 on " + node + ", no connection")
    found = re.search(r"http://127\.0\.0\.1:\d+", terminal.text)
    assert found is not None
    return found[0]


def fetched(url: str) -> str:
    with urllib.request.urlopen(url, timeout=DEAD) as answer:
        return str(answer.read().decode())


def test_a_port_that_answers_http_until_its_task_ends(
    swarm: Lab,
    person: Person,  # noqa: F811
    served: Node,
) -> None:
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        url = forward(terminal)
        assert [fetched(url), fetched(url)] == ["web 1.0\n"] * 2
        terminal.wait_for(r"0 of 2 open, \d+ B sent")
        swarm.manager().docker("service", "rm", "web")
        terminal.wait_for(r"web\.1 has ended")
        with pytest.raises(OSError, match="refused"):
            fetched(url)
        terminal.wait_for("F: 1 forward ended")
        leave(terminal, "Forwarded ports")
    assert served.alive


def test_the_way_heals_under_a_forwarded_port(
    swarm: Lab,
    person: Person,  # noqa: F811
    setup: SshSetup,  # noqa: F811
) -> None:
    swarm.service("web", replicas=1, constraints=[f"node.hostname == {FAR}"])
    sshd = setup.sshd(swarm.node(FAR))
    leads_there(person, swarm.node(FAR), sshd.url, sshd.port, sshd.public_key)
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        url = forward(terminal)
        assert fetched(url) == "web 1.0\n"
        sshd.kill()
        with pytest.raises(OSError):  # noqa: PT011 - refused, reset or empty: how it breaks is the kernel's choice
            fetched(url)
        sshd.start()
        until(lambda: answers(url), "the way to be whole again")
        leave(terminal, "Forwarded ports")


def answers(url: str) -> bool:
    try:
        return fetched(url) == "web 1.0\n"
    except OSError:
        return False


def leads_there(person: Person, node: Node, url: str, port: int, key: str) -> None:  # noqa: F811
    """Have the program take another SSH server for a node."""
    person.known_hosts.write_text(f"{person.known_hosts.read_text()}[{node.address}]:{port} {key}\n")
    person.set(f'[ssh.hosts]\n{node.name} = "ssh://root@{url}"\n')


def test_a_server_that_forbids_port_forwarding(
    swarm: Lab,
    person: Person,  # noqa: F811
    setup: SshSetup,  # noqa: F811
) -> None:
    swarm.service("web", replicas=1, constraints=[f"node.hostname == {FAR}"])
    sshd = setup.sshd(swarm.node(FAR), AllowTcpForwarding="no")
    leads_there(person, swarm.node(FAR), sshd.url, sshd.port, sshd.public_key)
    with person.on(f"ssh://root@{swarm.node('n1').address}") as terminal:
        on_service(terminal, "web", 1)
        terminal.press("F")
        terminal.wait_for(r"Exposed by the image: 8080")
        terminal.type("8080")
        terminal.press("enter")
        terminal.wait_for(r"port forwarding: \S+ forbids root to forward ports")
        terminal.wait_for("AllowTcpForwarding")
        leave(terminal, "Forward a local port")
