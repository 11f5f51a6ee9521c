"""The HTTP side of the stub: versions, lists, updates, events, and faults on the way."""

from __future__ import annotations

import json
import socket
import socketserver
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from tests.stub_engine.engine import StubEngine


@dataclass
class Request:
    """A request that came in.

    Attributes:
        path: without the API version: "/services/abc/update".
        query: its parameters, the last value of each.
        body: decoded JSON; None when there was none.
        out: bytes of the answer's body; 0 when none was given.
        at: `time.monotonic` of its arrival.
    """

    method: str
    path: str
    query: dict[str, str]
    body: Any = None
    out: int = 0
    at: float = field(default_factory=time.monotonic)


class Refusal(Exception):
    """An error answer."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


@dataclass
class Fault:
    """What happens to requests whose "/path" or "METHOD /path" begins with `prefix`.

    Attributes:
        act: called before the answer is made; it may wait, or raise Refusal or Cut.
        after: the same, after the answer was made and before it is sent.
        times: how often it happens; None for always.
    """

    prefix: str
    act: Callable[[], None] | None = None
    after: Callable[[], None] | None = None
    times: int | None = None

    def matches(self, request: Request) -> bool:
        text = request.path if self.prefix.startswith("/") else f"{request.method} {request.path}"
        return self.times != 0 and text.startswith(self.prefix)


class Cut(Exception):
    """The connection is cut instead of an answer."""


class Server:
    """Listens on a Unix socket, or on 127.0.0.1, and can vanish and come back.

    Args:
        engine: answers the requests.
        path: of the socket; None for TCP.
        tls: for TLS over TCP.
    """

    def __init__(self, engine: StubEngine, path: Path | None, tls: ssl.SSLContext | None) -> None:
        self._engine = engine
        self._path = path
        self._tls = tls
        self._server: socketserver.BaseServer | None = None
        self._connections: set[socket.socket] = set()
        self.port = 0
        self.accepted = 0

    @property
    def url(self) -> str:
        return f"unix://{self._path}" if self._path else f"tcp://127.0.0.1:{self.port}"

    def start(self) -> None:
        outer = self

        class Handler(_Handler):
            engine = self._engine

            def setup(self) -> None:
                outer._connections.add(self.request)
                outer.accepted += 1
                super().setup()

            def finish(self) -> None:
                outer._connections.discard(self.request)
                super().finish()

        base = socketserver.ThreadingUnixStreamServer if self._path else socketserver.ThreadingTCPServer

        class Quiet(base):  # type: ignore[misc, valid-type]
            daemon_threads = True
            allow_reuse_address = True
            block_on_close = False

            def get_request(self) -> Any:
                sock, address = super().get_request()
                if outer._tls is not None:
                    sock = outer._tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)
                return sock, address or "unix"

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that went away is no news."""

        self._server = Quiet(str(self._path) if self._path else ("127.0.0.1", self.port), Handler)
        if not self._path:
            self.port = int(self._server.server_address[1])
        threading.Thread(target=self._server.serve_forever, args=(0.02,), name="stub-engine", daemon=True).start()

    def stop(self) -> None:
        """The socket vanishes, and every connection breaks."""
        if self._server is None:
            return
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        if self._path:
            self._path.unlink(missing_ok=True)
        self.cut()

    def cut(self) -> None:
        """Every connection breaks."""
        for sock in list(self._connections):
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = False
    engine: StubEngine

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        request, version = self._read()
        self.engine.requests.append(request)
        try:
            faults = self.engine.faults_for(request)
            for fault in faults:
                if fault.act is not None:
                    fault.act()
            self._check_version(version)
            if request.path == "/events":
                self._stream_events()
                return
            if request.path.endswith("/logs"):
                self._stream_log(request)
                return
            status, content = 200, self.engine.answer(request)
            for fault in faults:
                if fault.after is not None:
                    fault.after()
        except Refusal as refusal:
            status, content = refusal.status, json.dumps({"message": refusal.message}).encode()
        except Cut:
            self.close_connection = True
            return
        request.out = len(content)
        self._send(status, content)

    def _read(self) -> tuple[Request, str]:
        parts = urlsplit(self.path)
        first, _, rest = parts.path.removeprefix("/").partition("/")
        versioned = first.startswith("v1.")
        path = f"/{rest}" if versioned else parts.path
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return Request(self.command, path, query, body), first.removeprefix("v") if versioned else ""

    def _check_version(self, version: str) -> None:
        """As the engine's own middleware words it."""
        if not version:
            return
        wanted = tuple(map(int, version.split(".")))
        if wanted > tuple(map(int, self.engine.api_version.split("."))):
            most = self.engine.api_version
            raise Refusal(400, f"client version {version} is too new. Maximum supported API version is {most}")
        if wanted < tuple(map(int, self.engine.least_api_version.split("."))):
            raise Refusal(
                400,
                f"client version {version} is too old. Minimum supported API version is "
                f"{self.engine.least_api_version}, please upgrade your client to a newer version",
            )

    def _send(self, status: int, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Api-Version", self.engine.api_version)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        if content:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(content), content))
        self.wfile.write(b"0\r\n\r\n")

    def _stream_events(self) -> None:
        self.send_response(200)
        self.send_header("Api-Version", self.engine.api_version)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        with self.engine.subscribed() as events:
            while (line := events.get()) is not None:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
                self.wfile.flush()
        self.close_connection = True

    def _stream_log(self, request: Request) -> None:
        object_id, tty = self.engine.log_of(request)
        self.send_response(200)
        self.send_header("Api-Version", self.engine.api_version)
        self.send_header("Transfer-Encoding", "chunked")
        form = "raw" if tty or self.engine.api_version == "1.41" else "multiplexed"
        self.send_header("Content-Type", f"application/vnd.docker.{form}-stream")
        self.end_headers()
        self.wfile.flush()

        def send(data: bytes) -> None:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.wfile.flush()

        self.engine.logs.stream(object_id, request.query, tty, send)
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True
