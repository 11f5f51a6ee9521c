"""The types of the Engine API's bodies, written as Go has them.

A line with a name and a colon begins a struct; below it stand its fields with their types. `+` embeds another struct,
`!` marks a field that is shown even where it is empty (Go has no `omitempty` there), `@1.44` one that older API
versions ignore.
What is part of a task stands in `task_types`.

Sources: moby `api/types` (swarm, mount, network, volume, container, registry) and `adjustForAPIVersion`.
"""

from __future__ import annotations

from swarmtui.sim.bodies.container_types import CONTAINERS
from swarmtui.sim.bodies.task_types import TASKS

TABLE = (
    TASKS
    + CONTAINERS
    + """
swarm.Annotations:
    Name string
    Labels! map[string]string
swarm.Driver:
    Name string
    Options map[string]string

swarm.ServiceSpec:
    +swarm.Annotations
    TaskTemplate swarm.TaskSpec
    Mode swarm.ServiceMode
    UpdateConfig *swarm.UpdateConfig
    RollbackConfig *swarm.UpdateConfig
    Networks []swarm.NetworkAttachmentConfig
    EndpointSpec *swarm.EndpointSpec
swarm.ServiceMode:
    Replicated *swarm.ReplicatedService
    Global *swarm.GlobalService
    ReplicatedJob *swarm.ReplicatedJob @1.41
    GlobalJob *swarm.GlobalJob @1.41
swarm.ReplicatedService:
    Replicas *uint64
swarm.GlobalService:
swarm.ReplicatedJob:
    MaxConcurrent *uint64
    TotalCompletions *uint64
swarm.GlobalJob:
swarm.UpdateConfig:
    Parallelism! uint64
    Delay time.Duration
    FailureAction string
    Monitor time.Duration
    MaxFailureRatio! float32
    Order! string
swarm.EndpointSpec:
    Mode swarm.ResolutionMode
    Ports []swarm.PortConfig
swarm.PortConfig:
    Name string
    Protocol swarm.PortConfigProtocol
    TargetPort uint32
    PublishedPort uint32
    PublishMode swarm.PortConfigPublishMode
swarm.NetworkAttachmentConfig:
    Target string
    Aliases []string
    DriverOpts map[string]string

swarm.SecretSpec:
    +swarm.Annotations
    Data []uint8
    Driver *swarm.Driver
    Templating *swarm.Driver
swarm.ConfigSpec:
    +swarm.Annotations
    Data []uint8
    Templating *swarm.Driver
swarm.NodeSpec:
    +swarm.Annotations
    Role swarm.NodeRole
    Availability swarm.NodeAvailability

swarm.Spec:
    +swarm.Annotations
    Orchestration swarm.OrchestrationConfig
    Raft swarm.RaftConfig
    Dispatcher swarm.DispatcherConfig
    CAConfig swarm.CAConfig
    TaskDefaults swarm.TaskDefaults
    EncryptionConfig swarm.EncryptionConfig
swarm.OrchestrationConfig:
    TaskHistoryRetentionLimit *int64
swarm.RaftConfig:
    SnapshotInterval uint64
    KeepOldSnapshots *uint64
    LogEntriesForSlowFollowers uint64
    ElectionTick! int
    HeartbeatTick! int
swarm.DispatcherConfig:
    HeartbeatPeriod time.Duration
swarm.CAConfig:
    NodeCertExpiry time.Duration
    ExternalCAs []*swarm.ExternalCA
    SigningCACert string
    SigningCAKey string
    ForceRotate uint64
swarm.ExternalCA:
    Protocol! swarm.ExternalCAProtocol
    URL! string
    Options map[string]string
    CACert! string
swarm.TaskDefaults:
    LogDriver *swarm.Driver
swarm.EncryptionConfig:
    AutoLockManagers! bool
swarm.InitRequest:
    ListenAddr string
    AdvertiseAddr string
    DataPathAddr string
    DataPathPort uint32
    ForceNewCluster bool
    Spec swarm.Spec
    AutoLockManagers bool
    Availability swarm.NodeAvailability
    DefaultAddrPool []string
    SubnetSize uint32
swarm.JoinRequest:
    ListenAddr string
    AdvertiseAddr string
    DataPathAddr string
    RemoteAddrs []string
    JoinToken string
    Availability swarm.NodeAvailability
swarm.UnlockRequest:
    UnlockKey string

types.NetworkCreateRequest:
    +types.NetworkCreate
    Name string
types.NetworkCreate:
    CheckDuplicate bool
    Driver string
    Scope string
    EnableIPv4 *bool @1.48
    EnableIPv6 bool
    IPAM *network.IPAM
    Internal bool
    Attachable bool
    Ingress bool
    ConfigOnly bool
    ConfigFrom *network.ConfigReference
    Options map[string]string
    Labels map[string]string
network.ConfigReference:
    Network string
network.IPAM:
    Driver string
    Options map[string]string
    Config []network.IPAMConfig
network.IPAMConfig:
    Subnet string
    IPRange string
    Gateway string
    AuxiliaryAddresses map[string]string
types.NetworkConnect:
    Container string
    EndpointConfig *network.EndpointSettings
types.NetworkDisconnect:
    Container string
    Force bool
network.EndpointSettings:
    IPAMConfig *network.EndpointIPAMConfig
    Links []string
    Aliases []string
    MacAddress string
    DriverOpts map[string]string
    GwPriority int @1.48
    NetworkID string
    EndpointID string
    Gateway string
    IPAddress string
    IPPrefixLen int
    IPv6Gateway string
    GlobalIPv6Address string
    GlobalIPv6PrefixLen int
    DNSNames []string @1.44
network.EndpointIPAMConfig:
    IPv4Address string
    IPv6Address string
    LinkLocalIPs []string

volume.VolumeCreateBody:
    ClusterVolumeSpec *volume.ClusterVolumeSpec @1.42
    Driver string
    DriverOpts map[string]string
    Labels map[string]string
    Name string
volume.UpdateOptions:
    Spec *volume.ClusterVolumeSpec
volume.ClusterVolumeSpec:
    Group string
    AccessMode *volume.AccessMode
    AccessibilityRequirements *volume.TopologyRequirement
    CapacityRange *volume.CapacityRange
    Secrets []volume.Secret
    Availability volume.Availability
volume.AccessMode:
    Scope volume.Scope
    Sharing volume.SharingMode
    MountVolume *volume.TypeMount
    BlockVolume *volume.TypeBlock
volume.TypeMount:
    FsType string
    MountFlags []string
volume.TypeBlock:
volume.TopologyRequirement:
    Requisite []volume.Topology
    Preferred []volume.Topology
volume.Topology:
    Segments map[string]string
volume.CapacityRange:
    RequiredBytes! int64
    LimitBytes! int64
volume.Secret:
    Key! string
    Secret! string

types.ExecConfig:
    User string
    Privileged bool
    Tty bool
    ConsoleSize *[2]uint
    AttachStdin bool
    AttachStderr bool
    AttachStdout bool
    Detach bool
    DetachKeys string
    Env []string
    WorkingDir string
    Cmd []string
types.ExecStartCheck:
    Detach bool
    Tty bool
    ConsoleSize *[2]uint
types.AuthConfig:
    username string
    password string
    auth string
    email string
    serveraddress string
    identitytoken string
    registrytoken string
"""
)
