"""A field of a service that a compose file changes, and the ways in which such a file writes values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from swarmtui.swarm.syntax.quantities import read_duration

__all__ = [
    "FieldDifference",
    "Path",
    "nanoseconds",
    "of_sets",
    "of_values",
    "pairs_of",
    "scalar",
    "signed_names",
    "whole",
]

Path = tuple[str, ...]


@dataclass(frozen=True)
class FieldDifference:
    """A field of a service that the file changes.

    Attributes:
        words: what is different, without the values of the environment.
        path, value: the field in the raw spec, and what docker would send in it.
    """

    words: str
    path: Path
    value: Any


def of_values(what: str, wanted: Any, present: Any, path: Path) -> Iterator[FieldDifference]:
    """One value that gets another."""
    if wanted != present:
        yield FieldDifference(f"{what} {present} → {wanted}", path, wanted)


def of_sets(what: str, wanted: set[str], present: set[str], path: Path, value: Any) -> Iterator[FieldDifference]:
    """What a set gains and loses."""
    signs = [f"+{each}" for each in sorted(wanted - present)] + [f"−{each}" for each in sorted(present - wanted)]
    if signs:
        yield FieldDifference(f"{what} {' '.join(signs)}", path, value)


def signed_names(what: str, wanted: Mapping[str, str | None], present: Mapping[str, str | None]) -> str:
    """Names alone: passwords stand in the values."""
    signs = [f"+{name}" for name in sorted(wanted) if name not in present]
    signs += [f"−{name}" for name in sorted(present) if name not in wanted]
    signs += [
        f"{name} changed" for name in sorted(wanted) if wanted[name] not in (None, present.get(name, wanted[name]))
    ]
    return f"{what} {', '.join(signs)}" if signs else ""


def pairs_of(given: Any) -> dict[str, str | None]:
    """Variables or labels, which a file gives as a mapping or as a list of name=value."""
    if isinstance(given, Mapping):
        return {str(key): None if value is None else scalar(value) for key, value in given.items()}
    pairs = (str(each).partition("=") for each in (given if isinstance(given, (list, tuple)) else ()))
    return {name: value for name, _, value in pairs}


def scalar(value: Any) -> str:
    """A YAML value as docker writes it into the environment."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def whole(value: Any, otherwise: int = 0) -> int:
    """A whole number from 0 on; docker has refused a file that holds another thing there."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() else otherwise


def nanoseconds(value: Any) -> int:
    try:
        return read_duration(str(value)) if value else 0
    except ValueError:
        return 0
