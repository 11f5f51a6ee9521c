"""Clients that leave in the middle of anything: what the swarm prints would stand on its user's terminal."""

from __future__ import annotations

import json
import random
import socket
from http.client import HTTPConnection

import pytest

from swarmtui.sim.process.child import Child
from tests.patience import DEAD

TIMES = 8
NO_HTTP = (b"\x16\x03\x01\x02\x00", b"GET / HTTP/9.9\r\n\r\n", b"POST /auth HTTP/1.1\r\nContent-Length: many\r\n\r\n")


class Client:
    """Raw connections to one socket."""

    def __init__(self, address: str) -> None:
        self._path = address.removeprefix("unix://")

    def connected(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(DEAD)
        connection.connect(self._path)
        return connection

    def first(self, target: str, key: str) -> str:
        """The ID of the first of what is listed there."""
        connection = HTTPConnection("localhost")
        connection.sock = self.connected()
        connection.request("GET", target)
        found = json.loads(connection.getresponse().read())
        connection.close()
        return str(found[0][key])

    def leave(self, sent: bytes, heard: int) -> None:
        """Send something, wait for some bytes of the answer, and go."""
        with self.connected() as connection:
            connection.sendall(sent)
            if heard:
                connection.recv(heard)


def request(target: str, body: str = "") -> bytes:
    method, path = target.split()
    head = f"{method} {path} HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


def test_clients_that_hang_up_are_not_told_of(capfd: pytest.CaptureFixture[str]) -> None:
    moments = random.Random(1)
    with Child("--nodes", "3", "--services", "6", "--tasks", "1000") as child:
        node, control = Client(child.first), Client(child.control)
        service, task = node.first("/services", "ID"), node.first("/tasks", "ID")
        container = node.first("/containers/json", "Id")
        streams = [
            request("GET /events?since=1"),
            request("GET /events?until=99999999999"),
            request(f"GET /services/{service}/logs?stdout=1&follow=1"),
            request(f"GET /tasks/{task}/logs?stdout=1&follow=1"),
            request(f"GET /containers/{container}/logs?stdout=1&follow=1"),
            request(f"GET /containers/{container}/stats"),
            request(f"POST /containers/{container}/attach?stream=1&stdout=1&logs=1"),
            request("POST /images/create?fromImage=shop/web&tag=2"),
            request("GET /tasks"),
        ]
        others = [
            request(f"GET /containers/{container}/export"),
            request(f"POST /containers/{container}/wait"),
            request(f"PUT /containers/{container}/archive?path=/tmp", "no tar"),
            request("POST /services/create", '{"Name": "x"}'),
        ]
        for sent in streams * TIMES:
            node.leave(sent, moments.choice((0, 0, 1)))
        for sent in (*others, *streams):
            node.leave(sent, 0)
            node.leave(sent[: moments.randrange(1, len(sent))], 0)
        for sent in NO_HTTP:
            node.leave(sent, 0)
            node.leave(sent, 1)
        for _ in range(TIMES):
            control.leave(request("GET /_sim"), 0)
        assert child.steer("")["nodes"], "it answers all the same"
    assert capfd.readouterr().err == ""
