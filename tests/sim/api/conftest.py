"""A swarm of three managers and two workers, served in this process, and a client for its sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from swarmtui.sim.api.server import Server
from swarmtui.sim.cluster import Cluster

IMAGE = "shop/web:1.0"


def make_cluster(managers: int = 3, workers: int = 2) -> Cluster:
    """A swarm of n1, n2, ..., as `docker swarm init` and `docker swarm join` make it."""
    cluster = Cluster(seed=7)
    machines = [cluster.add_machine(f"n{index + 1}") for index in range(managers + workers)]
    first = cluster.engine("n1")
    first.swarm.init({"ListenAddr": "0.0.0.0:2377", "AdvertiseAddr": f"{machines[0].address}:2377"})
    cluster.advance(5)
    tokens = first.swarm.inspect()["JoinTokens"]
    for index, machine in enumerate(machines[1:], start=1):
        token = tokens["Manager" if index < managers else "Worker"]
        body = {"ListenAddr": "0.0.0.0:2377", "RemoteAddrs": [f"{machines[0].address}:2377"], "JoinToken": token}
        cluster.engine(machine.id).swarm.join(body)
        cluster.advance(3)
    return cluster


@dataclass
class Answer:
    """What a request was answered with."""

    status: int
    headers: dict[str, str]
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def message(self) -> str:
        return str(self.json["message"])


class Served:
    """A swarm that is served, and requests to it."""

    def __init__(self, cluster: Cluster, server: Server) -> None:
        self.cluster = cluster
        self.server = server

    def path(self, node: str = "n1") -> str:
        return self.server.sockets[node].removeprefix("unix://")

    def session(self, node: str = "n1") -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.UnixConnector(self.path(node)))

    async def ask(self, method: str, target: str, body: object = None, node: str = "n1", patience: float = 5) -> Answer:
        """One request on a connection of its own."""
        data = body if body is None or isinstance(body, (bytes, str)) else json.dumps(body)
        headers = {"Content-Type": "application/json"} if data else {}
        limit = aiohttp.ClientTimeout(total=patience)
        async with self.session(node) as session:
            url = URL(f"http://docker{target}", encoded=True)
            async with session.request(method, url, data=data, headers=headers, timeout=limit) as response:
                found = {name.lower(): value for name, value in response.headers.items()}
                return Answer(response.status, found, await response.read())

    async def get(self, target: str, node: str = "n1") -> Any:
        """A GET that must work."""
        answer = await self.ask("GET", target, node=node)
        assert answer.status == 200, answer.data
        return answer.json

    async def service(self, name: str = "web", replicas: int = 2, **fields: Any) -> str:
        """A service whose tasks run; its ID."""
        template = {"ContainerSpec": {"Image": IMAGE, **fields.pop("ContainerSpec", {})}}
        spec = {"Name": name, "TaskTemplate": template, "Mode": {"Replicated": {"Replicas": replicas}}, **fields}
        answer = await self.ask("POST", "/services/create", spec)
        assert answer.status == 201, answer.data
        self.cluster.advance(30)
        return str(answer.json["ID"])

    async def container(self, service: str = "web") -> tuple[str, str]:
        """A running container of a service, and the node it is on."""
        tasks = await self.get(f'/tasks?filters={{"service":["{service}"],"desired-state":["running"]}}')
        nodes = {node["ID"]: node["Description"]["Hostname"] for node in await self.get("/nodes")}
        return tasks[0]["Status"]["ContainerStatus"]["ContainerID"], nodes[tasks[0]["NodeID"]]


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    """Time stands still in it unless a test lets it pass."""
    cluster = make_cluster()
    server = Server(cluster, tmp_path / "sockets")
    await server.start()
    yield Served(cluster, server)
    await server.stop()
    await asyncio.sleep(0)
