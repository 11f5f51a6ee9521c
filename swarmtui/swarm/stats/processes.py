"""The processes in a container: the answer of `GET /containers/{id}/top` (Engine API, "List processes")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from swarmtui.swarm.describe.loose_json import Raw
from swarmtui.swarm.describe.masking import masked

__all__ = ["PS_ARGUMENTS", "Process", "processes_of"]

PS_ARGUMENTS = "-eo pid,user,pcpu,rss,time,args"
"""What the node's own ps is asked for. Busybox's does not know it."""


@dataclass(frozen=True)
class Process:
    """One process, as ps tells of it. None and "" are what it does not tell.

    Attributes:
        pid: its number on the node.
        user: as whom it runs there.
        cpu: CPUs that it has used on average since it began.
        memory: resident, in bytes.
        time: of CPU, as ps writes it: "00:01:07".
        command: with what is secret by its name masked.
    """

    pid: int
    user: str = ""
    cpu: float | None = None
    memory: int | None = None
    time: str = ""
    command: str = ""


def processes_of(answer: object) -> tuple[Process, ...]:
    """Read raw JSON; the busiest first. What has no number is left out."""
    raw = Raw(answer)
    titles = [title.text() for title in raw.each("Titles")]
    rows = [dict(zip(titles, (cell.text() for cell in row.each()), strict=False)) for row in raw.each("Processes")]
    found = [_process(row) for row in rows if row.get("PID", "").isdecimal()]
    return tuple(sorted(found, key=lambda each: (-(each.cpu or 0.0), each.pid)))


def _process(row: Mapping[str, str]) -> Process:
    cpu, memory = _number(row.get("%CPU", "")), _number(row.get("RSS", ""))
    return Process(
        int(row["PID"]),
        row.get("USER") or row.get("UID") or "",
        None if cpu is None else cpu / 100,
        None if memory is None else int(memory * 1024),
        row.get("TIME", ""),
        _masked(row.get("COMMAND") or row.get("CMD") or ""),
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _masked(command: str) -> str:
    words = masked(command.split(" "), under="Args")
    return " ".join(map(str, words)) if isinstance(words, list) else ""
