"""The leader's work for one term: all its parts, and who hears of what. Source: swarmkit manager/manager.go."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from swarmtui.sim.manager.allocator import Allocator
from swarmtui.sim.manager.dispatcher import Dispatcher
from swarmtui.sim.manager.leader_term import LeaderTerm
from swarmtui.sim.manager.raft import Raft
from swarmtui.sim.manager.roles import Membership, RoleManager
from swarmtui.sim.objects.objects import Node
from swarmtui.sim.orchestrator.enforcer import ConstraintEnforcer
from swarmtui.sim.orchestrator.globalservices import GlobalOrchestrator
from swarmtui.sim.orchestrator.jobs import JobOrchestrator
from swarmtui.sim.orchestrator.reaper import TaskReaper
from swarmtui.sim.orchestrator.replicated import ReplicatedOrchestrator
from swarmtui.sim.orchestrator.restart import RestartSupervisor
from swarmtui.sim.orchestrator.taskinit import check_tasks
from swarmtui.sim.orchestrator.updater import UpdateSupervisor
from swarmtui.sim.scheduler.scheduler import Scheduler

Handlers = list[Callable[[Any], object]]


class Manager:
    """Everything that only the leader does."""

    def __init__(self, term: LeaderTerm, raft: Raft, membership: Membership) -> None:
        self.term = term
        self._store = term.store
        self.restarts = RestartSupervisor(term)
        self.updates = UpdateSupervisor(term, self.restarts)
        self.replicated = ReplicatedOrchestrator(term, self.restarts, self.updates)
        self.globals = GlobalOrchestrator(term, self.restarts, self.updates)
        self.jobs = JobOrchestrator(term, self.restarts)
        self.reaper = TaskReaper(term)
        self.enforcer = ConstraintEnforcer(term)
        self.allocator = Allocator(term)
        self.scheduler = Scheduler(term)
        self.dispatcher = Dispatcher(term)
        self.roles = RoleManager(term, raft, membership)
        self._handlers = self._who_hears_of_what()

    def _who_hears_of_what(self) -> dict[str, Handlers]:
        orchestrators = (self.replicated, self.globals, self.jobs)
        services: Handlers = [self.allocator.on_service, *(each.on_service for each in orchestrators)]
        gone: Handlers = [self.allocator.on_service_removed, *(each.on_service_removed for each in orchestrators)]
        tasks, nodes = self._who_hears_of_tasks(), self._who_hears_of_nodes()
        volumes: dict[str, Handlers] = {
            "volume+": [self.scheduler.on_volume],
            "volume-": [self.scheduler.on_volume_removed],
        }
        networks: dict[str, Handlers] = {"network~": [self.allocator.on_network]}
        return {**networks, "service+": services, "service~": services, "service-": gone, **tasks, **nodes, **volumes}

    def _who_hears_of_tasks(self) -> dict[str, Handlers]:
        then = (self.allocator, self.scheduler, self.dispatcher)
        return {
            "task+": [self.replicated.on_task, self.reaper.on_new_task, *(each.on_task for each in then)],
            "task~": [
                self.updates.on_task,
                self.restarts.on_task,
                self.replicated.on_task,
                self.globals.on_task,
                self.jobs.on_task,
                *(each.on_task for each in then),
                self.reaper.on_task,
            ],
            "task-": [
                self.restarts.on_task,
                self.replicated.on_task_removed,
                *(each.on_task_removed for each in then),
            ],
        }

    def _who_hears_of_nodes(self) -> dict[str, Handlers]:
        return {
            "node+": [self.dispatcher.look_at, self.globals.on_node, self.scheduler.on_node, self.roles.on_node],
            "node~": [
                self._on_node_lost,
                self.replicated.on_node,
                self.globals.on_node,
                self.jobs.on_node,
                self.scheduler.on_node,
                self.enforcer.on_node,
                self.roles.on_node,
            ],
            "node-": [
                self.scheduler.on_node_removed,
                self.globals.on_node_removed,
                self.replicated.on_node,
                self.jobs.on_node,
                self._on_node_lost,
                self.dispatcher.on_node_removed,
                self.roles.on_node_removed,
            ],
        }

    def _on_node_lost(self, node: Node) -> None:
        if node.state == "down" or node.id not in self._store.nodes:
            self.restarts.on_node(node.id)

    # --- the course of a term ---

    def start(self, *, first: bool) -> None:
        """Take up the work; `first` when there is no leader before to take over from."""
        self._store.queue.clear()
        self.dispatcher.start(first=first)
        self.allocator.start()
        self.scheduler.start()
        check_tasks(self._store, self.restarts)
        self.replicated.start()
        self.globals.start()
        self.jobs.start()
        self.reaper.start()
        self.enforcer.start()
        self.roles.start()

    def stop(self) -> None:
        """The leader has lost its office."""
        self.term.over = True

    def drain(self) -> None:
        """Let everyone hear of what has changed, until nothing is left to be said."""
        queue = self._store.queue
        while not self.term.over:
            while queue and not self.term.over:
                what, thing = queue.popleft()
                for handler in self._handlers.get(what, ()):
                    handler(thing)
            worked = [part.tick() for part in (self.replicated, self.globals, self.jobs)]
            if not any(worked) and not queue:
                return
