"""A swarm of three managers and two workers, real or embedded, behind the same few functions."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import docker

from swarmtui.sim.process.child import Child
from tests.lab.cluster import Lab
from tests.lab.cluster.commands import environment
from tests.lab.cluster.errors import EngineError
from tests.lab.cluster.waiting import until
from tests.patience import DEAD, IDLE

from .observation import Observation, of_json, of_text

DOCKER = "/usr/bin/docker"
"""Debian's docker.io, which speaks API 1.41 as the lab's engines do."""
API = "1.41"
FRESH = "fresh"
HEARTBEAT = 2_000_000_000
"""Nanoseconds; the lab's, so that both swarms notice a dead node as soon."""


class Faults(Protocol):
    """What can be done to a node."""

    def kill(self, node: str) -> None:
        """Let its machine lose power."""


class Target:
    """A swarm; its nodes are called n1 to n5 here, managers first, and "fresh" an engine that is in no swarm."""

    def __init__(
        self, name: str, urls: Mapping[str, str], fresh: str, registry: str, docker_config: Path, faults: Faults
    ) -> None:
        """
        Args:
            urls: the address of every node by its host name, managers first.
            fresh: the address of the engine that is in no swarm.
            registry: where images come from.
        """
        self.name = name
        self.faults = faults
        self._registry = registry
        self._docker_config = docker_config
        self._hosts = list(urls)
        self._urls = {**urls, FRESH: fresh}
        self.names = {host: f"n{index}" for index, host in enumerate(urls, start=1)}
        self._clients: dict[str, docker.APIClient] = {}
        self.addresses = {node: str(self.get("/info", node)["Swarm"]["NodeAddr"]) for node in self.names.values()}
        """The addresses by which nodes know each other."""

    def host(self, node: str) -> str:
        """The host name of n1, n2, ..."""
        return FRESH if node == FRESH else self._hosts[int(node[1:]) - 1]

    def url(self, node: str) -> str:
        return self._urls[self.host(node)]

    def image(self, name: str) -> str:
        """The full name of one of the lab's images."""
        return f"{self._registry}/{name if ':' in name else name + ':1.0'}"

    def id(self, node: str) -> str:
        """The ID of a node in the swarm."""
        return str(self.get("/info", node)["Swarm"]["NodeID"])

    # --- asking ---

    def run(self, *words: str, node: str = "n1", stdin: str = "", timeout: float = DEAD) -> tuple[int, str, str]:
        """The docker command line: its exit code, stdout and stderr."""
        env = {**environment(), "DOCKER_CONFIG": str(self._docker_config), "DOCKER_HOST": self.url(node)}
        done = subprocess.run(
            [DOCKER, *words], input=stdin, env=env, capture_output=True, text=True, timeout=timeout, check=False
        )
        return done.returncode, done.stdout, done.stderr

    def do(self, *words: str, node: str = "n1", stdin: str = "") -> str:
        """The docker command line, which must work; its stdout."""
        code, out, err = self.run(*words, node=node, stdin=stdin)
        assert code == 0, f"{self.name}: docker {' '.join(words)}: {err}"
        return out

    def request(
        self, method: str, target: str, body: object = None, node: str = "n1", timeout: float = DEAD
    ) -> tuple[int, Any]:
        """A bare request: status, and the decoded answer or its text."""
        data = None if body is None else body if isinstance(body, str) else json.dumps(body)
        connection = _Connection(self.url(node).removeprefix("unix://"), timeout)
        with contextlib.closing(connection):
            connection.request(method, target, data, {"Content-Type": "application/json"} if data else {})
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        try:
            return response.status, json.loads(text)
        except json.JSONDecodeError:
            return response.status, text

    def get(self, target: str, node: str = "n1", timeout: float = DEAD) -> Any:
        """A GET that must work."""
        status, answer = self.request("GET", target, node=node, timeout=timeout)
        if status != 200:  # for those who wait it is "not yet": managers may be electing their leader
            raise EngineError(status, f"{self.name}: GET {target}: {answer}")
        return answer

    def client(self, node: str = "n1") -> docker.APIClient:
        """docker-py on a node."""
        if node not in self._clients:
            self._clients[node] = docker.APIClient(base_url=self.url(node), version=API, timeout=int(DEAD))
        return self._clients[node]

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients = {}

    # --- observing ---

    def see_cli(self, *words: str, node: str = "n1", stdin: str = "") -> Observation:
        return of_text(*self.run(*words, node=node, stdin=stdin), self.names)

    def see_request(self, method: str, target: str, body: object = None, node: str = "n1") -> Observation:
        status, answer = self.request(method, target, body, node)
        if isinstance(answer, str):
            return of_text(status, answer, "", self.names)
        return of_json(status, answer, self.names)

    def see_python(self, call: Callable[[docker.APIClient], Any], node: str = "n1") -> Observation:
        try:
            answer = call(self.client(node))
        except docker.errors.APIError as error:
            status = error.response.status_code if error.response is not None else 0
            return of_text(status, "", str(error.explanation), self.names)
        if isinstance(answer, bytes):
            return of_text(200, answer.decode(errors="replace"), "", self.names)
        return of_json(200, answer, self.names)

    def of_json(self, status: int, answer: object) -> Observation:
        """An answer that was fetched already, as an observation."""
        return of_json(status, answer, self.names)

    # --- waiting ---

    def tasks(self, service: str, node: str = "n1") -> list[dict[str, Any]]:
        """The tasks of a service."""
        tasks: list[dict[str, Any]] = self.get(f'/tasks?filters={{"service":["{service}"]}}', node)
        return tasks

    def wait_running(self, service: str, count: int, timeout: float = IDLE, node: str = "n1") -> None:
        """Wait until exactly so many tasks of a service run and are meant to."""

        def running() -> bool:
            tasks = self.tasks(service, node)
            wanted = [task for task in tasks if task["DesiredState"] == "running"]
            return len(wanted) == count and all(task["Status"]["State"] == "running" for task in wanted)

        until(running, f"{self.name}: {count} tasks of {service}", timeout, interval=0.1)

    def wait(self, check: Callable[[], object], what: str, timeout: float = IDLE) -> None:
        until(lambda: bool(check()) or None, f"{self.name}: {what}", timeout, interval=0.1)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class _RealFaults:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    def kill(self, node: str) -> None:
        self._lab.node(node).kill()


class _EmbeddedFaults:
    def __init__(self, child: Child) -> None:
        self._child = child
        self._hosts = list(child.sockets)

    def kill(self, node: str) -> None:
        self._child.fault(self._hosts[int(node[1:]) - 1], "kill")


def real(lab: Lab, docker_config: Path) -> Target:
    """The lab's swarm, and an engine beside it."""
    urls = {node.name: node.url for node in lab.nodes}
    return Target("real", urls, lab.fresh_engine(FRESH).url, lab.registry.address, docker_config, _RealFaults(lab))


@contextmanager
def embedded(registry: str, directory: Path) -> Iterator[Target]:
    """An embedded swarm with images as the lab's registry has them."""
    arguments = ("--dir", str(directory / "swarm"), "--managers", "3", "--nodes", "5", "--api-version", API)
    alone = ("--managers", "0", "--nodes", "1", "--api-version", API)
    with Child("--dir", str(directory / "alone"), *alone) as other, Child(*arguments) as child:
        target = Target("embedded", child.sockets, other.first, registry, directory, _EmbeddedFaults(child))
        child.image(target.image("nosuch"), "missing")
        child.image(target.image("unhealthy"), "unhealthy", seconds=2)
        child.image(target.image("exits"), "crash", seconds=1)
        child.image(target.image("web:1.2"), "crash", seconds=0, exit_code=0)
        child.image(target.image("late:5s"), "crash", seconds=5)
        child.image(target.image("done:1s"), "crash", seconds=1, exit_code=0)
        _set_heartbeat(target)
        try:
            yield target
        finally:
            target.close()


def _set_heartbeat(target: Target) -> None:
    swarm = target.get("/swarm")
    swarm["Spec"]["Dispatcher"]["HeartbeatPeriod"] = HEARTBEAT
    status, answer = target.request("POST", f"/swarm/update?version={swarm['Version']['Index']}", swarm["Spec"])
    assert status == 200, answer
