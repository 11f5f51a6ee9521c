"""What can be done to a node: its availability (active, pause, drain)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import msgspec

from swarmtui.errors import NotPossible
from swarmtui.swarm.actions import names
from swarmtui.swarm.actions.action import Consequence, Impact, Progress, Spec, SpecChange, Target
from swarmtui.swarm.actions.judging import Judged, verdict_of
from swarmtui.swarm.actions.wording import argument, docker, gone, impact_of, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.nodes.drain import drain_remarks, tasks_to_move
from swarmtui.swarm.nodes.rebalance import has_gainers
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import field_of, with_field
from swarmtui.swarm.tasks.history import first_trouble
from swarmtui.swarm.tasks.states import is_finished, is_leaving, rank

__all__ = ["SetAvailability"]

_VERBS = {"active": "Activate", "pause": "Pause", "drain": "Drain"}
_STATES = {"pause": "paused", "drain": "drained"}


@dataclass(frozen=True)
class SetAvailability(Judged, SpecChange):
    """Change whether a node takes tasks: "active" takes new ones, "pause" keeps those it has, "drain" has none.

    Attributes:
        target: the node.
        availability: what is wanted.
        availability_seen: what it was when the user asked for this.
        put_back: what undoing it goes back to, where that is not what was seen: a node that is drained with others is
            paused first, and is active again afterwards. "" for what was seen.
    """

    name: ClassVar[str] = names.SET_AVAILABILITY
    verb: ClassVar[str] = "Set"
    field: ClassVar[str] = "availability"

    target: Target
    availability: str
    availability_seen: str
    put_back: str = ""

    @classmethod
    def of(cls, node: Node, availability: str) -> SetAvailability:
        """Set a node's availability.

        Raises:
            NotPossible: there is no such availability.
        """
        if availability not in _VERBS:
            raise NotPossible(f"'{availability}' is not an availability.", "Choose active, pause or drain.")
        return cls(Target.of(node), availability, node.spec.availability or "active")

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

    def seen_in(self, spec: Spec) -> Mapping[str, Any]:
        return {"availability_seen": self.value(spec)}

    @property
    def wanted(self) -> str:
        return self.availability

    @property
    def undo(self) -> SetAvailability:
        back = self.put_back or self.availability_seen
        return replace(self, availability=back, availability_seen=self.availability, put_back="")

    def prepared(self) -> SetAvailability:
        """After it was paused."""
        return replace(self, availability_seen="pause", put_back=self.put_back or self.availability_seen)

    def expected(self, cluster: Cluster) -> Cluster:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return cluster
        spec = msgspec.structs.replace(node.spec, availability=self.availability)
        return cluster.with_node(msgspec.structs.replace(node, spec=spec))

    # -------------------------------------------------------------------------------- what it means

    def remarks(self, cluster: Cluster) -> Impact:
        node = cluster.nodes.get(self.target.id)
        if node is None:
            return gone(self.target)
        consequences = [*namesakes(cluster, node)]
        if node.spec.availability == self.availability:
            consequences.append(note(f"{node.name} is already set to {self.availability}."))
        elif self.availability == "active":
            consequences += self._of_activation(cluster, node)
        elif self.availability == "pause":
            consequences += _pause_remarks(cluster, node)
        else:
            consequences += drain_remarks(cluster, node)
        return impact_of(consequences)

    def _of_activation(self, cluster: Cluster, node: Node) -> Iterator[Consequence]:
        if not node.is_ready:
            yield warning(f"{node.name} is {node.status.state}: it takes no tasks until it is ready.")
        verdict = verdict_of([self], cluster)
        if any(each.starting > len(each.starting_on) for each in verdict.services):  # what is global starts anyway
            yield note(f"Running tasks stay where they are: only waiting ones start on {node.name}.")
        else:
            yield note(
                f"Nothing moves back to {node.name} by itself. It gets tasks when new ones start: after a"
                " failure, a scaling or a force-update (rolling restart)."
            )
        after = self.expected(cluster)
        if has_gainers(after, after.nodes[node.id]):
            yield note("b then rebalances: it force-updates the services you choose, one after another.")

    # -------------------------------------------------------------------------------- what came of it

    def shown(self, cluster: Cluster) -> str | None:
        node = cluster.nodes.get(self.target.id)
        return None if node is None else node.spec.availability or "active"

    def standing(self, value: str) -> str:
        return f"{self.target.name} is {_STATES.get(value, value)}"

    def settling(self, cluster: Cluster) -> Progress:
        node = cluster.nodes[self.target.id]
        if self.availability == "active" and has_gainers(cluster, node):
            return Progress(f"{node.name} takes tasks; nothing moves back by itself, b rebalances", settled=True)
        if self.availability != "drain":
            return Progress(f"{node.name} is set to {self.availability}", settled=True)
        return _drain_progress(cluster, node)


def namesakes(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    """A node that joined again leaves its old entry behind, under the same name: docker then asks for the ID."""
    hostname = node.description.hostname  # asked for each node of a set, of each node of the swarm
    others = [each for each in cluster.nodes.values() if each.description.hostname == hostname and each.id != node.id]
    others = others if hostname else []
    if others:
        yield warning(
            f"{counted(len(others) + 1, 'node')} are called {node.name}. This is the one with ID {node.id}, which is"
            f" {node.status.state}."
        )


def _pause_remarks(cluster: Cluster, node: Node) -> Iterator[Consequence]:
    staying = [task for task in tasks_to_move(cluster, node) if rank(task.status.state) <= rank("running")]
    if node.spec.availability == "drain":
        yield note(f"{node.name} stays empty: it takes no tasks while it is paused.")
    else:
        keep = "keeps" if len(staying) == 1 else "keep"
        yield note(f"{counted(len(staying), 'task')} on {node.name} {keep} running; it takes no new ones.")
        yield note("A task that fails here starts on another node; one of a global service does not start again.")


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
    text = f"{node.name} is empty; still short of tasks: {listed([service.name for service in short], 3)}"
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
