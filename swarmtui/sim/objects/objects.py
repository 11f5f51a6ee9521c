"""The objects of a swarm, as the managers keep them. Each has a version: the raft index at which it last changed."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from swarmtui.sim.objects import states
from swarmtui.sim.objects.spec import JSON, ServiceSpec

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine


class Object:
    """What every object has; `touch` is the store's business."""

    __slots__ = ("cached", "created", "id", "updated", "version")

    def __init__(self, id: str) -> None:
        self.id = id
        self.version = 0
        self.created = 0.0
        self.updated = 0.0
        self.cached: bytes | None = None
        """Its JSON, until it changes."""


class Node(Object):
    """A machine's place in the swarm."""

    __slots__ = (
        "addr",
        "availability",
        "desired_role",
        "labels",
        "machine",
        "message",
        "name",
        "port",
        "posted",
        "reported",
        "role",
        "state",
    )

    def __init__(self, id: str, machine: Machine, role: str) -> None:
        super().__init__(id)
        self.machine = machine
        self.name = ""
        self.labels: dict[str, str] = {}
        self.desired_role = role
        self.role = role
        """What it is already; it follows `desired_role` (swarmkit's role manager)."""
        self.availability = "active"
        self.state = "unknown"
        self.message = ""
        self.addr, self.port = machine.address, "2377"
        """What the others were told: where it is, and where its manager listens."""
        self.posted = False
        """Whether a client has set its spec. The API has no membership: swarmkit takes it for pending from then on."""
        self.reported: JSON = {}
        """What the last event said of it, so that the next can tell what changed."""

    @property
    def accepts_tasks(self) -> bool:
        """Whether new tasks may be put on it (the scheduler's ReadyFilter)."""
        return self.state == "ready" and self.availability == "active"

    @property
    def invalid(self) -> bool:
        """Whether its tasks have to go elsewhere. Rule: orchestrator.InvalidNode."""
        return self.state == "down" or self.availability == "drain"


class UpdateStatus:
    """How a service's last update fared."""

    __slots__ = ("completed", "message", "started", "state")

    def __init__(self, state: str, message: str, started: float) -> None:
        self.state, self.message, self.started = state, message, started
        self.completed: float | None = None

    @property
    def rolling_back(self) -> bool:
        return self.state == "rollback_started"


class Service(Object):
    """What users want to run."""

    __slots__ = (
        "allocated",
        "iteration",
        "last_execution",
        "ports",
        "previous",
        "previous_version",
        "removed",
        "reported",
        "spec",
        "spec_version",
        "update_status",
        "vips",
    )

    def __init__(self, id: str, spec: ServiceSpec) -> None:
        super().__init__(id)
        self.spec = spec
        self.spec_version = 0
        self.previous: ServiceSpec | None = None
        self.previous_version = 0
        self.update_status: UpdateStatus | None = None
        self.iteration = 0
        """Which run of a job is wanted."""
        self.last_execution = 0.0
        self.ports: list[JSON] = []
        """Published ports, those without a number in the spec included."""
        self.vips: list[tuple[Network, int]] = []
        self.allocated = False
        """Whether the allocator ever had something to do for it; its endpoint shows no spec before."""
        self.removed = False
        self.reported: JSON = {}


class Task(Object):
    """One attempt to run something on a node. There may be 150,000 of them: nothing here is a dict."""

    __slots__ = (
        "addresses",
        "assigned",
        "container_id",
        "desired",
        "err",
        "exit_code",
        "holds",
        "iteration",
        "message",
        "node_id",
        "pid",
        "service_id",
        "slot",
        "spec",
        "spec_version",
        "state",
        "timestamp",
        "volumes",
    )

    def __init__(self, id: str, service: Service, slot: int, node_id: str, now: float) -> None:
        super().__init__(id)
        self.service_id = service.id
        self.spec = service.spec
        """The service's spec when the task was made; it never changes."""
        self.spec_version = service.spec_version
        self.slot = slot
        self.node_id = node_id
        self.iteration: int | None = service.iteration if service.spec.is_job else None
        self.state = states.NEW
        self.desired = states.RUNNING
        self.message = "created"
        self.err = ""
        self.timestamp = now
        self.container_id: str | None = None
        self.pid = 0
        self.exit_code = 0
        self.addresses: tuple[tuple[Network, int], ...] = ()
        self.assigned: tuple[tuple[str, int | str], ...] = ()
        """The generic resources that it was given."""
        self.volumes: tuple[tuple[str, str, str], ...] = ()
        """The cluster volumes that it was given: ID, source and target of the mount."""
        self.holds = False
        """Whether the addresses are still its own; it shows them even when they are not."""

    @property
    def name(self) -> str:
        """As `docker service ps` and the containers have it. Rule: swarmkit api/naming."""
        return f"{self.spec.name}.{self.slot or self.node_id}.{self.id}"

    @property
    def place(self) -> int | str:
        """What it is one of several attempts for: a slot, or a node for global services."""
        return self.node_id if self.spec.is_global else self.slot

    @property
    def ended(self) -> bool:
        """Whether it has stopped, well or badly, for good."""
        return self.state > states.RUNNING


class Network(Object):
    """A network of the swarm and the addresses it has given out."""

    __slots__ = ("balancers", "base", "gateway", "last", "name", "prefix", "spec", "used", "vxlan")

    def __init__(self, id: str, name: str, spec: JSON) -> None:
        super().__init__(id)
        self.name = name
        self.spec = spec
        """What it was created with."""
        self.base = self.prefix = self.gateway = self.vxlan = self.last = 0
        self.used: set[int] = set()
        self.balancers: dict[str, int] = {}
        """The addresses of the nodes' load balancers, by machine."""

    def allocate(self, subnet: IPv4Network, gateway: IPv4Address | None, vxlan: int) -> None:
        """Give it its addresses."""
        self.base, self.prefix, self.vxlan = int(subnet.network_address), subnet.prefixlen, vxlan
        self.gateway = self.base + 1 if gateway is None else int(gateway)
        self.used = {self.gateway}
        asked = (self.spec.get("IPAM") or {}).get("Configs") or []
        part = next((each["Range"] for each in asked if each.get("Range") and each.get("Subnet") == str(subnet)), None)
        self.last = self.base if part is None else int(IPv4Network(part, strict=False).network_address) - 1

    @property
    def subnet(self) -> IPv4Network:
        return IPv4Network((self.base, self.prefix))

    @property
    def subnets(self) -> int:
        """How many subnets it has; tasks get addresses of the first IPv4 one."""
        return len((self.spec.get("IPAM") or {}).get("Configs") or [None])

    @property
    def driver(self) -> str:
        return str(self.spec.get("Driver") or "overlay")

    @property
    def node_local(self) -> bool:
        """Whether each node has a network of its own for it, as it does for "host"."""
        return self.driver != "overlay"

    @property
    def allocated(self) -> bool:
        """Whether it can be used: one whose addresses another network has never is."""
        return self.node_local or self.prefix > 0

    @property
    def predefined(self) -> bool:
        """Whether it stands for one that every engine has."""
        return PREDEFINED_LABEL in (self.spec.get("Labels") or {})

    @property
    def ingress(self) -> bool:
        return bool(self.spec.get("Ingress"))

    def take(self) -> int | None:
        """A free address, None when there is none left: the first and the last are nobody's; 0 where none is needed."""
        if self.node_local or not self.prefix:
            return 0 if self.node_local else None
        size = 1 << (32 - self.prefix)
        if len(self.used) >= size - 2:
            return None
        address = self.last
        while True:
            address += 1
            if address >= self.base + size - 1:
                address = self.base + 1
            if address not in self.used:
                self.used.add(address)
                self.last = address
                return address

    def balancer(self, machine: str) -> int:
        """The address of a machine's load balancer, which takes one as soon as it is needed."""
        if machine not in self.balancers:
            self.balancers[machine] = self.take() or self.base
        return self.balancers[machine]


PREDEFINED_LABEL = "com.docker.swarm.predefined"


class ClusterVolume(Object):
    """A volume of the swarm, made by a CSI plugin."""

    __slots__ = ("driver", "name", "spec", "volume_id")

    def __init__(self, id: str, name: str, driver: str, spec: JSON) -> None:
        super().__init__(id)
        self.name, self.driver, self.spec = name, driver, spec
        self.volume_id = ""
        """What its plugin calls it; "" before it was made."""

    @property
    def availability(self) -> str:
        return str(self.spec.get("Availability") or "active")

    @property
    def group(self) -> str:
        return str(self.spec.get("Group") or "")

    @property
    def scope(self) -> str:
        return str(self.spec["AccessMode"].get("Scope") or "single")

    @property
    def sharing(self) -> str:
        return str(self.spec["AccessMode"].get("Sharing") or "none")

    @property
    def reachable_from(self) -> list[JSON]:
        """The places that were required when it was made; empty for all."""
        return (self.spec.get("AccessibilityRequirements") or {}).get("Requisite") or []


class Blob(Object):
    """A secret or a config."""

    __slots__ = ("data", "driver", "labels", "name", "templating")

    def __init__(self, id: str, name: str, labels: dict[str, str], data: str) -> None:
        super().__init__(id)
        self.name, self.labels, self.data = name, labels, data
        self.driver: JSON | None = None
        self.templating: JSON | None = None


USUAL_POOLS = ("10.0.0.0/8",)
"""Where the subnets of networks come from when nobody said otherwise."""


class Swarm(Object):
    """The swarm itself: its settings, tokens and keys."""

    __slots__ = (
        "ca",
        "data_path_port",
        "manager_token",
        "next_ca",
        "pools",
        "spec",
        "subnet_size",
        "token_root",
        "unlock_key",
        "worker_token",
    )

    def __init__(self, id: str, spec: JSON, token_root: str) -> None:
        super().__init__(id)
        self.spec = spec
        self.token_root = token_root
        self.worker_token = self.manager_token = ""
        self.unlock_key = ""
        self.subnet_size = 24
        self.pools: tuple[str, ...] = ()
        """Where subnets come from; none for the usual ones."""
        self.data_path_port = 4789
        self.ca: JSON = {}
        self.next_ca: JSON = {}
        """The root certificate that a rotation is under way to."""

    @property
    def history_limit(self) -> int:
        """How many tasks a slot keeps."""
        return int(self.spec["Orchestration"].get("TaskHistoryRetentionLimit", 0))

    @property
    def heartbeat(self) -> float:
        """Seconds between two heartbeats of a node."""
        return float(self.spec["Dispatcher"].get("HeartbeatPeriod") or 5_000_000_000) / 1e9

    @property
    def autolock(self) -> bool:
        return bool(self.spec["EncryptionConfig"].get("AutoLockManagers"))


def dotted(address: int) -> str:
    """An IPv4 address as text."""
    return f"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}"
