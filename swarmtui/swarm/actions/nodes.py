"""What can be done to a node: its availability (active, pause, drain)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions.action import Finding, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.drain import drain_findings, tasks_to_move
from swarmtui.swarm.actions.raw import field_of, with_field
from swarmtui.swarm.actions.wording import argument, danger, docker, gone, impact_of, note, target_node, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import obstacle
from swarmtui.swarm.description import counted, listed
from swarmtui.swarm.history import first_trouble
from swarmtui.swarm.objects import Node, Service, Task
from swarmtui.swarm.replicas import count
from swarmtui.swarm.states import is_finished, is_leaving, rank

__all__ = ["SetAvailability"]

_VERBS = {"active": "Activate", "pause": "Pause", "drain": "Drain"}


@dataclass(frozen=True)
class SetAvailability(SpecChange):
    """Change whether a node takes tasks: "active" takes new ones, "pause" keeps those it has, "drain" has none.

    Attributes:
        target: the node.
        availability: what is wanted.
        availability_seen: what it was when the user asked for this.
    """

    name: ClassVar[str] = "node.availability"
    verb: ClassVar[str] = "Set"
    label: ClassVar[str] = "Drain, pause or activate a node"
    field: ClassVar[str] = "availability"

    target: Target
    availability: str
    availability_seen: str

    @classmethod
    def of(cls, node: Node, availability: str) -> SetAvailability:
        """Set a node's availability.

        Raises:
            NotPossible: there is no such availability.
        """
        if availability not in _VERBS:
            raise NotPossible(f"'{availability}' is no availability.", "Choose active, pause or drain.")
        return cls(target_node(node), availability, node.spec.availability or "active")

    @property
    def title(self) -> str:
        return f"{_VERBS[self.availability]} {self.target.name}"

    @property
    def button(self) -> str:
        return self.title

    @property
    def docker_command(self) -> str:
        return docker("node", "update", "--availability", self.availability, argument(self.target))

    # -------------------------------------------------------------------------------- the change

    def change(self, spec: Spec) -> dict[str, Any]:
        return with_field(spec, ("Availability",), self.availability)

    def value(self, spec: Spec) -> str:
        return str(field_of(spec, "Availability") or "active")

    @property
    def seen(self) -> str:
        return self.availability_seen

    @property
    def wanted(self) -> str:
        return self.availability

    @property
    def undo(self) -> SetAvailability:
        return replace(self, availability=self.availability_seen, availability_seen=self.availability)

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return cluster
        spec = msgspec.structs.replace(node.spec, availability=self.availability)
        return cluster.with_node(msgspec.structs.replace(node, spec=spec))

    # -------------------------------------------------------------------------------- what it means

    def impact(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        findings = [*namesakes(cluster, node)]
        if node.spec.availability == self.availability:
            return impact_of([*findings, note(f"{node.name} is set to {self.availability} already.")])
        if self.availability == "active":
            return impact_of([*findings, *_activate_findings(cluster, node)])
        last = _is_last_that_takes_tasks(cluster, node)
        if self.availability == "pause":
            return impact_of([*findings, *_pause_findings(cluster, node, last)])
        findings.extend(drain_findings(cluster, node))
        if last:
            findings.append(
                danger(f"{node.name} is the last node that takes tasks: all of them stop, and none starts anywhere.")
            )
        return impact_of(findings, type_to_confirm=node.name if last else "")

    # -------------------------------------------------------------------------------- what came of it

    def progress(self, cluster: Cluster) -> Progress:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return Progress(f"{self.target.name} was removed", settled=True, failed=True)
        if node.spec.availability != self.availability:
            if node.spec.availability == self.availability_seen:
                return Progress("waiting for the engine", settled=False)
            return Progress(f"somebody else set it to {node.spec.availability}", settled=True, failed=True)
        if self.availability != "drain":
            return Progress(f"{node.name} is set to {self.availability}", settled=True)
        return _drain_progress(cluster, node)


def namesakes(cluster: Cluster, node: Node) -> Iterator[Finding]:
    """A node that joined anew leaves its old entry behind, under the same name: docker then asks for the ID."""
    others = [other for other in cluster.nodes.values() if other.name == node.name and other.id != node.id]
    if others:
        yield warning(
            f"{counted(len(others) + 1, 'node')} are called {node.name}. This is the one with ID {node.id}, which is"
            f" {node.status.state}."
        )


def _is_last_that_takes_tasks(cluster: Cluster, node: Node) -> bool:
    takers = [other.id for other in cluster.nodes.values() if other.is_ready and other.spec.availability == "active"]
    return takers == [node.id]


def _activate_findings(cluster: Cluster, node: Node) -> Iterator[Finding]:
    if not node.is_ready:
        yield warning(f"{node.name} is {node.status.state}: it takes no tasks before it is ready.")
    yield note(
        f"Nothing moves back to {node.name} by itself. It gets tasks when some start anew: after a failure, a scaling,"
        " or a force-update (rolling restart)."
    )
    if node.spec.availability == "pause":
        return
    starting = [
        service.name
        for service in cluster.services.values()
        if service.spec.mode.name == "global" and _would_take(cluster, node, service.id)
    ]
    if starting:
        yield note(f"Global services start a task here at once: {listed(starting)}.")


def _would_take(cluster: Cluster, node: Node, service_id: str) -> bool:
    active = msgspec.structs.replace(node, spec=msgspec.structs.replace(node.spec, availability="active"))
    return obstacle(cluster.services[service_id], active) is None


def _pause_findings(cluster: Cluster, node: Node, last: bool) -> Iterator[Finding]:
    staying = [task for task in tasks_to_move(cluster, node) if rank(task.status.state) <= rank("running")]
    if node.spec.availability == "drain":
        yield note(f"{node.name} stays empty: it takes no tasks while it is paused.")
    else:
        keep = "keeps" if len(staying) == 1 else "keep"
        yield note(f"{counted(len(staying), 'task')} on {node.name} {keep} running; it takes no new ones.")
        yield note("A task that fails here starts on another node; one of a global service does not start again.")
    if last:
        yield warning(f"{node.name} is the last node that takes tasks: nothing that fails will be started again.")


def _drain_progress(cluster: Cluster, node: Node) -> Progress:
    here = cluster.tasks_on(node.id)
    left = sum(1 for task in here if not is_finished(task) and not _was_never_started(task))
    if not node.is_ready:
        return Progress(f"{node.name} is {node.status.state}: its tasks start elsewhere", settled=True)
    if left:
        return Progress(f"{counted(left, 'task')} left on {node.name}", settled=False)
    if not cluster.tasks_complete:
        return Progress("waiting for the list of tasks", settled=False)
    short = [service for service in _moved_away(cluster, node, here) if count(cluster, service).healthy is False]
    if not short:
        return Progress(f"{node.name} is empty", settled=True)
    text = f"{node.name} is empty, not whole yet: {listed([service.name for service in short], 3)}"
    troubles = [trouble for service in short if (trouble := first_trouble(cluster, service)) is not None]
    trouble = next((trouble for trouble in troubles if trouble.lasting), None)
    if trouble is None:
        return Progress(text, settled=False)
    return Progress(f"{text} ({trouble.error})", settled=False, failed=True)


def _was_never_started(task: Task) -> bool:
    """Set aside for the node, and given up before the node heard of it: nothing is there to stop."""
    return is_leaving(task) and rank(task.status.state) < rank("assigned")


def _moved_away(cluster: Cluster, node: Node, here: Iterable[Task]) -> list[Service]:
    """The services with a task that was taken off the node since the node last changed (by the managers' clock)."""
    since = node.updated_at.rstrip("Z")
    ids = {task.service_id for task in here if is_leaving(task) and task.updated_at.rstrip("Z") >= since}
    return [cluster.services[service_id] for service_id in sorted(ids) if service_id in cluster.services]
