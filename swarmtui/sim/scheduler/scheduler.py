"""The scheduler: which node a task goes to. Source: swarmkit manager/scheduler/scheduler.go.

Tasks of one service and version are placed together: evenly over the branches that placement preferences make of the
nodes, then on the nodes that have fewest tasks of the service, then fewest tasks at all.
"""

from __future__ import annotations

import heapq

from swarmtui.sim.clock import Timer
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.objects import states
from swarmtui.sim.objects.objects import ClusterVolume, Node, Task
from swarmtui.sim.scheduler.filters import Pipeline
from swarmtui.sim.scheduler.nodeinfo import NodeInfo
from swarmtui.sim.scheduler.spreading import Branch, branches
from swarmtui.sim.scheduler.volumes import VolumeSet

DEBOUNCE = 0.05
"""Seconds that the scheduler waits for more news before it works."""

Group = dict[str, Task]


class Scheduler:
    """Gives unassigned tasks nodes, and checks those that come with one."""

    def __init__(self, term: LeaderTerm) -> None:
        self._term = term
        self._store = term.store
        self._nodes: dict[str, NodeInfo] = {}
        self.volumes = VolumeSet()
        self._unassigned: Group = {}
        self._preassigned: Group = {}
        """Tasks of global services that wait for their node."""
        self._was_preassigned: dict[str, None] = {}
        self._tick_required = False
        self._timer: Timer | None = None

    def start(self) -> None:
        """At the beginning of a term, count everything."""
        for node in self._store.nodes.values():
            self._nodes[node.id] = NodeInfo(node)
        for volume in self._store.volumes.values():
            self.volumes.add(volume)
        for task in self._store.tasks.values():
            self.on_task(task)
        self._soon(tick=True)

    # --- news ---

    def on_node(self, node: Node) -> None:
        if node.id not in self._nodes:
            self._nodes[node.id] = NodeInfo(node)
        self._soon(tick=True)

    def on_node_removed(self, node: Node) -> None:
        self._nodes.pop(node.id, None)

    def on_volume(self, volume: ClusterVolume) -> None:
        self.volumes.add(volume)
        self._soon(tick=True)

    def on_volume_removed(self, volume: ClusterVolume) -> None:
        self.volumes.remove(volume)

    def on_task(self, task: Task) -> None:
        """A task was made or has changed."""
        if task.state < states.PENDING:
            return
        if task.ended:
            self._on_ended(task)
        elif task.state == states.PENDING and task.desired > states.COMPLETE:
            self._give_up(task)
        elif not task.node_id:
            self._unassigned[task.id] = task
            self._soon(tick=True)
        elif task.state == states.PENDING:
            self._preassigned[task.id] = task
            self._was_preassigned[task.id] = None
            self._soon()
        elif task.node_id in self._nodes:
            self._nodes[task.node_id].add(task)
            if task.volumes:
                self.volumes.reserve(task)

    def _give_up(self, task: Task) -> None:
        """A task that is wanted no more before it had a node ends here; one to be removed is the reaper's."""
        self._forget(task)
        if task.desired == states.SHUTDOWN:
            task.state, task.err, task.timestamp = states.SHUTDOWN, "", self._term.now()
            self._store.update_task(task)

    def _on_ended(self, task: Task) -> None:
        info = self._nodes.get(task.node_id)
        if info is not None and task.id in info.tasks:
            if task.state in (states.FAILED, states.REJECTED) and task.id not in self._was_preassigned:
                info.failed(task, self._term.now())
            self._soon(tick=True)
        self._forget(task)

    def on_task_removed(self, task: Task) -> None:
        if self._forget(task):
            self._soon(tick=True)

    def _forget(self, task: Task) -> bool:
        self._unassigned.pop(task.id, None)
        self._preassigned.pop(task.id, None)
        self._was_preassigned.pop(task.id, None)
        if task.volumes:
            self.volumes.release(task)
        info = self._nodes.get(task.node_id)
        return info is not None and info.remove(task)

    def _soon(self, *, tick: bool = False) -> None:
        self._tick_required |= tick
        if self._timer is None or not self._timer.pending:
            self._timer = self._term.later(DEBOUNCE, self._work)

    # --- work ---

    def _work(self) -> None:
        for task in list(self._preassigned.values()):
            self._try_own_node(task)
        if self._tick_required:
            self._tick_required = False
            self._tick()

    def _try_own_node(self, task: Task) -> None:
        info = self._nodes.get(task.node_id)
        if info is None or task.id not in self._store.tasks:
            return
        pipeline = Pipeline(task, self.volumes)
        if not pipeline.process(info):
            self._explain(task, pipeline.explain())
            return
        chosen = self.volumes.choose(task, info.node)
        if isinstance(chosen, str):
            self._explain(task, f"cannot find volume to satisfy mount with source {chosen}")
        else:
            task.volumes = chosen
            del self._preassigned[task.id]
            self._assign(task, info, "scheduler confirmed task can run on preassigned node")

    def _tick(self) -> None:
        groups: dict[tuple[str, int], Group] = {}
        for task in self._unassigned.values():
            groups.setdefault((task.service_id, task.spec_version), {})[task.id] = task
        self._unassigned = {}
        for group in groups.values():
            self._schedule(group)

    def _schedule(self, group: Group) -> None:
        task = next(iter(group.values()))
        placement = _Placement(self, group, Pipeline(task, self.volumes), task, self._term.now())
        if self._nodes:
            tree = branches(list(self._nodes.values()), task.spec.task.preferences, task.service_id)
            placement.on_branch(tree, len(group))
        if group:
            self._no_suitable_node(group, placement.pipeline.explain())

    def assign(self, task: Task, info: NodeInfo) -> None:
        """Put a task on a node. Where not all its volumes are to be had it gets none, as in swarmkit."""
        chosen = self.volumes.choose(task, info.node)
        task.volumes = () if isinstance(chosen, str) else chosen
        self._assign(task, info, "scheduler assigned task to node")

    def _assign(self, task: Task, info: NodeInfo, message: str) -> None:
        self._store.assign(task, info.node.id)
        task.state, task.message, task.err = states.ASSIGNED, message, ""
        task.timestamp = self._term.now()
        info.add(task)
        self._store.update_task(task)

    def _no_suitable_node(self, group: Group, explanation: str) -> None:
        """The tasks keep waiting; swarmkit forgets those of an older version of their service, for ever."""
        for task in group.values():
            service = self._store.services.get(task.service_id)
            if service is None or task.id not in self._store.tasks:
                continue
            self._explain(task, f"({explanation})" if explanation else "", "no suitable node")
            self._unassigned[task.id] = task

    def _explain(self, task: Task, explanation: str, prefix: str = "") -> None:
        """Say why a task waits; nothing changes when that was said before."""
        err = f"{prefix} {explanation}".strip()
        if err != task.err:
            task.err, task.timestamp = err, self._term.now()
            self._store.update_task(task)


class _Placement:
    """One group of tasks on its way to nodes."""

    def __init__(self, scheduler: Scheduler, group: Group, pipeline: Pipeline, task: Task, now: float) -> None:
        self._scheduler = scheduler
        self._group = group
        self.pipeline = pipeline
        self._key = task.service_id, task.spec_version
        self._now = now

    def _rank(self, info: NodeInfo) -> tuple[int, int, int]:
        return info.rank(*self._key, self._now)

    def on_branch(self, branch: Branch, count: int) -> int:
        """Place up to `count` tasks on a branch; how many were."""
        if branch.children is None:
            return self._on_nodes(self._best(branch.nodes, len(self._group)), count)
        placed, usable = 0, branch.tasks
        full: dict[str, None] = {}
        converging = True
        while placed != count and len(full) != len(branch.children) and converging:
            share, rest = divmod(usable + count - placed, len(branch.children) - len(full))
            converging = False
            for value, child in branch.children.items():
                if value in full or child.tasks > share or (child.tasks == share and rest == 0):
                    continue
                converging = True
                wanted = share - child.tasks + (1 if rest > 0 else 0)
                done = self.on_branch(child, wanted)
                placed += done
                if done < wanted:
                    full[value] = None
                    usable -= child.tasks
                elif rest > 0:
                    rest -= 1
                child.tasks += done
                usable += done if value not in full else 0
        return placed

    def _best(self, nodes: list[NodeInfo], count: int) -> list[NodeInfo]:
        """The nodes to use, best first: at most one for each task."""
        passed = [(self._rank(info), number, info) for number, info in enumerate(nodes) if self.pipeline.process(info)]
        return [info for _, _, info in heapq.nsmallest(count, passed, key=lambda each: each[:2])]

    def _on_nodes(self, nodes: list[NodeInfo], count: int) -> int:
        """Fill up the nodes to the same number of tasks of the service, then go round."""
        placed = position = 0
        failed: dict[int, None] = {}
        for task_id, task in list(self._group.items()):
            if placed == count or not nodes:
                break
            info = nodes[position % len(nodes)]
            self._scheduler.assign(task, info)
            del self._group[task_id]
            placed += 1
            if position + 1 >= len(nodes) or self._rank(nodes[position + 1]) < self._rank(info):
                position += 1
            position = self._next_usable(nodes, position, failed)
            if position < 0:
                break
        return placed

    def _next_usable(self, nodes: list[NodeInfo], position: int, failed: dict[int, None]) -> int:
        """The next node that still takes a task; -1 when none does."""
        for step in range(len(nodes)):
            number = (position + step) % len(nodes)
            if number not in failed and self.pipeline.process(nodes[number]):
                return position + step
            failed[number] = None
        return -1
