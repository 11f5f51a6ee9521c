"""The version of the Engine API that this program speaks with an engine."""

from __future__ import annotations

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.errors import UnsupportedEngine

__all__ = ["HIGHEST_API", "LOWEST_API", "common_version"]

LOWEST_API = (1, 41)
"""Engine 20.10, the oldest that reports `ServiceStatus`."""
HIGHEST_API = (1, 51)
"""The newest API whose description was read for this program (engine 28); newer engines still speak it."""


def common_version(offered: str, endpoint: Endpoint) -> str:
    """The newest API version that both speak.

    Args:
        offered: the engine's newest ("1.45").

    Raises:
        UnsupportedEngine: its newest is too old.
    """
    parts = offered.split(".")
    if len(parts) != 2 or not all(part.isdigit() for part in parts):
        raise faults.not_http(endpoint)
    theirs = int(parts[0]), int(parts[1])
    if theirs < LOWEST_API:
        raise UnsupportedEngine(
            f"The engine at {endpoint.name} is too old: it speaks API {offered}, and {_text(LOWEST_API)} is needed.",
            "Update it to Docker 20.10 or newer.",
            status=400,
        )
    return _text(min(theirs, HIGHEST_API))


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
