"""The engine of one machine, as its API is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.sim.agent.release import Release
from swarmtui.sim.control.blobs import Configs, Secrets
from swarmtui.sim.control.containers.containers import Containers
from swarmtui.sim.control.distribution import Distribution
from swarmtui.sim.control.eventlog import Events
from swarmtui.sim.control.info import info
from swarmtui.sim.control.logs import Logs
from swarmtui.sim.control.making.building import Building
from swarmtui.sim.control.making.making import Making
from swarmtui.sim.control.networks.joining import Joining
from swarmtui.sim.control.networks.networks import Networks
from swarmtui.sim.control.nodes import Nodes
from swarmtui.sim.control.services import Services
from swarmtui.sim.control.storage.cluster_volumes import ClusterVolumes
from swarmtui.sim.control.storage.disk_use import DiskUse
from swarmtui.sim.control.storage.images import ImageStore
from swarmtui.sim.control.storage.local_volumes import LocalVolumes
from swarmtui.sim.control.swarm import SwarmCalls
from swarmtui.sim.control.tasks import Tasks
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
        self.joining = Joining(cluster, machine)
        self.containers = Containers(cluster, machine)
        self.distribution = Distribution(cluster, machine)
        self.images = ImageStore(cluster, machine)
        self.making = Making(cluster, machine)
        self.building = Building(cluster, machine)
        self.local_volumes = LocalVolumes(cluster, machine)
        self.disk_use = DiskUse(cluster, machine)
        self.volumes = ClusterVolumes(cluster, machine)
        self.logs = Logs(cluster, machine)
        self.events = Events(cluster, machine)

    @property
    def release(self) -> Release:
        """What kind of engine it is."""
        return self._machine.release

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
