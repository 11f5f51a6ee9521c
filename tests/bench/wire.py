"""Over SSH to embedded swarms: bytes on the wire, compressed and not, and how the program does on a slow line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from swarmtui.sim.process.child import Child

from .asked import BIG, SMALL
from .delay import DelayingRelay
from .embedded import Manager
from .local_sshd import LocalSshd
from .narrow import FarSwarm, measure_narrow
from .others import change_service, scale
from .process import cpu_seconds
from .recording import opened
from .results import Result, at_once, noted
from .setting import Effort, say

__all__ = ["measure_narrow_wire", "measure_wire"]

SWARMS = {"at rest": SMALL, "at work": (), "10,000 tasks at rest": BIG}
WAYS = {"compressed": "", "plain": "Compression no"}
"""Each with a line of ssh_config."""
SCREEN = (r"● live", r"│.mgr1 .* ready", r"billing_api .*\d/\d")


def measure_wire(effort: Effort, state: Path) -> Iterator[Result]:
    """It needs sshd, and no lab. Bytes are counted of all swarms at once: that makes them neither more nor fewer.

    Args:
        state: a directory for what the program writes.
    """
    say(f"bytes on the wire: {', '.join(SWARMS)}; compressed and plain")
    parts: dict[str, Callable[[], Iterator[Result]]] = {}
    for number, (what, size) in enumerate(SWARMS.items()):
        for how, option in WAYS.items():
            own = state / f"{how}{number}"
            parts[f"{what}, {how}"] = partial(_wire, effort, own, f"{what}, {how}", size, option)
    yield from at_once(parts)


def _wire(effort: Effort, state: Path, what: str, size: Sequence[str], option: str) -> Iterator[Result]:
    state.mkdir()
    with (
        Child(*size, patience=120) as swarm,
        LocalSshd(state) as sshd,
        DelayingRelay(("127.0.0.1", sshd.port), 0.0) as relay,
    ):
        sshd.configure(relay.port, option)
        url = f"ssh://wire{swarm.first.removeprefix('unix://')}"
        with opened(url, state, variables=sshd.variables) as terminal:
            terminal.wait_for(r"● live")
            start = relay.carried
            time.sleep(effort.settling / 3)
            before, ours, theirs = relay.carried, cpu_seconds(terminal.pid), sshd.cpu
            time.sleep(effort.rest / 4)
            minutes = effort.rest / 4 / 60
            carried = (relay.carried - before) / minutes
            ours, theirs = cpu_seconds(terminal.pid) - ours, sshd.cpu - theirs
            terminal.press("q")
            terminal.wait_until_ended()
    note = f"CPU of the program {ours / minutes / 0.6:.2f} %, of sshd {theirs / minutes / 0.6:.2f} %; "
    note += f"{start / 1e3:,.0f} kB until live"
    yield noted(f"on the wire in a minute, {what}", f"{carried / 1e3:,.1f} kB", note)


def measure_narrow_wire(effort: Effort, state: Path) -> Iterator[Result]:
    """A slow line; it needs sshd, and no lab.

    Args:
        state: a directory for what the program writes.
    """
    with LocalSshd(state) as sshd, Child(*SMALL, patience=60) as swarm:
        manager = Manager(swarm.first)

        def change(turn: int) -> tuple[float, str]:
            replicas = 5 + turn % 2
            return change_service(manager, "billing_api", scale(replicas)), rf"billing_api .*\d/{replicas} "

        url = f"ssh://wire{swarm.first.removeprefix('unix://')}"
        far = FarSwarm(("127.0.0.1", sshd.port), sshd.configure, url, sshd.variables, SCREEN, change, 7)
        yield from measure_narrow("narrow line", far, effort, state)
