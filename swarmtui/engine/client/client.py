"""EngineClient: the calls of one engine's API: negotiation, deadlines, bytes as they came, and an end.

One client belongs to one thread (nor is docker-py thread-safe, docker/docker-py#619); only `abort` and `cut` may be
called from others. Every failure leaves here as an error of swarmtui.errors.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import msgspec

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults
from swarmtui.engine.client.api_version import common_version
from swarmtui.engine.client.deadline import BULK, CHANGE, MEMBERSHIP, PROBE, SLOW, SMALL, Deadline
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.client.engine_connection import EngineConnection, Request
from swarmtui.engine.client.responses import LONGEST_ERROR, PIECE, Answer, pieces_of, whole
from swarmtui.errors import ConnectionBroken, ConnectionFailed, UnsupportedEngine

__all__ = ["BULK", "CHANGE", "MEMBERSHIP", "PROBE", "SLOW", "SMALL", "Deadline", "EngineClient", "Reply", "filters"]

Body = TypeVar("Body")


class Reply(msgspec.Struct, Generic[Body], frozen=True):
    """An answer as it came.

    Attributes:
        body: the bytes, or what was made of them while they came.
        size: of the bytes.
        elapsed: seconds from the sending to the last byte.
        version: the Api-Version header; "" where there was none.
    """

    body: Body
    size: int
    elapsed: float
    version: str = ""

    @property
    def fingerprint(self) -> tuple[int, int]:
        """Two answers of the same fingerprint are the same (a 64-bit hash, keyed again in each process)."""
        return self.size, hash(self.body)


def filters(**wanted: list[str]) -> dict[str, str]:
    """The query parameter `filters` of the list calls: `filters(service=[…])`."""
    return {"filters": json.dumps(wanted, separators=(",", ":"))}


class EngineClient:
    """A connection to one engine, kept alive between calls.

    Making one costs nothing: the way is looked for, and the API version negotiated, by the first call.

    Args:
        endpoint: which engine.
        find_way: gives the way to it, and another one when it is to be reached otherwise from now on. It is asked
            before each call; it may wait, and raises SwarmtuiError when there is no way. Straight when None.
    """

    def __init__(self, endpoint: Endpoint, find_way: Callable[[], EndpointHandle] | None = None) -> None:
        self._connection = EngineConnection(endpoint, find_way)
        self._version = ""

    @property
    def endpoint(self) -> Endpoint:
        """What is connected to."""
        return self._connection.endpoint

    @property
    def way(self) -> EndpointHandle:
        """How it is reached, for a connection that is taken over (`hijack`)."""
        return self._connection.way

    # -------------------------------------------------------------------------------- ending

    @property
    def aborted(self) -> bool:
        return self._connection.aborted

    def abort(self) -> None:
        """End the client for good. A call under way in another thread fails at once. Never blocks."""
        self._connection.abort()

    def cut(self) -> None:
        """Break the connection as it is; the next call opens a new one. Never blocks."""
        self._connection.cut()

    def close(self) -> None:
        """Give the sockets back. For the thread that owns the client."""
        self._connection.close()

    # -------------------------------------------------------------------------------- calls

    @property
    def api_version(self) -> str:
        """The version spoken: "1.47"; "" before the first answer."""
        return self._version

    def ping(self) -> float:
        """Ask whether anybody is there, and agree on the API version again.

        Returns:
            The seconds that it took: a round trip and next to nothing else.

        Raises:
            UnsupportedEngine: its API is older than ours.
            ConnectionFailed: it cannot be reached, or it is no engine.
        """
        reply = self._exchange(Request("GET", "/_ping", {}, PROBE), whole)
        self._version = self.way.api_version = common_version(reply.version, self.endpoint)
        return reply.elapsed

    def get(self, path: str, params: Mapping[str, str] | None = None, deadline: Deadline = SMALL) -> Reply[bytes]:
        """GET a path of the API ("/nodes"), and give the answer as it came.

        Raises:
            ConnectionFailed, EngineRefused, NotUsable: as the tree in swarmtui.errors has it.
        """
        return self._versioned(Request("GET", path, params or {}, deadline), whole)

    def read(
        self, path: str, params: Mapping[str, str], deadline: Deadline, reader: Callable[[Iterator[bytes]], Body]
    ) -> Reply[Body]:
        """GET a path, and read the answer while it comes.

        Args:
            reader: is given the pieces; again from the beginning, where the request is repeated.

        Raises:
            ConnectionFailed, EngineRefused, NotUsable: as for `get`; and what the reader raises.
        """
        return self._versioned(Request("GET", path, params, deadline), reader)

    def get_json(self, path: str, params: Mapping[str, str] | None = None, deadline: Deadline = SMALL) -> Any:
        """GET a path, as plain dicts and lists with nothing left out: for specs that are sent back."""
        return _decoded(self.get(path, params, deadline).body, self.endpoint)

    def post_json(self, path: str, params: Mapping[str, str], body: Any, deadline: Deadline = CHANGE) -> Any:
        """POST a JSON body (None: none at all). It is sent once: a lost answer is for the caller to look into.

        Returns:
            The decoded answer; None when it was empty.
        """
        return self.send("POST", path, params, body, deadline)

    def send(self, method: str, path: str, params: Mapping[str, str], body: Any, deadline: Deadline = CHANGE) -> Any:
        """The same by another method."""
        content = None if body is None else msgspec.json.encode(body)
        reply = self._versioned(Request(method, path, params, deadline, content), whole)
        return _decoded(reply.body, self.endpoint) if reply.body.strip() else None

    def delete(self, path: str, params: Mapping[str, str]) -> None:
        """DELETE an object. It is sent once, as for `post_json`."""
        self._versioned(Request("DELETE", path, params, CHANGE), whole)

    def head(self, path: str, params: Mapping[str, str]) -> Mapping[str, str]:
        """The headers alone of what a GET would be answered with.

        Raises:
            ObjectNotFound, ConnectionFailed, …: as for `get`.
        """
        with self._answer(Request("HEAD", path, params, SMALL)) as response:
            return dict(response.headers)

    def upload(self, path: str, params: Mapping[str, str], pieces: Iterable[bytes], content_type: str) -> None:
        """PUT bytes as they come from somewhere. It is sent once, as for `post_json`."""
        with self._answer(Request("PUT", path, params, BULK, pieces, content_type)) as response:
            response.read(LONGEST_ERROR)

    def lines(self, path: str, params: Mapping[str, str]) -> Iterator[bytes]:
        """GET a stream, and give its lines as they come, for as long as it lasts. `cut` and `abort` end it.

        The first item is an empty line that says that the stream stands.
        """
        with closing(self.pieces(path, params)) as pieces:
            next(pieces)
            yield b""
            rest = b""
            for piece in pieces:
                *whole, rest = (rest + piece).split(b"\n")
                yield from (line for line in whole if line.strip())

    def pieces(self, path: str, params: Mapping[str, str]) -> Generator[bytes]:
        """GET a stream, and give its bytes as they come, for as long as it lasts. `cut` and `abort` end it.

        The first item is the answer's content type ("" for none): it says that the stream stands.
        """
        with self._answer(Request("GET", path, params, SMALL)) as response:
            response.wait_for_ever()
            yield response.headers.get("Content-Type", "").encode()
            while piece := response.read1(PIECE):
                yield piece

    @contextmanager
    def sending(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Send headers along with the calls in the block: a registry's credentials."""
        self._connection.headers = headers
        try:
            yield
        finally:
            self._connection.headers = {}

    # -------------------------------------------------------------------------------- inside

    def _set_up(self) -> None:
        """Be on the way that is to be gone now."""
        if self._connection.set_up():
            self._version = ""

    def _agreed(self, request: Request) -> Request:
        """A request for a path of the API ("/nodes"), in the version spoken on the way that is to be gone now."""
        self._set_up()
        self._version = self._version or self.way.api_version
        if not self._version:
            self.ping()
        return msgspec.structs.replace(request, path=f"/v{self._version}{quote(request.path)}")

    def _answer(self, request: Request) -> AbstractContextManager[Answer]:
        """The beginning of an answer that is no error; what of it is not read is thrown away."""
        return self._connection.answer(self._agreed(request))

    def _versioned(self, request: Request, reader: Callable[[Iterator[bytes]], Body]) -> Reply[Body]:
        agreed = self._agreed(request)
        try:
            return self._exchange(agreed, reader)
        except (ConnectionFailed, UnsupportedEngine):
            self._version = self.way.api_version = ""  # whoever answers next may be another engine version
            raise

    def _exchange(self, request: Request, reader: Callable[[Iterator[bytes]], Body]) -> Reply[Body]:
        """One request and its whole answer.

        A GET is repeated once: when a kept-alive connection proves to be dead, and when another way is to be gone.
        """
        started = time.monotonic()
        try:
            return self._exchange_once(request, reader)
        except ConnectionFailed as error:
            was_dead = isinstance(error, ConnectionBroken) and time.monotonic() - started <= 1.0
            if request.changes or self.aborted or not (was_dead or self._connection.has_another_way):
                raise
            return self._exchange_once(request, reader)

    def _exchange_once(self, request: Request, reader: Callable[[Iterator[bytes]], Body]) -> Reply[Body]:
        self._set_up()
        started, size = time.monotonic(), 0

        def counted(pieces: Iterable[bytes]) -> Iterator[bytes]:
            nonlocal size
            for piece in pieces:
                size += len(piece)
                yield piece

        with self._connection.answer(request) as response:
            content = reader(counted(pieces_of(response, started + request.deadline.total, self.endpoint)))
            version = response.headers.get("Api-Version", "")
        return Reply(content, size, time.monotonic() - started, version)


def _decoded(body: bytes, endpoint: Endpoint) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise faults.not_http(endpoint) from error
