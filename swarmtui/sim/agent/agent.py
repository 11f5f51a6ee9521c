"""A node's agent: it brings tasks to life step by step and tells the managers how they fare.

Source: swarmkit agent/exec/controller.go and moby daemon/cluster/executor/container. A task that is at rest has no
timer: only what is under way costs anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.sim.agent.images import Behaviour, Images
from swarmtui.sim.agent.run import Run
from swarmtui.sim.clock import Clock
from swarmtui.sim.objects import states
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.objects import Task
from swarmtui.sim.objects.spec import JSON, SECOND

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.manager.dispatcher import Dispatcher

GOSSIP = 2.0
"""Seconds between taking a container out of load balancing and stopping it (defaultGossipConvergeDelay)."""
KILLED = 137

ContainerEvent = Callable[["Machine", "Run", str], None]


class Agent:
    """Runs the tasks of one machine."""

    def __init__(
        self, machine: Machine, clock: Clock, rng: random.Random, ids: Identities, images: Images, tell: ContainerEvent
    ) -> None:
        self.machine = machine
        self.runs: dict[str, Run] = {}
        self._clock, self._rng, self._ids, self._images = clock, rng, ids, images
        self._tell = tell
        self._dispatcher: Dispatcher | None = None
        self._unreported: dict[str, None] = {}

    # --- the session with the managers ---

    def connect(self, dispatcher: Dispatcher) -> None:
        """A session has begun: report what is new, take over what the managers want."""
        self._dispatcher = dispatcher
        wanted = {task.id: task for task in dispatcher.tasks_of(self.machine.node_id)}
        for task_id in list(self._unreported):
            run = self.runs.get(task_id)
            if run is not None:
                self._report(run)
        self._unreported.clear()
        for task_id in [each for each in self.runs if each not in wanted]:
            self.forget(task_id)
        for task in wanted.values():
            self.assigned(task)

    def work_again(self) -> None:
        """The engine takes work again: it looks at what it has been given meanwhile."""
        if self._dispatcher is not None:
            self.connect(self._dispatcher)

    def _report(self, run: Run) -> None:
        dispatcher = self._dispatcher
        if dispatcher is not None and self.machine.reachable and dispatcher.connected(self.machine.node_id):
            dispatcher.report(run)
        else:
            self._unreported[run.task.id] = None

    def assigned(self, task: Task) -> None:
        """The managers gave this node a task, or want something else of it."""
        run = self.runs.get(task.id)
        if run is None:
            if task.ended or self.machine.idle:
                return
            run = self.runs[task.id] = Run(task)
            if task.desired <= states.COMPLETE:
                self._after(run, self._rng.uniform(0.02, 0.12), self._accept)
                return
        if run.desired == task.desired and run.timer is not None:
            return
        run.desired = task.desired
        self._reconsider(run)

    def forget(self, task_id: str) -> None:
        """The managers have no such task any more: its container is removed."""
        run = self.runs.pop(task_id, None)
        self._unreported.pop(task_id, None)
        if run is None:
            return
        _stop_timer(run)
        if run.alive:
            self._die(run, KILLED)
        if run.has_container:
            self._tell(self.machine, run, "destroy")

    def dissolve(self) -> None:
        """This machine is in the swarm no more."""
        for task_id in list(self.runs):
            self.forget(task_id)
        self._dispatcher = None

    # --- steps of a task ---

    def _after(self, run: Run, delay: float, step: Callable[[Run], None]) -> None:
        _stop_timer(run)

        def go() -> None:
            run.timer = None
            step(run)

        run.timer = self._clock.later(delay, go)

    def _move(self, run: Run, state: int, message: str, err: str = "") -> None:
        run.state, run.message, run.err = state, message, err
        run.timestamp = self._clock.now() + self.machine.clock_ahead
        self._report(run)

    def _fail(self, run: Run, err: str) -> None:
        """Rejected before its container was started, failed after; the message is that of the last step."""
        state = states.FAILED if run.state >= states.STARTING else states.REJECTED
        self._move(run, state, run.message, err)

    def _reconsider(self, run: Run) -> None:
        """What the managers want has changed."""
        if run.state >= states.COMPLETE:
            return
        if run.desired >= states.SHUTDOWN:
            if not run.stopping:
                self._shut_down(run)
        elif run.state == states.READY and run.desired >= states.RUNNING:
            self._after(run, self._rng.uniform(0.01, 0.05), self._starting)
        elif run.state == states.ASSIGNED and run.timer is None:
            self._after(run, 0.02, self._accept)

    def _accept(self, run: Run) -> None:
        self._move(run, states.ACCEPTED, "accepted")
        self._after(run, self._rng.uniform(0.01, 0.05), self._prepare)

    def _prepare(self, run: Run) -> None:
        self._move(run, states.PREPARING, "preparing")
        image = run.task.spec.task.image
        behaviour = self._images.behaviour(image)
        if image in self.machine.cached_images and behaviour.exists:
            self._after(run, self._rng.uniform(0.1, 0.4), self._prepared)
        else:
            pull = behaviour.pull if behaviour.pull is not None else self._rng.uniform(0.8, 3.0)
            self._after(run, pull if behaviour.exists else self._rng.uniform(0.2, 0.8), self._pulled)

    def _pulled(self, run: Run) -> None:
        image = run.task.spec.task.image
        behaviour = self._images.behaviour(image)
        if not behaviour.exists:
            self._fail(run, behaviour.error.format(image=image))
            return
        self.machine.cached_images[image] = None
        self._prepared(run)

    def _prepared(self, run: Run) -> None:
        run.container_id = self._ids.hex()
        run.created = self._clock.now()
        self._tell(self.machine, run, "create")
        self._move(run, states.READY, "prepared")
        if run.desired >= states.RUNNING:
            self._after(run, self._rng.uniform(0.01, 0.05), self._starting)

    def _starting(self, run: Run) -> None:
        self._move(run, states.STARTING, "starting")
        start = self._behaviour(run).start
        self._after(run, self._rng.uniform(0.2, 0.7) if start is None else start, self._process_up)

    def _process_up(self, run: Run) -> None:
        run.pid = self.machine.next_pid()
        run.started = self._clock.now()
        self._tell(self.machine, run, "start")
        behaviour = self._behaviour(run)
        check = self._health_period(run, behaviour)
        if check is None:
            self._running(run)
            return
        run.health = "starting"
        interval, retries, grace = check
        run.check, run.check_every = _check(run), interval
        run.ill_since = None if behaviour.healthy else run.started
        self._report(run)
        ends = behaviour.exits_after
        if ends is not None and ends < interval:
            self._after(run, ends, self._exit)
        elif behaviour.healthy:
            self._after(run, interval, self._healthy)
        else:
            self._after(run, grace + interval * retries, self._unhealthy)

    def _healthy(self, run: Run) -> None:
        run.health = "healthy"
        self._tell(self.machine, run, "health_status: healthy")
        self._running(run)

    def _running(self, run: Run) -> None:
        self._move(run, states.RUNNING, "started")
        ends = self._behaviour(run).exits_after
        if ends is not None:
            self._after(run, max(run.started + ends - self._clock.now(), 0.0), self._exit)

    def _exit(self, run: Run) -> None:
        """The process ends by itself."""
        behaviour = self._behaviour(run)
        self.end(run, behaviour.exit_code, oom=behaviour.oom)

    def end(self, run: Run, code: int, *, oom: bool = False) -> None:
        """The process ends with a code, whoever ended it.

        Args:
            oom: the kernel has killed it for its memory.
        """
        _stop_timer(run)
        run.oom = oom
        sick = run.sick
        self._die(run, code)
        if code == 0:
            self._move(run, states.COMPLETE, "finished")
        else:
            cause = ": dockerexec: unhealthy container" if sick else ""
            self._fail(run, f"task: non-zero exit ({code}){cause}")

    def _unhealthy(self, run: Run) -> None:
        """Enough checks have failed: the container is stopped, which is its failure."""
        run.health, run.sick = "unhealthy", True
        self._tell(self.machine, run, "health_status: unhealthy")
        self._after(run, self._stop_time(run), lambda each: self.end(each, KILLED))

    def fall_ill(self, run: Run) -> None:
        """Let the health check of a running container fail from now on."""
        check = self._health_period(run, self._behaviour(run))
        if run.alive and check is not None and not run.sick:
            run.ill_since = run.ill_since or self._clock.now()
            self._after(run, check[0] * check[1], self._unhealthy)

    # --- ending ---

    def _shut_down(self, run: Run) -> None:
        run.stopping = True
        if not run.alive:
            self._after(run, self._rng.uniform(0.01, 0.1), self._stopped)
            return
        gossip = GOSSIP if run.task.addresses else 0.0
        self._after(run, gossip + self._stop_time(run), self._stopped)

    def _stop_time(self, run: Run) -> float:
        usual = self._behaviour(run).stop
        takes = self._rng.uniform(0.1, 1.2) if usual is None else usual
        return min(takes, run.task.spec.task.stop_grace)

    def _stopped(self, run: Run) -> None:
        if run.alive:
            grace = run.task.spec.task.stop_grace
            stubborn = (self._behaviour(run).stop or 0.0) >= grace
            self._die(run, KILLED if stubborn else 0)
        self._move(run, states.SHUTDOWN, "shutdown")

    def _die(self, run: Run, code: int) -> None:
        run.pid, run.exit_code = 0, code
        run.finished = self._clock.now()
        run.health = "" if not run.health else "unhealthy"
        self._tell(self.machine, run, "die")

    # --- the machine's fate ---

    def machine_died(self) -> None:
        """The power is off: nothing continues."""
        for run in self.runs.values():
            _stop_timer(run)
        self._dispatcher = None

    def machine_stopped(self) -> None:
        """The engine is stopped: containers run on, but nobody looks after them."""
        for run in self.runs.values():
            _stop_timer(run)
        self._dispatcher = None

    def machine_back(self, *, lost_containers: bool) -> None:
        """The engine runs again: it finds its containers, dead or alive, and continues where it was."""
        for run in list(self.runs.values()):
            if run.state >= states.COMPLETE:
                continue
            if run.alive and lost_containers:
                run.sick = False
                if run.stopping:
                    self._die(run, KILLED)
                    self._move(run, states.SHUTDOWN, "shutdown")
                else:
                    self.end(run, KILLED)
            else:
                self._resume(run)

    def _resume(self, run: Run) -> None:
        if run.stopping:
            self._after(run, self._stop_time(run), self._stopped)
        elif run.state in (states.ASSIGNED, states.ACCEPTED, states.PREPARING):
            self._after(run, self._rng.uniform(0.1, 0.5), self._accept_again)
        elif run.state == states.STARTING:
            self._after(run, 0.2, self._running if run.alive else self._process_up)
        elif run.state == states.RUNNING:
            ends = self._behaviour(run).exits_after
            if ends is not None:
                self._after(run, max(run.started + ends - self._clock.now(), 0.1), self._exit)

    def _accept_again(self, run: Run) -> None:
        if run.state == states.ASSIGNED:
            self._accept(run)
        else:
            self._prepare(run)

    # --- how containers behave ---

    def _behaviour(self, run: Run) -> Behaviour:
        behaviour = self._images.behaviour(run.task.spec.task.image)
        if behaviour.exits_after is None and run.task.iteration is not None:
            return _JOB
        return behaviour

    def _health_period(self, run: Run, behaviour: Behaviour) -> tuple[float, int, float] | None:
        """Interval, retries and start period of the health check; None without one."""
        check = run.task.spec.task.healthcheck
        test = (check or {}).get("Test") or []
        if test[:1] == ["NONE"] or (not test and not behaviour.checked):
            return None
        given = check or {}
        interval = (given.get("Interval") or (2 * SECOND if behaviour.checked and not test else 30 * SECOND)) / SECOND
        return interval, given.get("Retries") or 3, (given.get("StartPeriod") or 0) / SECOND


_JOB = Behaviour(exits_after=8.0, exit_code=0)
"""What a job's container does when nothing else is said: its work."""


def _check(run: Run) -> JSON:
    """The health check as an inspection shows it: the spec's, else the image's own."""
    given = run.task.spec.task.healthcheck or {}
    if given.get("Test"):
        return given
    test = ["CMD-SHELL", "curl -fsS http://localhost/ || exit 1"]
    return {"Interval": 2 * SECOND, "Retries": 3, **given, "Test": test}


def _stop_timer(run: Run) -> None:
    if run.timer is not None:
        run.timer.cancel()
        run.timer = None
