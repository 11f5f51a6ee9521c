"""What each replica has written: how many lines, how many errors, when the last one. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from swarmtui.engine.streams.log_lines import REMARKS, STDERR
from swarmtui.swarm.logs.levels import tells_error
from swarmtui.swarm.logs.writers import Writer, Writers
from swarmtui.swarm.natural import natural
from swarmtui.ui.logs.log_text import Entry

__all__ = ["Tally", "tallied"]


@dataclass
class Tally:
    """Attributes:
    writer: the newest task of the replica that is known.
    lines: how many.
    errors: lines on stderr, and those that tell of an error.
    last: the time of the newest one, as the engine writes it; "" where there is none.
    """

    writer: Writer
    lines: int = 0
    errors: int = 0
    last: str = ""


def tallied(entries: Iterable[Entry], writers: Writers) -> list[Tally]:
    """The replicas with most errors first; those that are there and have written nothing come last."""
    by_task: dict[str, Tally] = {}
    for line, text in entries:
        if line.source in REMARKS:
            continue
        tally = by_task.get(line.task_id)
        if tally is None:
            tally = by_task[line.task_id] = Tally(writers.of(line.task_id))
        tally.lines += 1
        if line.source == STDERR or tells_error(text):
            tally.errors += 1
        if line.stamp > tally.last:
            tally.last = line.stamp
    replicas = {writer.replica: Tally(writer) for writer in writers.alive}
    for each in by_task.values():
        replica = replicas.setdefault(each.writer.replica, Tally(each.writer))
        replica.lines += each.lines
        replica.errors += each.errors
        replica.last = max(replica.last, each.last)
    return sorted(replicas.values(), key=lambda each: (-each.errors, -each.lines, natural(each.writer.replica)))
