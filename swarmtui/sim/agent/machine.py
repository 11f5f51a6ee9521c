"""A machine with an engine on it: what it is made of, in which condition it is, and its place in a swarm."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from swarmtui.sim.agent.mounts import Paths
from swarmtui.sim.agent.release import USUAL, Release
from swarmtui.sim.agent.storage import Storage
from swarmtui.sim.objects.spec import JSON, encode

if TYPE_CHECKING:
    from swarmtui.sim.agent.agent import Agent
    from swarmtui.sim.agent.container import Container
    from swarmtui.sim.agent.images import Images
    from swarmtui.sim.agent.local_networks import LocalNetwork
    from swarmtui.sim.agent.process import Process
    from swarmtui.sim.agent.run import Run
    from swarmtui.sim.objects.objects import Task

NETWORK_DRIVERS = ["bridge", "host", "ipvlan", "macvlan", "null", "overlay"]


class Machine:
    """One machine of the data centre; it need not be in the swarm.

    Attributes:
        id: its own, which never changes; the ID of the node that it was first.
        condition: "up", "stopped" (the engine accepts connections and answers nothing) or "dead".
        cut: whether its network cable is pulled.
        clock_ahead: seconds by which its clock is ahead of the managers'; below 0 where it is behind.
        raft_cut: whether its manager hears of no other one, while its engine does.
        release: the release of its engine; `engine_version` may name another one.
        idle: whether its engine takes no work, although it still answers the managers.
        delay: real seconds that its engine takes to answer.
        node_id: its node in the swarm, "" when it is in none.
        role: what it is already: "worker" or "manager".
        locked: whether it is a manager that waits for its unlock key.
        csi_plugins: what it says of its CSI plugins (`CSIInfo`).
        local_networks: the IDs of those that every engine has, by name; "networks" are those that somebody made on it.
        generic_resources: what its users declare it to have, as `/info` tells (`node-generic-resources`).
        paths: what its file system has for bind mounts.
        processes: what its containers run, where that is known, by container.
        fault: what /info calls the error when its swarm does not know it any more.
    """

    __slots__ = (
        "_description",
        "address",
        "agent",
        "architecture",
        "cached_images",
        "clock_ahead",
        "condition",
        "cpus",
        "csi_plugins",
        "cut",
        "daemon_id",
        "delay",
        "engine_labels",
        "engine_version",
        "events",
        "fault",
        "generic_resources",
        "hostname",
        "id",
        "idle",
        "images",
        "local_networks",
        "locked",
        "memory",
        "networks",
        "node_id",
        "os",
        "paths",
        "pids",
        "plugins",
        "processes",
        "raft_cut",
        "release",
        "role",
        "storage",
        "tls",
    )

    def __init__(
        self, id: str, hostname: str, address: str, daemon_id: str, cpus: int, memory: int, images: Images
    ) -> None:
        self.id = id
        self.hostname = hostname
        self.images = images
        self.address = address
        self.daemon_id = daemon_id
        self.cpus = cpus
        self.memory = memory
        self.os, self.architecture = "linux", "x86_64"
        self.engine_labels: dict[str, str] = {}
        self.csi_plugins: list[JSON] = []
        self.generic_resources: list[JSON] = []
        self.condition = "up"
        self.cut = self.raft_cut = self.idle = False
        self.clock_ahead = 0.0
        self.delay = 0.0
        self.node_id = ""
        self.role = "worker"
        self.locked = False
        self.fault = ""
        self.tls: JSON = {}
        self.agent: Agent | None = None
        self.cached_images: dict[str, None] = {}
        self.storage = Storage()
        self.local_networks: dict[str, str] = {}
        self.networks: dict[str, LocalNetwork] = {}
        self.processes: dict[str, Process] = {}
        self.pids = 300
        self.paths = Paths()
        self._description: bytes | None = None
        self.events: deque[JSON] = deque()
        self.run(USUAL)

    def run(self, release: Release) -> None:
        """Have this release of the engine."""
        self.release = release
        self.engine_version = release.version
        self.events = deque(self.events, maxlen=release.events_kept)
        self.plugins: tuple[tuple[str, str], ...] = (
            *(("Log", name) for name in release.log_drivers),
            *(("Network", name) for name in NETWORK_DRIVERS),
            ("Volume", "local"),
        )
        self.described_anew()

    @property
    def reachable(self) -> bool:
        """Whether others hear of it."""
        return self.condition == "up" and not self.cut and not self.locked

    def has_plugin(self, kind: str, name: str) -> bool:
        """Whether it has a plugin; an engine that tells of no log drivers at all has them all."""
        if (kind, name) in self.plugins or (kind, f"{name}:latest") in self.plugins:
            return True
        return kind == "Log" and all(each != "Log" for each, _ in self.plugins)

    def description(self) -> bytes:
        """What it says of itself to the swarm, encoded."""
        if self._description is None:
            engine: dict[str, Any] = {"EngineVersion": self.engine_version}
            if self.engine_labels:
                engine["Labels"] = self.engine_labels
            engine["Plugins"] = [{"Type": kind, "Name": name} for kind, name in self.plugins]
            resources: JSON = {"NanoCPUs": self.cpus, "MemoryBytes": self.memory}
            if self.generic_resources:
                resources["GenericResources"] = self.generic_resources
            csi = {"CSIInfo": self.csi_plugins} if self.csi_plugins else {}
            self._description = encode(
                {
                    "Hostname": self.hostname,
                    "Platform": {"Architecture": self.architecture, "OS": self.os},
                    "Resources": resources,
                    "Engine": engine,
                    "TLSInfo": self.tls,
                    **csi,
                }
            )
        return self._description

    def described_anew(self) -> None:
        """What it says of itself has changed."""
        self._description = None

    def next_pid(self) -> int:
        """A process number, as a machine gives them out."""
        self.pids = self.pids + 17 if self.pids < 60_000 else 300
        return self.pids

    def leave(self) -> None:
        """Be in no swarm any more: containers of tasks are gone."""
        if self.agent is not None:
            self.agent.dissolve()
        self.node_id, self.role, self.agent, self.locked, self.fault = "", "worker", None, False, ""

    def expelled(self, node_id: str) -> None:
        """The swarm has removed its node."""
        if self.node_id == node_id:
            self.fault = f"rpc error: code = NotFound desc = node {node_id} not found"
            if self.agent is not None:
                self.agent.dissolve()

    def containers(self) -> list[Container]:
        """All containers that are here."""
        of_tasks = self.agent.runs.values() if self.agent is not None else ()
        return [*(run for run in of_tasks if run.has_container), *self.storage.containers.values()]

    def running(self) -> list[Run]:
        """The tasks' containers that run here."""
        return [run for run in self.agent.runs.values() if run.alive] if self.agent is not None else []

    def running_tasks(self) -> list[Task]:
        """The tasks whose containers run here."""
        return [run.task for run in self.running()]
