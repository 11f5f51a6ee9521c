"""Live figures of a container on another node, over real SSH: they agree with `docker stats` on that node."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.lab.cluster import Lab, Node
from tests.lab.driving import on_row
from tests.lab.person import Person
from tests.patience import until
from tests.terminal import Terminal

FAR = "n4"
BURN = "dd if=/dev/zero of=/dev/shm/held bs=1M count=40; while :; do :; done"
"""Holds 40 MiB, and takes all of the CPU that it is let have."""
MIB = {"B": 1 / (1 << 20), "KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}


class Seen(NamedTuple):
    """What one side says of the container: per cent of a CPU, MiB, per cent of its limit."""

    cpu: float
    memory: float
    share: float

    def agrees(self, other: Seen) -> bool:
        """Within noise: two looks at a machine on which other things run."""
        return (
            abs(self.cpu - other.cpu) <= max(5.0, other.cpu * 0.25)
            and abs(self.memory - other.memory) <= 1.5
            and abs(self.share - other.share) <= 2.0
        )


@pytest.fixture
def person(lab: Lab) -> Iterator[Person]:
    person = Person(lab)
    yield person
    person.close()


@pytest.fixture
def far(swarm: Lab) -> Node:
    """A worker, which alone runs burn."""
    swarm.service(
        "burn",
        replicas=1,
        constraints=[f"node.hostname == {FAR}"],
        options=["--limit-cpu", "0.25", "--limit-memory", "128m"],
        args=["sh", "-c", BURN],
    )
    return swarm.node(FAR)


def told_by_docker(node: Node) -> Seen | None:
    """One look of docker's own program, on the node itself."""
    line = node.docker("stats", "--no-stream", "--format", "{{.Name}} {{.CPUPerc}} {{.MemUsage}} {{.MemPerc}}")
    found = re.search(r"^burn\.1\.\S+ ([\d.]+)% ([\d.]+)([KMG]?i?B) / \S+ ([\d.]+)%", line, re.MULTILINE)
    return Seen(float(found[1]), float(found[2]) * MIB[found[3]], float(found[4])) if found else None


def told_by_us(terminal: Terminal) -> Seen | None:
    """What the row of the task says."""
    row = terminal.line_with(r"burn\.1 +n4 +● running")
    found = re.search(r"running +([\d.]+)% +([\d.]+) ([KMG]?i?B) (\d+)%", row)
    return Seen(float(found[1]), float(found[2]) * MIB[found[3]], float(found[4])) if found else None


def test_they_agree_with_docker_stats(lab: Lab, person: Person, far: Node) -> None:
    with person.on(f"ssh://root@{lab.node('n1').address}") as terminal:
        terminal.wait_for(r"tasks 1/1")
        terminal.press("3", "T")
        terminal.wait_for(r"burn\.1 .*running +[\d.]+% +\d")
        pairs = []

        def agree() -> bool:
            ours, dockers = told_by_us(terminal), told_by_docker(far)
            pairs.append((ours, dockers))
            return ours is not None and dockers is not None and dockers.cpu > 5.0 and ours.agrees(dockers)

        until(agree, "the figures of both to agree", detail=lambda: str(pairs[-3:]))
        print(pairs[-1])
        on_row(terminal, "3", "burn.1")
        terminal.press("P")
        terminal.wait_for(r"\d+ +root +[\d.]+% .*sh -c dd if=/dev/zero")
        terminal.press("escape")
        terminal.wait_for(r"● live")


def test_a_node_that_is_not_reached_is_named_with_the_layer(lab: Lab, person: Person, far: Node) -> None:
    rule = ("INPUT", "-p", "tcp", "--dport", "22", "-j", "REJECT")
    with person.on(f"ssh://root@{lab.node('n1').address}") as terminal:
        far.run("iptables", "-I", *rule)
        try:
            terminal.wait_for(r"tasks 1/1")
            on_row(terminal, "3", "burn.1")
            terminal.press("T")
            terminal.wait_for(r"(live figures|fetching figures …), none from 1 node")
            terminal.wait_for(r"✖ No figures from n4: TCP: ")
            terminal.wait_for(r"burn\.1 +n4 +● running +- ")
        finally:
            far.run("iptables", "-D", *rule)
        terminal.press("ctrl+r")
        terminal.wait_for(r"burn\.1 +n4 +● running +[\d.]+%")
