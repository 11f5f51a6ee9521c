"""What an engine is asked through: our own connections to a Unix socket, docker's library for all others.

Importing the library takes 0.15 s of CPU, and 8 MB.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

from swarmtui.engine import starting
from swarmtui.engine.client.local_http import LocalHttp
from swarmtui.engine.client.own_headers import own_headers

if TYPE_CHECKING:
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.client.endpoint_handle import ReadinessGate
    from swarmtui.engine.client.responses import HttpClient
    from swarmtui.engine.client.sockets import Sockets

__all__ = ["http_client"]

_loading = threading.Lock()


def http_client(endpoint: Endpoint, sockets: Sockets, gate: ReadinessGate | None) -> HttpClient:
    """A client for one thread, which has asked nothing yet.

    The first one for TCP imports docker, and may wait for the screen.

    Args:
        endpoint: unix:// or tcp://.
        sockets: where its sockets are registered.
        gate: what has to stand before a Unix socket can be used.

    Raises:
        TLSFailed: a certificate's file is missing or unreadable.
        ConnectionFailed: docker's library does not like its own configuration.
    """
    if endpoint.socket_path:
        return LocalHttp(endpoint.socket_path, sockets, gate, own_headers(os.environ))
    starting.wait()
    # One thread alone: where several import the same packages at once, Python may take their waiting for a deadlock,
    # and hand out a module that is not complete yet.
    with _loading:
        from swarmtui.engine.client.transport import LibraryClient
    return LibraryClient(endpoint, sockets)
