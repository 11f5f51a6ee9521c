"""Remove a service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Removal, Target
from swarmtui.swarm.actions.judging import Judged
from swarmtui.swarm.actions.wording import argument, danger, docker, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.stack_label import stack_of
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import counted, ports_text

__all__ = ["RemoveService"]


@dataclass(frozen=True)
class RemoveService(Judged, Removal):
    """Remove a service and stop its tasks. One that runs, or is meant to, needs its name typed."""

    name: ClassVar[str] = names.REMOVE_SERVICE
    verb: ClassVar[str] = "Remove"

    target: Target

    @classmethod
    def of(cls, service: Service) -> Self:
        """Remove a service."""
        return cls(Target.of(service))

    @property
    def title(self) -> str:
        return f"Remove the service {self.target.name}"

    @property
    def docker_command(self) -> str:
        return docker("service", "rm", argument(self.target))

    def expected(self, cluster: Cluster) -> Cluster:
        return cluster.without_service(self.target.id)

    def remarks(self, cluster: Cluster) -> Impact:
        service = cluster.services.get(self.target.id)
        if service is None:
            return impact_of([note(f"{self.target.name} is already gone.")])
        now = count(cluster, service)
        idle = not now.running and not now.outstanding and now.running is not None
        return impact_of(self._consequences(cluster, service), "" if idle else argument(self.target))

    def _consequences(self, cluster: Cluster, service: Service) -> Iterator[Consequence]:
        now = count(cluster, service)
        if now.running is None:
            yield danger("Its tasks are stopped. This cannot be undone.")
        elif now.running:
            yield danger(
                f"{counted(now.running, 'running task')} stop{'s' if now.running == 1 else ''}, all at once."
                " This cannot be undone."
            )
        else:
            yield warning("This cannot be undone.")
        if ports := ports_text(service):
            yield warning(f"Its published ports stop answering: {ports}.")
        if stack := stack_of(service):
            yield note(f"It belongs to the stack {stack}: the next deploy creates it again.")
        yield note("Its networks, secrets, configs and volumes stay.")

    def progress(self, cluster: Cluster) -> Progress:
        if self.target.id in cluster.services:
            return Progress.waiting()
        return Progress("removed", settled=True)
