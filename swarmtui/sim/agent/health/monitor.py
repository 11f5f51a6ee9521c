"""Runs a container's health check again and again, and judges it by its results (moby daemon/health.go)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.health.check import Check
from swarmtui.sim.agent.health.log import KEPT, TOOK
from swarmtui.sim.agent.health.probe import Probe
from swarmtui.sim.objects.spec import JSON
from swarmtui.sim.objects.timestamps import iso

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.clock import Clock, Timer

Tell = Callable[[str, Mapping[str, str]], None]


class Monitor:
    """The health of one container."""

    def __init__(
        self,
        container: Container,
        machine: Machine,
        clock: Clock,
        check: Check,
        files: Callable[[], Mapping[str, bytes]],
        changed: Callable[[str], None],
        tell: Tell,
    ) -> None:
        """
        Args:
            files: the files that the swarm gives the container.
            changed: called with a new status, "healthy" or "unhealthy".
            tell: tells of what happens in the container in the events.
        """
        self._container, self._machine, self._clock, self._check = container, machine, clock, check
        self._files, self._changed, self._tell = files, changed, tell
        self._streak = 0
        self._log: list[JSON] = []
        self._timer: Timer | None = None
        self._probe: Probe | None = None

    def begin(self) -> None:
        """The container has started."""
        self._container.health = "starting"
        self._later()

    def close(self) -> None:
        """The container runs no more; the results stay."""
        if self._timer is not None:
            self._timer.cancel()
        if self._probe is not None:
            self._probe.close()

    def shown(self) -> JSON:
        """`State.Health` of an inspection."""
        return {"Status": self._container.health, "FailingStreak": self._streak, "Log": list(self._log)}

    def _later(self) -> None:
        self._timer = self._clock.later(self._pause(), self._run)

    def _pause(self) -> float:
        """Seconds until the next check: fewer while a container is still starting, where its check says so."""
        check, often = self._check, self._machine.release.api >= _START_INTERVAL
        starting = self._container.health == "starting"
        early = self._clock.now() - self._container.started < check.start_period
        return check.start_interval if often and starting and early else check.interval

    def _run(self) -> None:
        if self._machine.condition != "up" or self._container.paused:
            self._later()
            return
        begun, argv = self._clock.now(), self._check.argv
        number = f"{self._container.container_id}{begun}"
        id = hashlib.sha256(number.encode()).hexdigest()
        for action in ("exec_create", "exec_start"):
            self._tell(f"{action}: {' '.join(argv)}", {"execID": id})

        def done(code: int, output: str) -> None:
            self._probe = None
            self._tell("exec_die", {"execID": id, "exitCode": str(max(code, 0))})
            end = iso(self._clock.now() + TOOK)
            self._log.append({"Start": iso(begun), "End": end, "ExitCode": code, "Output": output})
            del self._log[:-KEPT]
            self._judge(code, begun)
            if self._container.alive:
                self._later()

        if not self._check.known:
            done(0, "")
            return
        self._probe = Probe(self._container, self._machine, self._clock, self._files(), done)
        self._probe.begin(argv, self._check.timeout)

    def _judge(self, code: int, begun: float) -> None:
        """What a result means for the container. Rule: moby daemon/health.go (handleProbeResult)."""
        container, before = self._container, self._container.health
        if code == 0:
            self._streak, container.health = 0, "healthy"
        elif before != "starting" or begun - container.started >= self._check.start_period:
            self._streak += 1
            if self._streak >= self._check.retries:
                container.health = "unhealthy"
        if container.health != before:
            self._tell(f"health_status: {container.health}", {})
            self._changed(container.health)


_START_INTERVAL = (1, 44)
"""The API version from which on engines look more often while a container starts."""
