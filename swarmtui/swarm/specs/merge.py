"""Merging two changes of the same raw JSON, made by two people who saw the same version of it.

Objects are merged field by field, and lists whose entries have names entry by entry: variables, labels, ports,
constraints, mounts, references. Only what both changed, each in another way, is a clash. What neither named stays
the very same JSON, in its place.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from swarmtui.errors import Contested
from swarmtui.swarm.describe.masking import masked, masked_value
from swarmtui.swarm.fingerprint import fingerprint

__all__ = ["Clash", "Entry", "Merged", "contested", "entry_text", "is_nothing", "merge", "placed"]

Path = tuple[str, ...]
Entry = tuple[str | None, Any]
"""The line that says an entry of a set, None where no line can, and its raw JSON."""


@dataclass(frozen=True)
class Clash:
    """What both have changed, each in another way.

    Attributes:
        path: where it is: the keys, and last the entry's name where it is one of a list.
        seen, theirs, ours: its raw values; None where it is not there. Of a list, all entries of that name.
    """

    path: Path
    seen: Any
    theirs: Any
    ours: Any


@dataclass(frozen=True)
class Merged:
    """Both changes in one. Where they clash it has ours."""

    value: Any
    clashes: tuple[Clash, ...] = ()


def merge(seen: Any, ours: Any, theirs: Any, path: Path = ()) -> Merged:
    """Make our change upon what it is now.

    Args:
        seen: the value that we saw.
        ours: what we would make of that.
        theirs: what it is now.
        path: where the value is in the spec; the last key tells what sort of list it is.
    """
    if _same(ours, seen):
        return Merged(theirs)
    if _same(theirs, seen) or _same(ours, theirs):
        return Merged(ours)
    values = (seen, ours, theirs)
    if all(isinstance(each, Mapping) or is_nothing(each) for each in values) and not _is_choice(path, ours, theirs):
        return _merged_objects(seen or {}, ours or {}, theirs or {}, path)
    name = _NAMES.get(path[-1]) if path else None
    if name is not None and all(isinstance(each, (list, tuple)) or is_nothing(each) for each in values):
        return _merged_lists(list(seen or ()), list(ours or ()), list(theirs or ()), path, name)
    return Merged(ours, (Clash(path, seen, theirs, ours),))


def is_nothing(value: Any) -> bool:
    """Whether an engine makes no difference between a value and none at all: Go leaves out what is empty."""
    return value is None or (isinstance(value, (Mapping, list, tuple)) and not value)


def _same(one: Any, other: Any) -> bool:
    return one == other or (is_nothing(one) and is_nothing(other))


def _is_choice(path: Path, ours: Any, theirs: Any) -> bool:
    """A service's mode is an object of which one key may be there: two of them together would be none."""
    return path[-1:] == ("Mode",) and set(ours or ()) != set(theirs or ())


def _merged_objects(seen: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: Path) -> Merged:
    value: dict[str, Any] = {}
    clashes: list[Clash] = []
    for key in dict.fromkeys((*theirs, *ours)):
        merged = merge(seen.get(key), ours.get(key), theirs.get(key), (*path, key))
        clashes += merged.clashes
        there = key in theirs if merged.value is theirs.get(key) else key in ours
        if there:
            value[key] = merged.value
    return Merged(value, tuple(clashes))


def _merged_lists(
    seen: list[Any], ours: list[Any], theirs: list[Any], path: Path, name: Callable[[Any], str]
) -> Merged:
    before, mine, now = (_by_name(entries, name) for entries in (seen, ours, theirs))
    if before == mine:  # we changed the order alone, and theirs has other entries
        return Merged(ours, (Clash(path, seen, theirs, ours),))
    chosen: dict[str, list[Any]] = {}
    clashes: list[Clash] = []
    for key in dict.fromkeys((*now, *mine, *before)):
        was, our, their = before.get(key, []), mine.get(key, []), now.get(key, [])
        chosen[key] = their if our == was else our
        if their not in (was, our) and our != was:
            clashes.append(Clash((*path, key), *(_one(each) for each in (was, their, our))))
    value: list[Any] = []
    for entry in theirs:
        key = name(entry)
        if chosen.get(key) == now[key]:
            value.append(entry)
        else:  # ours, in the place of their first
            value += chosen.pop(key, ())
    for key in mine:
        value += chosen[key] if key not in now else ()
    return Merged(value, tuple(clashes))


def _by_name(entries: Iterable[Any], name: Callable[[Any], str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for entry in entries:
        found.setdefault(name(entry), []).append(entry)
    return found


def _one(entries: list[Any]) -> Any:
    return entries[0] if len(entries) == 1 else entries or None


# ------------------------------------------------------------------------------------------------ names of entries


def _whole(entry: Any) -> str:
    return entry if isinstance(entry, str) else json.dumps(entry, sort_keys=True, ensure_ascii=False)


def _of(*keys: str) -> Callable[[Any], str]:
    """Named by the value at a path; as a whole where there is none."""

    def name(entry: Any) -> str:
        part = entry
        for key in keys:
            part = part.get(key) if isinstance(part, Mapping) else None
        return part if isinstance(part, str) and part else _whole(entry)

    return name


def _variable(entry: Any) -> str:
    return entry.partition("=")[0] if isinstance(entry, str) else _whole(entry)


def _port(entry: Any) -> str:
    if not isinstance(entry, Mapping):
        return _whole(entry)
    protocol = entry.get("Protocol") or "tcp"
    published = entry.get("PublishedPort")
    return f"port {published}/{protocol}" if published else f"target {entry.get('TargetPort')}/{protocol}"


_NAMES: Mapping[str, Callable[[Any], str]] = {
    "Env": _variable,
    "Ports": _port,
    "Mounts": _of("Target"),
    "Networks": _of("Target"),
    "Secrets": _of("File", "Name"),
    "Configs": _of("File", "Name"),
    "Ulimits": _of("Name"),
    **dict.fromkeys(
        (
            "Constraints",
            "Preferences",
            "Aliases",
            "Hosts",
            "Nameservers",
            "Search",
            "Options",
            "Groups",
            "CapabilityAdd",
            "CapabilityDrop",
            "GenericResources",
        ),
        _whole,
    ),
}
"""The lists of a spec that are sets, by their key, and what an entry is called. The order of any other list matters:
it is one value, as the words of a command are."""


# ------------------------------------------------------------------------------------------------ one person's edit


def placed(
    before: Sequence[tuple[str | None, Any]],
    lines: Sequence[str],
    key: Callable[[str], str],
    make: Callable[[str], Any],
) -> list[Any]:
    """The raw entries of a set after its lines were edited. Untouched ones are the very same JSON, in their places.

    Args:
        before: the set as it was. What no line can say stays.
        lines: those that are wanted.
        key: what a line is called: one with the name of a line that goes takes its place.
        make: a new raw entry.
    """
    left = list(lines)
    places: list[list[Any]] = []
    for line, entry in before:
        if line is not None and line in left:
            left.remove(line)
        elif line is not None:
            places.append([line])
            continue
        places.append([None, entry])
    after: list[Any] = []
    for place in places:
        if place[0] is None:
            after.append(place[1])
        elif (heir := next((line for line in left if key(line) == key(place[0])), None)) is not None:
            left.remove(heir)
            after.append(make(heir))
    return [*after, *map(make, left)]


# ------------------------------------------------------------------------------------------------ in words


def entry_text(path: Path, value: Any) -> str:
    """A raw value for people, in one line, secrets masked."""
    if is_nothing(value):
        return "not set"
    if "Env" in path[-2:-1]:
        entries = value if isinstance(value, list) else [value]
        return ", ".join(masked_value(*_split(each)) if isinstance(each, str) else _whole(each) for each in entries)
    shown = (
        masked_value(path[-1], value)
        if path and isinstance(value, str)
        else masked(value, under=path[-1] if path else "")
    )
    return shown if isinstance(shown, str) else json.dumps(shown, ensure_ascii=False)


def _split(variable: str) -> tuple[str, str]:
    name, _, value = variable.partition("=")
    return name, value


def contested(clash: Clash, what: str, text: Callable[[Path, Any], str] = entry_text) -> Contested:
    """A clash in words."""
    values = (clash.seen, clash.theirs, clash.ours)
    return Contested(what, *_told_apart(values, [text(clash.path, value) for value in values]))


def _told_apart(values: Sequence[Any], texts: Sequence[str]) -> list[str]:
    """The texts of values; with a mark at those that look the same and are not, since they are masked."""
    marks = []
    for value, text in zip(values, texts, strict=True):
        twin = any(text == other and not _same(value, its) for its, other in zip(values, texts, strict=True))
        marks.append(f"{text} ({fingerprint(value)})" if twin else text)
    return marks
