"""Reading and changing one field of a raw spec.

Raw JSON may lack any part and hold null for any other: Go leaves out what is empty, and writes nil as null.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from swarmtui.swarm.actions.action import Spec

__all__ = ["field_of", "list_of", "part_of", "with_field", "without_field"]


def part_of(spec: Spec, *path: str) -> Mapping[str, Any]:
    """The object at a path; an empty one when it, or one above it, is missing or null."""
    part: object = spec
    for key in path:
        part = part.get(key) if isinstance(part, Mapping) else None
    return part if isinstance(part, Mapping) else {}


def field_of(spec: Spec, *path: str) -> Any:
    """The value at a path; None when it is missing."""
    return part_of(spec, *path[:-1]).get(path[-1])


def with_field(spec: Spec, path: tuple[str, ...], value: object) -> dict[str, Any]:
    """A copy with one value changed. What lies on the path is copied, all else is the same objects."""
    key, *below = path
    if not below:
        return {**spec, key: value}
    return {**spec, key: with_field(part_of(spec, key), tuple(below), value)}


def without_field(spec: Spec, path: tuple[str, ...]) -> dict[str, Any]:
    """A copy without one value; equal to the spec where it is missing."""
    key, *below = path
    if not below:
        return {name: value for name, value in spec.items() if name != key}
    if not isinstance(spec.get(key), Mapping):
        return dict(spec)
    return {**spec, key: without_field(spec[key], tuple(below))}


def list_of(spec: Spec, *path: str) -> list[Any]:
    """The list at a path; an empty one when there is none."""
    value = field_of(spec, *path)
    return list(value) if isinstance(value, (list, tuple)) else []
