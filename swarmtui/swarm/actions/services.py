"""What can be done to a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.raw import field_of, part_of, with_field
from swarmtui.swarm.actions.rollouts import job_progress, update_findings
from swarmtui.swarm.actions.wording import (
    argument,
    danger,
    docker,
    gone,
    impact_of,
    note,
    target_service,
    warning,
)
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import eligible_nodes, limit_per_node, obstacles_text
from swarmtui.swarm.description import counted
from swarmtui.swarm.history import first_trouble
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import Replicas, completions_wanted, count, replicas_wanted
from swarmtui.swarm.states import is_finished, is_leaving

__all__ = ["ScaleService"]

_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")
_GREAT_LEAP = 50
"""So many more tasks, and ten times as many as before, may be a slip of the finger."""


@dataclass(frozen=True)
class ScaleService(SpecChange):
    """Change how many replicas a replicated service has, or how many completions a replicated job is to reach.

    Attributes:
        target: the service.
        replicas: how many are wanted.
        replicas_seen: how many were wanted when the user asked for this.
        is_job: whether it is a replicated job.
    """

    name: ClassVar[str] = "service.scale"
    verb: ClassVar[str] = "Scale"
    label: ClassVar[str] = "Scale a service"
    field: ClassVar[str] = "replicas"

    target: Target
    replicas: int
    replicas_seen: int
    is_job: bool = False

    @classmethod
    def of(cls, service: Service, replicas: int) -> ScaleService:
        """Scale a service.

        Raises:
            NotPossible: it is a global service or job, or the number is negative.
        """
        mode = service.spec.mode.name
        if mode in ("global", "global-job"):
            sort = "service" if mode == "global" else "job"
            raise NotPossible(
                f"{service.name} is a global {sort}: it runs one task on every node that qualifies.",
                "Its placement constraints decide how many that are.",
            )
        if replicas < 0:
            raise NotPossible(f"{service.name} cannot have {replicas} replicas.", "Choose 0 or more.")
        is_job = mode == "replicated-job"
        seen = completions_wanted(service)[1] if is_job else replicas_wanted(service)
        return cls(target_service(service), replicas, seen, is_job)

    @property
    def title(self) -> str:
        what = f"the completions of {self.target.name}" if self.is_job else self.target.name
        return f"Scale {what} from {self.replicas_seen} to {self.replicas}"

    @property
    def docker_command(self) -> str:
        return docker("service", "scale", f"{argument(self.target)}={self.replicas}")

    # -------------------------------------------------------------------------------- the change

    def change(self, spec: Spec) -> dict[str, Any]:
        mode, number = self._path
        others = [name for name in _MODES if name != mode and field_of(spec, "Mode", name) is not None]
        if others:
            raise NotPossible(
                f"{self.target.name} is no longer a {'replicated job' if self.is_job else 'replicated'}"
                " service: it was made anew in another mode."
            )
        return with_field(spec, ("Mode", mode, number), self.replicas)

    def value(self, spec: Spec) -> str:
        mode, number = self._path
        for other in _MODES:
            if other != mode and field_of(spec, "Mode", other) is not None:
                return other
        value = field_of(spec, "Mode", mode, number)
        if value is None and self.is_job:
            value = part_of(spec, "Mode", mode).get("MaxConcurrent")
        return "1" if value is None else str(value)

    @property
    def _path(self) -> tuple[str, str]:
        return ("ReplicatedJob", "TotalCompletions") if self.is_job else ("Replicated", "Replicas")

    @property
    def seen(self) -> str:
        return str(self.replicas_seen)

    @property
    def wanted(self) -> str:
        return str(self.replicas)

    @property
    def undo(self) -> ScaleService | None:
        """A job that was set going again cannot be called back."""
        return None if self.is_job else replace(self, replicas=self.replicas_seen, replicas_seen=self.replicas)

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        if self.replicas == self.replicas_seen:
            return impact_of(
                [
                    note(f"{self.target.name} is at {self.replicas} already."),
                    *update_findings(cluster, service, "this scaling"),
                ]
            )
        findings = self._of_job(cluster, service) if self.is_job else self._of_replicas(cluster, service)
        return impact_of(
            [*findings, *self._of_nodes(cluster, service), *update_findings(cluster, service, "this scaling")]
        )

    def _of_job(self, cluster: Cluster, service: Service) -> Iterator[Finding]:
        completed = count(cluster, service).completed
        lost = f": the {completed} completed so far count no more" if completed else ""
        yield warning(f"A change starts the job again from the beginning{lost}; tasks that still run are stopped.")
        if self.replicas == 0:
            yield warning(f"{self.target.name} will not run at all.")
        else:
            yield note(f"The job is to reach {counted(self.replicas, 'completion')} in all.")

    def _of_replicas(self, cluster: Cluster, service: Service) -> Iterator[Finding]:
        name, more = self.target.name, self.replicas - self.replicas_seen
        running = count(cluster, service).running
        if more > 0:
            yield note(f"{counted(more, 'task')} will start{self._those_that_stay()}.")
            if running is not None and running < self.replicas_seen:
                yield note(
                    f"Only {running} of {self.replicas_seen} run now. What holds them back may hold back the new ones."
                )
            if more >= _GREAT_LEAP and self.replicas >= 10 * self.replicas_seen:
                yield warning(f"{self.replicas} is {more} more than now. Is the number right?")
        elif self.replicas:
            yield note(f"{counted(-more, 'task')} will stop, first on the nodes with the most tasks of {name}.")
        if self.replicas == 0:
            yield danger(f"{name} will not run at all: an outage until it is scaled up again.")
        elif self.replicas == 1 and more < 0:
            yield warning(f"One replica has no redundancy: {name} is out whenever its task or node is.")

    def _those_that_stay(self) -> str:
        if not self.replicas_seen:
            return ""
        stay = "the one there is stays" if self.replicas_seen == 1 else f"the {self.replicas_seen} there are stay"
        return f"; {stay} as they are" if self.replicas_seen > 1 else f"; {stay} as it is"

    def _of_nodes(self, cluster: Cluster, service: Service) -> Iterator[Finding]:
        if not cluster.nodes or self.replicas == 0 or (self.replicas < self.replicas_seen and not self.is_job):
            return
        nodes = eligible_nodes(cluster, service)
        if not nodes:
            reasons = obstacles_text(cluster, service)
            yield warning(f"No node can take a task of {self.target.name} now ({reasons}). New tasks will wait.")
            return
        limit = limit_per_node(service)
        wanted = min(self.replicas, completions_wanted(service)[0]) if self.is_job else self.replicas
        if limit is not None and (room := limit * len(nodes)) < wanted:
            waiting = counted(wanted - room, "task")
            yield warning(
                f"{counted(len(nodes), 'node')} can take {room} of the {wanted} tasks, since a node takes no more"
                f" than {limit}. {waiting} will wait."
            )

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        service = cluster.services.get(self.target.id)
        if service is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        wanted_now = completions_wanted(service)[1] if self.is_job else replicas_wanted(service)
        if wanted_now != self.replicas:
            if wanted_now == self.replicas_seen:
                return Progress("waiting for the engine", settled=False)
            return Progress(f"somebody else scaled it to {wanted_now}", settled=True, failed=True)
        counted_now = count(cluster, service)
        if self.is_job:
            return job_progress(counted_now)
        return self._replica_progress(cluster, service, counted_now)

    def _replica_progress(self, cluster: Cluster, service: Service, now: Replicas) -> Progress:
        if now.running is None:
            return Progress("waiting for the engine", settled=False)
        tasks = cluster.tasks_of(service.id) or ()
        leaving = sum(1 for t in tasks if is_leaving(t) and not is_finished(t) and _node_answers(cluster, t.node_id))
        leaving = max(leaving, now.running - self.replicas, 0)
        text = f"{min(now.running, self.replicas)} of {self.replicas} running"
        if leaving:
            return Progress(f"{text}, {leaving} stopping", settled=False)
        if now.running >= self.replicas:
            return Progress(text, settled=True)
        trouble = first_trouble(cluster, service)
        if trouble is None:
            return Progress(text, settled=False)
        return Progress(f"{text}: {trouble.error}", settled=False, failed=trouble.lasting)


def _node_answers(cluster: Cluster, node_id: str) -> bool:
    """Whether a node can still report that its task has stopped."""
    return not node_id or (node_id in cluster.nodes and node_id not in cluster.nodes_not_ready)
