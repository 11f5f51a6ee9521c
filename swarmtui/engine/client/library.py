"""When docker's library is loaded: not while the first screen is made.

Importing it takes 0.15 s of CPU. Until it is there, a local engine is asked by `QuickGet`; what needs the library waits
here until the screen stands, or until a question failed without it.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from swarmtui.engine import starting

if TYPE_CHECKING:
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.client.endpoint_handle import ReadinessGate
    from swarmtui.engine.client.sockets import Sockets

__all__ = ["is_loaded", "make_client"]

_loaded = threading.Event()


def is_loaded() -> bool:
    """Whether it is there."""
    return _loaded.is_set()


def make_client(endpoint: Endpoint, sockets: Sockets, gate: ReadinessGate | None) -> Any:
    """docker's client, as `docker_client` makes it. The first call imports docker, and may wait for the screen."""
    if not _loaded.is_set():
        starting.wait()
    from swarmtui.engine.client.transport import docker_client

    _loaded.set()
    return docker_client(endpoint, sockets, gate)
