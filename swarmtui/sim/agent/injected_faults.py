"""Faults on request: machines that die, stop, are cut off; slow engines; containers that end or fall ill."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from swarmtui.sim.agent.images import Behaviour
from swarmtui.sim.agent.run import Run
from swarmtui.sim.objects import states

if TYPE_CHECKING:
    from swarmtui.sim.agent.machine import Machine
    from swarmtui.sim.cluster import Cluster

Watcher = Callable[[str], None]


class Faults:
    """What can be broken, and mended again. Machines are named by ID or hostname."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._watchers: list[Watcher] = []

    def watch(self, watcher: Watcher) -> None:
        """Be told of each machine (by ID) whose condition has changed."""
        self._watchers.append(watcher)

    # --- machines ---

    def kill(self, name: str) -> None:
        """Pull a machine's plug: its engine and all its containers are gone."""
        machine = self._cluster.machine(name)
        if machine.condition == "dead":
            return
        machine.condition = "dead"
        if machine.agent is not None:
            machine.agent.machine_died()
        self._changed(machine)

    def stop(self, name: str) -> None:
        """Let an engine hang: it accepts connections and answers nothing; its containers run on."""
        machine = self._cluster.machine(name)
        if machine.condition != "up":
            return
        machine.condition = "stopped"
        if machine.agent is not None:
            machine.agent.machine_stopped()
        self._changed(machine)

    def cut(self, name: str) -> None:
        """Pull a machine's network cable: all continues there, and nobody hears of it."""
        machine = self._cluster.machine(name)
        machine.cut = True
        self._changed(machine)

    def cut_raft(self, name: str) -> None:
        """Block what managers say to each other: one of them is out of reach, and its node ready."""
        machine = self._cluster.machine(name)
        machine.raft_cut = True
        self._changed(machine)

    def idle(self, name: str) -> None:
        """Let an engine start nothing new, although it still answers the managers."""
        self._cluster.machine(name).idle = True

    def set_clock(self, name: str, ahead: float) -> None:
        """Let a machine's clock be that many seconds ahead."""
        self._cluster.machine(name).clock_ahead = ahead

    def revive(self, name: str) -> None:
        """Undo whatever was done to a machine. A killed manager of a locked swarm comes back locked."""
        machine = self._cluster.machine(name)
        condition, machine.condition = machine.condition, "up"
        machine.cut, machine.delay, machine.clock_ahead = False, 0.0, 0.0
        machine.raft_cut = machine.idle = False
        swarm = self._cluster.store.swarm
        if condition == "dead" and machine.role == "manager" and swarm is not None and swarm.autolock:
            machine.locked = True
        if condition != "up" and machine.agent is not None and not machine.locked:
            machine.agent.machine_back(lost_containers=condition == "dead")
        elif condition == "up" and machine.agent is not None:
            machine.agent.work_again()
        self._changed(machine)

    def slow(self, name: str, seconds: float) -> None:
        """Let an engine take its time for every answer (real seconds)."""
        self._cluster.machine(name).delay = seconds

    def path(self, name: str, path: str, *, there: bool | None) -> None:
        """Let a machine have a path for bind mounts, or lack it; None for what is usual."""
        self._cluster.machine(name).paths.say(path, there=there)

    def _changed(self, machine: Machine) -> None:
        self._cluster.reachability_changed(machine)
        for watcher in list(self._watchers):
            watcher(machine.id)

    # --- images and containers ---

    def image(self, name: str, behaviour: Behaviour) -> None:
        """Let an image ("shop/api:2.2") or all tags of one ("shop/api") behave so, for containers from now on."""
        self._cluster.images.rule(name, behaviour)

    def crash(self, task_id: str, code: int = 1) -> None:
        """Let the process of a running task end."""
        machine, run = self._find(task_id)
        if run is not None and run.alive and machine.agent is not None:
            machine.agent.end(run, code)
            self._cluster.commit()

    def sicken(self, task_id: str) -> None:
        """Let the health check of a running task fail from now on; nothing happens to one without."""
        machine, run = self._find(task_id)
        if run is not None and run.state == states.RUNNING and machine.agent is not None:
            machine.agent.fall_ill(run)

    def _find(self, task_id: str) -> tuple[Machine, Run | None]:
        task = self._cluster.store.tasks[task_id]
        machine = self._cluster.machine(task.node_id)
        return machine, machine.agent.runs.get(task_id) if machine.agent is not None else None
