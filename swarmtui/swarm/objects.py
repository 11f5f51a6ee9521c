"""Node, Service, Task and the rest, as the Engine API gives them: bytes in, frozen objects out.

Only the fields in use are named; msgspec skips everything else without building it (measured: 25 ms for 25 MB of
tasks where `json.loads` takes 600). Every field has a default, since engines leave out what is empty and old and new
ones differ. These classes are for reading alone: a change is made on the raw JSON (see swarmtui.swarm.actions).

Times are kept as the engine's RFC 3339 text, and read by `seconds_of` where one is shown. `gc=False` is right
because no object refers back to one that holds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

import msgspec

__all__ = [
    "ContainerSpec",
    "ContainerStatus",
    "EngineInfo",
    "EngineSwarm",
    "FileTarget",
    "Node",
    "NodeDescription",
    "NodeSpec",
    "Placement",
    "Port",
    "Resources",
    "Service",
    "ServiceMode",
    "ServiceSpec",
    "Swarm",
    "Task",
    "TaskStatus",
    "TaskTemplate",
    "decode_info",
    "decode_list",
    "decode_swarm",
    "seconds_of",
]


class Record(msgspec.Struct, frozen=True, gc=False, rename="pascal"):
    """Base of all: frozen, and named in JSON as Go names its fields."""


class Version(Record, frozen=True):
    """The Raft index at which the object last changed; an update must name the current one."""

    index: int = msgspec.field(name="Index", default=0)


# ------------------------------------------------------------------------------------------------ nodes


class Resources(Record, frozen=True):
    """What a node has, or what a task asks for: billionths of a CPU, and bytes."""

    nano_cpus: int = msgspec.field(name="NanoCPUs", default=0)
    memory_bytes: int = 0


class Platform(Record, frozen=True):
    """Processor architecture and operating system, as the engine spells them ("x86_64", "linux")."""

    architecture: str = ""
    os: str = msgspec.field(name="OS", default="")


class Plugin(Record, frozen=True):
    """An engine's plugin: type "Volume", "Network", "Log", …, and name."""

    type: str = ""
    name: str = ""


class EngineDescription(Record, frozen=True):
    """The engine on a node."""

    engine_version: str = ""
    labels: dict[str, str] | None = None
    plugins: tuple[Plugin, ...] | None = None


class NodeDescription(Record, frozen=True):
    """What a node says of itself."""

    hostname: str = ""
    platform: Platform = Platform()
    resources: Resources = Resources()
    engine: EngineDescription = EngineDescription()


class NodeSpec(Record, frozen=True):
    """What users set on a node. Role: "worker" or "manager"; availability: "active", "pause" or "drain"."""

    name: str = ""
    role: str = "worker"
    availability: str = "active"
    labels: dict[str, str] | None = None


class NodeStatus(Record, frozen=True):
    """State: "ready", "down", "disconnected" or "unknown", by the dispatcher's heartbeats."""

    state: str = "unknown"
    message: str = ""
    addr: str = ""


class ManagerStatus(Record, frozen=True):
    """Of a manager only. Reachability, as the asked manager sees it: "reachable", "unreachable", "unknown"."""

    leader: bool = False
    reachability: str = "unknown"
    addr: str = ""


class Node(Record, frozen=True):
    """A machine of the swarm. Source: Engine API, `GET /nodes`."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: NodeSpec = NodeSpec()
    description: NodeDescription = NodeDescription()
    status: NodeStatus = NodeStatus()
    manager_status: ManagerStatus | None = None

    @property
    def name(self) -> str:
        """Its hostname, or the start of its ID before it has said its name."""
        return self.description.hostname or self.id[:12]

    @property
    def is_manager(self) -> bool:
        """Whether it is meant to be a manager (its spec); `manager_status` tells whether it is one already."""
        return self.spec.role == "manager"

    @property
    def is_leader(self) -> bool:
        return self.manager_status is not None and self.manager_status.leader

    @property
    def is_reachable_manager(self) -> bool:
        return self.manager_status is not None and self.manager_status.reachability == "reachable"

    @property
    def is_ready(self) -> bool:
        return self.status.state == "ready"

    @property
    def labels(self) -> Mapping[str, str]:
        return self.spec.labels or {}


# ------------------------------------------------------------------------------------------------ services


class FileTarget(Record, frozen=True):
    """The file that a secret or config is in a container. Mode is a number, as the bits of chmod."""

    name: str = ""
    uid: str = msgspec.field(name="UID", default="0")
    gid: str = msgspec.field(name="GID", default="0")
    mode: int = 0o444


class SecretReference(Record, frozen=True):
    secret_id: str = msgspec.field(name="SecretID", default="")
    secret_name: str = ""
    file: FileTarget | None = None


class ConfigReference(Record, frozen=True):
    config_id: str = msgspec.field(name="ConfigID", default="")
    config_name: str = ""
    file: FileTarget | None = None


class NetworkReference(Record, frozen=True):
    """A network that a service is attached to, by ID or by name."""

    target: str = ""


class TaskContainerSpec(Record, frozen=True):
    """What is read of a task's container: little, since there are so many tasks."""

    image: str = ""
    labels: dict[str, str] | None = None


class ContainerSpec(TaskContainerSpec, frozen=True):
    """What is read of a service's container."""

    secrets: tuple[SecretReference, ...] | None = None
    configs: tuple[ConfigReference, ...] | None = None


class ResourceRequirements(Record, frozen=True):
    limits: Resources | None = None
    reservations: Resources | None = None


class Placement(Record, frozen=True):
    """Where tasks may run. `max_replicas` is per node, 0 for no limit."""

    constraints: tuple[str, ...] | None = None
    max_replicas: int = 0
    platforms: tuple[Platform, ...] | None = None


class TaskTemplate(Record, frozen=True):
    container_spec: ContainerSpec | None = None
    resources: ResourceRequirements | None = None
    placement: Placement | None = None
    networks: tuple[NetworkReference, ...] | None = None
    force_update: int = 0
    runtime: str = ""


class Replicated(Record, frozen=True):
    replicas: int | None = None


class ReplicatedJob(Record, frozen=True):
    max_concurrent: int | None = None
    total_completions: int | None = None


class Empty(Record, frozen=True):
    """An object whose presence alone speaks (`{"Global": {}}`)."""


class ServiceMode(Record, frozen=True):
    """Exactly one of the four is set."""

    replicated: Replicated | None = None
    global_: Empty | None = msgspec.field(name="Global", default=None)
    replicated_job: ReplicatedJob | None = None
    global_job: Empty | None = None

    @property
    def name(self) -> str:
        """ "replicated", "global", "replicated-job" or "global-job", as `docker service ls` says it."""
        if self.global_ is not None:
            return "global"
        if self.replicated_job is not None:
            return "replicated-job"
        if self.global_job is not None:
            return "global-job"
        return "replicated"


class Port(Record, frozen=True):
    """A published port. Mode: "ingress" (routing mesh) or "host"."""

    name: str = ""
    protocol: str = "tcp"
    target_port: int = 0
    published_port: int = 0
    publish_mode: str = "ingress"


class EndpointSpec(Record, frozen=True):
    mode: str = ""
    ports: tuple[Port, ...] | None = None


class UpdateConfig(Record, frozen=True):
    """How a rolling update goes. Delay and monitor in nanoseconds; order "stop-first" or "start-first"."""

    parallelism: int = 0
    delay: int = 0
    failure_action: str = ""
    monitor: int = 0
    max_failure_ratio: float = 0.0
    order: str = ""


class ServiceSpec(Record, frozen=True):
    name: str = ""
    labels: dict[str, str] | None = None
    task_template: TaskTemplate = TaskTemplate()
    mode: ServiceMode = ServiceMode()
    update_config: UpdateConfig | None = None
    rollback_config: UpdateConfig | None = None
    endpoint_spec: EndpointSpec | None = None
    networks: tuple[NetworkReference, ...] | None = None


class ServiceEndpoint(Record, frozen=True):
    ports: tuple[Port, ...] | None = None


class UpdateStatus(Record, frozen=True):
    """State: "updating", "paused", "completed", "rollback_started", "rollback_paused" or "rollback_completed"."""

    state: str = ""
    started_at: str = ""
    completed_at: str = ""
    message: str = ""


class ServiceStatus(Record, frozen=True):
    """The manager's own counts (`GET /services?status=true`). It counts tasks of dead nodes as running."""

    running_tasks: int = 0
    desired_tasks: int = 0
    completed_tasks: int = 0


class JobStatus(Record, frozen=True):
    job_iteration: Version = Version()
    last_execution: str = ""


class Service(Record, frozen=True):
    """A service. Source: Engine API, `GET /services?status=true`."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: ServiceSpec = ServiceSpec()
    endpoint: ServiceEndpoint = ServiceEndpoint()
    update_status: UpdateStatus | None = None
    service_status: ServiceStatus | None = None
    job_status: JobStatus | None = None

    @property
    def name(self) -> str:
        return self.spec.name or self.id[:12]

    @property
    def image(self) -> str:
        """The image with tag and digest, "" for a service that runs no container (a plugin)."""
        container = self.spec.task_template.container_spec
        return container.image if container else ""

    @property
    def constraints(self) -> tuple[str, ...]:
        placement = self.spec.task_template.placement
        return (placement.constraints or ()) if placement else ()

    @property
    def labels(self) -> Mapping[str, str]:
        return self.spec.labels or {}

    @property
    def secret_ids(self) -> frozenset[str]:
        """IDs of the secrets that its tasks get."""
        container = self.spec.task_template.container_spec
        return frozenset(each.secret_id for each in (container.secrets if container else None) or ())

    @property
    def config_ids(self) -> frozenset[str]:
        """IDs of the configs that its tasks get."""
        container = self.spec.task_template.container_spec
        return frozenset(each.config_id for each in (container.configs if container else None) or ())

    def files_of(self, object_id: str) -> tuple[FileTarget, ...]:
        """The files that a secret or config is in its containers."""
        container = self.spec.task_template.container_spec
        if container is None:
            return ()
        secrets = (each.file for each in container.secrets or () if each.secret_id == object_id)
        configs = (each.file for each in container.configs or () if each.config_id == object_id)
        return tuple(file for file in (*secrets, *configs) if file is not None)

    @property
    def network_ids(self) -> frozenset[str]:
        """IDs (or names) of the networks that its tasks are attached to, the ingress network not among them."""
        given = (*(self.spec.task_template.networks or ()), *(self.spec.networks or ()))
        return frozenset(each.target for each in given)

    @property
    def ports(self) -> tuple[Port, ...]:
        """What is really published: the engine's choice of ports where the spec left it open."""
        if self.endpoint.ports:
            return self.endpoint.ports
        wanted = self.spec.endpoint_spec
        return (wanted.ports or ()) if wanted else ()


# ------------------------------------------------------------------------------------------------ tasks


class ContainerStatus(Record, frozen=True):
    container_id: str = msgspec.field(name="ContainerID", default="")
    pid: int = msgspec.field(name="PID", default=0)
    exit_code: int = 0


class TaskStatus(Record, frozen=True):
    """Where a task is, since when, and why. States in order: new, allocated, pending, assigned, accepted, preparing,
    ready, starting, running; then complete, shutdown, failed, rejected, remove, orphaned."""

    timestamp: str = ""
    state: str = "new"
    message: str = ""
    err: str = ""
    container_status: ContainerStatus | None = None


class TaskSpec(Record, frozen=True):
    container_spec: TaskContainerSpec | None = None
    force_update: int = 0


class Task(Record, frozen=True):
    """One run of a service in one slot (or, of a global service, on one node). Source: Engine API, `GET /tasks`."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: TaskSpec = TaskSpec()
    service_id: str = msgspec.field(name="ServiceID", default="")
    slot: int = 0
    node_id: str = msgspec.field(name="NodeID", default="")
    status: TaskStatus = TaskStatus()
    desired_state: str = ""
    job_iteration: Version | None = None

    @property
    def image(self) -> str:
        return self.spec.container_spec.image if self.spec.container_spec else ""


# ------------------------------------------------------------------------------------------------ swarm, engine


class Orchestration(Record, frozen=True):
    task_history_retention_limit: int | None = None


class Raft(Record, frozen=True):
    snapshot_interval: int = 0
    keep_old_snapshots: int | None = None
    log_entries_for_slow_followers: int = 0
    election_tick: int = 0
    heartbeat_tick: int = 0


class Dispatcher(Record, frozen=True):
    """Heartbeat period in nanoseconds; a node is down after about three missed ones."""

    heartbeat_period: int = 0


class CertificateAuthority(Record, frozen=True):
    """Expiry of node certificates in nanoseconds; how often a new root was asked for."""

    node_cert_expiry: int = 0
    force_rotate: int = 0


class Encryption(Record, frozen=True):
    auto_lock_managers: bool = False


class SwarmSpec(Record, frozen=True):
    name: str = ""
    labels: dict[str, str] | None = None
    orchestration: Orchestration = Orchestration()
    raft: Raft = Raft()
    dispatcher: Dispatcher = Dispatcher()
    ca_config: CertificateAuthority = msgspec.field(name="CAConfig", default=CertificateAuthority())
    encryption_config: Encryption = Encryption()


class Swarm(Record, frozen=True):
    """The swarm's own object. Source: Engine API, `GET /swarm`. Its join tokens are left out on purpose:
    nothing that is kept, compared, logged or drawn may hold them."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    created_at: str = ""
    updated_at: str = ""
    spec: SwarmSpec = SwarmSpec()
    root_rotation_in_progress: bool = False
    default_addr_pool: tuple[str, ...] | None = None
    subnet_size: int = 0
    data_path_port: int = 0


class Peer(Record, frozen=True):
    node_id: str = msgspec.field(name="NodeID", default="")
    addr: str = ""


class EngineSwarm(Record, frozen=True):
    """The engine's own view of the swarm. State: "inactive", "pending", "active", "error" or "locked"."""

    node_id: str = msgspec.field(name="NodeID", default="")
    node_addr: str = ""
    local_node_state: str = "inactive"
    control_available: bool = False
    error: str = ""
    remote_managers: tuple[Peer, ...] | None = None


class EngineInfo(Record, frozen=True):
    """The engine that is asked. Source: Engine API, `GET /info`. It answers at once even when the quorum is lost."""

    id: str = msgspec.field(name="ID", default="")
    name: str = ""
    server_version: str = ""
    system_time: str = ""
    swarm: EngineSwarm = EngineSwarm()

    @property
    def managers(self) -> tuple[str, ...]:
        """Raft addresses (host:port) of the swarm's managers, as far as this engine knows them."""
        return tuple(peer.addr for peer in self.swarm.remote_managers or () if peer.addr)


# ------------------------------------------------------------------------------------------------ decoding

Decoded = TypeVar("Decoded", bound=Record)

_raw_list = msgspec.json.Decoder(list[msgspec.Raw])
_info_decoder = msgspec.json.Decoder(EngineInfo)
_swarm_decoder = msgspec.json.Decoder(Swarm)


@cache
def _list_decoder(kind: type[Any]) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[kind])  # type: ignore[valid-type]


def decode_list(kind: type[Decoded], body: bytes) -> list[Decoded]:
    """Decode a JSON array of objects of one kind.

    One object that does not fit the schema must not hide the thousands that do: then each is decoded by itself, and
    the ones that do not fit are left out.

    Raises:
        msgspec.DecodeError: the body is not a JSON array at all.
    """
    if body.strip() == b"null":  # Go's empty list
        return []
    decoder = _list_decoder(kind)
    try:
        decoded: list[Decoded] = decoder.decode(body)
    except msgspec.ValidationError:
        decoded = []
        for raw in _raw_list.decode(body):
            try:
                decoded.append(msgspec.json.decode(raw, type=kind))
            except msgspec.ValidationError:
                continue
    return decoded


def decode_info(body: bytes) -> EngineInfo:
    """Decode the answer of `GET /info`. Raises msgspec.DecodeError when it is none."""
    return _info_decoder.decode(body)


def decode_swarm(body: bytes) -> Swarm:
    """Decode the answer of `GET /swarm`. Raises msgspec.DecodeError when it is none."""
    return _swarm_decoder.decode(body)


def seconds_of(time: str) -> float | None:
    """An engine's RFC 3339 time in seconds since 1970; None when there is none (Go's zero time counts as none).

    Fractions of a second beyond microseconds are cut.
    """
    if not time or time.startswith("0001-"):
        return None
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:
        return None
