"""What a service makes its tasks of, as the Engine API gives it."""

from __future__ import annotations

from typing import Any

import msgspec

from swarmtui.swarm.objects.base import Record
from swarmtui.swarm.objects.marks import Mark, variable_marks
from swarmtui.swarm.objects.node import Platform, Resources

__all__ = [
    "BindOptions",
    "ConfigReference",
    "ContainerSpec",
    "Driver",
    "FileTarget",
    "Healthcheck",
    "Mount",
    "NetworkReference",
    "Placement",
    "PlacementPreference",
    "PluginPrivilege",
    "PluginSpec",
    "ResourceRequirements",
    "RestartPolicy",
    "SecretReference",
    "SpreadOver",
    "TaskContainerSpec",
    "TaskTemplate",
    "TmpfsOptions",
    "VolumeOptions",
]


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
    """A network that a service is attached to, by ID or by name; and the other names that it has there."""

    target: str = ""
    aliases: tuple[str, ...] | None = None


class TaskContainerSpec(Record, frozen=True):
    """What is read of a task's container: little, since there are so many tasks."""

    image: str = ""
    labels: dict[str, str] | None = None


class Driver(Record, frozen=True):
    """A driver of volumes or logs, and its options."""

    name: str = ""
    options: dict[str, str] | None = None


class VolumeOptions(Record, frozen=True):
    driver_config: Driver | None = None
    no_copy: bool = False
    labels: dict[str, str] | None = None
    subpath: str = ""


class BindOptions(Record, frozen=True):
    propagation: str = ""
    non_recursive: bool = False


class TmpfsOptions(Record, frozen=True):
    """Of a file system in memory: its size in bytes, and the bits of chmod."""

    size_bytes: int = 0
    mode: int = 0


class Mount(Record, frozen=True):
    """What a service's containers mount. Type: "volume", "bind", "tmpfs", "npipe" or "cluster"; a volume without a
    source is anonymous."""

    type: str = ""
    source: str = ""
    target: str = ""
    read_only: bool = False
    volume_options: VolumeOptions | None = None
    bind_options: BindOptions | None = None
    tmpfs_options: TmpfsOptions | None = None

    @property
    def driver(self) -> Driver:
        """The driver of a volume; one without a name is the engine's own."""
        options = self.volume_options
        return (options.driver_config or Driver()) if options is not None else Driver()


class Healthcheck(Record, frozen=True):
    """How an engine tests whether a container works. Times in nanoseconds; 0 for what the image or the engine says.

    `test` is ("CMD", word, …), ("CMD-SHELL", line), ("NONE",) for no check at all; empty for the image's own.
    """

    test: tuple[str, ...] | None = None
    interval: int = 0
    timeout: int = 0
    start_period: int = 0
    retries: int = 0


class ContainerSpec(TaskContainerSpec, frozen=True):
    """What is read of a service's container.

    Of what nothing shows, and what may be secret, only marks are kept: they tell that it has become another one.

    Attributes:
        env: a mark of each variable's value, by its name.
    """

    secrets: tuple[SecretReference, ...] | None = None
    configs: tuple[ConfigReference, ...] | None = None
    mounts: tuple[Mount, ...] | None = None
    healthcheck: Healthcheck | None = None
    env: Any = None
    command: Any = None
    args: Any = None
    dir: Any = None
    user: Any = None
    groups: Any = None
    hostname: Any = None
    hosts: Any = None
    dns_config: Any = msgspec.field(name="DNSConfig", default=None)
    stop_signal: Any = None
    stop_grace_period: Any = None
    init: Any = None
    tty: Any = msgspec.field(name="TTY", default=None)
    read_only: Any = None
    privileges: Any = None
    sysctls: Any = None
    capability_add: Any = None
    capability_drop: Any = None
    ulimits: Any = None

    def __post_init__(self) -> None:
        if self.env is not None:
            msgspec.structs.force_setattr(self, "env", variable_marks(self.env))
        for name in MARKED:
            if (value := getattr(self, name)) is not None and not isinstance(value, Mark):
                msgspec.structs.force_setattr(self, name, Mark.of(value))


MARKED = (
    "command",
    "args",
    "dir",
    "user",
    "groups",
    "hostname",
    "hosts",
    "dns_config",
    "stop_signal",
    "stop_grace_period",
    "init",
    "tty",
    "read_only",
    "privileges",
    "sysctls",
    "capability_add",
    "capability_drop",
    "ulimits",
)
"""The fields of which only a mark is kept."""


class ResourceRequirements(Record, frozen=True):
    limits: Resources | None = None
    reservations: Resources | None = None


class SpreadOver(Record, frozen=True):
    """The label that tasks are spread over: "node.labels.zone"."""

    spread_descriptor: str = ""


class PlacementPreference(Record, frozen=True):
    """Where tasks should rather run."""

    spread: SpreadOver | None = None


class Placement(Record, frozen=True):
    """Where tasks may run. `max_replicas` is per node, 0 for no limit."""

    constraints: tuple[str, ...] | None = None
    max_replicas: int = 0
    platforms: tuple[Platform, ...] | None = None
    preferences: tuple[PlacementPreference, ...] | None = None


class RestartPolicy(Record, frozen=True):
    """Condition: "none", "on-failure" or "any"; `max_attempts` 0 for no limit. Delay and window in nanoseconds."""

    condition: str = ""
    delay: int = 0
    max_attempts: int = 0
    window: int = 0


class PluginPrivilege(Record, frozen=True):
    """What a plugin may do that it has to be granted: "network", "mount", …"""

    name: str = ""
    value: tuple[str, ...] | None = None


class PluginSpec(Record, frozen=True):
    """The plugin that a service of the runtime "plugin" installs on its nodes, instead of running containers."""

    name: str = ""
    remote: str = ""
    disabled: bool = False
    plugin_privilege: tuple[PluginPrivilege, ...] | None = None


class TaskTemplate(Record, frozen=True):
    container_spec: ContainerSpec | None = None
    resources: ResourceRequirements | None = None
    placement: Placement | None = None
    networks: tuple[NetworkReference, ...] | None = None
    force_update: int = 0
    runtime: str = ""
    plugin_spec: PluginSpec | None = None
    restart_policy: RestartPolicy | None = None
    log_driver: Driver | None = None
