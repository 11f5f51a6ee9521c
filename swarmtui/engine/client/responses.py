"""Answers as docker's library gives them: checked, read whole, or followed as streams."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.errors import EngineSilent

if TYPE_CHECKING:
    import requests

__all__ = ["LONGEST_ERROR", "PIECE", "check", "read_whole", "without_timeout"]

PIECE = 256 * 1024
"""Bytes read at a time: what a Unix socket gives at once at most."""
LONGEST_ERROR = 64 * 1024


def check(response: requests.Response, endpoint: Endpoint) -> None:
    """Raise what an error answer says."""
    if response.status_code >= 400:
        body = response.raw.read(LONGEST_ERROR)
        raise faults.from_answer(response.status_code, body, endpoint)
    if response.status_code >= 300:
        raise faults.not_http(endpoint)


def read_whole(response: requests.Response, until: float, endpoint: Endpoint) -> bytes:
    """The whole body. `read1` gives what is there, so that a body that trickles cannot hold us for ever."""
    pieces: list[bytes] = []
    while piece := response.raw.read1(PIECE):
        pieces.append(piece)
        if time.monotonic() > until:
            raise EngineSilent(
                f"{endpoint.name} takes too long to answer.", "The engine or the connection to it is too slow."
            )
    return b"".join(pieces)


def without_timeout(response: requests.Response) -> None:
    """Let a stream be quiet for as long as it likes."""
    connection = getattr(response.raw, "connection", None)
    sock = getattr(connection, "sock", None)
    if sock is not None:
        sock.settimeout(None)
