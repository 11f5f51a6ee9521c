"""A node's agent: it brings tasks to life step by step and tells the managers how they fare.

Source: swarmkit agent/exec/controller.go and moby daemon/cluster/executor/container. A task that is at rest has no
timer: only what is under way costs anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from signal import SIGKILL
from typing import TYPE_CHECKING

from swarmtui.sim.agent import mounts
from swarmtui.sim.agent.health.of_tasks import TaskHealth, end_monitor
from swarmtui.sim.agent.images import Behaviour, Images, plain
from swarmtui.sim.agent.process import NOT_STARTED, NOTICED, SIGNALS, Process, StartError, process_of, send, signal_name
from swarmtui.sim.agent.run import Run
from swarmtui.sim.agent.task_files import task_files
from swarmtui.sim.clock import Clock
from swarmtui.sim.objects import states
from swarmtui.sim.objects.ids import Identities
from swarmtui.sim.objects.objects import Task

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.manager.dispatcher import Dispatcher

GOSSIP = 2.0
"""Seconds between taking a container out of load balancing and stopping it (defaultGossipConvergeDelay)."""
KILLED = 137

ContainerEvent = Callable[["Machine", "Run", str, Mapping[str, str]], None]


class Agent:
    """Runs the tasks of one machine."""

    def __init__(
        self, machine: Machine, clock: Clock, rng: random.Random, ids: Identities, images: Images, tell: ContainerEvent
    ) -> None:
        self.machine = machine
        self.runs: dict[str, Run] = {}
        self._clock, self._rng, self._ids, self._images = clock, rng, ids, images
        self._tell = tell
        self._health = TaskHealth(self, clock, tell)
        self._dispatcher: Dispatcher | None = None
        self._unreported: dict[str, None] = {}

    # --- the session with the managers ---

    def connect(self, dispatcher: Dispatcher) -> None:
        """A session has begun: report what is new, take over what the managers want."""
        self._dispatcher = dispatcher
        wanted = {task.id: task for task in dispatcher.tasks_of(self.machine.node_id)}
        unreported, self._unreported = self._unreported, {}
        for task_id in unreported:
            run = self.runs.get(task_id)
            if run is not None:
                self._report(run)
        for task_id in [each for each in self.runs if each not in wanted]:
            self.forget(task_id)
        for task in wanted.values():
            self.assigned(task)

    def work_again(self) -> None:
        """The engine takes work again: it looks at what it has been given meanwhile."""
        if self._dispatcher is not None and self._dispatcher.connected(self.machine.node_id):
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
                self.after(run, self._rng.uniform(0.02, 0.12), self._accept)
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
            self._tell(self.machine, run, "destroy", {})

    def dissolve(self) -> None:
        """This machine is in the swarm no more."""
        for task_id in list(self.runs):
            self.forget(task_id)
        self._dispatcher = None

    # --- steps of a task ---

    def after(self, run: Run, delay: float, step: Callable[[Run], None]) -> None:
        """Let the next step of a task come in so many seconds, in place of any other."""
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
            self.after(run, self._rng.uniform(0.01, 0.05), self._starting)
        elif run.state == states.ASSIGNED and run.timer is None:
            self.after(run, 0.02, self._accept)

    def _accept(self, run: Run) -> None:
        if fault := mounts.malformed(run.task.spec.task.container):
            self._move(run, states.REJECTED, "resolving controller failed", fault)
            return
        self._move(run, states.ACCEPTED, "accepted")
        self.after(run, self._rng.uniform(0.01, 0.05), self._prepare)

    def _prepare(self, run: Run) -> None:
        self._move(run, states.PREPARING, "preparing")
        image = run.task.spec.task.image
        behaviour = self._images.behaviour(image)
        named = self.machine.storage.tags.get(plain(image), "")
        run.made_of = named if named in self._images.made else ""
        if run.made_of or (image in self.machine.cached_images and behaviour.exists):
            self.after(run, self._rng.uniform(0.1, 0.4), self._prepared)
        else:
            pull = behaviour.pull if behaviour.pull is not None else self._rng.uniform(0.8, 3.0)
            self.after(run, pull if behaviour.exists else self._rng.uniform(0.2, 0.8), self._pulled)

    def _pulled(self, run: Run) -> None:
        image = run.task.spec.task.image
        behaviour = self._images.behaviour(image)
        if not behaviour.exists:
            self._fail(run, behaviour.error.format(image=image))
            return
        self.machine.cached_images[image] = None
        self._prepared(run)

    def _prepared(self, run: Run) -> None:
        if fault := mounts.missing(run.task.spec.task.container, self.machine.paths):
            self._fail(run, fault)
            return
        run.container_id = self._ids.hex()
        run.created = self._clock.now()
        self._tell(self.machine, run, "create", {})
        self._move(run, states.READY, "prepared")
        if run.desired >= states.RUNNING:
            self.after(run, self._rng.uniform(0.01, 0.05), self._starting)

    def _starting(self, run: Run) -> None:
        self._move(run, states.STARTING, "starting")
        start = self.behaviour(run).start
        self.after(run, self._rng.uniform(0.2, 0.7) if start is None else start, self._process_up)

    def _process_up(self, run: Run) -> None:
        try:
            process = self._process(run)
        except StartError as error:
            run.exit_code, run.error = error.code, error.message
            self._fail(run, f"starting container failed: {error.message}")
            return
        run.pid = self.machine.next_pid()
        run.started = self._clock.now()
        self._tell(self.machine, run, "start", {})
        if process is not None:
            process.begin()
        if self._health.begin(run, self.behaviour(run)):
            self._report(run)
        else:
            self.running(run)

    def files(self, run: Run) -> dict[str, bytes]:
        """The files that the swarm gives a task's container."""
        return task_files(run.task, self._dispatcher.store, self.machine) if self._dispatcher is not None else {}

    def _process(self, run: Run) -> Process | None:
        """What the container runs, where that is known and the image does not say otherwise."""
        if self._dispatcher is not None and (lacks := self._dispatcher.lacking(run.task)):
            raise StartError(NOT_STARTED, lacks)
        if self._dispatcher is None or self._images.behaviour(run.image).exits_after is not None:
            return None
        return process_of(run, self.machine, self._clock, self.files(run), lambda code: self._process_over(run, code))

    def _process_over(self, run: Run, code: int) -> None:
        """The process has ended; its end is noticed a little later."""

        def noticed() -> None:
            if not run.alive or self.machine.condition == "dead":
                return
            if run.stopping:
                _stop_timer(run)
                self._die(run, code)
                self._tell(self.machine, run, "stop", {})
                self._move(run, states.SHUTDOWN, "shutdown")
            else:
                self.end(run, code)

        self._clock.later(NOTICED, noticed)

    def running(self, run: Run) -> None:
        """Its container has started, and is well where that is checked."""
        self._move(run, states.RUNNING, "started")
        ends = self.behaviour(run).exits_after
        if ends is not None:
            self.after(run, max(run.started + ends - self._clock.now(), 0.0), self.exits)

    def exits(self, run: Run) -> None:
        """The process ends by itself."""
        behaviour = self.behaviour(run)
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

    def fall_ill(self, run: Run) -> None:
        """Let the health check of a running container fail from now on."""
        self._health.fall_ill(run, self.behaviour(run))

    # --- ending ---

    def _shut_down(self, run: Run) -> None:
        run.stopping = True
        if not run.alive:
            self.after(run, self._rng.uniform(0.01, 0.1), self._stopped)
            return
        gossip = GOSSIP if any(address for _, address in run.task.addresses) else 0.0
        if str(run.container_id) in self.machine.processes:
            self.after(run, gossip, self._ask_to_stop)
        else:
            self.after(run, gossip + self.stop_time(run), self._stopped)

    def _ask_to_stop(self, run: Run) -> None:
        """Its signal, and after the grace period the end."""
        name = signal_name(str(int(run.task.spec.task.stop_signal))) or "TERM"
        self._tell(self.machine, run, "kill", {"signal": str(SIGNALS[name])})
        self.after(run, run.task.spec.task.stop_grace, self._stopped)
        send(self.machine, run, name)

    def stop_time(self, run: Run) -> float:
        """Seconds that it takes to stop."""
        usual = self.behaviour(run).stop
        takes = self._rng.uniform(0.1, 1.2) if usual is None else usual
        return min(takes, run.task.spec.task.stop_grace)

    def is_stubborn(self, run: Run) -> bool:
        """Whether it has to be killed because it does not stop within its grace period."""
        return (self.behaviour(run).stop or 0.0) >= run.task.spec.task.stop_grace

    def _stopped(self, run: Run) -> None:
        if run.alive:
            known = str(run.container_id) in self.machine.processes
            killed = known or self.is_stubborn(run) or run.task.spec.task.stop_signal == SIGKILL
            self._tell(self.machine, run, "kill", {"signal": "9" if killed else "15"})
            self._die(run, KILLED if killed else 0)
            self._tell(self.machine, run, "stop", {})
        self._move(run, states.SHUTDOWN, "shutdown")

    def _die(self, run: Run, code: int) -> None:
        if (process := self.machine.processes.pop(str(run.container_id), None)) is not None:
            process.close()
        end_monitor(run)
        run.pid, run.exit_code = 0, code
        run.finished = self._clock.now()
        run.health = "" if not run.health else "unhealthy"
        self._tell(self.machine, run, "die", {})

    # --- the machine's fate ---

    def machine_died(self) -> None:
        """The power is off: nothing continues."""
        for run in self.runs.values():
            _stop_timer(run)
        for process in self.machine.processes.values():
            process.close()
        self.machine.processes.clear()
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
            self.after(run, self.stop_time(run), self._stopped)
        elif run.state in (states.ASSIGNED, states.ACCEPTED, states.PREPARING):
            self.after(run, self._rng.uniform(0.1, 0.5), self._accept_again)
        elif run.state == states.STARTING and run.monitor is None:
            self.after(run, 0.2, self.running if run.alive else self._process_up)
        elif run.state == states.RUNNING:
            ends = self.behaviour(run).exits_after
            if ends is not None:
                self.after(run, max(run.started + ends - self._clock.now(), 0.1), self.exits)

    def _accept_again(self, run: Run) -> None:
        if run.state == states.ASSIGNED:
            self._accept(run)
        else:
            self._prepare(run)

    # --- how containers behave ---

    def behaviour(self, run: Run) -> Behaviour:
        """What its container does."""
        behaviour = self._images.behaviour(run.source)
        known = str(run.container_id) in self.machine.processes
        if behaviour.exits_after is None and run.task.iteration is not None and not known:
            return _JOB
        return behaviour


_JOB = Behaviour(exits_after=8.0, exit_code=0)
"""What a job's container does when nothing else is said: its work."""


def _stop_timer(run: Run) -> None:
    if run.timer is not None:
        run.timer.cancel()
        run.timer = None
