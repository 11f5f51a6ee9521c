"""A connection after HTTP: input and output of a command, in both directions at once.

As moby's `httputils.HijackConnection`: the engine answers 101 (or 200 to a client that asked for no upgrade) and the
connection belongs to the command. The client may close its half first, as `echo x | docker exec -i` does, and still
gets the output.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from aiohttp import web


class Taken(web.StreamResponse):
    """Tells the HTTP server that nothing is left to be answered on this connection."""

    async def prepare(self, request: web.BaseRequest) -> None:
        """Send nothing: all has been sent."""

    async def write_eof(self, data: bytes = b"") -> None:
        """Send nothing: the connection is closed instead."""

    @property
    def keep_alive(self) -> bool | None:
        return False


class Connection(asyncio.Protocol):
    """Both directions of a connection that HTTP is done with."""

    def __init__(self, request: web.BaseRequest) -> None:
        """Take the connection of a request whose body has been read."""
        transport, http = request.transport, request.protocol
        if transport is None or not isinstance(http, asyncio.Protocol):
            raise ConnectionResetError("the client has gone")
        self._transport: asyncio.Transport = transport
        self._http = http
        self._input: asyncio.Queue[bytes] = asyncio.Queue()
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)

    def begin(self, headers: Mapping[str, str], *, upgraded: bool) -> None:
        """Send the head of the answer."""
        status = "101 UPGRADED" if upgraded else "200 OK"
        upgrade = {"Connection": "Upgrade", "Upgrade": "tcp"} if upgraded else {}
        lines = [f"{name}: {value}\r\n" for name, value in {**upgrade, **headers}.items()]
        self._transport.write(f"HTTP/1.1 {status}\r\n{''.join(lines)}\r\n".encode())

    async def write(self, data: bytes) -> None:
        """Send output; waits while the client does not read."""
        await self._writable.wait()
        if self._transport.is_closing():
            raise ConnectionResetError("the client has gone")
        self._transport.write(data)

    async def read(self) -> bytes:
        """The next piece of input; nothing at its end."""
        data = await self._input.get()
        if not data:
            self._input.put_nowait(b"")
        return data

    # --- what asyncio calls ---

    def data_received(self, data: bytes) -> None:
        self._input.put_nowait(data)

    def eof_received(self) -> bool:
        """The client sends no more: keep the other direction open."""
        self._input.put_nowait(b"")
        return True

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._input.put_nowait(b"")
        self._writable.set()
        self._http.connection_lost(exc)
