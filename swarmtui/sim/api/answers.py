"""What a request is answered with, in the form that the engine gives it."""

from __future__ import annotations

import msgspec
from aiohttp import web

from swarmtui.sim.control.errors import ApiError

JSON = "application/json"
TEXT = "text/plain; charset=utf-8"
MULTIPLEXED = "application/vnd.docker.multiplexed-stream"
RAW = "application/vnd.docker.raw-stream"

PIECE = 1 << 18
LARGE = 1 << 20
"""Bytes from which on an answer is sent in pieces."""


def encoded(value: object) -> bytes:
    """A value as JSON and a newline, as Go's encoder writes it."""
    return msgspec.json.encode(value) + b"\n"


def line(value: object) -> bytes:
    """A value as a line of what goes on, as the engine's streamformatter writes it."""
    return msgspec.json.encode(value) + b"\r\n"


class Large(web.StreamResponse):
    """A body that is sent piece by piece: others are answered meanwhile, and it is not copied as a whole."""

    def __init__(self, body: bytes) -> None:
        super().__init__(headers={"Content-Type": JSON})
        self._data = memoryview(body)
        self.content_length = len(body)

    async def write_eof(self, data: bytes = b"") -> None:
        """Send it, once the head has been sent."""
        for begin in range(0, len(self._data), PIECE):
            await self.write(self._data[begin : begin + PIECE])
        await super().write_eof(data)


def json(value: object, status: int = 200) -> web.StreamResponse:
    """A value, or JSON that is encoded already."""
    body = value if isinstance(value, bytes) else encoded(value)
    if len(body) > LARGE:
        return Large(body)
    return web.Response(status=status, body=body, headers={"Content-Type": JSON})


def empty(status: int = 200) -> web.Response:
    """Nothing but a status."""
    return web.Response(status=status)


def text(value: str, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """A text."""
    return web.Response(status=status, body=value.encode(), headers={"Content-Type": TEXT, **(headers or {})})


def failed(error: ApiError, *, plain: bool = False) -> web.StreamResponse:
    """An error, as `{"message": ...}`; a text for clients so old that they know no other."""
    if plain:
        return text(f"{error.message}\n", error.status)
    return json({"message": error.message}, error.status)


def stream(content_type: str | None) -> web.StreamResponse:
    """The beginning of an answer that comes in pieces."""
    response = web.StreamResponse(headers={"Content-Type": content_type} if content_type else None)
    response.enable_chunked_encoding()
    return response
