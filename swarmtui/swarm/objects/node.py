"""A node, as the Engine API gives it: what it has, what users set on it, and how it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import msgspec
from msgspec.structs import force_setattr

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.base import Record, Version
from swarmtui.swarm.objects.cluster_volume import CSIPlugin

__all__ = [
    "EngineDescription",
    "GenericAmount",
    "GenericResource",
    "ManagerStatus",
    "Node",
    "NodeDescription",
    "NodeSpec",
    "NodeStatus",
    "Platform",
    "Plugin",
    "Resources",
    "share_alike",
]


class GenericAmount(Record, frozen=True):
    """A kind of generic resource, and how much of it there is (a number) or which one it is (a name)."""

    kind: str = ""
    value: int | str = 0


class GenericResource(Record, frozen=True):
    """What the engine's users have declared a node to have: one named thing, or a number of them."""

    named_resource_spec: GenericAmount | None = None
    discrete_resource_spec: GenericAmount | None = None


class Resources(Record, frozen=True):
    """What a node has, or what a task asks for: billionths of a CPU, bytes, and generic resources."""

    nano_cpus: int = msgspec.field(name="NanoCPUs", default=0)
    memory_bytes: int = 0
    generic_resources: tuple[GenericResource, ...] | None = None

    @property
    def generic(self) -> Mapping[str, int]:
        """How much there is of each kind; of named things, how many (swarmkit api/genericresource)."""
        found: dict[str, int] = {}
        for each in self.generic_resources or ():
            if each.named_resource_spec is not None:
                kind = each.named_resource_spec.kind
                found[kind] = found.get(kind, 0) + 1
            elif each.discrete_resource_spec is not None and isinstance(each.discrete_resource_spec.value, int):
                kind = each.discrete_resource_spec.kind
                found[kind] = found.get(kind, 0) + each.discrete_resource_spec.value
        return found


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
    csi_info: tuple[CSIPlugin, ...] | None = msgspec.field(name="CSIInfo", default=None)


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

    kind: ClassVar[Kind] = Kind.NODE

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


def share_alike(nodes: Iterable[Node]) -> None:
    """Make one object of what nodes have alike: their engines' plugins and versions, their platforms.

    Args:
        nodes: which nobody else has yet.

    An engine has a dozen plugins and more, the same ones as its neighbours: of 5,000 nodes they would be 13 MB.
    """
    plugins: dict[tuple[Plugin, ...] | None, tuple[Plugin, ...] | None] = {}
    versions: dict[str, str] = {}
    platforms: dict[Platform, Platform] = {}
    for node in nodes:
        description, engine = node.description, node.description.engine
        if engine.plugins:
            force_setattr(engine, "plugins", plugins.setdefault(engine.plugins, engine.plugins))
            force_setattr(engine, "engine_version", versions.setdefault(engine.engine_version, engine.engine_version))
        if description.platform.os:
            force_setattr(description, "platform", platforms.setdefault(description.platform, description.platform))
