"""Cluster volumes, as the Engine API gives them since 1.42: volumes of the swarm, made by a CSI plugin.

They stand among the volumes of `GET /volumes`, the engine's own ones, which are left out here.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from swarmtui.swarm.objects.base import Record, Version
from swarmtui.swarm.objects.struct_decoders import json_decoder

__all__ = ["CSIPlugin", "ClusterVolume", "Topology", "VolumeAttachment", "decode_cluster_volumes"]


class Topology(Record, frozen=True):
    """A place by its parts, as the storage's plugin names them: {"zone": "a"}."""

    segments: dict[str, str] | None = None

    @property
    def parts(self) -> Mapping[str, str]:
        return self.segments or {}


class CSIPlugin(Record, frozen=True):
    """A CSI plugin on a node, and the place that the node is for it; None where that does not matter."""

    plugin_name: str = ""
    accessible_topology: Topology | None = None


class AccessMode(Record, frozen=True):
    """Scope: "single" or "multi" nodes. Sharing: "none", "readonly", "onewriter" or "all"."""

    scope: str = "single"
    sharing: str = "none"


class ClusterVolumeSpec(Record, frozen=True):
    """What users set. Availability: "active", "pause" or "drain"."""

    group: str = ""
    access_mode: AccessMode = AccessMode()
    availability: str = "active"


class ClusterVolumeInfo(Record, frozen=True):
    """What the plugin has said once it had made the volume: its ID there, and from where it can be reached."""

    volume_id: str = msgspec.field(name="VolumeID", default="")
    accessible_topology: tuple[Topology, ...] | None = None


class SwarmPart(Record, frozen=True):
    """What the swarm keeps of a volume."""

    id: str = msgspec.field(name="ID", default="")
    version: Version = Version()
    spec: ClusterVolumeSpec = ClusterVolumeSpec()
    info: ClusterVolumeInfo | None = None


class ClusterVolume(Record, frozen=True):
    """A volume of the list. `driver` is the name of its CSI plugin."""

    name: str = ""
    driver: str = ""
    cluster_volume: SwarmPart | None = None

    @property
    def id(self) -> str:
        return self.cluster_volume.id if self.cluster_volume is not None else ""

    @property
    def spec(self) -> ClusterVolumeSpec:
        return self.cluster_volume.spec if self.cluster_volume is not None else ClusterVolumeSpec()

    @property
    def is_made(self) -> bool:
        """Whether its plugin has made it: before that the scheduler does not know it."""
        part = self.cluster_volume
        return part is not None and part.info is not None and part.info.volume_id != ""

    @property
    def reachable_from(self) -> tuple[Topology, ...]:
        """The places from which it can be reached; () for all."""
        part = self.cluster_volume
        return (part.info.accessible_topology or ()) if part is not None and part.info is not None else ()


class VolumeAttachment(Record, frozen=True):
    """A cluster volume that a task was given, and the mount that it was given it for."""

    id: str = msgspec.field(name="ID", default="")
    source: str = ""
    target: str = ""


class _Listed(Record, frozen=True):
    volumes: tuple[ClusterVolume, ...] | None = None


_decoder = json_decoder(_Listed)


def decode_cluster_volumes(body: bytes) -> dict[str, ClusterVolume]:
    """The cluster volumes of an answer of `GET /volumes`, by ID.

    Raises:
        msgspec.DecodeError: it is no such answer.
    """
    return {each.id: each for each in _decoder.decode(body).volumes or () if each.id}
