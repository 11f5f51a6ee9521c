"""The table of types (`types`), taken apart when it is first needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from swarmtui.sim.bodies.types import TABLE

Version = tuple[int, ...]
NEWEST: Version = (9, 99)
"""Newer than every API version."""


@dataclass(frozen=True)
class Type:
    """A type of Go's; `text` is how Go writes it."""

    text: str


@dataclass(frozen=True)
class Scalar(Type):
    """A string, a bool or a number; `kind` is Go's kind of it, `bits` the size of a number."""

    kind: str
    bits: int = 0


@dataclass(frozen=True)
class Pointer(Type):
    """Something that may be nil."""

    to: Type


@dataclass(frozen=True)
class Bytes(Type):
    """Bytes, which JSON carries as base64."""


@dataclass(frozen=True)
class Array(Type):
    """A slice, or an array of fixed length."""

    of: Type


@dataclass(frozen=True)
class Words(Array):
    """A list of strings that may also be given as one (strslice)."""


@dataclass(frozen=True)
class Map(Type):
    """A map by strings."""

    of: Type


@dataclass(frozen=True)
class Struct(Type):
    """A struct; its fields are filled in once all structs are known."""

    fields: dict[str, Field] = field(default_factory=dict, compare=False)
    folded: dict[str, Field] = field(default_factory=dict, compare=False)

    @property
    def name(self) -> str:
        return self.text.rpartition(".")[2]

    def named(self, key: str) -> Field | None:
        """The field that a key means: the one of that very name, else of one that differs in case only."""
        return self.fields.get(key) or self.folded.get(fold(key))


@dataclass(frozen=True)
class Field:
    """A field of a struct.

    Attributes:
        path: its name after that of the struct that is embedded, where it comes from one.
        always: whether it is shown although it is empty.
        since: the API version from which on it counts.
    """

    name: str
    type: Type
    path: str
    always: bool = False
    since: Version = ()


def fold(key: str) -> str:
    """A key without regard to case, as Go's decoder folds it (the two signs beyond ASCII that fold into it, too)."""
    return key.lower().replace("\u017f", "s")


@cache
def struct(name: str) -> Struct:
    """A struct by its name in the table."""
    return _structs()[name]


@cache
def _structs() -> Mapping[str, Struct]:
    bodies: dict[str, list[str]] = {}
    for line in filter(None, map(str.strip, TABLE.splitlines())):
        if line.endswith(":"):
            bodies[line[:-1]] = []
        else:
            bodies[next(reversed(bodies))].append(line)
    found = {name: Struct(name) for name in bodies}
    for name, lines in bodies.items():
        for each in _fields(lines, bodies, found):
            found[name].fields[each.name] = each
            found[name].folded.setdefault(fold(each.name), each)
    return found


def _fields(lines: list[str], bodies: Mapping[str, list[str]], structs: Mapping[str, Struct]) -> list[Field]:
    result: list[Field] = []
    for line in lines:
        if line.startswith("+"):
            within = line[1:].rpartition(".")[2]
            result += [
                replace(each, path=f"{within}.{each.path}") for each in _fields(bodies[line[1:]], bodies, structs)
            ]
            continue
        name, text, *since = line.split()
        version = tuple(map(int, since[0][1:].split("."))) if since else ()
        plain = name.rstrip("!")
        result.append(Field(plain, _type(text, structs), plain, name.endswith("!"), version))
    return result


_PREFIX = re.compile(r"(\*|\[\d*\]|map\[string\])(.+)")
_NUMBERS = {
    "int": ("int", 64),
    "int64": ("int", 64),
    "time.Duration": ("int", 64),
    "uint": ("uint", 64),
    "uint32": ("uint", 32),
    "fs.FileMode": ("uint", 32),
    "uint64": ("uint", 64),
    "float32": ("float", 32),
}


def _type(text: str, structs: Mapping[str, Struct]) -> Type:
    prefix = _PREFIX.fullmatch(text)
    if text == "[]uint8":
        return Bytes(text)
    if text == "strslice.StrSlice":
        return Words(text, Scalar("string", "string"))
    if prefix is None:
        if text in structs:
            return structs[text]
        kind, bits = _NUMBERS.get(text, ("bool" if text == "bool" else "string", 0))
        return Scalar(text, kind, bits)
    of = _type(prefix[2], structs)
    if prefix[1] == "*":
        return Pointer(text, of)
    return Map(text, of) if prefix[1].startswith("map") else Array(text, of)
