"""Values of a raw spec as a compose file has them. Each goes into the file only if the spec has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from swarmtui.swarm.units import docker_cpus, docker_size, go_duration

__all__ = ["cpus", "duration", "filled", "in_order", "size", "texts"]


def filled(**values: Any) -> dict[str, Any]:
    """Without what is None or an empty text, list or mapping; 0 and false stay."""
    return {key: value for key, value in values.items() if value is not None and value not in ("", [], {})}


def _given(write: Callable[[int], str]) -> Callable[[Any], str | None]:
    def written(value: Any) -> str | None:
        return write(int(value)) if value is not None else None

    return written


duration = _given(go_duration)
"""Nanoseconds; None for None."""
size = _given(docker_size)
"""Bytes; None for None."""
cpus = _given(docker_cpus)
"""Billionths of a CPU; None for None."""


def texts(values: Mapping[str, Any]) -> dict[str, str]:
    """A mapping whose values are texts."""
    return {str(key): str(value) for key, value in values.items()}


def in_order(names: Iterable[str]) -> bool:
    """Whether names stand in the order in which docker sends them."""
    given = list(names)
    return given == sorted(given)
