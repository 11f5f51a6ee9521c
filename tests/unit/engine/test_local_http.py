"""HTTP over a Unix socket: answers however they come, what is none, connections that are kept."""

from __future__ import annotations

import socket
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swarmtui.engine.client.local_http import LocalHttp, NotHttp
from swarmtui.engine.client.sockets import Sockets

TIMEOUT = 5.0, 30.0

OK = b"HTTP/1.1 200 OK\r\nApi-Version: 1.51\r\n"
LENGTH = OK + b"Content-Length: 5\r\n\r\nhello"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;more\r\nlo\r\n0\r\nTrailer: x\r\n\r\n"


@contextmanager
def engine(*answers: Sequence[bytes]) -> Iterator[LocalHttp]:
    """One that accepts a connection, gives an answer in these pieces to each request, and closes after the last."""
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listening:
        path = Path(directory) / "engine.sock"
        listening.bind(str(path))
        listening.listen()
        thread = threading.Thread(target=_serve, args=(listening, answers))
        thread.start()
        http = LocalHttp(str(path), Sockets())
        try:
            yield http
        finally:
            http.close()
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


def get(http: LocalHttp, path: str = "/nodes", method: str = "GET") -> bytes:
    answer = http.request(method, path, {}, None, {}, TIMEOUT)
    with closing(answer):
        return answer.read(1_000_000)


@given(st.sets(st.integers(1, 120)), st.sampled_from([LENGTH, CHUNKED]))
def test_an_answer_is_the_same_however_it_arrives(cuts: set[int], answer: bytes) -> None:
    with (
        engine(in_pieces(answer, cuts)) as http,
        closing(http.request("GET", "/nodes", {}, None, {}, TIMEOUT)) as answered,
    ):
        assert (answered.read(99), answered.status_code) == (b"hello", 200)
        assert answered.headers["Api-Version"] == "1.51"


@pytest.mark.parametrize(
    ("method", "answer", "body"),
    [
        ("HEAD", OK + b"x-docker-size: 7\r\nContent-Length: 5\r\n\r\n", b""),
        ("DELETE", b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        ("POST", b"HTTP/1.1 100 Continue\r\n\r\n" + LENGTH, b"hello"),
        ("GET", b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}", b"{}"),
        ("GET", OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b""),
    ],
    ids=["no body of HEAD", "no content", "goes on", "an error", "empty"],
)
def test_one_connection_serves_several_requests(method: str, answer: bytes, body: bytes) -> None:
    with engine([LENGTH], [answer], [CHUNKED]) as http:  # it accepts one connection only
        assert [get(http), get(http, method=method), get(http)] == [b"hello", body, b"hello"]


@pytest.mark.parametrize("head", [OK + b"Connection: close\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"])
def test_a_body_without_a_size_ends_with_its_connection(head: bytes) -> None:
    with engine([head, b"hel", b"lo"]) as http:
        assert get(http) == b"hello"


@given(st.integers(0, len(CHUNKED) - 3))
def test_half_an_answer_is_a_broken_connection(cut: int) -> None:
    with engine([CHUNKED[:cut]]) as http, pytest.raises(ConnectionError):
        get(http)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        OK + b"Content-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",
        OK + b"Content-Length: -5\r\n\r\nhello",
        OK + b"Transfer-Encoding: chunked\r\n\r\n-3\r\nhel\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nx\r\nhel\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n",
        OK + b"X: y\r\n" * 200 + b"Content-Length: 5\r\n\r\nhello",
    ],
    ids=["no HTTP", "encoded", "less than nothing", "a bad chunk", "no number", "a chunk too long", "headers"],
)
def test_what_is_no_answer_of_an_engine_is_told_as_such(answer: bytes) -> None:
    with engine([answer]) as http, pytest.raises(NotHttp):
        get(http)


def test_a_body_that_comes_in_pieces_is_sent_so() -> None:
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{directory}/engine.sock")
        listening.listen()
        http = LocalHttp(f"{directory}/engine.sock", Sockets(), headers={"X-Mine": "yes"})
        asked = []

        def serve() -> None:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as lines:
                while (line := lines.readline()) != b"0\r\n":
                    asked.append(line)
                connection.sendall(LENGTH)

        thread = threading.Thread(target=serve)
        thread.start()
        answer = http.request("PUT", "/x", {"a": "b c"}, iter([b"one", b"", b"two!"]), {}, TIMEOUT)
        assert answer.read(99) == b"hello"
        answer.close()
        http.close()
        thread.join()
    assert asked[0] == b"PUT /x?a=b+c HTTP/1.1\r\n"
    assert {b"X-Mine: yes\r\n", b"Transfer-Encoding: chunked\r\n"} <= set(asked)
    assert asked[asked.index(b"\r\n") + 1 :] == [b"3\r\n", b"one\r\n", b"4\r\n", b"two!\r\n"]


def test_no_header_has_two_lines() -> None:
    with pytest.raises(NotHttp):
        LocalHttp("/nonexistent", Sockets()).request("GET", "/", {}, None, {"X": "a\r\nY: b"}, TIMEOUT)


def test_a_silent_engine_is_told_as_such() -> None:
    with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listening:
        path = Path(directory) / "engine.sock"
        listening.bind(str(path))
        listening.listen()
        with pytest.raises(TimeoutError):
            LocalHttp(str(path), Sockets()).request("GET", "/nodes", {}, None, {}, (5.0, 0.05))
