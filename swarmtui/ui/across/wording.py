"""How a command in several containers has gone, in words: a cell, a line, a sentence for all, a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from swarmtui.engine.nodes.command_run import STDERR, Result, Stage
from swarmtui.errors import ConnectionFailed
from swarmtui.swarm.short_text import clipped, counted
from swarmtui.swarm.tasks.ending import exit_brief
from swarmtui.swarm.units import age, rough_size
from swarmtui.ui.kit.tables.columns import Cell, Column
from swarmtui.ui.kit.tables.whole_column import WholeColumn
from swarmtui.ui.kit.texts.text import natural, visible
from swarmtui.ui.kit.texts.text_lines import Piece

__all__ = ["COLUMNS", "Moment", "as_file", "pieces_of", "state_of", "summary"]

MOST_NAMED = 3
"""Tasks that are named in the sentence for all."""
LONGEST_CELL = 400
"""Characters of a line that a cell looks at."""
ORDER = (Stage.FAILED, Stage.ENDED, Stage.LEFT, Stage.RUNNING, Stage.REACHING, Stage.WAITING)


@dataclass(frozen=True)
class Moment:
    """When it is looked at, in seconds of `time.monotonic`."""

    now: float


def state_of(result: Result, now: float) -> Cell:
    """How far the command is: "running for 3 s", "exit 1", "cannot be reached: …"."""
    match result.stage:
        case Stage.WAITING:
            return Cell("○ waiting", "dim")
        case Stage.REACHING:
            return Cell(f"◌ {result.doing or 'connecting'}", "accent")
        case Stage.RUNNING:
            return Cell(f"◌ running for {age(now - result.since)}", "accent")
        case Stage.LEFT:
            return Cell("○ not waited for" if result.begun else "○ not begun", "warn" if result.begun else "dim")
        case Stage.ENDED:
            code = result.code or 0
            return Cell(f"✖ {_exit(code)}", "bad") if code else Cell("✔ exit 0", "good")
        case Stage.FAILED:
            return Cell(f"✖ {_failure(result)}", "bad")


def _exit(code: int) -> str:
    """ "exit 137 (killed)"; that another code than 0 is an error goes without saying."""
    return exit_brief(code).removesuffix(" (error)")


def _failure(result: Result) -> str:
    error = result.error
    if error is None:
        return "failed"
    if result.begun:
        return f"lost: {error.message}"
    return (
        f"cannot be reached: {error.after_layer(error.message)}"
        if isinstance(error, ConnectionFailed)
        else (f"refused: {error.message}")
    )


def _last_line(result: Result, _: Moment) -> Cell:
    """The last line that says something."""
    lines = result.output.last or result.output.first
    line = next((each for each in reversed(lines) if each.text.strip()), None)
    if line is None:
        return Cell("")
    return Cell(visible(line.text[:LONGEST_CELL].strip()), "warn" if line.stream == STDERR else "dim")


def _took(result: Result, moment: Moment) -> Cell:
    if result.took is None:
        return Cell("")
    return Cell(f"{result.took:.1f} s" if result.took < 10 else age(result.took), "dim")


COLUMNS: tuple[Column[Result, Moment], ...] = (
    WholeColumn(
        "task",
        "TASK",
        lambda result, _: Cell(result.asked.target.name),
        lambda result, _: natural(result.asked.target.name),
        priority=9,
        enough=14,
        max_width=40,
    ),
    WholeColumn(
        "node",
        "NODE",
        lambda result, _: Cell(result.asked.node.name),
        lambda result, _: natural(result.asked.node.name),
        priority=6,
        enough=8,
        max_width=24,
    ),
    WholeColumn(
        "state",
        "STATE",
        lambda result, moment: state_of(result, moment.now),
        lambda result, _: (ORDER.index(result.stage), -(result.code or 0)),
        priority=8,
        weight=1,
        enough=20,
        reserve=22,
        max_width=60,
    ),
    Column("took", "TOOK", _took, lambda result, _: result.took, priority=4, min_width=6, searchable=False),
    WholeColumn("output", "LAST LINE", _last_line, priority=5, weight=2, enough=16),
)


def summary(results: Sequence[Result]) -> str:
    """ "4 of 5 exit 0, 1 failed: web.3 exit 1"."""
    well = sum(1 for each in results if each.stage is Stage.ENDED and not each.code)
    bad = [each for each in results if each.stage is Stage.FAILED or (each.stage is Stage.ENDED and each.code)]
    going = [each for each in results if each.stage in (Stage.REACHING, Stage.RUNNING)]
    waiting = sum(1 for each in results if each.stage is Stage.WAITING)
    left = sum(1 for each in results if each.stage is Stage.LEFT and each.begun)
    never = sum(1 for each in results if each.stage is Stage.LEFT and not each.begun)
    parts = [f"{well} of {len(results)} exit 0"]
    parts += [f"{len(going)} running"] if going else []
    parts += [f"{waiting} waiting"] if waiting else []
    parts += [f"{left} not waited for: may still be running there"] if left else []
    parts += [f"{never} not begun"] if never else []
    if bad:
        named = [f"{each.asked.target.name} {_brief(each)}" for each in bad[:MOST_NAMED]]
        more = [f"and {len(bad) - MOST_NAMED} more"] if len(bad) > MOST_NAMED else []
        parts.append(f"{len(bad)} failed: {', '.join([*named, *more])}")
    return ", ".join(parts)


def _brief(result: Result) -> str:
    if result.stage is Stage.ENDED:
        return _exit(result.code or 0)
    if result.begun:
        return "lost"
    return "cannot be reached" if isinstance(result.error, ConnectionFailed) else "refused"


def pieces_of(result: Result) -> list[Piece]:
    """The lines of a result, each with what it means: why it failed, then what the command has written."""
    output = result.output
    lines: list[Piece] = []
    if result.error is not None:
        lines.append((visible(f"✖ {result.error.told}"), "bad"))
    lines += [_piece(stream, text) for stream, text in output.first]
    if output.cut_lines:
        size = rough_size(output.cut_bytes)
        lines.append((f"… {counted(output.cut_lines, 'line')} ({size}) left out here", "accent"))
    lines += [_piece(stream, text) for stream, text in output.last]
    return lines


def _piece(stream: int, text: str) -> Piece:
    return (f"! {visible(text)}", "warn") if stream == STDERR else (f"  {visible(text)}", "")


def as_file(results: Sequence[Result], now: float) -> str:
    """All results as they are saved: a head for each task, and its output below."""
    return "".join(_file_lines(results, now))


def _file_lines(results: Sequence[Result], now: float) -> Iterator[str]:
    first = results[0].asked
    yield f"{visible(first.command)}: {visible(summary(results))}\n"
    for each in results:
        state = state_of(each, now).text
        yield f"\n== {visible(each.asked.target.name)} on {visible(each.asked.node.name)}: {visible(state)}\n"
        for text, _ in pieces_of(each):
            yield f"{text.rstrip()}\n"


def title_of(result: Result, now: float) -> str:
    """ "web.3 on wrk1: exit 1"."""
    state = clipped(state_of(result, now).text.partition(" ")[2], 60)
    return f"{result.asked.target.name} on {result.asked.node.name}: {state}"
