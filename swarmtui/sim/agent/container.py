"""Containers of an engine: how their process fares. What they are to run, a task or somebody's command line says."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from swarmtui.sim.agent.images import image_id
from swarmtui.sim.objects.spec import JSON

if TYPE_CHECKING:
    from swarmtui.sim.agent.health.monitor import Monitor
    from swarmtui.sim.agent.local_networks import Endpoint
    from swarmtui.sim.clock import Timer
    from swarmtui.sim.objects.objects import Network


class Container:
    """A container of one engine."""

    __slots__ = (
        "attached",
        "check",
        "check_every",
        "container_id",
        "created",
        "error",
        "exit_code",
        "finished",
        "health",
        "ill_since",
        "monitor",
        "oom",
        "output",
        "paused",
        "pid",
        "removed",
        "started",
        "timer",
        "updated",
        "written",
    )

    def __init__(self) -> None:
        self.container_id: str | None = None
        self.pid = 0
        self.exit_code = 0
        self.error = ""
        """Why it could not be started."""
        self.created = self.started = self.finished = 0.0
        self.health = ""
        """"starting", "healthy", "unhealthy", or "" without a health check."""
        self.check: JSON | None = None
        self.check_every = 0.0
        """The check itself, and the seconds between two of it."""
        self.monitor: Monitor | None = None
        """What runs the check, where its command is known."""
        self.ill_since: float | None = None
        """Since when it fails."""
        self.oom = False
        """Whether the kernel has killed it for its memory."""
        self.paused = False
        self.removed = False
        """Whether somebody has removed the container, which the task still names."""
        self.written: dict[str, bytes] = {}
        """Files that were copied into the container, or made there, by path."""
        self.attached: dict[str, tuple[Network, Endpoint]] = {}
        """The networks of the swarm that somebody has attached it to, by ID."""
        self.updated: JSON = {}
        """What somebody has changed of its HostConfig since."""
        self.output: list[tuple[float, int, str]] | None = None
        """What it wrote: time, stream, text; None where that is made up."""
        self.timer: Timer | None = None

    @property
    def name(self) -> str:
        """As `docker ps` has it."""
        raise NotImplementedError

    @property
    def image(self) -> str:
        """The name of its image."""
        raise NotImplementedError

    @property
    def source(self) -> str:
        """What decides what its image is: the name that was pulled, or the ID of one that was made here."""
        return self.image

    @property
    def image_id(self) -> str:
        return image_id(self.source)

    @property
    def labels(self) -> dict[str, str]:
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.pid != 0

    @property
    def has_container(self) -> bool:
        return bool(self.container_id) and not self.removed

    @property
    def shown_state(self) -> str:
        """As `docker ps` calls it."""
        if self.alive:
            return "paused" if self.paused else "running"
        return "exited" if self.finished else "created"

    def mounts(self) -> list[JSON]:
        """What is mounted, as an inspection shows it."""
        return []

    def volumes(self) -> list[tuple[str, dict[str, str] | None]]:
        """The local volumes among that, with the labels they are made with."""
        return [(str(each["Name"]), None) for each in self.mounts() if each["Type"] == "volume"]


class Plain(Container):
    """A container that is no task's: somebody made it, or the swarm has forgotten its task.

    Attributes:
        config: what it was created with.
        host: the HostConfig among that.
        size: bytes that it has written.
    """

    __slots__ = ("_image", "_labels", "_source", "called", "config", "host", "restarts", "size")

    def __init__(
        self, id: str, name: str, image: str, created: float, config: JSON, host: JSON, source: str = ""
    ) -> None:
        super().__init__()
        self._source = source or image
        self.container_id, self.called, self._image, self.created = id, name, image, created
        self.config, self.host = config, host
        self._labels: dict[str, str] = dict(config.get("Labels") or {})
        self.restarts = 0
        self.size = 0

    @property
    def name(self) -> str:
        return self.called

    @property
    def image(self) -> str:
        return self._image

    @property
    def source(self) -> str:
        return self._source

    @property
    def labels(self) -> dict[str, str]:
        return self._labels

    def mounts(self) -> list[JSON]:
        shown = [_bound(str(each)) for each in self.host.get("Binds") or []]
        shown += [mounted(each, str(self.container_id)) for each in self.host.get("Mounts") or []]
        shown += [mounted({"Type": "volume", "Target": each}, str(self.container_id)) for each in self._anonymous()]
        return shown

    def _anonymous(self) -> Sequence[str]:
        return list(self.config.get("Volumes") or {})


def _bound(text: str) -> JSON:
    """A mount in its short notation, "source:target:mode"."""
    source, _, rest = text.partition(":")
    target, _, mode = rest.partition(":")
    kind = "bind" if source.startswith("/") else "volume"
    shown = mounted({"Type": kind, "Source": source, "Target": target, "ReadOnly": "ro" in mode.split(",")}, "")
    return {**shown, "Mode": mode or shown["Mode"]}


def mounted(given: Mapping[str, object], container: str) -> JSON:
    """A mount as an inspection of its container shows it; a volume without a name gets one."""
    kind, source = str(given.get("Type") or "volume"), str(given.get("Source") or "")
    target = str(given.get("Target") or "")
    shown: JSON = {"Type": kind, "Source": source, "Destination": target, "Mode": ""}
    if kind == "volume":
        source = source or f"{random.Random(f'{container}-{target}').getrandbits(256):064x}"
        shown |= {"Name": source, "Source": f"/var/lib/docker/volumes/{source}/_data", "Driver": "local", "Mode": "z"}
    return {**shown, "RW": not given.get("ReadOnly"), "Propagation": "rprivate" if kind == "bind" else ""}
