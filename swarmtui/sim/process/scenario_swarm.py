"""What scenarios may do to a swarm: what a user does through the API, and what happens to machines."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from swarmtui.sim.control.errors import ApiError, Hangs

if TYPE_CHECKING:
    from swarmtui.sim.cluster import Cluster
    from swarmtui.sim.control.engine import Engine

Spec = dict[str, Any]
SECOND = 1_000_000_000


class ScenarioSwarm:
    """A swarm on which a scenario is played."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._made: list[str] = []
        self._hit: list[str] = []
        self._drained: list[str] = []

    # --- looking ---

    def manager(self) -> Engine:
        """An engine that answers for the swarm."""
        for machine in self.cluster.node_ids():
            engine = self.cluster.engine(machine)
            if engine.condition != "up" or not engine.info()["Swarm"].get("ControlAvailable"):
                continue
            try:
                engine.swarm.inspect()
            except (ApiError, Hangs):
                continue
            return engine
        raise ApiError(503, "no manager answers")

    def nodes(self, role: str) -> list[Spec]:
        """The nodes of a role, those that are well and active first, then by name."""
        nodes: list[Spec] = json.loads(self.manager().nodes.list({"role": [role]}))

        def worth(node: Spec) -> tuple[bool, str]:
            well = node["Status"]["State"] == "ready" and node["Spec"]["Availability"] == "active"
            return not well, str(node["Description"]["Hostname"])

        return sorted(nodes, key=worth)

    def leader(self) -> str:
        """The host name of the leader."""
        nodes = self.nodes("manager")
        leads = (node for node in nodes if node.get("ManagerStatus", {}).get("Leader"))
        return str(next(leads, nodes[0])["Description"]["Hostname"])

    def followers(self) -> list[str]:
        """The host names of the other managers."""
        leader = self.leader()
        names = [str(node["Description"]["Hostname"]) for node in self.nodes("manager")]
        return [name for name in names if name != leader]

    def busiest_worker(self) -> str:
        """The host name of the worker with the most running tasks."""
        tasks = json.loads(self.manager().tasks.list({"desired-state": ["running"]}))
        load = Counter(task.get("NodeID") for task in tasks)
        nodes = [node for node in self.nodes("worker") if node["Status"]["State"] == "ready"]
        busiest = max(nodes, key=lambda node: load[node["ID"]])
        return str(busiest["Description"]["Hostname"])

    # --- doing ---

    def service(self, name: str, image: str, replicas: int, **template: Any) -> None:
        """Create a service; it is removed when the scenario ends."""
        engine = self.manager()
        container = {"Image": image, **template.pop("ContainerSpec", {})}
        spec = {
            "Name": name,
            "TaskTemplate": {"ContainerSpec": container, **template},
            "Mode": {"Replicated": {"Replicas": replicas}},
            "UpdateConfig": {"Parallelism": 1, "Delay": 2 * SECOND, "FailureAction": "rollback", "Monitor": 5 * SECOND},
        }
        if self._exists(name):
            engine.services.remove(name)
        engine.services.create(spec)
        self._made.append(name)

    def _exists(self, name: str) -> bool:
        return any(spec["Spec"]["Name"] == name for spec in json.loads(self.manager().services.list({}, False)))

    def update(self, name: str, change: Callable[[Spec], None]) -> None:
        """Change the spec of a service, as a user does it: all of it, with its version."""
        services = self.manager().services
        found = services.inspect(name, False)
        change(found["Spec"])
        services.update(name, found["Version"]["Index"], found["Spec"])

    def image(self, name: str, image: str) -> None:
        """Let a service have another image."""

        def change(spec: Spec) -> None:
            spec["TaskTemplate"]["ContainerSpec"]["Image"] = image

        self.update(name, change)

    def availability(self, host: str, availability: str) -> None:
        """Drain, pause or activate a node."""
        nodes = self.manager().nodes
        found = nodes.inspect(host)
        nodes.update(found["ID"], found["Version"]["Index"], {**found["Spec"], "Availability": availability})
        if availability != "active":
            self._drained.append(host)

    def rotate_worker_token(self) -> None:
        """Let the swarm have a new token for workers."""
        swarm = self.manager().swarm
        found = swarm.inspect()
        version, spec = found["Version"]["Index"], found["Spec"]
        swarm.update(
            version, spec, rotate_worker_token=True, rotate_manager_token=False, rotate_manager_unlock_key=False
        )

    def kill(self, *hosts: str) -> None:
        """Let machines lose power."""
        for host in hosts:
            self.cluster.faults.kill(host)
            self._hit.append(host)

    def revive(self) -> None:
        """Let all machines that were hit run again."""
        for host in dict.fromkeys(self._hit):
            self.cluster.faults.revive(host)
        self._hit = []

    def tidy(self) -> None:
        """Undo what is left of a scenario, as far as the swarm lets us."""
        self.revive()
        undo = itertools.chain(
            ((self.manager_remove, name) for name in dict.fromkeys(self._made)),
            ((lambda host: self.availability(host, "active"), host) for host in dict.fromkeys(self._drained)),
        )
        for action, name in undo:
            try:
                action(name)
            except (ApiError, Hangs):
                continue
        self._made, self._drained = [], []

    def manager_remove(self, name: str) -> None:
        """Remove a service."""
        self.manager().services.remove(name)
