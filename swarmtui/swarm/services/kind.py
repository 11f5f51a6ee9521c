"""What a service is to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.destinations import Destination, to_networks, to_nodes, to_stack, to_things
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.natural import natural
from swarmtui.swarm.object_kind import ObjectKind
from swarmtui.swarm.objects.file import ConfigFile, SecretFile
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks.states import holds_a_place

if TYPE_CHECKING:
    from swarmtui.swarm.describe.document import Section
    from swarmtui.swarm.describe.loose_json import Raw
    from swarmtui.swarm.describe.scene import Scene

__all__ = ["SERVICE"]

T = TypeVar("T", SecretFile, ConfigFile)


def _related(cluster: Cluster, service: Service) -> Iterator[Destination]:
    yield from to_stack(service)
    yield Destination(Kind.TASK, service.id, f"tasks of {service.name}")
    yield from to_nodes(cluster, (t for t in cluster.tasks_of(service.id) or () if holds_a_place(t)))
    yield from to_networks(cluster, service)
    yield from to_things(_named(cluster.secrets, service.secret_ids))
    yield from to_things(_named(cluster.configs, service.config_ids))


def _named(known: Mapping[str, T] | None, ids: frozenset[str]) -> list[T]:
    return sorted(((known or {})[each] for each in ids if each in (known or {})), key=lambda each: natural(each.name))


def _describe(raw: Raw, scene: Scene) -> tuple[Section, ...]:
    from swarmtui.swarm.services.description import describe_service

    return describe_service(raw, scene)


SERVICE = ObjectKind(
    kind=Kind.SERVICE,
    type=Service,
    listed=True,
    query={"status": "true"},
    touches=(Kind.NODE, Kind.SERVICE),
    has_log=True,
    all_of=lambda cluster: cluster.services.values(),
    summary=lambda cluster, service: f"{service.spec.mode.name}  {short_image(service.image)}",
    describe=_describe,
    related=_related,
)
