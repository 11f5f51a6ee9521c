"""Tasks that wait for a node."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.diagnosis.cluster_volumes import cluster_mounts
from swarmtui.swarm.diagnosis.finding import Severity
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.diagnosis.scheduling import Survey, survey
from swarmtui.swarm.diagnosis.scheduling_help import helps
from swarmtui.swarm.diagnosis.scheduling_text import because, lines_by_node, why
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.tasks.task_state import LONG_PENDING
from swarmtui.swarm.units import age

__all__ = ["pending"]


@service_rule("pending", Severity.WARNING, "No node can take a task that waits for one.")
def pending(scene: ServiceScene) -> Iterator[Found]:
    """It waits with the alarm where what is stopping now makes room, and where a snapshot knows no reason."""
    waiting = [task for task in scene.tasks if task.status.state == "pending" and holds_a_place(task)]
    if not waiting:
        return
    # The times of one engine sort as text once their "Z" is gone, and only one of thousands has to be read.
    oldest = seconds_of(min(waiting, key=lambda task: task.created_at.rstrip("Z")).created_at) or scene.now
    long = scene.now - oldest >= LONG_PENDING
    if not long and not any(task.status.err for task in waiting):
        return
    found = _survey(scene, waiting)
    if found.passing and not long:
        return
    running = any(
        task.status.state == "running" and task.node_id not in scene.cluster.nodes_not_ready for task in scene.tasks
    )
    reason = why(found) or (
        f"swarm says: {_said(waiting)}" if _said(waiting) else "the scheduler has not reached it yet"
    )
    yield Found(
        summary=f"{counted(len(waiting), 'task')} pending: {reason}",
        evidence=tuple(_evidence(scene, waiting, found, oldest)),
        cause=_cause(found, _said(waiting), scene.cluster.volumes is None and bool(cluster_mounts(scene.service))),
        remedies=helps(found, len(waiting)),
        since=oldest,
        severity=None if running else Severity.CRITICAL,
    )


def _survey(scene: ServiceScene, waiting: list[Task]) -> Survey:
    """A global service's tasks wait for their own nodes."""
    nodes = scene.cluster.nodes
    own = [nodes[task.node_id] for task in waiting if task.node_id in nodes]
    return survey(scene.cluster, scene.service, scene.memory.occupancy, own or None)


def _said(waiting: list[Task]) -> str:
    """The scheduler's own sentence."""
    return next((task.status.err for task in waiting if task.status.err), "")


def _evidence(scene: ServiceScene, waiting: list[Task], found: Survey, oldest: float) -> Iterator[str]:
    yield from lines_by_node(found)
    if found.fits and _said(waiting):
        yield f"swarm says: {_said(waiting)}"
    if len(waiting) == 1:
        yield f"{scene.cluster.task_name(waiting[0])} has been waiting for {age(scene.now - oldest)}"


def _cause(found: Survey, said: str, volumes_unknown: bool) -> str:
    if found.fits and not said:
        return "Nodes could take it, but the leader has not come to it: it is overloaded, or was elected just now."
    if found.fits and volumes_unknown:
        return "As far as swarmtui knows, a node could take it. It does not see this swarm's cluster volumes."
    if found.fits:
        return "As far as swarmtui knows, a node could take it."
    if found.passing:
        return "Tasks that are stopping still hold what the new ones need."
    return because(found)
