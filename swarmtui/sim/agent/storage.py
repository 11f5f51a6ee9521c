"""What lies on a machine beside its tasks: old images, volumes, containers that are no task's or a forgotten one's."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from swarmtui.sim.objects.spec import JSON

MIB = 1 << 20


@dataclass
class Left:
    """A container that no task needs.

    Attributes:
        labels: those of a task that the swarm has forgotten; none for one that somebody started by hand.
        size: bytes that it has written.
    """

    id: str
    name: str
    image: str
    created: float
    running: bool = False
    labels: dict[str, str] = field(default_factory=dict)
    size: int = 0


@dataclass
class Storage:
    """Attributes:
    untagged: images without a tag: the ID (without "sha256:") and the size.
    volumes: the local ones, by name: bytes in them.
    containers: by ID.
    cache: bytes of build cache.
    warnings: what the engine warns of in `GET /info`.
    """

    untagged: dict[str, int] = field(default_factory=dict)
    volumes: dict[str, int] = field(default_factory=dict)
    containers: dict[str, Left] = field(default_factory=dict)
    cache: int = 0
    warnings: list[str] = field(default_factory=list)

    def leave(
        self, name: str, image: str, created: float, *, running: bool = False, service: JSON | None = None
    ) -> str:
        """Have a container lie about; returns its ID.

        Args:
            service: ID and name of the service that it was a task of.
        """
        rng = random.Random(name)
        id = f"{rng.getrandbits(256):064x}"
        labels = {}
        if service is not None:
            labels = {
                "com.docker.swarm.service.id": service["ID"],
                "com.docker.swarm.service.name": service["Name"],
                "com.docker.swarm.task": "",
                "com.docker.swarm.task.id": name.rpartition(".")[2],
                "com.docker.swarm.task.name": name,
            }
        self.containers[id] = Left(id, name, image, created, running, labels, rng.randrange(1, 40) * MIB)
        return id


def image_id(image: str) -> str:
    """The ID of the image of a name: the same on all machines."""
    return f"sha256:{random.Random(image).getrandbits(256):064x}"


def image_size(image: str) -> int:
    """Made up, but the same on all machines."""
    return random.Random(f"{image}-size").randrange(20, 400) * MIB


def volume_size(name: str) -> int:
    """Made up, for a volume that a task uses."""
    return random.Random(f"{name}-volume").randrange(1, 4000) * MIB
