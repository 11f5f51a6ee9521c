"""One task on its node: its container, as the agent sees it. The managers know what was reported of it."""

from __future__ import annotations

from swarmtui.sim.agent.container import Container, mounted
from swarmtui.sim.agent.templates import expanded
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Task
from swarmtui.sim.objects.spec import JSON


class Run(Container):
    """One task on its node: its container, seen from the agent."""

    __slots__ = ("desired", "err", "made_of", "message", "sick", "state", "stopping", "task", "timestamp")

    def __init__(self, task: Task) -> None:
        super().__init__()
        self.task = task
        self.state = states.ASSIGNED
        """How far the task has got."""
        self.desired = task.desired
        self.message = task.message
        self.err = ""
        self.timestamp = task.timestamp
        self.sick = False
        """Whether its health check has begun to fail."""
        self.stopping = False
        self.made_of = ""
        """The ID of its image, where that was made on this engine."""

    @property
    def name(self) -> str:
        return self.task.name

    @property
    def image(self) -> str:
        return self.task.spec.task.image

    @property
    def source(self) -> str:
        return self.made_of or self.image

    @property
    def labels(self) -> dict[str, str]:
        """The spec's, and those by which a container tells whose it is."""
        task = self.task
        return {
            **(task.spec.task.container.get("Labels") or {}),
            "com.docker.swarm.node.id": task.node_id,
            "com.docker.swarm.service.id": task.service_id,
            "com.docker.swarm.service.name": task.spec.name,
            "com.docker.swarm.task": "",
            "com.docker.swarm.task.id": task.id,
            "com.docker.swarm.task.name": task.name,
        }

    def _mounts(self) -> list[JSON]:
        given: list[JSON] = self.task.spec.task.container.get("Mounts") or []
        return [{**each, "Source": expanded(str(each.get("Source") or ""), self.task)} for each in given]

    def mounts(self) -> list[JSON]:
        return [mounted(each, str(self.container_id)) for each in self._mounts() if each.get("Type") != "cluster"]

    def volumes(self) -> list[tuple[str, dict[str, str] | None]]:
        shown = [(mounted(each, str(self.container_id)), each) for each in self._mounts()]
        return [
            (str(mount["Name"]), (each.get("VolumeOptions") or {}).get("Labels"))
            for mount, each in shown
            if mount["Type"] == "volume"
        ]

    def status(self) -> tuple[int, str, str, str | None, int]:
        """The status that the agent reports to the managers; its container is included once it is starting."""
        told = self.state >= states.STARTING
        return (
            self.state,
            self.message,
            self.err,
            (self.container_id or "") if told else None,
            self.pid if told else 0,
        )
