"""What lies on a machine beside its tasks: old images, volumes, containers that are no task's or a forgotten one's."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from swarmtui.sim.agent.container import Plain
from swarmtui.sim.agent.images import MIB
from swarmtui.sim.objects.spec import JSON


@dataclass
class Volume:
    """A volume of one engine.

    Attributes:
        size: bytes in it.
        created: when it was made, 0 for before all else.
    """

    size: int
    created: float = 0.0
    labels: dict[str, str] | None = None
    options: JSON | None = None


@dataclass
class Storage:
    """Attributes:
    untagged: images without a tag: the ID (without "sha256:") and the size.
    tags: names that were given to images here: the name that the image was pulled by.
    volumes: the local ones, by name.
    containers: by ID.
    cache: bytes of build cache.
    warnings: what the engine warns of in `GET /info`.
    """

    untagged: dict[str, int] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    volumes: dict[str, Volume] = field(default_factory=dict)
    containers: dict[str, Plain] = field(default_factory=dict)
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
        self.containers[id] = left = Plain(id, name, image, created, {"Cmd": ["sh"], "Labels": labels}, {})
        left.size, left.started = rng.randrange(1, 40) * MIB, created
        left.pid, left.finished = (3000 + rng.randrange(9000), 0.0) if running else (0, created + 1.0)
        return id


def volume_size(name: str) -> int:
    """Made up, for a volume that a task uses."""
    return random.Random(f"{name}-volume").randrange(1, 4000) * MIB
