"""Whether tasks may use a cluster volume. Source: docker/cli cli/command/volume/update.go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, EngineCall, Impact, Progress, Target
from swarmtui.swarm.actions.wording import docker, impact_of, note, warning, without_quorum
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.short_text import listed
from swarmtui.swarm.volumes.listed import ListedVolume

__all__ = ["AVAILABILITIES", "SetVolumeAvailability"]

AVAILABILITIES = ("active", "pause", "drain")


@dataclass(frozen=True)
class SetVolumeAvailability(EngineCall):
    """Set it. The volume is sent whole, as it was listed: nothing else of it can be changed.

    Attributes:
        target: the swarm, by the volume's name.
        volume: as it was listed.
        availability: one of `AVAILABILITIES`.
    """

    name: ClassVar[str] = names.SET_VOLUME_AVAILABILITY
    verb: ClassVar[str] = "Set"
    path: ClassVar[str] = "/volumes/{id}"
    method: ClassVar[str] = "PUT"

    target: Target
    volume: ListedVolume
    availability: str

    @classmethod
    def of(cls, volume: ListedVolume, availability: str) -> SetVolumeAvailability:
        """Set it.

        Raises:
            NotPossible: it is so already.
        """
        if volume.availability == availability:
            raise NotPossible(f"{volume.name} is already {availability}.")
        return cls(Target(Kind.SWARM, volume.id, volume.name, volume.version), volume, availability)

    @property
    def title(self) -> str:
        return f"Set the cluster volume {self.volume.name} from {self.volume.availability} to {self.availability}"

    @property
    def button(self) -> str:
        return f"Set it to {self.availability}"

    @property
    def docker_command(self) -> str:
        return docker("volume", "update", "--availability", self.availability, self.volume.name)

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"version": str(self.volume.version)}

    def body(self) -> Mapping[str, Any]:
        return {"Spec": {**self.volume.spec, "Availability": self.availability}}

    def impact(self, cluster: Cluster) -> Impact:
        return impact_of([*without_quorum(cluster), *self._meaning(cluster)])

    def _meaning(self, cluster: Cluster) -> Iterator[Consequence]:
        users = self.volume.users(cluster)
        if self.availability == "active":
            yield note("Tasks may use it again; those that wait for it start.")
        elif self.availability == "pause":
            yield note("Tasks that use it now keep it. New ones wait until it is active.")
        else:
            yield warning("Swarm stops the tasks that use it, and it is taken off the nodes. New ones wait.")
        if users and self.availability != "active":
            yield warning(f"Mounted by {listed(users)}.")
        elif not users:
            yield note("No service mounts it.")

    def progress(self, cluster: Cluster) -> Progress:
        return Progress(f"{self.volume.name} is {self.availability}", settled=True)
