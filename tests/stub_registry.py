"""A registry that lists tags, as the distribution spec has it: pages, passwords, tokens from somebody else, errors."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any
from urllib.parse import parse_qs, urlsplit

__all__ = ["StubRegistry"]


class StubRegistry:
    """Answers on a port of the loopback interface until it is closed.

    Args:
        tags: what it has, by repository.
        lock: "" for everybody, "basic" for a password, "token" for a token of /token, which nobody gets without the
            password, "free-token" for one that all get.
        page: tags that it gives at most at a time, whatever it is asked for; 0 for all.
        absolute: the links to next pages are whole addresses.
        context: of TLS.

    Attributes:
        login: the user and the password.
        asked: method, target and kind of authorization of each request.
        broken: status, headers and body of all answers instead.
    """

    def __init__(
        self,
        tags: Mapping[str, Sequence[str]],
        *,
        lock: str = "",
        page: int = 0,
        absolute: bool = False,
        context: SSLContext | None = None,
    ) -> None:
        self.tags, self.lock, self.page, self.absolute = tags, lock, page, absolute
        self.login = ("shop", "hunter2")
        self.asked: list[tuple[str, str, str]] = []
        self.broken: tuple[int, Mapping[str, str], bytes] | None = None
        self.link = ""
        registry = self

        class Handler(_Handler):
            stub = registry

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def __enter__(self) -> StubRegistry:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    stub: StubRegistry

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

    def log_message(self, *_: object) -> None:
        pass

    def _answer(self, body: str) -> None:
        stub, given = self.stub, self.headers.get("Authorization", "")
        stub.asked.append((self.command, self.path, given.partition(" ")[0]))
        url = urlsplit(self.path)
        if url.path == "/token":
            self._token({**parse_qs(url.query), **parse_qs(body)}, given)
        elif stub.broken is not None:
            self._say(stub.broken[0], stub.broken[2], stub.broken[1])
        elif not self._is_let_in(given):
            realm = f'Bearer realm="http://{stub.address}/token",service="stub, inc"'
            bearer = f'{realm},scope="repository:{self._name}:pull"'
            wanted = 'Basic realm="a \\"stub\\""' if stub.lock == "basic" else bearer
            self._error(401, "UNAUTHORIZED", "authentication required", {"WWW-Authenticate": wanted})
        elif self._name not in stub.tags:
            self._error(404, "NAME_UNKNOWN", "repository name not known to registry")
        else:
            self._list(parse_qs(url.query))

    @property
    def _name(self) -> str:
        return urlsplit(self.path).path.removeprefix("/v2/").removesuffix("/tags/list")

    def _is_let_in(self, given: str) -> bool:
        if self.stub.lock == "basic":
            return given == self._basic
        return not self.stub.lock or given == f"Bearer for-repository:{self._name}:pull"

    @property
    def _basic(self) -> str:
        return f"Basic {base64.b64encode(':'.join(self.stub.login).encode()).decode()}"

    def _token(self, asked: Mapping[str, list[str]], given: str) -> None:
        refresh = asked.get("grant_type") == ["refresh_token"] and asked["refresh_token"] == [self.stub.login[1]]
        if asked["service"] != ["stub, inc"] or not (self.stub.lock == "free-token" or given == self._basic or refresh):
            self._error(401, "UNAUTHORIZED", "incorrect username or password")
        else:
            self._json(200, {"access_token" if refresh else "token": f"for-{asked['scope'][0]}"})

    def _list(self, query: Mapping[str, list[str]]) -> None:
        tags = sorted(self.stub.tags[self._name])
        last = query.get("last", [""])[0]
        left = [tag for tag in tags if tag > last]
        size = min(self.stub.page or len(left), int(query.get("n", ["1000000"])[0]))
        page, headers = left[:size], dict[str, str]()
        if len(left) > size:
            target = f"/v2/{self._name}/tags/list?last={page[-1]}&n={size}"
            target = f"http://{self.stub.address}{target}" if self.stub.absolute else target
            headers["Link"] = f'<{self.stub.link or target}>; rel="next"'
        self._json(200, {"name": self._name, "tags": page or None}, headers)

    def _error(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        self._json(status, {"errors": [{"code": code, "message": message}]}, headers)

    def _json(self, status: int, content: Any, headers: Mapping[str, str] | None = None) -> None:
        self._say(status, json.dumps(content).encode(), headers or {})

    def _say(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
