"""When docker's library is loaded: not while the first screen is made.

Importing it takes 0.15 s of CPU, and Python runs one thread at a time. Until it is there, a local engine is asked by
`QuickGet`; what needs the library waits here until the screen is there, or until a question failed without it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.client.endpoint_handle import ReadinessGate
    from swarmtui.engine.client.sockets import Sockets

__all__ = ["hold", "is_loaded", "make_client", "release"]

LONGEST_HOLD = 3.0
"""Seconds after which it is loaded in any case."""

_wanted = threading.Event()
_wanted.set()
_loaded = threading.Event()


def hold() -> None:
    """The first screen is being made: load it later."""
    _wanted.clear()


def release() -> None:
    """From now on it is loaded as soon as somebody needs it."""
    _wanted.set()


def is_loaded() -> bool:
    """Whether it is there."""
    return _loaded.is_set()


def make_client(endpoint: Endpoint, sockets: Sockets, gate: ReadinessGate | None) -> Any:
    """docker's client, as `docker_client` makes it. The first call imports docker, and may wait for the screen."""
    _wanted.wait(LONGEST_HOLD)
    from swarmtui.engine.client.transport import docker_client

    _loaded.set()
    return docker_client(endpoint, sockets, gate)
