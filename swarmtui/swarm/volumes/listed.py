"""Cluster volumes one by one, as `GET /volumes` lists them: what each is, and who has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis.cluster_volumes import GROUP, cluster_mounts
from swarmtui.swarm.natural import natural
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.specs.fields import field_of, part_of
from swarmtui.swarm.units import size_text

__all__ = ["NONE", "TOO_OLD", "ListedVolume", "knows_volumes", "volumes_in"]

FIRST_VERSION = (1, 42)
TOO_OLD = "This engine speaks API {}, and cluster volumes began with 1.42 (Docker 23)."
NONE = (
    "This swarm has no cluster volumes. A CSI plugin on the nodes makes them: docker plugin install PLUGIN, then on a"
    " manager docker volume create --driver PLUGIN --type mount --scope single NAME."
)


def knows_volumes(api_version: str) -> bool:
    """Whether an engine that speaks this version has cluster volumes; an unknown version counts as new."""
    try:
        return tuple(map(int, api_version.split("."))) >= FIRST_VERSION
    except ValueError:
        return True


@dataclass(frozen=True)
class ListedVolume:
    """A cluster volume.

    Attributes:
        id, name, driver: the last is its CSI plugin.
        version: `Version.Index`.
        spec: its raw spec.
        capacity: in bytes; 0 where its plugin has not said it.
        made: its plugin has made it.
        published: the IDs of the nodes where it is mounted, each with the state of that.
    """

    id: str
    name: str
    driver: str
    version: int
    spec: Mapping[str, Any] = field(repr=False)
    capacity: int = 0
    made: bool = False
    published: tuple[tuple[str, str], ...] = ()

    @property
    def availability(self) -> str:
        return str(self.spec.get("Availability") or "active")

    @property
    def group(self) -> str:
        return str(self.spec.get("Group") or "")

    def where(self, cluster: Cluster) -> str:
        """Where it is: "on wrk1", "not in use"."""
        if not self.made:
            return f"not created yet by {self.driver}"
        names = [cluster.node_name(node) for node, _ in self.published]
        return f"on {listed(names)}" if names else "not in use"

    def users(self, cluster: Cluster) -> list[str]:
        """The services that mount it, or any of its group."""
        sources = {self.name, *([GROUP + self.group] if self.group else [])}
        return [
            service.name
            for service in cluster.services.values()
            if any(mount.source in sources for mount in cluster_mounts(service))
        ]

    def facts(self, cluster: Cluster) -> Iterator[tuple[str, str]]:
        """All that is to be told of it, each with its name; what is not known is left out."""
        mode = part_of(self.spec, "AccessMode")
        wanted = part_of(self.spec, "CapacityRange")
        yield "plugin", self.driver
        yield "ID", self.id
        yield "group", self.group
        yield "use", "as a block device" if mode.get("BlockVolume") is not None else "mounted"
        yield "nodes at a time", str(mode.get("Scope") or "single")
        yield "sharing", str(mode.get("Sharing") or "none")
        yield "capacity", size_text(self.capacity) if self.capacity else ""
        for what, key in (("at least", "RequiredBytes"), ("at most", "LimitBytes")):
            yield what, size_text(int(wanted[key])) if wanted.get(key) else ""
        yield "published", ", ".join(f"{cluster.node_name(node)} ({state})" for node, state in self.published)
        yield "services", listed(self.users(cluster)) if self.users(cluster) else "none"


def volumes_in(answer: Any) -> tuple[ListedVolume, ...]:
    """The cluster volumes of a decoded answer of `GET /volumes`, by name."""
    found = (answer.get("Volumes") if isinstance(answer, Mapping) else None) or ()
    volumes = (_read(each) for each in found if isinstance(each, Mapping) and each.get("ClusterVolume"))
    return tuple(sorted(volumes, key=lambda volume: natural(volume.name)))


def _read(raw: Mapping[str, Any]) -> ListedVolume:
    part = part_of(raw, "ClusterVolume")
    info = part_of(part, "Info")
    published = [each for each in part.get("PublishStatus") or () if isinstance(each, Mapping)]
    return ListedVolume(
        id=str(part.get("ID") or ""),
        name=str(raw.get("Name") or ""),
        driver=str(raw.get("Driver") or ""),
        version=int(field_of(part, "Version", "Index") or 0),
        spec=part_of(part, "Spec"),
        capacity=int(info.get("CapacityBytes") or 0),
        made=bool(info.get("VolumeID")),
        published=tuple((str(each.get("NodeID") or ""), str(each.get("State") or "")) for each in published),
    )
