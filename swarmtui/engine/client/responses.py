"""Answers of an engine, from a Unix socket (local_http) or docker's library (transport): checked, and read."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.errors import EngineSilent

__all__ = ["LONGEST_ERROR", "PIECE", "Answer", "HttpClient", "check", "pieces_of", "whole"]

PIECE = 256 * 1024
"""Bytes read at a time: what a Unix socket gives at once at most."""
LONGEST_ERROR = 64 * 1024


class Answer(Protocol):
    """The head of an answer, and its body as it comes."""

    @property
    def status_code(self) -> int: ...

    @property
    def headers(self) -> Mapping[str, str]: ...

    def read1(self, size: int) -> bytes:
        """What is there, at most so many bytes; waits for some. b"" at the end."""

    def read(self, size: int) -> bytes:
        """The body, at most so many bytes of it."""

    def wait_for_ever(self) -> None:
        """The body may be silent for as long as it likes."""

    def close(self) -> None:
        """Keep the connection for the next request where the body has been read to its end; else end it."""


class HttpClient(Protocol):
    """Connections to one engine, for one thread."""

    def request(
        self,
        method: str,
        path: str,
        params: Mapping[str, str],
        body: bytes | Iterable[bytes] | None,
        headers: Mapping[str, str],
        timeout: tuple[float, float],
    ) -> Answer:
        """Send a request, and wait for the head of the answer: seconds for the connection, and without a byte."""

    def close(self) -> None:
        """End the connections."""


def check(answer: Answer, endpoint: Endpoint) -> None:
    """Raise what an error answer says."""
    if answer.status_code >= 400:
        raise faults.from_answer(answer.status_code, answer.read(LONGEST_ERROR), endpoint)
    if answer.status_code >= 300:
        raise faults.not_http(endpoint)


def pieces_of(answer: Answer, until: float, endpoint: Endpoint) -> Iterator[bytes]:
    """The body as it comes. `read1` gives what is there, so that a body that trickles cannot hold us for ever."""
    while piece := answer.read1(PIECE):
        yield piece
        if time.monotonic() > until:
            raise EngineSilent(
                f"{endpoint.name} takes too long to answer.", "The engine or the connection to it is too slow."
            )


def whole(pieces: Iterable[bytes]) -> bytes:
    """All of a body."""
    found = list(pieces)
    return found[0] if len(found) == 1 else b"".join(found)
