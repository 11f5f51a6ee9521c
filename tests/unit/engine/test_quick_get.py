"""The first questions to a local engine, asked over a bare socket: whole answers, or none."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.engine.client.deadline import SMALL, Deadline
from swarmtui.engine.client.quick_get import QuickGet, Unusual
from swarmtui.engine.client.sockets import Sockets

OK = b"HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\n"
LENGTH = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;more\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"


@contextmanager
def engine(*answers: Sequence[bytes]) -> Iterator[QuickGet]:
    """One that accepts a connection, gives an answer in these pieces to each request, and closes after the last."""
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listening:
        path = Path(directory) / "engine.sock"
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, answers))
        thread.start()
        quick = QuickGet(str(path), Sockets())
        try:
            yield quick
        finally:
            quick.close()
            thread.join()


def _serve(listening: socket.socket, answers: Sequence[Sequence[bytes]]) -> None:
    connection, _ = listening.accept()
    with connection:
        for pieces in answers:
            asked = b""
            while not asked.endswith(b"\r\n\r\n"):
                asked += connection.recv(4096)
            for piece in pieces:
                connection.sendall(piece)


def in_pieces(answer: bytes, cuts: set[int]) -> list[bytes]:
    ends = [*sorted(cut for cut in cuts if 0 < cut < len(answer)), len(answer)]
    return [answer[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@given(st.sets(st.integers(1, 120)), st.sampled_from([LENGTH, CHUNKED]))
def test_an_answer_is_the_same_however_it_arrives(cuts: set[int], answer: bytes) -> None:
    with engine(in_pieces(answer, cuts)) as quick:
        assert quick.get("/nodes", {}, SMALL) == (b"hello", "1.51")


def test_one_connection_serves_several_questions() -> None:
    with engine([LENGTH], [CHUNKED], [LENGTH]) as quick:
        for _ in range(3):
            assert quick.get("/services", {"status": "true"}, SMALL)[0] == b"hello"


@given(st.integers(0, len(CHUNKED) - 3))
def test_half_an_answer_is_none(cut: int) -> None:
    with engine([CHUNKED[:cut]]) as quick, pytest.raises(Unusual):
        quick.get("/nodes", {}, SMALL)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        OK + b"\r\nhello",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Content-Length: -5\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nhel\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\nhel\r\n",
        OK + b"X: y\r\n" * 200 + b"Content-Length: 5\r\n\r\nhello",
    ],
    ids=["another status", "no HTTP", "no size", "encoded", "less than nothing", "a bad chunk", "no number", "headers"],
)
def test_what_is_not_the_plain_answer_of_a_healthy_engine_is_left_to_the_library(answer: bytes) -> None:
    with engine([answer]) as quick, pytest.raises(Unusual):
        quick.get("/nodes", {}, SMALL)


def test_nobody_listens() -> None:
    with pytest.raises(Unusual):
        QuickGet("/nonexistent/engine.sock", Sockets()).get("/nodes", {}, SMALL)


def test_a_silent_engine_is_told_as_such() -> None:
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listening:
        path = Path(directory) / "engine.sock"
        listening.bind(str(path))
        listening.listen()
        quick = QuickGet(str(path), Sockets())
        with pytest.raises(TimeoutError):
            quick.get("/nodes", {}, Deadline(connect=1.0, silence=0.05, total=1.0))
