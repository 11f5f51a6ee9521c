"""Over SSH to the real swarm of the lab: bytes on the wire, compressed and not, beside those asked of the engine; and
how the program does there on a slow line.

Two programs look at the same time, one compressed through n1, one plain through n2, as its ssh_config says. What the
system tells of their TCP connections is counted: the bytes, and 66 for the headers of each packet on an Ethernet.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tests.lab.cluster import Lab, Node
from tests.lab.person import Person

from .narrow import FarSwarm, measure_narrow
from .others import Restless, change_service, scale
from .process import cpu_seconds
from .recording import RecordingTerminal, opened
from .relay import CountingRelay
from .results import Result, at_most, measured, noted
from .setting import Setting

__all__ = ["measure_lab_wire"]

SERVICES = 6
HEADERS = 66
"""Bytes of Ethernet, IP and TCP, with its time stamps, in front of what a packet carries."""
ASKED, BY_SSH = (0.4, 0.8), (40.0, 80.0)
"""In a minute at rest, of a small and a big swarm: megabytes asked of the engine; a tenth by SSH, in kilobytes."""
SCREEN = (r"● live", r"│.n1 .* ready", r"s1 .*\d/\d")

Changes = Sequence[Callable[[int], object]]


@dataclass(frozen=True)
class Line:
    """A program, and the way that it takes.

    Attributes:
        how: compressed or plain.
        node: at whose sshd its connection ends.
        relay: counts what is asked of the engine there.
    """

    how: str
    node: Node
    relay: CountingRelay
    terminal: RecordingTerminal


@dataclass(frozen=True)
class Sums:
    """Since the connection was opened: bytes asked of the engine, carried and on the wire, and seconds of CPU."""

    asked: int
    carried: int
    on_wire: int
    ours: float
    theirs: float

    @classmethod
    def of(cls, line: Line) -> Sums:
        """As they are now."""
        told = subprocess.run(
            ["ss", "-tinH", "state", "established", "dst", f"{line.node.address}:{line.node.ssh_port}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        carried, packets = (
            sum(int(number) for number in re.findall(pattern, told))
            for pattern in (r"\bbytes_(?:sent|received):(\d+)", r"\bsegs_(?:out|in):(\d+)")
        )
        theirs = sum(cpu_seconds(each.pid) for each in line.node.host.processes() if each.name.startswith("sshd"))
        ours = cpu_seconds(line.terminal.pid)
        return cls(line.relay.total, carried, carried + HEADERS * packets, ours, theirs)

    def __sub__(self, other: Sums) -> Sums:
        return Sums(
            self.asked - other.asked,
            self.carried - other.carried,
            self.on_wire - other.on_wire,
            self.ours - other.ours,
            self.theirs - other.theirs,
        )


def measure_lab_wire(setting: Setting) -> Iterator[Result]:
    """At rest, at work and with 10,000 tasks; then the slow line. The services are removed at the end."""
    lab = setting.lab
    for number in range(1, SERVICES + 1):
        lab.service(f"s{number}", replicas=2, wait=number == SERVICES)
    person = Person(lab)
    try:
        yield from measured("lab: wire at rest", lambda: _wire(setting, person, "at rest", [], 0))
        yield from measured("lab: narrow line", lambda: _narrow(setting, person))
        yield from measured("lab: wire at work", lambda: _at_work(setting, person))
        lab.pending_service("big", setting.effort.tasks)
        what = f"{setting.effort.tasks:,} tasks at rest"
        yield from measured("lab: wire with many tasks", lambda: _wire(setting, person, what, [], 1))
    finally:
        person.close()
        lab.remove_services()


def _at_work(setting: Setting, person: Person) -> Iterator[Result]:
    """One service is scaled, one updated, and one flaps."""
    lab, other = setting.lab, setting.lab.node("n3")
    lab.service("flaps", "exits", 1, options=["--restart-delay", "2s"], wait=False)
    changes = [
        lambda turn: change_service(other, "s1", scale(2 + turn % 3)),
        lambda turn: change_service(other, "s2", partial(_image, lab.image(f"web:1.{turn % 3}"))),
    ]
    try:
        yield from _wire(setting, person, "at work", changes, None)
    finally:
        lab.manager().docker("service", "rm", "flaps")


def _image(image: str, spec: dict[str, Any]) -> None:
    spec["TaskTemplate"]["ContainerSpec"]["Image"] = image


def _wire(setting: Setting, person: Person, what: str, changes: Changes, limits: int | None) -> Iterator[Result]:
    """
    Args:
        limits: which of the limits hold; None where none does.
    """
    setting.say(f"lab: bytes on the wire, {what}")
    _configure(person)
    with ExitStack() as stack:
        lines = [
            stack.enter_context(_opened(setting, person, how, name))
            for how, name in (("compressed", "n1"), ("plain", "n2"))
        ]
        for line in lines:
            line.terminal.wait_for(r"● live", 60)
        stack.enter_context(Restless(changes, 4.0) if changes else nullcontext())
        time.sleep(setting.effort.settling / 3)
        cable, before, began = _cable(setting.lab), [Sums.of(line) for line in lines], time.monotonic()
        time.sleep(setting.effort.rest / 4)
        cable, sums = (
            _cable(setting.lab) - cable,
            [Sums.of(line) - old for line, old in zip(lines, before, strict=True)],
        )
        minutes = (time.monotonic() - began) / 60
        for line in lines:
            line.terminal.press("q")
            line.terminal.wait_until_ended()
    for line, each in zip(lines, sums, strict=True):
        percent = 100 / 60 / minutes
        note = f"{each.on_wire / minutes / 1e3:,.1f} kB with the packets' headers; "
        note += f"CPU of the program {each.ours * percent:.2f} %, of sshd {each.theirs * percent:.2f} %"
        kilobytes, name = each.carried / minutes / 1e3, f"lab: by SSH in a minute, {what}, {line.how}"
        if limits is None or line.how == "plain":
            yield noted(name, f"{kilobytes:,.1f} kB", note)
        else:
            yield at_most(name, kilobytes, BY_SSH[limits], "kB", note)
    megabytes, name = sums[0].asked / minutes / 1e6, f"lab: asked of the engine in a minute, {what}"
    note = f"plain: {sums[1].asked / minutes / 1e6:.2f} MB; both at the lab's cable: {cable / minutes / 1e3:,.0f} kB"
    if limits is None:
        yield noted(name, f"{megabytes:.2f} MB", note)
    else:
        yield at_most(name, megabytes, ASKED[limits], "MB", note)


@contextmanager
def _opened(setting: Setting, person: Person, how: str, name: str) -> Iterator[Line]:
    """A program on a node by SSH, with a relay in front of the engine there."""
    node = setting.lab.node(name)
    with CountingRelay(person.home / f"{name}.sock", node.socket) as relay:
        url = f"ssh://root@{node.address}{relay.path}"
        with opened(url, setting.state, variables=person.environment) as terminal:
            yield Line(how, node, relay, terminal)


def _configure(person: Person, more: str = "") -> None:
    lab = person.lab
    person.configure(
        f"{more}Host {lab.node('n2').address}\n  Compression no\n"
        f"Host *\n  IdentityFile {lab.ssh_key}\n  IdentityAgent none\n"
    )


def _cable(lab: Lab) -> int:
    """What has gone over the cable between this machine and the lab, in both directions."""
    counters = Path("/sys/class/net", f"st-{lab.name}", "statistics")
    return sum(int((counters / name).read_text()) for name in ("rx_bytes", "tx_bytes"))


def _narrow(setting: Setting, person: Person) -> Iterator[Result]:
    node, other = setting.lab.node("n1"), setting.lab.node("n3")

    def configure(port: int) -> None:
        _configure(
            person,
            f"Host slow\n  HostName 127.0.0.1\n  Port {port}\n  HostKeyAlias {node.address}\n  User root\n",
        )

    def change(turn: int) -> tuple[float, str]:
        replicas = 3 - turn % 2
        return change_service(other, "s1", scale(replicas)), rf"s1 .*\d/{replicas}\b"

    far = FarSwarm((node.address, node.ssh_port), configure, "ssh://slow", person.environment, SCREEN, change, 5)
    yield from measure_narrow("lab: narrow line", far, setting.effort, setting.state)
