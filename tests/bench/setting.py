"""Where is measured, and how often."""

from __future__ import annotations

import os
import random
import sys
import time
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from tests.lab.cluster import Lab

__all__ = ["FULL", "QUICK", "Effort", "Setting", "lab_of_bench", "say"]


SOAK = ("dialogs", "views", "others", "reconnects")
"""What of an effort a soak makes."""


@dataclass(frozen=True)
class Effort:
    """How much is measured.

    Attributes:
        changes: of each kind.
        starts: of the program on the big swarm.
        keys: pressed while data arrives.
        settling: seconds from the making of the big service until all counts as being at rest: the ages of its tasks
            are written in seconds for the first minute, and a task that has just come to wait says for how long.
        rest: seconds at rest.
        narrow: seconds for which others change a swarm at the end of a slow line.
        quits: from each state.
        refreshes: by the docker CLI over SSH.
        tasks: that are pending.
        dialogs: of each sort, opened and closed.
        views: of each sort: inspect and logs.
        others: changes by others.
        reconnects: of the program.
        minutes: for which a healthy swarm is watched.
    """

    changes: int = 6
    starts: int = 8
    keys: int = 200
    settling: float = 180.0
    rest: float = 180.0
    narrow: float = 60.0
    quits: int = 3
    refreshes: int = 5
    tasks: int = 10_000
    dialogs: int = 500
    views: int = 200
    others: int = 2_000
    reconnects: int = 20
    minutes: float = 2.0

    def with_short_soak(self) -> Effort:
        """The same with a soak that leaves time for other parts."""
        return replace(self, dialogs=10, views=10, others=100, reconnects=2)

    def share(self, parts: int, number: int) -> Effort:
        """What a soak does in one of its parts, counted from 0: together they do all of it."""
        return replace(self, **{name: _share(getattr(self, name), parts, number) for name in SOAK})


FULL = Effort()
QUICK = Effort(
    changes=5,
    starts=4,
    keys=80,
    settling=30.0,
    rest=60.0,
    narrow=30.0,
    quits=1,
    refreshes=2,
    dialogs=20,
    views=20,
    others=200,
    reconnects=3,
    minutes=1.0,
)


@dataclass(frozen=True)
class Setting:
    """A lab that is up, with the program run on n1 and changed through n2.

    Attributes:
        lab: it.
        state: a directory for what the program writes.
        effort: how much is measured.
    """

    lab: Lab
    state: Path
    effort: Effort

    def say(self, text: str) -> None:
        """Tell whoever waits what is being done."""
        say(text)

    def pause(self, least: float, most: float) -> None:
        """Wait for a time that fits no clock of the program: else every change would meet it at the same phase."""
        time.sleep(random.uniform(least, most))


def lab_of_bench() -> AbstractContextManager[Lab]:
    """The lab on which is measured; SWARMTUI_LAB="NAME SUBNET" gives it another name and subnet."""
    name, subnet = (os.environ.get("SWARMTUI_LAB") or "bench 10.94.0").split()
    return Lab.running(3, 2, name, subnet=subnet)


def _share(total: int, parts: int, number: int) -> int:
    return total * (number + 1) // parts - total * number // parts


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"… {text}", file=sys.stderr, flush=True)
