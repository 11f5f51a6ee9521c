"""EngineConnection: the way to one engine, and how an answer is begun on it. What a call is, EngineClient knows."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import faults, http_clients
from swarmtui.engine.client.deadline import Deadline
from swarmtui.engine.client.endpoint_handle import EndpointHandle
from swarmtui.engine.client.responses import Answer, HttpClient, check
from swarmtui.engine.client.sockets import Sockets
from swarmtui.errors import ConnectionBroken, EngineSilent

__all__ = ["EngineConnection", "Request"]

log = logging.getLogger("swarmtui.engine")


class Request(msgspec.Struct, frozen=True):
    """What is asked of an engine.

    Attributes:
        method: "GET".
        path: as it is sent: "/v1.45/nodes", quoted.
        body: pieces are sent as they come; None for none.
        content_type: of the body.
    """

    method: str
    path: str
    params: Mapping[str, str]
    deadline: Deadline
    body: bytes | Iterable[bytes] | None = None
    content_type: str = "application/json"

    @property
    def changes(self) -> bool:
        """Whether it may change something."""
        return self.method not in ("GET", "HEAD")


class EngineConnection:
    """A connection to one engine, kept alive between requests. It belongs to one thread, but for `abort` and `cut`.

    Args:
        endpoint: which engine.
        find_way: as for EngineClient.

    Attributes:
        headers: sent along with each request.
    """

    def __init__(self, endpoint: Endpoint, find_way: Callable[[], EndpointHandle] | None) -> None:
        straight = self._way = EndpointHandle(endpoint)
        self._find_way = find_way or (lambda: straight)
        self._sockets = Sockets()
        self._http: HttpClient | None = None
        self._socket: tuple[int, int] | None = None
        self.headers: Mapping[str, str] = {}

    @property
    def endpoint(self) -> Endpoint:
        """What is connected to."""
        return self._way.endpoint

    @property
    def way(self) -> EndpointHandle:
        """How it is reached now."""
        return self._way

    # -------------------------------------------------------------------------------- ending

    @property
    def aborted(self) -> bool:
        return self._sockets.aborted

    def abort(self) -> None:
        """End it for good, at once, from any thread."""
        self._sockets.abort()

    def cut(self) -> None:
        """Break it as it is, from any thread; the next request opens a new one."""
        self._sockets.cut()

    def close(self) -> None:
        """Give the sockets back."""
        self._sockets.abort()
        if self._http is not None:
            self._http.close()

    # -------------------------------------------------------------------------------- the way

    def set_up(self) -> bool:
        """Be on the way that is to be gone now.

        Returns:
            Whether that is another one than before.

        Raises:
            SwarmtuiError: there is none.
        """
        way = self._find_way()
        if way is self._way:
            return False
        self._sockets.cut()
        if self._http is not None:
            self._http.close()
        self._http, self._socket, self._way = None, None, way
        return True

    @property
    def has_another_way(self) -> bool:
        """Whether the connection was broken on purpose, since another engine is to be asked."""
        return self._find_way() is not self._way

    # -------------------------------------------------------------------------------- requests

    @contextmanager
    def answer(self, request: Request) -> Iterator[Answer]:
        """The beginning of an answer that is no error; what of it is not read is thrown away.

        Raises:
            ConnectionFailed, EngineRefused, NotUsable: as the tree in swarmtui.errors has it.
        """
        with self._mapped(request):
            self._look_at_socket()
            headers = {**self.headers, **({"Content-Type": request.content_type} if request.body is not None else {})}
            if self._http is None:
                self._http = http_clients.http_client(self.endpoint, self._sockets, self._way.gate)
            timeout = request.deadline.connect, request.deadline.silence
            response = self._http.request(request.method, request.path, request.params, request.body, headers, timeout)
            try:
                check(response, self.endpoint)
                yield response
            finally:
                response.close()

    def _look_at_socket(self) -> None:
        """A kept connection outlives its socket's file. Without that nobody else gets in, and another engine may be
        behind a new one: so the file counts, not what is left of the old connection.
        """
        path = self.endpoint.socket_path
        if not path:
            return
        found = Path(path).stat()
        identity = found.st_dev, found.st_ino
        if self._socket not in (None, identity):
            self.cut()
        self._socket = identity

    @contextmanager
    def _mapped(self, request: Request) -> Iterator[None]:
        """Turn the exceptions of the layers below into ours. Where a tunnel has failed, it tells why.

        Whether what changes something was sent is told by the error's type, which stays.
        """
        try:
            yield
        except Exception as error:
            if not faults.is_of_the_way(error):
                raise
            if self.aborted:
                raise ConnectionBroken("The connection was closed.") from error
            mapped = faults.from_exception(error, self.endpoint)
            log.debug("%s: %s", self.endpoint.name, mapped, exc_info=True)
            cause = self._way.gate.error if self._way.gate is not None else None
            if cause is None:
                raise mapped from error
            if request.changes and isinstance(mapped, (ConnectionBroken, EngineSilent)):
                raise type(mapped)(cause.message, cause.remedy) from error
            raise cause from error
