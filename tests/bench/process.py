"""What the system tells of a running process."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Memory", "cpu_seconds", "memory_of", "waited_seconds"]

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Memory:
    """Of one process, in megabytes.

    Attributes:
        resident: now.
        peak: the most that it ever was.
    """

    resident: float
    peak: float


def cpu_seconds(pid: int, *, with_children: bool = False) -> float:
    """The CPU time that a process has taken since it began, with all its threads.

    Args:
        with_children: and that of the processes that it has started, and that have ended.
    """
    # The name in brackets may hold spaces; utime and stime are fields 14 and 15, then come the children's: proc(5).
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(each) for each in fields[11 : 15 if with_children else 13]) / TICKS


def waited_seconds(pid: int) -> float:
    """The time that a process' first thread could have run and got no core, since it began: others were running."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9


def memory_of(pid: int) -> Memory:
    """How much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = dict(re.findall(r"^(VmRSS|VmHWM):\s+(\d+) kB$", status, re.MULTILINE))
    return Memory(int(found["VmRSS"]) / 1000, int(found["VmHWM"]) / 1000)
