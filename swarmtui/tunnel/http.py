"""Where HTTP messages begin and end (RFC 9112), as far as it takes to lend a connection from one client to another.

Bytes are passed on as they come; nothing is changed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Head", "Reader", "Writer", "copy_body", "copy_raw", "read_head"]

PIECE = 64 * 1024
LONGEST_HEAD = 64 * 1024
END_OF_HEAD = b"\r\n\r\n"


class Reader(Protocol):
    """Met by asyncio.StreamReader and asyncssh.SSHReader."""

    async def read(self, n: int = -1) -> bytes: ...

    async def readexactly(self, n: int) -> bytes: ...

    async def readuntil(self, separator: bytes) -> bytes: ...


class Writer(Protocol):
    """Met by asyncio.StreamWriter and asyncssh.SSHWriter."""

    def write(self, data: bytes) -> None: ...

    async def drain(self) -> None: ...


@dataclass(frozen=True)
class Head:
    """The first lines of a message.

    Attributes:
        raw: all of it, with the empty line.
        words: of the first line: method, target and version, or version, status and reason.
        fields: the header, names in small letters.
    """

    raw: bytes
    words: tuple[str, ...]
    fields: dict[str, str]

    @classmethod
    def parse(cls, raw: bytes) -> Head:
        """Take the lines apart.

        Raises:
            ValueError: they are no HTTP.
        """
        first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        words = tuple(first.split(" ", 2))
        if len(words) < 2 or "HTTP/" not in first:
            raise ValueError("not HTTP")
        pairs = (line.partition(":") for line in lines)
        return cls(raw, words, {name.strip().lower(): value.strip() for name, _, value in pairs})

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.words[1])

    @property
    def is_chunked(self) -> bool:
        return "chunked" in self.fields.get("transfer-encoding", "").lower()

    @property
    def length(self) -> int | None:
        """Bytes of the body; None where the header does not tell."""
        value = self.fields.get("content-length", "")
        return int(value) if value.isdigit() else None

    @property
    def closes(self) -> bool:
        """Whether the connection ends with this exchange."""
        return "close" in self.fields.get("connection", "").lower() or self.words[0] == "HTTP/1.0"

    @property
    def wants_upgrade(self) -> bool:
        """Whether the connection is to become a raw stream (exec, attach)."""
        return "upgrade" in self.fields.get("connection", "").lower()

    def has_body_after(self, request: Head) -> bool:
        """Whether this answer to a request has a body (RFC 9112, section 6.3)."""
        return request.words[0] != "HEAD" and self.status not in (204, 304) and self.status >= 200


async def read_head(reader: Reader) -> Head | None:
    """Read a message up to its body.

    Returns:
        None when the connection ended before it began.

    Raises:
        ConnectionError: it ended within.
        ValueError: this is no HTTP.
    """
    try:
        return Head.parse(await reader.readuntil(END_OF_HEAD))
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise ConnectionError("the connection ended within a message") from error
        return None
    except asyncio.LimitOverrunError as error:
        raise ValueError("the header is too long") from error


async def copy_body(reader: Reader, writer: Writer, head: Head, *, is_answer: bool) -> bool:
    """Copy a message's body.

    Args:
        is_answer: an answer without a length continues until the connection ends; a request without one has no body.

    Returns:
        Whether the connection continues after it.

    Raises:
        ConnectionError: it ended within.
    """
    try:
        if head.is_chunked:
            await _copy_chunks(reader, writer)
        elif head.length is not None:
            await _copy_bytes(reader, writer, head.length)
        elif is_answer:
            await copy_raw(reader, writer)
            return False
    except asyncio.IncompleteReadError as error:
        raise ConnectionError("the connection ended within a message") from error
    return True


async def copy_raw(reader: Reader, writer: Writer) -> None:
    """Copy until the end."""
    while piece := await reader.read(PIECE):
        writer.write(piece)
        await writer.drain()


async def _copy_bytes(reader: Reader, writer: Writer, count: int) -> None:
    while count:
        piece = await reader.read(min(count, PIECE))
        if not piece:
            raise ConnectionError("the connection ended within a message")
        writer.write(piece)
        await writer.drain()
        count -= len(piece)


async def _copy_chunks(reader: Reader, writer: Writer) -> None:
    """RFC 9112, section 7.1."""
    while True:
        line = await reader.readuntil(b"\r\n")
        writer.write(line)
        size = int(line.split(b";")[0], 16)
        if size == 0:
            break
        await _copy_bytes(reader, writer, size + 2)
    while line != b"\r\n":
        line = await reader.readuntil(b"\r\n")
        writer.write(line)
    await writer.drain()
