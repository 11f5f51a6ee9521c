# ruff: noqa: F811 (the fixtures are imported)
"""What goes wrong on the way to a manager while the real program is in use: noticed, healed, or gone round in time.

No change is lost or made twice by it.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.lab.cluster import Lab, processes
from tests.lab.cluster.ssh_fixtures import setup  # noqa: F401
from tests.lab.cluster.ssh_variants import SshSetup
from tests.lab.cluster.waiting import until
from tests.lab.driving import confirm, on_row, service_of
from tests.lab.person import Person
from tests.terminal import Terminal

CLOSED, HALF_OPEN, HEALED, FAILED_OVER = 2.0, 15.0, 5.0, 15.0
"""Seconds: until a closed connection is noticed, until a silent one is, until it stands again after the cause's end,
until another manager is gone on through."""
ELECTION = 25.0
"""Seconds in which a swarm that has lost its leader has another one: until then no manager answers anything."""
LIVE, LOST = r"● live", r"✖ (reconnecting|no leader)"


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


def timed(terminal: Terminal, pattern: str, what: str) -> None:
    """Wait for something on the screen; tells how many seconds it took."""
    begun = time.monotonic()
    terminal.wait_for(pattern)
    print(f"{what}: {time.monotonic() - begun:.2f} s")


def scale_by_keys(terminal: Terminal, service: str) -> None:
    """One more replica."""
    on_row(terminal, "2", service)
    terminal.press("+")
    confirm(terminal, f"Scale {service}")


def test_an_sshd_and_a_bastion_that_are_restarted(swarm: Lab, person: Person, setup: SshSetup) -> None:
    """The one manager is waited for, whatever on the way to it fails: it is back soon."""
    bastion, sshd = setup.sshd(swarm.node("n4")), setup.sshd(swarm.node("n1"))
    person.configure(f"""
Host prod
  HostName {sshd.node.address}
  Port {sshd.port}
  User root
  ProxyJump root@{bastion.url}
Host *
  IdentityFile {swarm.ssh_key}
  IdentityAgent none
""")
    with person.on("ssh://prod") as terminal:
        terminal.wait_for(LIVE)
        terminal.wait_for(f"via {bastion.node.address}")
        sshd.kill()
        timed(terminal, LOST, "sshd killed, noticed")
        terminal.wait_for("changes are refused")
        sshd.start()
        timed(terminal, LIVE, "sshd started again, healed")
        bastion.kill()
        timed(terminal, LOST, "bastion killed, noticed")
        terminal.wait_for("jump host 1 of 1")
        terminal.wait_for(r"data \d+ s old")
        terminal.wait_for(r"retrying in|connecting: jump host")
        time.sleep(5)  # longer than a dead manager is waited for: the others are behind the same bastion
        assert "through" not in terminal.text.splitlines()[0]
        bastion.start()
        timed(terminal, LIVE, "bastion started again, healed")
        assert "through" not in terminal.text.splitlines()[0]


def test_a_host_that_is_cut_off_is_noticed_and_gone_round(swarm: Lab, person: Person) -> None:
    """Half open: packets are dropped. The program goes on through another manager that the swarm has told of."""
    swarm.service("web", replicas=2)
    first = next(node for node in swarm.swarm.managers if node is not swarm.leader())
    with person.on(f"ssh://root@{first.address}") as terminal:
        terminal.wait_for(r"web +replicated +▰+ 2/2")
        first.cut()
        try:
            begun = time.monotonic()
            timed(terminal, f"{LOST}|◌ stale", "host cut off, noticed")
            timed(terminal, rf"(?s)through n\d.*{LIVE}", "gone on through another one")
            print(f"in all {time.monotonic() - begun:.2f} s")
            terminal.wait_until_told("Continuing through")
            scale_by_keys(terminal, "web")
            terminal.wait_for(r"web +replicated +▰+ 3/3")
        finally:
            first.heal()


def test_a_leader_that_dies_with_its_ssh_in_the_middle_of_a_change(swarm: Lab, person: Person) -> None:
    """The change is looked up at another manager; it is made once, or not at all, and the user is told which."""
    swarm.service("web", replicas=2, options=["--constraint", "node.role==worker"])
    leader = swarm.leader()
    others = [node for node in swarm.swarm.managers if node is not leader]
    # A mistake in the settings is told, and stops nothing.
    person.set(f'[ssh.hosts]\n{others[0].name} = "root@{others[0].address}"\nn9 = 3\n')
    # What is told of a change is one line: so wide is the terminal.
    with person.on(f"ssh://root@{leader.address}", columns=300) as terminal:
        terminal.wait_until_told("must be a text")
        terminal.wait_for(r"web +replicated +▰+ 2/2")
        engine = leader.host.processes("dockerd")
        on_row(terminal, "2", "web")
        terminal.press("+")
        terminal.wait_for("Scale web from 2 to 3")
        terminal.press("right")
        terminal.wait_for("▸ Scale web ◂")
        for process in engine:  # it accepts, and answers nothing; soon that is noticed, and a change refused
            processes.send(process, signal.SIGSTOP)
        terminal.press("enter")
        terminal.wait_until_told("Scale web from 2 to 3: ")
        begun = time.monotonic()
        leader.lose_power()
        timed(terminal, LOST, "leader dead, noticed")
        timed(terminal, r"through n\d", "gone on through another one")
        timed(terminal, LIVE, "live again, after the election")
        print(f"in all {time.monotonic() - begun:.2f} s")
        # It stays on the screen when it failed, and goes by itself when it was made.
        told = terminal.wait_until_told(
            r"Scale web from 2 to 3: (.*(was not made|Nothing was changed|not known whether)|\d of \d running)"
        )
        terminal.wait_for("managers 2/3")
        made = service_of(swarm, "web")["Spec"]["Mode"]["Replicated"]["Replicas"] == 3
        assert "not known whether" in told or made is ("running" in told), told
        scale_by_keys(terminal, "web")
        terminal.wait_for(r"web +replicated +▰+ 4/4" if made else r"web +replicated +▰+ 3/3")
        leader.restart()


def test_the_first_of_several_is_down_and_the_second_is_demoted(swarm: Lab, person: Person) -> None:
    """What another manager would ask is asked only when none serves without it: here their host keys are unknown."""
    leader = swarm.leader()
    down, first = (node for node in swarm.swarm.managers if node is not leader)
    known = person.known_hosts.read_text().splitlines(keepends=True)
    person.known_hosts.write_text("".join(line for line in known if line.startswith(f"{first.address} ")))
    with person.on(f"ssh://root@{down.address}:4", f"ssh://root@{first.address}", columns=100, rows=30) as terminal:
        timed(terminal, LIVE, "live through the second")
        terminal.wait_for(rf"through ssh://root@{first.address}")
        leader.docker("node", "demote", first.name)
        terminal.wait_for("host key is unknown")
        terminal.press("right")
        terminal.wait_for("▸ Yes, trust it ◂")
        terminal.press("enter")
        timed(terminal, rf"through ({leader.name}|{down.name})", "trusted, gone on through")
        terminal.wait_for(LIVE)
        terminal.wait_for("nodes 5/5")


def test_nothing_is_left_after_ten_starts_and_kills(swarm: Lab, person: Person) -> None:
    node = swarm.node("n1")
    person.configure(
        f"Host prod\n  HostName {node.address}\n  User root\n  ProxyCommand busybox nc %h %p\n"
        f"Host *\n  IdentityFile {swarm.ssh_key}\n  IdentityAgent none\n"
    )
    ends = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]
    for batch in range(2):
        with ExitStack() as stack:
            started = [stack.enter_context(person.program("-H", "ssh://prod")) for _ in range(5)]
            for number, terminal in enumerate(started):
                if number < 4:
                    terminal.wait_for(LIVE)
                subprocess.run(["kill", f"-{ends[(batch + number) % 4]}", str(terminal.pid)], check=True)
            for terminal in started:
                terminal.wait_until_ended()
        assert person.left_behind() == []
    proxies = ["pgrep", "-f", f"^busybox nc {node.address} 22$"]
    until(lambda: subprocess.run(proxies, check=False).returncode == 1, "the ends of all ProxyCommands")
    sessions = ["ss", "-Htn", "state", "established", "sport", "=", ":22"]
    until(lambda: not node.run(*sessions).strip(), "the ends of all SSH sessions")
