"""The difference between two raw specs, to be read by people: what goes, what comes, and where in the spec that is.

Each value stands on a line of its own, set in under its keys as in YAML. Keys are in the order of the alphabet, so
that their order in the JSON makes no difference. Secret values are masked; that one was replaced by another is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from swarmtui.swarm.describe.masking import MASK, masked, without_tokens

__all__ = ["DiffLine", "diff_text", "difference"]

CONTEXT = 1
"""How many unchanged lines are shown around a change, beside those that say where it is."""

_PLAIN = re.compile(rf"[\w/.{MASK[0]}][\w/.:@+=%,()~ {MASK[0]}-]*")
_NO_TEXT = re.compile(r"(?:null|true|false|yes|no|on|off|~|[-+.\d][\d.eE+_-]*)|.*(?:: | #).*|.*[ :]", re.IGNORECASE)
"""What would be read as something else than a text if it stood without quotation marks."""


@dataclass(frozen=True)
class DiffLine:
    """One line of a difference.

    Attributes:
        sign: "-" what goes, "+" what comes, " " what stays, "…" where unchanged lines are left out.
        text: the line; it may hold text from outside.
    """

    sign: str
    text: str


@dataclass(frozen=True)
class _Line:
    """A line of a spec: as it is compared, as it is shown, and how deep it stands."""

    exact: str
    shown: str
    depth: int


def difference(old: object, new: object, *, context: int = CONTEXT) -> tuple[DiffLine, ...]:
    """The lines in which two values of raw JSON differ, with those that say where; () when they are the same.

    Args:
        context: how many unchanged lines are shown before and after each change.
    """
    before, after = _lines_of(old), _lines_of(new)
    matcher = SequenceMatcher(None, [line.exact for line in before], [line.exact for line in after], autojunk=False)
    merged: list[tuple[str, _Line]] = []
    for sort, a1, a2, b1, b2 in matcher.get_opcodes():
        if sort == "equal":
            merged += [(" ", line) for line in before[a1:a2]]
        else:
            merged += [("-", line) for line in before[a1:a2]]
            merged += [("+", line) for line in after[b1:b2]]
    return tuple(_cut(merged, context))


def diff_text(lines: Sequence[DiffLine]) -> str:
    """A difference as one text."""
    return "\n".join(f"{line.sign} {line.text}".rstrip() for line in lines)


def _cut(merged: list[tuple[str, _Line]], context: int) -> Iterator[DiffLine]:
    """The changed lines, those around them, and the keys above them."""
    wanted: set[int] = set()
    for place, (sign, _) in enumerate(merged):
        if sign != " ":
            wanted.update(range(max(0, place - context), min(len(merged), place + context + 1)))
    for place in sorted(wanted):
        wanted.update(_above(merged, place))
    gone = {line.shown for sign, line in merged if sign == "-"}
    last = -1
    for place in sorted(wanted):
        sign, line = merged[place]
        if last >= 0 and place > last + 1:
            yield DiffLine("…", "")
        another = sign == "+" and MASK in line.shown and line.shown in gone
        yield DiffLine(sign, f"{line.shown} (another value)" if another else line.shown)
        last = place


def _above(merged: list[tuple[str, _Line]], place: int) -> Iterator[int]:
    """The places of the keys that a line stands under."""
    depth = merged[place][1].depth
    for above in range(place - 1, -1, -1):
        if merged[above][1].depth < depth:
            depth = merged[above][1].depth
            yield above


def _lines_of(value: object) -> list[_Line]:
    exact = without_tokens(value)
    return [
        _Line(line, shown, len(line) - len(line.lstrip(" ")))
        for line, shown in zip(_written(exact), _written(masked(exact)), strict=True)
    ]


def _written(value: object, indent: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key in sorted(value):
            item = value[key]
            if isinstance(item, (Mapping, list)) and item:
                yield f"{indent}{_scalar(key)}:"
                yield from _written(item, f"{indent}  ")
            else:
                yield f"{indent}{_scalar(key)}: {_scalar(item)}"
    elif isinstance(value, list):
        for item in value:
            if isinstance(item, (Mapping, list)) and item:
                first, *rest = _written(item, f"{indent}  ")
                yield f"{indent}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield f"{indent}- {_scalar(item)}"
    else:
        yield f"{indent}{_scalar(value)}"


def _scalar(value: object) -> str:
    if isinstance(value, str) and _PLAIN.fullmatch(value) and not _NO_TEXT.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False)
