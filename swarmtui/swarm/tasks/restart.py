"""Restart just one task: its container is removed from its node, and Swarm starts a new task in its slot.

Swarm itself has no call for it: a force-update replaces all tasks of a service. An agent takes a container that is gone
for one that has failed, so the restart policy decides (swarmkit manager/orchestrator/restart/restart.go). Measured on
engine 20.10: the task becomes `failed` with "task: non-zero exit (137)", and a new one runs after the policy's delay;
with the restart condition "none" none comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Self

from swarmtui.errors import ChangeRefused, NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Target
from swarmtui.swarm.actions.node_call import NodeCall
from swarmtui.swarm.actions.wording import danger, docker, gone, impact_of, note, on_node, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.local_data import local_mounts, stays_text
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.task_template import RestartPolicy
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.history import Slot, slots_of
from swarmtui.swarm.tasks.kind import TASK
from swarmtui.swarm.tasks.states import is_finished, is_leaving
from swarmtui.swarm.units import SECOND, duration_text

__all__ = ["RestartTask"]

DEFAULT_DELAY = 5 * SECOND
"""Before a new task starts, where the policy says nothing (swarmkit api/defaults/service.go)."""
PATIENCE = 120.0
"""Seconds for which a new task may stand still beyond the policy's delay."""


@dataclass(frozen=True)
class RestartTask(NodeCall):
    """Remove a task's container, so that Swarm starts a new task in its place.

    Attributes:
        target: the task.
        node: where it runs.
        container_id: its container's full ID.
        service: whose task it is.
        before: IDs of the slot's tasks as the user saw them: another one is the new task.
    """

    name: ClassVar[str] = names.RESTART_TASK
    verb: ClassVar[str] = "Restart"
    method: ClassVar[str] = "DELETE"

    target: Target
    node: Node
    container_id: str
    service: Target
    before: frozenset[str] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def of(cls, task: Task, cluster: Cluster | None) -> Self:
        """Restart a task.

        Raises:
            ChangeRefused: it has no container that could be removed, or nobody knows where.
        """
        known = cluster or Cluster()
        name, status = known.task_name(task), task.status.container_status
        if is_finished(task) or is_leaving(task):
            raise NotPossible(f"{name} has ended, or is about to: it is {task.status.state}.", "Choose one that runs.")
        if status is None or not status.container_id:
            raise NotPossible(f"{name} has no container yet: it is {task.status.state}.")
        node, service = known.nodes.get(task.node_id), known.services.get(task.service_id)
        if node is None:
            raise ChangeRefused(f"The node of {name} is not known (any more).")
        if service is None:
            raise ChangeRefused(f"The service of {name} is not known (any more).")
        slot = _slot_of(known, task.service_id, task.id)
        before = frozenset(each.id for each in slot.tasks) if slot is not None else frozenset({task.id})
        return cls(TASK.target(known, task), node, status.container_id, Target.of(service), before)

    @property
    def title(self) -> str:
        return f"Restart {self.target.name} on {self.node.name}"

    @property
    def docker_command(self) -> str:
        return on_node(docker("rm", "--force", self.container_id[:12]), self.node)

    @property
    def path(self) -> str:
        return f"/containers/{self.container_id}"

    @property
    def parameters(self) -> Mapping[str, str]:
        return {"force": "true"}

    @property
    def watched(self) -> Target:
        return self.service

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.service.id)
        slot = _slot_of(cluster, self.service.id, self.target.id)
        task = next((each for each in slot.tasks if each.id == self.target.id), None) if slot is not None else None
        if service is None or slot is None or task is None:
            return gone(self.target)
        consequences = [*_of_the_policy(service, self.target.name)]
        if is_finished(task):
            consequences.append(danger(f"{self.target.name} has ended already: it is {task.status.state}."))
        if not self.node.is_ready:
            consequences.append(warning(f"{self.node.name} is {self.node.status.state}: it can hardly be reached."))
        consequences += [
            warning(f"The container of {self.target.name} is killed at once, without its grace period."),
            *_of_the_others(cluster, service, task, self.target.name),
            *_of_the_update(cluster, service),
            *_of_the_place(cluster, service, self.node),
        ]
        return impact_of(consequences)

    # -------------------------------------------------------------------------------- how far it is

    def progress(self, cluster: Cluster) -> Progress:
        service = cluster.services.get(self.service.id)
        if service is None:
            return Progress.by_others(f"{self.service.name} was removed")
        slot = _slot_of(cluster, service.id, *self.before)
        name = self.target.name
        if slot is None:
            return Progress.waiting()
        fresh = next((each for each in slot.tasks if each.id not in self.before), None)
        if fresh is not None:
            where = cluster.node_name(fresh.node_id) if fresh.node_id else ""
            if fresh.status.state == "running" and not is_leaving(fresh):
                return Progress(f"{name} runs again on {where}", settled=True)
            if is_finished(fresh):
                return Progress(f"the new {name} is {fresh.status.state}; Swarm tries again", settled=False)
            return Progress(f"the new {name} is {fresh.status.state}{f' on {where}' if where else ''}", settled=False)
        old = next((each for each in slot.tasks if each.id == self.target.id), None)
        if old is not None and not is_finished(old):
            return Progress(f"{self.node.name} removes the container", settled=False)
        if _policy(service).condition == "none":
            return Progress(f"{name} has ended; Swarm starts no other (restart condition none)", settled=True)
        return Progress(f"waiting for a new {name}", settled=False)

    def longest_pause(self, cluster: Cluster) -> float:
        service = cluster.services.get(self.service.id)
        return PATIENCE + (_delay(service) / SECOND if service is not None else 0)


def _slot_of(cluster: Cluster, service_id: str, *task_ids: str) -> Slot | None:
    """The slot that one of some tasks is in; None once all of them are forgotten."""
    return next(
        (each for each in slots_of(cluster, service_id) or () if any(task.id in task_ids for task in each.tasks)), None
    )


def _policy(service: Service) -> RestartPolicy:
    return service.spec.task_template.restart_policy or RestartPolicy("any", DEFAULT_DELAY)


def _delay(service: Service) -> int:
    return _policy(service).delay


def _of_the_policy(service: Service, name: str) -> Iterator[Consequence]:
    """Whether Swarm starts a new task, and when. A removed container counts as one that has failed."""
    policy = _policy(service)
    if policy.condition == "none":
        yield danger(
            f"Swarm starts no new task: the restart condition of {service.name} is none. {name} stays away until"
            f" {service.name} is updated or force-updated."
        )
        return
    after = f" after {duration_text(policy.delay)}" if policy.delay else " at once"
    yield note(f"Swarm starts a new task in its place{after}.")
    if policy.max_attempts:
        within = f" within {duration_text(policy.window)}" if policy.window else ""
        yield warning(
            f"It counts as a failure, and Swarm gives up after {counted(policy.max_attempts, 'restart')}{within}."
        )


def _of_the_others(cluster: Cluster, service: Service, task: Task, name: str) -> Iterator[Consequence]:
    """What keeps serving meanwhile."""
    others = [
        each
        for each in cluster.tasks_of(service.id) or ()
        if each.id != task.id and each.status.state == "running" and not is_leaving(each)
        if each.node_id not in cluster.nodes_not_ready
    ]
    if others:
        noun = "task" if service.spec.mode.name.startswith("global") else "replica"
        running = "keeps running" if len(others) == 1 else "keep running"
        yield note(f"{counted(len(others), f'other {noun}')} of {service.name} {running}.")
    else:
        yield danger(f"No other task of {service.name} runs: {service.name} is down until the new {name} runs.")


def _of_the_update(cluster: Cluster, service: Service) -> Iterator[Consequence]:
    rollout = rollout_of(cluster, service)
    if rollout is not None and rollout.under_way:
        yield warning(
            f"{service.name} is being updated ({rollout.text}): an updated task that is removed counts as a failure,"
            " which may pause the update or roll it back."
        )


def _of_the_place(cluster: Cluster, service: Service, node: Node) -> Iterator[Consequence]:
    """Where the new task may start, and what that means for its data."""
    if service.spec.mode.name.startswith("global"):
        return
    others = [each for each in eligible_nodes(cluster, service) if each.id != node.id and each.is_ready]
    if not others:
        yield note(f"No other node takes {service.name}: the new task starts on {node.name} again.")
        return
    yield note("Swarm may place the new task on another node.")
    if stays := stays_text(local_mounts(service), [node.name]):
        yield warning(f"Data: {stays}.")
