"""Where the tasks of a service are: too few, missing on some nodes, or all in one place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.failing_slots import MOST_LINES, on_node
from swarmtui.swarm.diagnosis.finding import Remedy, Severity, Subject
from swarmtui.swarm.diagnosis.rule import Found, Rule, ServiceScene, service_rule
from swarmtui.swarm.diagnosis.rules import conflicts, failing, images, rollout, stuck
from swarmtui.swarm.diagnosis.rules.stuck import still_starting
from swarmtui.swarm.diagnosis.zones import is_zone_label, zone_label
from swarmtui.swarm.health.services import Condition
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.constraints import eligible_nodes
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import clipped, counted, listed
from swarmtui.swarm.tasks.states import holds_a_place, is_standing
from swarmtui.swarm.tasks.task_state import Health, TaskState, state_of
from swarmtui.swarm.units import age

__all__ = ["all_in_one_zone", "all_on_one_node", "global_gaps", "short_of_replicas"]

SETTLED = 30.0
"""Seconds without any change after which the orchestrator has done all that it is going to do."""

STEADY = 60.0
"""Seconds that tasks run before it is said that they stand badly: they may be moved yet."""


@service_rule("short-of-replicas", Severity.CRITICAL, "Fewer tasks run than should, and no other rule says why.")
def short_of_replicas(scene: ServiceScene) -> Iterator[Found]:
    if scene.health.condition is not Condition.SHORT or _explained(scene):
        return
    tasks = [task for task in scene.cluster.tasks_of(scene.service.id) or () if holds_a_place(task)]
    states = [(task, state_of(scene.cluster, task, scene.now)) for task in tasks if not still_starting(scene, task)]
    held_up = [(task, state) for task, state in states if state.health in (Health.BAD, Health.UNKNOWN)]
    moved = _last_move(scene)
    if not held_up and (len(states) < len(tasks) or (moved is not None and scene.now - moved < SETTLED)):
        return
    silent = {task.node_id for task, state in held_up if state.word.endswith("?")}
    yield Found(
        summary=scene.health.reason,
        evidence=tuple(_held_up_lines(scene, held_up)) or ("No task of it waits or starts.",),
        cause=_why_silent(scene, silent),
        remedies=(*_look_at(scene, silent), remedies.force_update(scene.service)),
        since=moved if not silent else None,
        severity=None if not count(scene.cluster, scene.service).running else Severity.WARNING,
    )


@service_rule("global-gaps", Severity.WARNING, "A global service has no task on nodes that should run one.")
def global_gaps(scene: ServiceScene) -> Iterator[Found]:
    service = scene.service
    tasks = scene.cluster.tasks_of(service.id)
    if service.spec.mode.name != "global" or tasks is None or scene.health.condition is Condition.UPDATING:
        return
    over = {each.current.node_id for each in scene.failures}
    taken = {task.node_id for task in tasks if holds_a_place(task)} | over
    missing = [node for node in eligible_nodes(scene.cluster, service) if node.id not in taken]
    if not missing:
        return
    settled = max((_changed(node.updated_at) for node in missing), default=0.0)
    settled = max(settled, _changed(service.updated_at)) + SETTLED
    if scene.now < settled:
        return
    names = listed([node.name for node in missing], MOST_LINES)
    yield Found(
        summary=f"no task on {names}, although {'it fits' if len(missing) == 1 else 'they fit'}",
        evidence=(
            f"{counted(len(taken), 'node has a task', 'nodes have a task')}, {len(missing)} should have one",
            *_last_tasks(scene, missing),
        ),
        cause="Swarm has not started a task there. Usually the restart policy gave it up earlier; any update of the"
        " service makes Swarm try again.",
        remedies=(remedies.force_update(service),),
    )


@service_rule("all-on-one-node", Severity.WARNING, "All replicas run on one node, although others could take some.")
def all_on_one_node(scene: ServiceScene) -> Iterator[Found]:
    tasks = _replicas(scene)
    here = tasks[0].node_id if tasks else ""
    if len(tasks) < 2 or any(task.node_id != here for task in tasks) or not _has_stood(scene, tasks):
        return
    others = [node for node in eligible_nodes(scene.cluster, scene.service) if node.id != here]
    if not others:
        return
    name = scene.cluster.node_name(here)
    yield Found(
        summary=f"all {len(tasks)} replicas on {name}: they would fail together",
        evidence=(
            f"{counted(len(others), 'other node', 'other nodes')} may take its tasks:"
            f" {listed([node.name for node in others], MOST_LINES)}",
        ),
        cause="Swarm moves no running task. When the other nodes were away or full, all tasks came here, and stay.",
        remedies=(remedies.force_update(scene.service),),
        since=_newest_start(tasks),
    )


@service_rule("all-in-one-zone", Severity.NOTE, "All replicas run in one zone, although other zones could take some.")
def all_in_one_zone(scene: ServiceScene) -> Iterator[Found]:
    tasks = _replicas(scene)
    shared = _shared_zones(scene.cluster, tasks)
    if not shared or not _has_stood(scene, tasks):
        return
    used = {task.node_id: scene.cluster.nodes[task.node_id] for task in tasks}
    able = eligible_nodes(scene.cluster, scene.service)
    label = zone_label([*able, *used.values()])
    zone = shared.get(label)
    others = sorted({node.labels.get(label, "") for node in able} - {zone})
    if len(used) < 2 or zone is None or not others:
        return
    yield Found(
        summary=f"all {len(tasks)} replicas in {label} {zone}: they would fail together",
        evidence=(
            f"they run on {listed([node.name for node in used.values()], MOST_LINES)}",
            f"nodes in {listed(others, MOST_LINES)} may also take its tasks",
        ),
        cause=f"Swarm knows nothing of zones unless a service says so: spread=node.labels.{label}.",
        remedies=(
            remedies.spread_over(scene.service, f"spread=node.labels.{label}"),
            remedies.force_update(scene.service),
        ),
    )


# ------------------------------------------------------------------------------------------------ too few

_OTHERS: tuple[Rule[ServiceScene], ...] = tuple(
    rule
    for module in (conflicts, failing, images, rollout, stuck)
    for rule in vars(module).values()
    if isinstance(rule, Rule) and rule.scene is ServiceScene
)


def _explained(scene: ServiceScene) -> bool:
    """Whether another rule tells why tasks are missing. What waits for a node has rules of its own."""
    waits = any(
        task.status.state == "pending"
        and holds_a_place(task)
        and state_of(scene.cluster, task, scene.now).health is Health.BAD
        for task in scene.cluster.tasks_of(scene.service.id) or ()
    )
    return waits or any(True for rule in (*_OTHERS, global_gaps) for _ in rule.look(scene))


def _last_move(scene: ServiceScene) -> float | None:
    """When anything of the service changed last, in seconds since 1970."""
    times = [task.status.timestamp for task in scene.cluster.tasks_of(scene.service.id) or ()]
    moments = [seconds_of(text) for text in (scene.service.updated_at, max(times, default=""))]
    return max((moment for moment in moments if moment is not None), default=None)


def _held_up_lines(scene: ServiceScene, held_up: Sequence[tuple[Task, TaskState]]) -> Iterator[str]:
    for task, state in held_up[:MOST_LINES]:
        yield f"{on_node(scene, task)}: {state.word}{f', {state.reason}' if state.reason else ''}"
    if len(held_up) > MOST_LINES:
        yield f"and {counted(len(held_up) - MOST_LINES, 'other task')}"


def _why_silent(scene: ServiceScene, node_ids: set[str]) -> str:
    nodes = [node for each in node_ids if (node := scene.cluster.nodes.get(each)) is not None]
    if any(node.status.state == "unknown" for node in nodes):
        return "The managers wait for these nodes to answer. After a change of leader that takes seconds."
    if nodes:
        return "Its tasks are on nodes that do not answer. Swarm starts others elsewhere once a node counts as down."
    return ""


def _look_at(scene: ServiceScene, node_ids: set[str]) -> tuple[Remedy, ...]:
    nodes = [node for each in sorted(node_ids) if (node := scene.cluster.nodes.get(each)) is not None]
    return tuple(remedies.inspect(Subject.of(node)) for node in nodes[:1])


# ------------------------------------------------------------------------------------------------ in one place


def _replicas(scene: ServiceScene) -> tuple[Task, ...]:
    """The tasks of a replicated service that is well; of one that is well, each that is wanted runs. () for others."""
    if scene.service.spec.mode.name != "replicated" or scene.health.condition is not Condition.WELL:
        return ()
    tasks = scene.cluster.tasks_of(scene.service.id) or ()
    if all(task.status.state == "running" for task in tasks):  # by far the most have no history
        return tasks
    return tuple(task for task in tasks if is_standing(task))


def _shared_zones(cluster: Cluster, tasks: Sequence[Task]) -> dict[str, str]:
    """The labels of zones that have one value on all nodes of these tasks; {} as a rule, and soon."""
    shared: dict[str, str] | None = None
    for task in tasks:
        node = cluster.nodes.get(task.node_id)
        if node is None:
            return {}
        if shared is None:
            shared = {label: value for label, value in node.labels.items() if is_zone_label(label)}
        elif shared:
            shared = {label: value for label, value in shared.items() if node.labels.get(label) == value}
        if not shared:
            return {}
    return shared or {}


def _has_stood(scene: ServiceScene, tasks: Sequence[Task]) -> bool:
    newest = _newest_start(tasks)
    return newest is not None and scene.now - newest >= STEADY


def _newest_start(tasks: Sequence[Task]) -> float | None:
    return seconds_of(max(task.status.timestamp for task in tasks))


# ------------------------------------------------------------------------------------------------ global


def _changed(text: str) -> float:
    return seconds_of(text) or 0.0


def _last_tasks(scene: ServiceScene, nodes: Sequence[Node]) -> Iterator[str]:
    """How the last task on each of these nodes ended."""
    for node in nodes[:MOST_LINES]:
        ended = [task for task in scene.tasks if task.node_id == node.id]
        if ended:
            last = max(ended, key=lambda task: task.status.timestamp)
            at = seconds_of(last.status.timestamp)
            when = f" {age(scene.now - at)} ago" if at is not None else ""
            error = f", {clipped(last.status.err, 200)}" if last.status.err else ""
            yield f"{node.name}: its last task: {last.status.state}{when}{error}"
        else:
            yield f"{node.name}: no task remembered"
