"""What a secret and a config are to the rest of the program."""

from __future__ import annotations

from swarmtui.swarm.destinations import of_dependency
from swarmtui.swarm.files.description import describe_config, describe_secret
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.file import ConfigFile, SecretFile

__all__ = ["CONFIG", "SECRET"]

SECRET = ObjectKind(
    kind=Kind.SECRET,
    type=SecretFile,
    listed=True,
    seldom=True,
    touches=(Kind.SECRET, Kind.SERVICE),
    all_of=lambda cluster: (cluster.secrets or {}).values(),
    describe=describe_secret,
    related=of_dependency,
)
CONFIG = ObjectKind(
    kind=Kind.CONFIG,
    type=ConfigFile,
    listed=True,
    seldom=True,
    touches=(Kind.CONFIG, Kind.SERVICE),
    all_of=lambda cluster: (cluster.configs or {}).values(),
    describe=describe_config,
    related=of_dependency,
)
