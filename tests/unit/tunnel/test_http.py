"""Where HTTP messages end: the bytes are passed on as they came, and no further."""

from __future__ import annotations

import asyncio

import pytest

from swarmtui.tunnel.http import Head, copy_body, read_head


class Sink:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        return None


def reader_of(data: bytes, *, ends: bool = False) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    reader.feed_data(data)
    if ends:
        reader.feed_eof()
    return reader


CHUNKED = b"5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nTrailer: x\r\n\r\n"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        (b"Content-Length: 5", b"hello"),
        (b"content-length: 0", b""),
        (b"Transfer-Encoding: chunked", CHUNKED),
        (b"Transfer-Encoding: chunked", b"0\r\n\r\n"),
    ],
)
async def test_message_ends_where_it_ends(fields: bytes, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nServer: Docker\r\n" + fields + b"\r\n\r\n"
    reader, sink = reader_of(head + body + b"HTTP/1.1 201 Next\r\n\r\n"), Sink()
    read = await read_head(reader)
    assert read is not None
    assert (read.raw, read.status) == (head, 200)
    assert await copy_body(reader, sink, read, is_answer=True)
    assert sink.data == body
    following = await read_head(reader)
    assert following is not None
    assert following.status == 201


async def test_answer_without_a_length_goes_on_to_the_end() -> None:
    reader, sink = reader_of(b"HTTP/1.0 200 OK\r\n\r\nall of it", ends=True), Sink()
    head = await read_head(reader)
    assert head is not None
    assert head.closes
    assert not await copy_body(reader, sink, head, is_answer=True)
    assert sink.data == b"all of it"


async def test_request_without_a_length_has_no_body() -> None:
    reader, sink = reader_of(b"GET /info HTTP/1.1\r\nHost: x\r\n\r\nGET /"), Sink()
    head = await read_head(reader)
    assert head is not None
    assert await copy_body(reader, sink, head, is_answer=False)
    assert sink.data == b""


@pytest.mark.parametrize(
    ("method", "status", "has_body"),
    [("GET", 200, True), ("HEAD", 200, False), ("POST", 204, False), ("GET", 304, False)],
)
def test_answers_without_a_body(method: str, status: int, has_body: bool) -> None:
    request = Head.parse(f"{method} / HTTP/1.1\r\n\r\n".encode())
    answer = Head.parse(f"HTTP/1.1 {status} x\r\n\r\n".encode())
    assert answer.has_body_after(request) is has_body


async def test_end_before_within_and_nonsense() -> None:
    assert await read_head(reader_of(b"", ends=True)) is None
    with pytest.raises(ConnectionError):
        await read_head(reader_of(b"HTTP/1.1 200", ends=True))
    with pytest.raises(ValueError, match="not HTTP"):
        await read_head(reader_of(b"SSH-2.0-x\r\n\r\n"))
    for part in (b"Content-Length: 9\r\n\r\nhalf", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhal"):
        reader = reader_of(b"HTTP/1.1 200 OK\r\n" + part, ends=True)
        head = await read_head(reader)
        assert head is not None
        with pytest.raises(ConnectionError):
            await copy_body(reader, Sink(), head, is_answer=True)
