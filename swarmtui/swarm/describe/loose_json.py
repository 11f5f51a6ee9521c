"""Reading raw JSON that may lack any part and hold anything in any other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import NamedTuple

__all__ = ["Raw"]


class Raw(NamedTuple):
    """A value of raw JSON, read without trust: what is not as it should be reads as missing.

    Attributes:
        value: the value itself.
    """

    value: object

    def at(self, *path: str) -> Raw:
        """The value at a path."""
        value = self.value
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return Raw(value)

    def text(self, *path: str) -> str:
        """A string, or a number as a string; "" when there is none."""
        value = self.at(*path).value
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            return ""
        return str(value)

    def number(self, *path: str) -> float | None:
        """A finite number; None when there is none."""
        value = self.at(*path).value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return None
        return value if isinstance(value, int) or math.isfinite(value) else None

    def flag(self, *path: str) -> bool:
        """Whether there is a true."""
        return self.at(*path).value is True

    def has(self, *path: str) -> bool:
        """Whether there is something that is not null."""
        return self.at(*path).value is not None

    def each(self, *path: str) -> Iterator[Raw]:
        """The items of a list."""
        value = self.at(*path).value
        if isinstance(value, list):
            for item in value:
                yield Raw(item)

    def texts(self, *path: str) -> list[str]:
        """The strings of a list."""
        return [text for item in self.each(*path) if (text := item.text())]

    def pairs(self, *path: str) -> list[tuple[str, str]]:
        """The keys and values of an object whose values are strings."""
        value = self.at(*path).value
        if not isinstance(value, Mapping):
            return []
        return [(str(key), Raw(item).text()) for key, item in value.items()]
