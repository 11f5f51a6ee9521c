"""What can be done to a service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import (
    argument,
    danger,
    docker,
    gone,
    impact_of,
    note,
    warning,
)
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Replicated, Service
from swarmtui.swarm.services.replicas import Replicas, completions_wanted, count, replicas_wanted
from swarmtui.swarm.services.update_progress import job_progress, update_consequences
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.specs.fields import field_of, part_of, with_field
from swarmtui.swarm.tasks.history import first_trouble
from swarmtui.swarm.tasks.states import is_finished, is_leaving

__all__ = ["ScaleService"]

_MODES = ("Replicated", "Global", "ReplicatedJob", "GlobalJob")
_GREAT_LEAP = 50
"""So many more tasks, and ten times as many as before, may be a slip of the finger."""


@dataclass(frozen=True)
class ScaleService(Judged, SpecChange):
    """Change how many replicas a replicated service has, or how many completions a replicated job is to reach.

    Attributes:
        target: the service.
        replicas: how many are wanted.
        replicas_seen: how many were wanted when the user asked for this.
        is_job: whether it is a replicated job.
    """

    name: ClassVar[str] = names.SCALE_SERVICE
    verb: ClassVar[str] = "Scale"
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
                "Its placement constraints decide how many.",
            )
        if replicas < 0:
            raise NotPossible(f"{service.name} cannot have {replicas} replicas.", "Choose 0 or more.")
        is_job = mode == "replicated-job"
        seen = completions_wanted(service)[1] if is_job else replicas_wanted(service)
        return cls(Target.of(service), replicas, seen, is_job)

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
                " service: it was recreated in another mode."
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

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        now = self.value(spec)
        return {"replicas_seen": int(now)} if now.isdecimal() else {}

    @property
    def wanted(self) -> str:
        return str(self.replicas)

    @property
    def undo(self) -> ScaleService | None:
        """A job that was set going again cannot be called back."""
        return None if self.is_job else replace(self, replicas=self.replicas_seen, replicas_seen=self.replicas)

    # -------------------------------------------------------------------------------- what it means

    def expected(self, cluster: Cluster) -> Cluster:
        service = cluster.services.get(self.target.id)
        if service is None:
            return cluster
        mode = service.spec.mode
        if self.is_job and mode.replicated_job is not None:
            job = msgspec.structs.replace(mode.replicated_job, total_completions=self.replicas)
            mode = msgspec.structs.replace(mode, replicated_job=job)
        elif not self.is_job:
            mode = msgspec.structs.replace(mode, replicated=Replicated(self.replicas))
        spec = msgspec.structs.replace(service.spec, mode=mode)
        return cluster.with_service(msgspec.structs.replace(service, spec=spec))

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return gone(self.target)
        consequences = [] if self.replicas != self.replicas_seen else self._of_nothing()
        if not consequences:
            consequences = list(self._of_job(cluster, service) if self.is_job else self._of_replicas(cluster, service))
        return impact_of([*consequences, *update_consequences(cluster, service, "this scaling")])

    def _of_nothing(self) -> list[Consequence]:
        return [note(f"{self.target.name} is already at {self.replicas}.")]

    def _of_job(self, cluster: Cluster, service: Service) -> Iterator[Consequence]:
        completed = count(cluster, service).completed
        lost = f": the {completed} completed so far no longer count" if completed else ""
        yield warning(f"A change restarts the job from the beginning{lost}; running tasks are stopped.")
        if self.replicas == 0:
            yield warning(f"{self.target.name} will not run at all.")
        else:
            yield note(f"The job needs {counted(self.replicas, 'completion')} in all.")

    def _of_replicas(self, cluster: Cluster, service: Service) -> Iterator[Consequence]:
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
            yield warning(f"One replica has no redundancy: {name} is down whenever its task or node is.")

    def _those_that_stay(self) -> str:
        if not self.replicas_seen:
            return ""
        stay = "the running one is" if self.replicas_seen == 1 else f"the {self.replicas_seen} running ones are"
        return f"; {stay} untouched"

    # -------------------------------------------------------------------------------- what came of it

    def shown(self, cluster: Cluster) -> str | None:
        service = cluster.services.get(self.target.id)
        if service is None:
            return None
        return str(completions_wanted(service)[1] if self.is_job else replicas_wanted(service))

    def standing(self, value: str) -> str:
        return f"{self.target.name} is scaled to {value}"

    def settling(self, cluster: Cluster) -> Progress:
        service = cluster.services[self.target.id]
        counted_now = count(cluster, service)
        if self.is_job:
            return job_progress(counted_now)
        return replace(self._replica_progress(cluster, service, counted_now), runs=(service.id,))

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
