"""The engine of one machine, as its API is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.agent.images import split
from swarmtui.sim.control.blobs import Configs, Secrets
from swarmtui.sim.control.containers import Containers
from swarmtui.sim.control.errors import ApiError
from swarmtui.sim.control.eventlog import Events
from swarmtui.sim.control.info import info
from swarmtui.sim.control.logs import Logs
from swarmtui.sim.control.networks import Networks
from swarmtui.sim.control.nodes import Nodes
from swarmtui.sim.control.services import Services
from swarmtui.sim.control.storage import Storage
from swarmtui.sim.control.swarm import SwarmCalls
from swarmtui.sim.control.tasks import Tasks
from swarmtui.sim.control.volumes import ClusterVolumes
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster


class Engine:
    """All that can be asked of one engine, a part for each kind of object.

    Lists are given as encoded JSON, single objects as dicts of their own. Every call may raise ApiError (an answer with
    that status) or Hangs (no answer now).
    """

    def __init__(self, cluster: Cluster, machine: Machine) -> None:
        self._cluster = cluster
        self._machine = machine
        self.swarm = SwarmCalls(cluster, machine)
        self.nodes = Nodes(cluster, machine)
        self.services = Services(cluster, machine)
        self.tasks = Tasks(cluster, machine)
        self.secrets = Secrets(cluster, machine)
        self.configs = Configs(cluster, machine)
        self.networks = Networks(cluster, machine)
        self.containers = Containers(cluster, machine)
        self.storage = Storage(cluster, machine)
        self.volumes = ClusterVolumes(cluster, machine)
        self.logs = Logs(cluster, machine)
        self.events = Events(cluster, machine)

    @property
    def condition(self) -> str:
        """ "up", "stopped" (accepts connections, answers nothing) or "dead" (nothing listens)."""
        return self._machine.condition

    @property
    def delay(self) -> float:
        """Real seconds to wait before each answer."""
        return self._machine.delay

    @property
    def hostname(self) -> str:
        return self._machine.hostname

    @property
    def machine_id(self) -> str:
        return self._machine.id

    @property
    def node_id(self) -> str:
        """Its node in the swarm, "" when it is in none."""
        return self._machine.node_id

    def info(self) -> JSON:
        """`GET /info`: it always answers."""
        return info(self._cluster, self._machine)

    def distribution(self, image: str) -> JSON:
        """`GET /distribution/{image}/json`: what the registry says of an image."""
        digest = self._cluster.images.digest(image)
        if digest is None:
            raise ApiError(404, "manifest unknown: manifest unknown")
        if not split(image)[0]:
            raise ApiError(400, f"invalid reference format: {image}")
        return {
            "Descriptor": {
                "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                "digest": digest,
                "size": 1573,
            },
            "Platforms": [{"architecture": "amd64", "os": "linux"}],
        }
