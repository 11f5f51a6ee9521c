"""The embedded swarm, served from a thread of the tests: the program meets it as it meets a real one."""

from __future__ import annotations

import asyncio
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import unquote

import msgspec
from aiohttp import web

from swarmtui.sim.agent.images import Images
from swarmtui.sim.agent.storage import Storage, Volume
from swarmtui.sim.api.call import Node
from swarmtui.sim.api.routes import Routes
from swarmtui.sim.api.server import Server
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.control.engine import Engine
from swarmtui.sim.populate import swarm_of
from swarmtui.sim.process.speed import Pace
from tests.patience import DEAD, until

__all__ = ["SimulatedSwarm"]

T = TypeVar("T")
Json = dict[str, Any]

SPEED = 20.0
"""How fast time passes in it: a task that takes two seconds to start is there in a tenth of one."""
AGE = 3600.0
"""Seconds that it is old at first, so that its clock does not come to be ahead of ours."""


class _Watched(Routes):
    """Remembers what was asked for, and lets something happen just before an answer."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.delays: dict[str, float] = {}
        self.at_once: Counter[str] = Counter()
        self.most_at_once = self.most_on_a_node = 0
        self._first: list[tuple[str, Callable[[], object]]] = []

    def before(self, prefix: str, act: Callable[[], object]) -> None:
        self._first.append((prefix, act))

    async def answer(self, request: web.BaseRequest, node: Node) -> web.StreamResponse:
        asked = f"{request.method} {unquote(re.sub(r'^/v[0-9.]+', '', request.path_qs))}"
        for due in [each for each in self._first if asked.startswith(each[0])]:
            self._first.remove(due)
            due[1]()
        self.asked.append(asked)
        if not asked.startswith("GET /containers/"):
            return await super().answer(request, node)
        name = node.engine.hostname
        self.at_once[name] += 1
        self.most_at_once = max(self.most_at_once, self.at_once.total())
        self.most_on_a_node = max(self.most_on_a_node, self.at_once[name])
        try:
            await asyncio.sleep(self.delays.get(name, 0.0))
            return await super().answer(request, node)
        finally:
            self.at_once[name] -= 1


class SimulatedSwarm:
    """mgr1 (the leader), mgr2, mgr3, wrk1 and wrk2; web has three replicas, api one, agent is global; all run.

    What others do to it meanwhile is done here as a client of another manager would: by reading and posting specs.

    Args:
        directory: of its sockets, short enough for them.
        cluster: another one than that.
    """

    def __init__(self, directory: Path, cluster: Cluster | None = None) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulated-swarm", daemon=True)
        self._cluster = _swarm() if cluster is None else cluster
        self._routes = _Watched()
        self._server = Server(self._cluster, directory, routes=self._routes)
        self._pace = Pace(self._cluster.clock)

    def __enter__(self) -> Self:
        self._thread.start()
        self._wait_for(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._wait_for(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(DEAD)
        self._loop.close()

    async def _start(self) -> None:
        await self._server.start()
        self._pace.set(SPEED)

    async def _stop(self) -> None:
        await self._pace.stop()
        await self._server.stop()
        await self._loop.shutdown_asyncgens()

    def _wait_for(self, what: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(DEAD)

    def _do(self, what: Callable[[Engine], T]) -> T:
        """Have something done in its thread, through a manager that answers."""

        def do() -> T:
            raft = self._cluster.raft
            return what(self._cluster.engine(next((each for each in raft.members if raft.serves(each)), "mgr1")))

        async def work() -> T:
            result = do()
            await self._server.settled()
            return result

        if threading.current_thread() is self._thread:  # what is to happen before an answer
            return do()
        result: T = self._wait_for(work())
        return result

    # ------------------------------------------------------------------------------------ looking

    @property
    def url(self) -> str:
        """Where mgr1 answers."""
        return self._server.sockets["mgr1"]

    @property
    def urls(self) -> dict[str, str]:
        """Where each node answers."""
        return dict(self._server.sockets)

    @property
    def images(self) -> Images:
        """What its registries have."""
        return self._cluster.images

    def containers_on(self, node: str) -> list[Json]:
        """The containers of a node that run."""
        found: list[Json] = self._do(lambda _: msgspec.json.decode(self._cluster.engine(node).containers.list()))
        return found

    def storage(self, node: str) -> Storage:
        """What lies on a node beside its tasks."""
        return next(each for each in self._cluster.machines.values() if each.hostname == node).storage

    def litter(self, node: str) -> None:
        """Leave on a node an image without a tag, a container of a forgotten task, one by hand, and a volume."""
        storage = self.storage(node)
        storage.untagged["ab" * 32] = 120 << 20
        before = self._cluster.clock.now() - 2 * 86400.0
        storage.leave("old.1.taskoftheold", "old:1.0", before, service={"ID": "service-old", "Name": "old"})
        storage.leave("debug", "busybox", before, running=True)
        storage.volumes["backup"] = Volume(3 << 30)

    def asked(self, prefix: str) -> list[str]:
        """What was asked for: methods and paths that begin so."""
        return [each for each in list(self._routes.asked) if each.startswith(prefix)]

    @property
    def most_at_once(self) -> tuple[int, int]:
        """How many questions about containers were under way at the same time, at most: over all nodes, and to one."""
        return self._routes.most_at_once, self._routes.most_on_a_node

    @property
    def under_way(self) -> int:
        """How many are under way now."""
        return self._routes.at_once.total()

    @property
    def swarm(self) -> Json:
        return self._do(lambda engine: engine.swarm.inspect())

    def node(self, name: str) -> Json:
        return self._do(lambda engine: engine.nodes.inspect(name))

    def service(self, name: str) -> Json:
        return self._do(lambda engine: engine.services.inspect(name))

    def tasks_of(self, name: str) -> list[Json]:
        return self._do(lambda engine: msgspec.json.decode(engine.tasks.list({"service": [name]})))

    def running(self, name: str) -> list[Json]:
        """The tasks that run and shall."""
        return [task for task in self.tasks_of(name) if task["Status"]["State"] == task["DesiredState"] == "running"]

    def replicas(self, name: str = "web") -> int:
        """How many are wanted."""
        count: int = self.service(name)["Spec"]["Mode"]["Replicated"]["Replicas"]
        return count

    # ------------------------------------------------------------------------------------ what others do

    def add_service(self, name: str, image: str = "nginx:1.27", replicas: int | None = 1) -> None:
        self._do(lambda engine: engine.services.create(_spec(name, image, replicas)))

    def change_service(self, name: str, change: Callable[[Json], None]) -> None:
        """Change the spec of a service."""

        def work(engine: Engine) -> None:
            found = engine.services.inspect(name)
            change(found["Spec"])
            engine.services.update(name, found["Version"]["Index"], found["Spec"])

        self._do(work)

    def set_replicas(self, name: str, replicas: int) -> None:
        self.change_service(name, lambda spec: spec["Mode"]["Replicated"].update(Replicas=replicas))

    def remove_service(self, name: str) -> None:
        self._do(lambda engine: engine.services.remove(name))

    def set_node(self, name: str, **changes: object) -> None:
        """Change the spec of a node: Availability, Role, Labels."""

        def work(engine: Engine) -> None:
            found = engine.nodes.inspect(name)
            engine.nodes.update(name, found["Version"]["Index"], {**found["Spec"], **changes})

        self._do(work)

    def before(self, prefix: str, act: Callable[[], object]) -> None:
        """Let something happen once, just before the next request is answered whose method and path begin so."""
        self._routes.before(prefix, act)

    # ------------------------------------------------------------------------------------ time, and what goes wrong

    def speed(self, factor: float) -> None:
        """How fast time passes; 0 for not at all."""
        self._do(lambda engine: self._pace.set(factor))

    def pass_until(self, true: Callable[[], object], what: str) -> None:
        """Let just so much time pass that something is so. Then time stands still, until `speed`, however long it takes
        the program to show it."""
        self.speed(0)
        for _ in range(2000):
            if true():
                return
            self._do(lambda _: self._cluster.advance(0.5))
        raise AssertionError(f"in vain: {what}")

    def slow(self, node: str, seconds: float) -> None:
        """Let a node's engine take so long for each question about a container."""
        self._routes.delays[node] = seconds

    def fault(self, node: str, what: str) -> None:
        """Do something to a node: "kill", "stop", "cut" or "revive"."""
        self._do(lambda engine: getattr(self._cluster.faults, what)(node))

    def crash(self, service: str, slot: int, code: int = 1) -> None:
        """Let the running task of a slot end with a code."""
        task = next(task for task in self.running(service) if task["Slot"] == slot)
        self._do(lambda engine: self._cluster.faults.crash(task["ID"], code))

    def wait(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is so."""
        until(true, what)


def _swarm() -> Cluster:
    cluster = Cluster(seed=1, epoch=time.time() - AGE)
    managers = [cluster.add_machine(f"mgr{number}") for number in (1, 2, 3)]
    workers = [cluster.add_machine(f"wrk{number}") for number in (1, 2)]
    swarm_of(cluster, managers, workers)
    engine = cluster.engine("mgr1")
    for name, image, replicas in (
        ("web", "10.97.0.2:5000/web:1.2", 3),
        ("api", "nginx:1.27", 1),
        ("agent", "nginx:1.27", None),
    ):
        engine.services.create(_spec(name, image, replicas))
    cluster.advance(30.0)
    return cluster


def _spec(name: str, image: str, replicas: int | None) -> Json:
    template = {"ContainerSpec": {"Image": image, "StopGracePeriod": 1_000_000_000}}
    mode: Json = {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}}
    return {"Name": name, "TaskTemplate": template, "Mode": mode}
