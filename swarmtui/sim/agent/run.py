"""One task on its node: its container, as the agent sees it. The managers know what was reported of it."""

from __future__ import annotations

from swarmtui.sim.clock import Timer
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import Task
from swarmtui.sim.objects.spec import JSON


class Run:
    """One task on its node: its container, seen from the agent."""

    __slots__ = (
        "check",
        "check_every",
        "container_id",
        "created",
        "desired",
        "err",
        "exit_code",
        "finished",
        "health",
        "ill_since",
        "message",
        "oom",
        "pid",
        "removed",
        "sick",
        "started",
        "state",
        "stopping",
        "task",
        "timer",
        "timestamp",
        "written",
    )

    def __init__(self, task: Task) -> None:
        self.task = task
        self.state = states.ASSIGNED
        self.desired = task.desired
        self.message = task.message
        self.err = ""
        self.timestamp = task.timestamp
        self.container_id: str | None = None
        self.pid = 0
        self.exit_code = 0
        self.created = self.started = self.finished = 0.0
        self.health = ""
        """"starting", "healthy", "unhealthy", or "" without a health check."""
        self.check: JSON | None = None
        self.check_every = 0.0
        """The check itself, and the seconds between two of it."""
        self.ill_since: float | None = None
        """Since when it fails."""
        self.oom = False
        """Whether the kernel has killed it for its memory."""
        self.removed = False
        """Whether somebody has removed the container, which the task still names."""
        self.sick = False
        """Whether its health check has begun to fail."""
        self.stopping = False
        self.written: dict[str, bytes] = {}
        """Files that were copied into the container, by path."""
        self.timer: Timer | None = None

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        return self.pid != 0

    @property
    def has_container(self) -> bool:
        return bool(self.container_id) and not self.removed

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
