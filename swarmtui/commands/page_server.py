"""`swarmtui serve`: the program as a page, for a class or a wall; on the textual-serve library, which the extra brings.

Each visitor has a process of its own that ends with the page. Who may look is told by the address: it holds a secret,
which no other site learns (`Referrer-Policy`), and no page of another site may connect (the Origin of RFC 6454; without
that check any page could open a WebSocket to a port of this machine). Nothing is loaded from elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager
from textual_serve.server import Server

from swarmtui import children
from swarmtui.errors import SwarmtuiError

__all__ = ["PageServer", "serve"]

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
MOST_VISITORS = 20
"""Programs at once: each takes some 80 MB."""
ENDS_WITHIN = 5.0
"""Seconds that a visitor's program has for leaving in order."""
HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; script-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def serve(arguments: Sequence[str], *, host: str, port: int, public_url: str | None, title: str) -> None:
    """Serve the program until ctrl+c or SIGTERM.

    Args:
        arguments: the program's, as each visitor's process gets them.
        host, port: where to listen; port 0: any that is free.
        public_url: what browsers have before the secret, where that is not this host and port (behind a proxy).
        title: of the page.

    Raises:
        SwarmtuiError: it cannot listen there.
    """
    try:
        listening = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        raise SwarmtuiError(
            f"{host} port {port} cannot be listened on: {error.strerror}.", "Choose another one with --port."
        ) from error
    with listening:
        bound = listening.getsockname()[1]
        server = PageServer(arguments, host=host, port=bound, public_url=public_url, title=title)
        print(f"{title}: {server.address}", flush=True)  # noqa: T201
        print("Whoever has this address can look; ctrl+c ends it.", flush=True)  # noqa: T201
        web.run_app(server.application(), sock=listening, print=None, access_log=None, shutdown_timeout=ENDS_WITHIN)


class PageServer(Server):
    """Serves the program under an address that holds a secret.

    Attributes:
        address: of the page.
    """

    def __init__(self, arguments: Sequence[str], *, host: str, port: int, public_url: str | None, title: str) -> None:
        name = f"[{host}]" if ":" in host else host
        url = (public_url or f"http://{name}:{port}").rstrip("/")
        super().__init__("swarmtui", host=host, port=port, title=title, public_url=url)
        self._arguments = tuple(arguments)
        self._secret = secrets.token_urlsafe(18)
        self._visitors: set[_Visitor] = set()
        self._origins = frozenset(_origins(url))
        self.address = f"{url}/{self._secret}/"

    async def application(self) -> web.Application:
        """The pages: what textual-serve has, under the secret, and nothing beside it."""
        served = web.Application(middlewares=[self._guard])
        served.add_subapp(f"/{self._secret}", await self._make_app())
        return served

    async def on_startup(self, app: web.Application) -> None:
        """Nothing: the address is told by `serve`."""

    async def on_shutdown(self, app: web.Application) -> None:
        """The server ends, and all programs with it: their pages would be waited for otherwise."""
        await asyncio.gather(*(visitor.stop() for visitor in self._visitors))

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin not in self._origins:
            raise web.HTTPForbidden(text="This page belongs to another site.")
        if origin is None and request.headers.get("Upgrade"):
            raise web.HTTPForbidden(text="Only a page of this site may connect.")
        response = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A page is open: its program runs until it is closed."""
        page = web.WebSocketResponse(heartbeat=15)
        await page.prepare(request)
        if len(self._visitors) >= MOST_VISITORS:
            await page.close(code=1013, message=b"too many visitors")
            return page

        async def close() -> None:
            await page.close()

        visitor = _Visitor(
            self._arguments,
            write_bytes=page.send_bytes,
            write_str=page.send_str,
            close=close,
            download_manager=self.download_manager,
        )
        self._visitors.add(visitor)
        try:
            await visitor.start(*_size(request))
            await self._process_messages(page, visitor)
        finally:
            self._visitors.discard(visitor)
            await asyncio.shield(visitor.stop())
        return page


class _Visitor(AppService):
    """The program of one page."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[None]],
        download_manager: DownloadManager,
    ) -> None:
        super().__init__(
            "swarmtui",
            write_bytes=write_bytes,
            write_str=write_str,
            close=close,
            download_manager=download_manager,
        )
        self._arguments = arguments

    async def _open_app_process(self, width: int = 80, height: int = 24) -> asyncio.subprocess.Process:
        with children.spawning():
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "swarmtui", *self._arguments),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=children.environment(self._build_environment(width, height)),
                start_new_session=True,  # ctrl+c in the terminal is meant for the server, which ends its visitors
            )
        self._stdin = self._process.stdin
        return self._process

    async def stop(self) -> None:
        """End the program: in order if it can, else by force."""
        process = self._process
        if process is None:
            return
        leaving = asyncio.ensure_future(super().stop())
        await asyncio.wait({leaving}, timeout=ENDS_WITHIN)
        with contextlib.suppress(ProcessLookupError):
            if process.returncode is None:
                process.terminate()
        try:
            async with asyncio.timeout(ENDS_WITHIN):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
        await leaving


def _origins(url: str) -> list[str]:
    """What a browser calls the site of a URL; this machine has several names."""
    parts = urlsplit(url)
    host, colon, port = parts.netloc.rpartition(":") if parts.port else (parts.netloc, "", "")
    names = LOOPBACK if host in LOOPBACK else (host,)
    return [f"{parts.scheme}://{name}{colon}{port}" for name in names]


def _size(request: web.Request) -> tuple[int, int]:
    """How many columns and rows the page has room for, as it says."""

    def number(name: str, usual: int) -> int:
        text = request.query.get(name, "")
        return min(max(int(text), 1), 1000) if text.isascii() and text.isdigit() else usual

    return number("width", 80), number("height", 24)
