"""What becomes of tasks by the health of their containers.

Source: moby daemon/cluster/executor/container/controller.go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from swarmtui.sim.agent.container import Container
from swarmtui.sim.agent.health.check import begin, check_with, health_period
from swarmtui.sim.agent.health.monitor import Monitor
from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.agent.process import KILLED, send, signal_name
from swarmtui.sim.agent.run import Run
from swarmtui.sim.objects import states

if TYPE_CHECKING:
    from swarmtui.sim.agent.agent import Agent
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.clock import Clock

ContainerEvent = Callable[["Machine", Run, str, Mapping[str, str]], None]


class TaskHealth:
    """The health checks of one agent's tasks."""

    def __init__(self, agent: Agent, clock: Clock, tell: ContainerEvent) -> None:
        self._agent, self._clock, self._tell = agent, clock, tell

    def begin(self, run: Run, behaviour: Behaviour) -> bool:
        """A container has started: whether it has a check, for whose first success its task waits."""
        made_up = begin(run, behaviour)
        if made_up is None:
            return False
        passes, fails = made_up
        ends, after = behaviour.exits_after, self._agent.after
        if ends is not None and ends < passes:
            after(run, ends, self._agent.exits)
        elif not behaviour.healthy:
            after(run, fails, self._unhealthy)
        elif ends is not None or not self._monitored(run):
            after(run, passes, self._healthy)
        return True

    def _monitored(self, run: Run) -> bool:
        """Whether its check is run, as what it does is known."""
        machine = self._agent.machine
        check = check_with(run, machine)
        if check is None or not check.known:
            return False

        def changed(status: str) -> None:
            if status == "unhealthy":
                self._stop(run)
            elif run.state == states.STARTING and not run.stopping:
                self._agent.running(run)

        def tell(action: str, more: Mapping[str, str]) -> None:
            self._tell(machine, run, action, more)

        files = self._agent.files
        run.monitor = Monitor(run, machine, self._clock, check, lambda: files(run), changed, tell)
        run.monitor.begin()
        return True

    def _healthy(self, run: Run) -> None:
        run.health = "healthy"
        self._tell(self._agent.machine, run, "health_status: healthy", {})
        self._agent.running(run)

    def _unhealthy(self, run: Run) -> None:
        run.health = "unhealthy"
        self._tell(self._agent.machine, run, "health_status: unhealthy", {})
        self._stop(run)

    def _stop(self, run: Run) -> None:
        """Enough checks have failed: the container is stopped, which is its task's failure."""
        agent, task = self._agent, run.task.spec.task
        run.sick = True
        if run.stopping:
            return
        if str(run.container_id) in agent.machine.processes:
            agent.after(run, task.stop_grace, lambda each: agent.end(each, KILLED))
            send(agent.machine, run, signal_name(str(int(task.stop_signal))) or "TERM")
            return
        code = KILLED if agent.is_stubborn(run) else 128 + task.stop_signal
        agent.after(run, agent.stop_time(run), lambda each: agent.end(each, code))

    def fall_ill(self, run: Run, behaviour: Behaviour) -> None:
        """Let the check of a running container fail from now on."""
        period = health_period(run, behaviour)
        if run.alive and period is not None and not run.sick:
            run.ill_since = run.ill_since or self._clock.now()
            end_monitor(run)
            run.monitor = None
            self._agent.after(run, period[0] * period[1], self._unhealthy)


def end_monitor(run: Container) -> None:
    """Nobody looks after it any more."""
    if run.monitor is not None:
        run.monitor.close()
