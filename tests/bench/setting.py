"""Where is measured, and how often."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass
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
    """

    changes: int = 20
    starts: int = 15
    keys: int = 300
    settling: float = 180.0
    rest: float = 240.0
    quits: int = 3
    refreshes: int = 5
    tasks: int = 10_000


FULL = Effort()
QUICK = Effort(changes=5, starts=4, keys=80, settling=30.0, rest=60.0, quits=1, refreshes=2)


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


def say(text: str) -> None:
    """Tell whoever waits what is being done."""
    print(f"… {text}", file=sys.stderr, flush=True)
