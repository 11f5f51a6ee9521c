"""Where is measured, and how often."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path

from tests.lab.cluster import Lab

__all__ = ["FULL", "QUICK", "Effort", "Setting", "say"]


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
        quits: from each state.
        refreshes: by the docker CLI over SSH.
        tasks: that are pending.
        dialogs: of each sort, opened and closed.
        views: of each sort: inspect and logs.
        others: changes by others.
        reconnects: of the program.
        minutes: for which a healthy swarm is watched.
    """

    changes: int = 20
    starts: int = 15
    keys: int = 300
    settling: float = 180.0
    rest: float = 240.0
    quits: int = 3
    refreshes: int = 5
    tasks: int = 10_000
    dialogs: int = 500
    views: int = 200
    others: int = 2_000
    reconnects: int = 20
    minutes: float = 10.0

    def share(self, parts: int, number: int) -> Effort:
        """What a soak does in one of its parts, counted from 0: together they do all of it."""
        names = ("dialogs", "views", "others", "reconnects")
        return replace(self, **{name: _share(getattr(self, name), parts, number) for name in names})


FULL = Effort()
QUICK = Effort(
    changes=5,
    starts=4,
    keys=80,
    settling=30.0,
    rest=60.0,
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


def _share(total: int, parts: int, number: int) -> int:
    return total * (number + 1) // parts - total * number // parts


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"… {text}", file=sys.stderr, flush=True)
