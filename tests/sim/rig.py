"""A simulated swarm for tests, and short ways to ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from swarmtui.sim.cluster import EPOCH, Cluster
from swarmtui.sim.control.engine import Engine
from swarmtui.sim.populate import swarm_of

JSON = dict[str, Any]
SECOND = 1_000_000_000


class Rig:
    """Managers m1, m2, ..., workers w1, w2, ...; time goes on only when it is told to."""

    def __init__(self, managers: int = 3, workers: int = 2, seed: int = 1, epoch: float = EPOCH) -> None:
        self.cluster = Cluster(seed, epoch)
        swarm_of(
            self.cluster,
            [self.cluster.add_machine(f"m{number + 1}") for number in range(managers)],
            [self.cluster.add_machine(f"w{number + 1}") for number in range(workers)],
        )
        self.advance(3.0)

    @property
    def engine(self) -> Engine:
        """The engine of a manager that can answer."""
        raft = self.cluster.raft
        serving = next((each for each in raft.members if raft.serves(each)), self.cluster.node_ids()[0])
        return self.cluster.engine(serving)

    def advance(self, seconds: float) -> None:
        self.cluster.advance(seconds)

    def until(self, wanted: Callable[[], bool], patience: float = 120.0, step: float = 0.5) -> float:
        """Let time pass until something is so; how long it took."""
        begun = self.cluster.clock.now()
        while not wanted():
            assert self.cluster.clock.now() - begun < patience, "it did not come to that"
            self.advance(step)
        return self.cluster.clock.now() - begun

    # --- services ---

    def create(self, name: str, image: str = "web:1", replicas: int | None = 2, **more: Any) -> str:
        """Create a service; `more` are parts of the task template, or of the spec where they belong there."""
        mode: JSON = {"Global": {}} if replicas is None else {"Replicated": {"Replicas": replicas}}
        spec: JSON = {"Name": name, "TaskTemplate": {"ContainerSpec": {"Image": image}}, "Mode": mode}
        for key, value in more.items():
            place = spec if key in ("UpdateConfig", "RollbackConfig", "EndpointSpec", "Mode", "Labels") else None
            (spec["TaskTemplate"] if place is None else place)[key] = value
        return str(self.engine.services.create(spec)["ID"])

    def update(self, name: str, change: Callable[[JSON], None], rollback: str = "") -> None:
        """Change a service's spec as a client does: fetch it, change it, post it."""
        service = self.service(name)
        change(service["Spec"])
        self.engine.services.update(name, service["Version"]["Index"], service["Spec"], rollback=rollback)

    def scale(self, name: str, replicas: int) -> None:
        def change(spec: JSON) -> None:
            spec["Mode"]["Replicated"]["Replicas"] = replicas

        self.update(name, change)

    def image(self, name: str, image: str, **config: Any) -> None:
        """Update a service's image; `config` is its update config."""

        def change(spec: JSON) -> None:
            spec["TaskTemplate"]["ContainerSpec"]["Image"] = image
            if config:
                spec["UpdateConfig"] = config

        self.update(name, change)

    def service(self, name: str) -> JSON:
        return self.engine.services.inspect(name)

    def update_state(self, name: str) -> str:
        status = self.service(name).get("UpdateStatus")
        return str(status["State"]) if status else ""

    # --- tasks ---

    def tasks(self, service: str | None = None, node: str | None = None) -> list[JSON]:
        filters = {key: [value] for key, value in (("service", service), ("node", node)) if value is not None}
        found: list[JSON] = msgspec.json.decode(self.engine.tasks.list(filters))
        return sorted(found, key=lambda task: self.cluster.store.tasks[task["ID"]].created)

    def running(self, service: str) -> list[JSON]:
        """The tasks that run and shall."""
        return [
            task
            for task in self.tasks(service)
            if task["Status"]["State"] == "running" and task["DesiredState"] == "running"
        ]

    def wanted(self, service: str) -> list[JSON]:
        """The tasks that shall run, whatever their state."""
        return [task for task in self.tasks(service) if task["DesiredState"] in ("running", "ready")]

    def settle(self, service: str, count: int, patience: float = 120.0) -> float:
        """Wait until that many tasks run; how long it took."""
        return self.until(lambda: len(self.running(service)) == count == len(self.wanted(service)), patience)

    def hosts(self, service: str) -> list[str]:
        """Where the running tasks are."""
        return sorted(self.cluster.machine(task["NodeID"]).hostname for task in self.running(service))

    def errors(self, service: str) -> set[str]:
        return {task["Status"].get("Err", "") for task in self.tasks(service)} - {""}

    # --- nodes ---

    def node(self, hostname: str) -> JSON:
        return self.engine.nodes.inspect(hostname)

    def set_node(self, hostname: str, **changes: Any) -> None:
        """Change a node's spec: Availability, Role, Labels."""
        node = self.node(hostname)
        self.engine.nodes.update(hostname, node["Version"]["Index"], {**node["Spec"], **changes})

    def node_state(self, hostname: str) -> str:
        return str(self.node(hostname)["Status"]["State"])
