"""The difference between two contents of a config, line by line, to be read before the new one is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from swarmtui.swarm.describe.masking import MASK, masked_lines
from swarmtui.swarm.specs.difference import DiffLine

__all__ = ["text_difference"]

CONTEXT = 2
"""How many unchanged lines are shown around a change."""
MOST_COMPARED = 3000
"""Lines between the first and the last change that are compared with each other: more would hold up the keys."""


def text_difference(before: str, after: str) -> tuple[DiffLine, ...]:
    """The lines in which two texts differ, with those around them; () when they are the same. What is secret by its
    name is masked, and that it was replaced by another is told."""
    old, new = before.split("\n"), after.split("\n")
    first = _alike(old, new)
    last = _alike(old[first:][::-1], new[first:][::-1])
    # What is the same before and after: in a long file somebody has changed a few lines.
    gone, come = old[first : len(old) - last], new[first : len(new) - last]
    lines = [DiffLine(" ", line) for line in old[:first]][-CONTEXT:]
    skipped = [DiffLine("…", "")] if first > CONTEXT else []
    behind = [DiffLine(" ", line) for line in old[len(old) - last :]][:CONTEXT]
    if not gone and not come:
        return ()
    return tuple(_masked([*skipped, *lines, *_changes(gone, come), *behind]))


def _alike(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    count = 0
    for ours, theirs in zip(old, new, strict=False):
        if ours != theirs:
            break
        count += 1
    return count


def _changes(gone: Sequence[str], come: Sequence[str]) -> Iterator[DiffLine]:
    if max(len(gone), len(come)) > MOST_COMPARED:
        yield DiffLine("-", f"({len(gone)} lines)")
        yield DiffLine("+", f"({len(come)} lines)")
        return
    for sort, a1, a2, b1, b2 in SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
        if sort == "equal" and a2 - a1 > 2 * CONTEXT:
            yield from (DiffLine(" ", line) for line in gone[a1 : a1 + CONTEXT])
            yield DiffLine("…", "")
            yield from (DiffLine(" ", line) for line in gone[a2 - CONTEXT : a2])
        elif sort == "equal":
            yield from (DiffLine(" ", line) for line in gone[a1:a2])
        else:
            yield from (DiffLine("-", line) for line in gone[a1:a2])
            yield from (DiffLine("+", line) for line in come[b1:b2])


def _masked(lines: Sequence[DiffLine]) -> Iterator[DiffLine]:
    gone = {masked_lines(line.text) for line in lines if line.sign == "-"}
    for line in lines:
        text = masked_lines(line.text)
        another = line.sign == "+" and MASK in text and text in gone
        yield DiffLine(line.sign, f"{text} (another value)" if another else text)
