"""Rest: a raw object from which everything is taken that a compose file says; what is left is told, never lost."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["Rest"]

Raw = Mapping[str, Any]


class Rest:
    """A copy of a raw object, of which parts are taken.

    Args:
        raw: the object; it stays as it is.
    """

    def __init__(self, raw: Raw) -> None:
        self._left: dict[str, Any] = copy.deepcopy(dict(raw))

    def take(self, *path: str) -> Any:
        """Take out the value at a path; None when it is missing."""
        part: Any = self._left
        for key in path[:-1]:
            part = part.get(key) if isinstance(part, dict) else None
        return part.pop(path[-1], None) if isinstance(part, dict) else None

    def take_mapping(self, *path: str) -> dict[str, Any]:
        """Take out the mapping at a path; an empty one when it is missing."""
        value = self.take(*path)
        return value if isinstance(value, dict) else {}

    def take_list(self, *path: str) -> list[Any]:
        """Take out the list at a path; an empty one when it is missing."""
        value = self.take(*path)
        return value if isinstance(value, list) else []

    def has(self, *path: str) -> bool:
        """Whether there is a value at a path; null is none."""
        part: Any = self._left
        for key in path:
            part = part.get(key) if isinstance(part, dict) else None
        return part is not None

    def left(self) -> Iterator[str]:
        """The paths of what is left, without what says nothing: null, 0, false and what is empty."""
        yield from _paths(self._left, "")


def _paths(value: Any, above: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, f"{above}.{key}" if above else str(key))
    elif value:
        yield above
