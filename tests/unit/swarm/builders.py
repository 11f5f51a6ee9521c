"""Nodes, services, tasks and clusters for tests, said in a line each.

IDs are made from names ("web" → "service-web"), so that a test can name an object without holding it.
Versions start at 10; times at `NOW`, in seconds since 1970, with `ago` to step back from it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.base import Version
from swarmtui.swarm.objects.engine import EngineInfo, EngineSwarm
from swarmtui.swarm.objects.node import (
    EngineDescription,
    ManagerStatus,
    Node,
    NodeDescription,
    NodeSpec,
    NodeStatus,
    Platform,
    Resources,
)
from swarmtui.swarm.objects.service import (
    Empty,
    EndpointSpec,
    JobStatus,
    Port,
    Replicated,
    ReplicatedJob,
    Service,
    ServiceEndpoint,
    ServiceMode,
    ServiceSpec,
    ServiceStatus,
    UpdateStatus,
)
from swarmtui.swarm.objects.swarm import (
    CertificateAuthority,
    Dispatcher,
    Encryption,
    Orchestration,
    Raft,
    Swarm,
    SwarmSpec,
)
from swarmtui.swarm.objects.task import ContainerStatus, Task, TaskSpec, TaskStatus
from swarmtui.swarm.objects.task_template import (
    ContainerSpec,
    Healthcheck,
    Placement,
    ResourceRequirements,
    RestartPolicy,
    SecretReference,
    TaskTemplate,
)

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC).timestamp()


def ago(seconds: float) -> str:
    """The engine's text for a time before NOW."""
    return datetime.fromtimestamp(NOW - seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def node(
    name: str,
    *,
    manager: bool = False,
    leader: bool = False,
    reachable: bool = True,
    joined: bool = True,
    state: str = "ready",
    availability: str = "active",
    labels: dict[str, str] | None = None,
    engine_labels: dict[str, str] | None = None,
    address: str = "10.0.0.1",
    architecture: str = "x86_64",
    cpus: float = 4,
    memory_gb: float = 8,
    id: str = "",
    version: int = 10,
) -> Node:
    """A node; `leader` makes it a manager; `joined=False` a manager to be that is not in Raft yet."""
    manager = manager or leader
    status = ManagerStatus(leader, "reachable" if reachable else "unreachable", f"{address}:2377")
    return Node(
        id=id or f"node-{name}",
        version=Version(version),
        created_at=ago(86400),
        updated_at=ago(60),
        spec=NodeSpec("", "manager" if manager else "worker", availability, labels),
        description=NodeDescription(
            name,
            Platform(architecture, "linux"),
            Resources(int(cpus * 1e9), int(memory_gb * 2**30)),
            EngineDescription("26.1.5", engine_labels),
        ),
        status=NodeStatus(state, "", address),
        manager_status=status if manager and joined else None,
    )


def managers(number: int, *, unreachable: int = 0) -> list[Node]:
    """mgr1 (the leader), mgr2, …; the last ones unreachable and down."""
    well = number - unreachable
    return [
        node(
            f"mgr{place}",
            manager=True,
            leader=place == 1,
            reachable=place <= well,
            state="ready" if place <= well else "down",
        )
        for place in range(1, number + 1)
    ]


def service(
    name: str,
    replicas: int | None = 1,
    *,
    mode: str = "replicated",
    at_once: int | None = None,
    image: str = "nginx:1.27",
    constraints: Iterable[str] = (),
    max_replicas: int = 0,
    reserved_cpus: float = 0,
    platforms: Iterable[Platform] = (),
    ports: Iterable[Port] = (),
    status: tuple[int, int] | tuple[int, int, int] | None = None,
    update: str = "",
    update_message: str = "",
    update_started: str = "",
    force_update: int = 0,
    iteration: int = 0,
    labels: dict[str, str] | None = None,
    restart: RestartPolicy | None = None,
    healthcheck: Healthcheck | None = None,
    reserved_memory_gb: float = 0,
    memory_limit_gb: float = 0,
    secrets: Iterable[str] = (),
    update_completed: str = "",
    updated: float = 600,
    rollback_to: bool = False,
    id: str = "",
    version: int = 10,
) -> Service:
    """A service; `replicas` are a job's completions too, `status` is (running, desired[, completed]);
    `updated` is seconds ago; `secrets` are names."""
    modes = {
        "replicated": ServiceMode(replicated=Replicated(replicas)),
        "global": ServiceMode(global_=Empty()),
        "replicated-job": ServiceMode(replicated_job=ReplicatedJob(at_once, replicas)),
        "global-job": ServiceMode(global_job=Empty()),
    }
    published = tuple(ports)
    return Service(
        id=id or f"service-{name}",
        version=Version(version),
        created_at=ago(3600),
        updated_at=ago(updated),
        spec=ServiceSpec(
            name=name,
            labels=labels,
            task_template=TaskTemplate(
                ContainerSpec(
                    image,
                    secrets=tuple(SecretReference(f"secret-{each}", each) for each in secrets) or None,
                    healthcheck=healthcheck,
                ),
                ResourceRequirements(
                    Resources(0, int(memory_limit_gb * 2**30)) if memory_limit_gb else None,
                    Resources(int(reserved_cpus * 1e9), int(reserved_memory_gb * 2**30)),
                ),
                Placement(tuple(constraints), max_replicas, tuple(platforms)),
                force_update=force_update,
                restart_policy=restart,
            ),
            mode=modes[mode],
            endpoint_spec=EndpointSpec("vip", published),
        ),
        endpoint=ServiceEndpoint(published),
        update_status=UpdateStatus(update, update_started, update_completed, update_message) if update else None,
        service_status=ServiceStatus(*status) if status else None,
        job_status=JobStatus(Version(iteration)) if mode.endswith("-job") else None,
        previous_spec=ServiceSpec() if rollback_to else None,
    )


def task(
    of: str,
    slot: int = 0,
    on: str = "",
    *,
    state: str = "running",
    desired: str = "running",
    created: float = 600,
    since: float | None = None,
    error: str = "",
    image: str = "nginx:1.27",
    force_update: int = 0,
    iteration: int | None = None,
    exit_code: int = 0,
    container: str = "",
    id: str = "",
) -> Task:
    """A task of a service (by name), in a slot, on a node (by name); `created` and `since` are seconds ago."""
    return Task(
        id=id or f"task-{of}-{slot}-{on}-{created:g}-{state}",
        created_at=ago(created),
        updated_at=ago(since if since is not None else created),
        spec=TaskSpec(ContainerSpec(image), force_update),
        service_id=f"service-{of}",
        slot=slot,
        node_id=f"node-{on}" if on else "",
        status=TaskStatus(
            ago(since if since is not None else created),
            state,
            "",
            error,
            ContainerStatus(container, exit_code) if container or exit_code else None,
        ),
        desired_state=desired,
        job_iteration=None if iteration is None else Version(iteration),
    )


def replicas_on(of: str, *nodes: str) -> list[Task]:
    """A running task in slot 1, 2, … on each of these nodes."""
    return [task(of, slot, on) for slot, on in enumerate(nodes, start=1)]


def swarm(
    *, autolock: bool = False, rotating: bool = False, rotations: int = 0, history: int | None = 5, version: int = 20
) -> Swarm:
    """A swarm's own object, with the settings that a new one has."""
    return Swarm(
        id="swarm-id",
        version=Version(version),
        created_at=ago(86400),
        updated_at=ago(600),
        spec=SwarmSpec(
            orchestration=Orchestration(history),
            raft=Raft(10_000, 0, 500, 10, 1),
            dispatcher=Dispatcher(5_000_000_000),
            ca_config=CertificateAuthority(7_776_000_000_000_000, rotations),
            encryption_config=Encryption(autolock),
        ),
        root_rotation_in_progress=rotating,
    )


def cluster(
    nodes: Iterable[Node] = (),
    services: Iterable[Service] = (),
    tasks: Iterable[Task] | None = (),
    *,
    swarm: Swarm | None = None,
    connected_to: str = "",
) -> Cluster:
    """A snapshot; with `tasks=None` no task has been asked for; `connected_to` names the node that is asked."""
    info = EngineInfo(swarm=EngineSwarm(node_id=f"node-{connected_to}")) if connected_to else EngineInfo()
    snapshot = Cluster(info=info).with_all(Node, nodes).with_all(Service, services).with_swarm(swarm)
    return snapshot if tasks is None else snapshot.with_all_tasks(tasks)
