"""The types of what a task is made of, written as in `types`. Sources: moby `api/types` (swarm, mount, container)."""

from __future__ import annotations

TASKS = """
swarm.TaskSpec:
    ContainerSpec *swarm.ContainerSpec
    PluginSpec *runtime.PluginSpec
    NetworkAttachmentSpec *swarm.NetworkAttachmentSpec
    Resources *swarm.ResourceRequirements
    RestartPolicy *swarm.RestartPolicy
    Placement *swarm.Placement
    Networks []swarm.NetworkAttachmentConfig
    LogDriver *swarm.Driver
    ForceUpdate! uint64
    Runtime swarm.RuntimeType
runtime.PluginSpec:
    name string
    remote string
    privileges []*runtime.PluginPrivilege
    disabled bool
    env []string
runtime.PluginPrivilege:
    name string
    description string
    value []string
swarm.NetworkAttachmentSpec:
    ContainerID! string
swarm.ResourceRequirements:
    Limits *swarm.Limit
    Reservations *swarm.Resources
swarm.Limit:
    NanoCPUs int64
    MemoryBytes int64
    Pids int64 @1.41
swarm.Resources:
    NanoCPUs int64
    MemoryBytes int64
    GenericResources []swarm.GenericResource
swarm.GenericResource:
    NamedResourceSpec *swarm.NamedGenericResource
    DiscreteResourceSpec *swarm.DiscreteGenericResource
swarm.NamedGenericResource:
    Kind string
    Value string
swarm.DiscreteGenericResource:
    Kind string
    Value int64
swarm.RestartPolicy:
    Condition swarm.RestartPolicyCondition
    Delay *time.Duration
    MaxAttempts *uint64
    Window *time.Duration
swarm.Placement:
    Constraints []string
    Preferences []swarm.PlacementPreference
    MaxReplicas uint64 @1.40
    Platforms []swarm.Platform
swarm.PlacementPreference:
    Spread! *swarm.SpreadOver
swarm.SpreadOver:
    SpreadDescriptor! string
swarm.Platform:
    Architecture string
    OS string

swarm.ContainerSpec:
    Image string
    Labels map[string]string
    Command []string
    Args []string
    Hostname string
    Env []string
    Dir string
    User string
    Groups []string
    Privileges *swarm.Privileges
    Init *bool
    StopSignal string
    TTY bool
    OpenStdin bool
    ReadOnly bool
    Mounts []mount.Mount
    StopGracePeriod *time.Duration
    Healthcheck *container.HealthConfig
    Hosts []string
    DNSConfig *swarm.DNSConfig
    Secrets []*swarm.SecretReference
    Configs []*swarm.ConfigReference
    Isolation container.Isolation
    Sysctls map[string]string @1.40
    CapabilityAdd []string @1.41
    CapabilityDrop []string @1.41
    Ulimits []*units.Ulimit @1.41
    OomScoreAdj int64 @1.46
swarm.DNSConfig:
    Nameservers []string
    Search []string
    Options []string
swarm.Privileges:
    CredentialSpec! *swarm.CredentialSpec
    SELinuxContext! *swarm.SELinuxContext
    Seccomp *swarm.SeccompOpts @1.44
    AppArmor *swarm.AppArmorOpts @1.44
    NoNewPrivileges! bool @1.44
swarm.CredentialSpec:
    Config! string @1.40
    File! string
    Registry! string
swarm.SELinuxContext:
    Disable! bool
    User! string
    Role! string
    Type! string
    Level! string
swarm.SeccompOpts:
    Mode swarm.SeccompMode
    Profile []uint8
swarm.AppArmorOpts:
    Mode swarm.AppArmorMode
container.HealthConfig:
    Test []string
    Interval time.Duration
    Timeout time.Duration
    StartPeriod time.Duration
    StartInterval time.Duration @1.44
    Retries int
units.Ulimit:
    Name! string
    Hard! int64
    Soft! int64
swarm.SecretReference:
    File! *swarm.SecretReferenceFileTarget
    SecretID! string
    SecretName! string
swarm.SecretReferenceFileTarget:
    Name! string
    UID! string
    GID! string
    Mode! fs.FileMode
swarm.ConfigReference:
    File *swarm.ConfigReferenceFileTarget
    Runtime *swarm.ConfigReferenceRuntimeTarget @1.40
    ConfigID! string
    ConfigName! string
swarm.ConfigReferenceFileTarget:
    Name! string
    UID! string
    GID! string
    Mode! fs.FileMode
swarm.ConfigReferenceRuntimeTarget:
mount.Mount:
    Type mount.Type
    Source string
    Target string
    ReadOnly bool
    Consistency mount.Consistency
    BindOptions *mount.BindOptions
    VolumeOptions *mount.VolumeOptions
    ImageOptions *mount.ImageOptions @1.48
    TmpfsOptions *mount.TmpfsOptions
    ClusterOptions *mount.ClusterOptions @1.42
mount.BindOptions:
    Propagation mount.Propagation
    NonRecursive bool
    CreateMountpoint bool @1.42
    ReadOnlyNonRecursive bool @1.44
    ReadOnlyForceRecursive bool @1.44
mount.VolumeOptions:
    NoCopy bool
    Labels map[string]string
    Subpath string @1.45
    DriverConfig *mount.Driver
mount.ImageOptions:
    Subpath string
mount.Driver:
    Name string
    Options map[string]string
mount.TmpfsOptions:
    SizeBytes int64
    Mode fs.FileMode
    Options [][]string @1.46
mount.ClusterOptions:
"""
