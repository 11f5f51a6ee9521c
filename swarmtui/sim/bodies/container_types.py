"""The types of bodies that make containers (moby `api/types/container`), in the notation of `types`."""

from __future__ import annotations

CONTAINERS = """
container.CreateRequest:
    +container.Config
    HostConfig *container.HostConfig
    NetworkingConfig *network.NetworkingConfig
network.NetworkingConfig:
    EndpointsConfig map[string]network.EndpointSettings
container.Empty:
container.Config:
    Hostname string
    Domainname string
    User string
    AttachStdin bool
    AttachStdout bool
    AttachStderr bool
    ExposedPorts map[string]container.Empty
    Tty bool
    OpenStdin bool
    StdinOnce bool
    Env []string
    Cmd strslice.StrSlice
    Healthcheck *container.HealthConfig
    Image string
    Volumes map[string]container.Empty
    WorkingDir string
    Entrypoint strslice.StrSlice
    NetworkDisabled bool
    MacAddress string
    Labels map[string]string
    StopSignal string
    StopTimeout *int
container.HostConfig:
    Binds []string
    LogConfig *container.LogConfig
    NetworkMode string
    PortBindings map[string][]container.PortBinding
    RestartPolicy *container.RestartPolicy
    AutoRemove bool
    VolumeDriver string
    VolumesFrom []string
    CapAdd strslice.StrSlice
    CapDrop strslice.StrSlice
    Dns []string
    DnsOptions []string
    DnsSearch []string
    ExtraHosts []string
    GroupAdd []string
    IpcMode string
    Links []string
    OomScoreAdj int
    PidMode string
    Privileged bool
    PublishAllPorts bool
    ReadonlyRootfs bool
    SecurityOpt []string
    Tmpfs map[string]string
    UTSMode string
    ShmSize int64
    Sysctls map[string]string
    Runtime string
    CpuShares int64
    Memory int64
    NanoCpus int64
    CgroupParent string
    CpuPeriod int64
    CpuQuota int64
    CpusetCpus string
    CpusetMems string
    MemoryReservation int64
    MemorySwap int64
    OomKillDisable *bool
    PidsLimit *int64
    Ulimits []*units.Ulimit
    Mounts []mount.Mount
    Init *bool
container.UpdateConfig:
    CpuShares int64
    Memory int64
    NanoCpus int64
    CgroupParent string
    BlkioWeight uint64
    CpuPeriod int64
    CpuQuota int64
    CpusetCpus string
    CpusetMems string
    KernelMemory int64
    MemoryReservation int64
    MemorySwap int64
    OomKillDisable *bool
    PidsLimit *int64
    Ulimits []*units.Ulimit
    RestartPolicy container.RestartPolicy
container.LogConfig:
    Type! string
    Config! map[string]string
container.RestartPolicy:
    Name! string
    MaximumRetryCount! int
container.PortBinding:
    HostIp! string
    HostPort! string
"""
