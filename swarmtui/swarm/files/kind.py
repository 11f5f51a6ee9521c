"""What a secret and a config are to the rest of the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from swarmtui.swarm.destinations import of_dependency
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.file import ConfigFile, SecretFile

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["CONFIG", "SECRET"]


def _describe_config(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.files.description import describe_config

    return describe_config(raw, scene)


def _describe_secret(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.files.description import describe_secret

    return describe_secret(raw, scene)


SECRET = ObjectKind(
    kind=Kind.SECRET,
    type=SecretFile,
    listed=True,
    seldom=True,
    touches=(Kind.SECRET, Kind.SERVICE),
    all_of=lambda cluster: (cluster.secrets or {}).values(),
    describe=_describe_secret,
    related=of_dependency,
)
CONFIG = ObjectKind(
    kind=Kind.CONFIG,
    type=ConfigFile,
    listed=True,
    seldom=True,
    touches=(Kind.CONFIG, Kind.SERVICE),
    all_of=lambda cluster: (cluster.configs or {}).values(),
    describe=_describe_config,
    related=of_dependency,
)
