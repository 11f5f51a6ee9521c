"""Tasks that stand still on their way to running. What waits for a node (pending) has rules of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.failing_slots import MOST_LINES, on_node
from swarmtui.swarm.diagnosis.finding import Remedy, Severity, Subject
from swarmtui.swarm.diagnosis.pull_problems import pull_problem
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.diagnosis.rules.failing import check_text
from swarmtui.swarm.health.services import Condition
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import clipped, counted
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.tasks.task_state import LONG_PENDING, LONG_PREPARING
from swarmtui.swarm.units import SECOND, age

__all__ = ["still_starting", "stuck_assigned", "stuck_new", "stuck_preparing", "stuck_starting"]

_INTERVAL, _TIMEOUT, _RETRIES = 30 * SECOND, 30 * SECOND, 3
"""An engine's defaults for a health check (moby daemon/health.go)."""


@service_rule("stuck-new", Severity.CRITICAL, "Tasks wait a long time for addresses or ports, before they get a node.")
def stuck_new(scene: ServiceScene) -> Iterator[Found]:
    stuck = _stuck(scene, frozenset({"new", "allocated"}), LONG_PENDING)
    if stuck:
        yield _found(
            scene,
            stuck,
            *_not_given(scene.service),
            (
                *([remedies.change_ports(scene.service)] if _is_published(scene.service) else []),
                remedies.inspect(Subject.of(scene.service)),
            ),
        )


def _not_given(service: Service) -> tuple[str, str]:
    """What the leader has to give to a task before it gets a node, and why it may not have done so."""
    lacks = ["an address in its network"] if service.network_ids else []
    lacks += ["a published port"] if _is_published(service) else []
    if not lacks:
        return "the leader has not come to it", "The leader is overloaded, or was elected just now."
    reasons = ["a network's subnet is used up"] if service.network_ids else []
    reasons += ["another service has the port"] if _is_published(service) else []
    return f"waits for {' and '.join(lacks)}", (
        f"Most likely {' or '.join(reasons)}. An overloaded leader looks the same."
    )


def _is_published(service: Service) -> bool:
    return any(port.published_port for port in service.ports)


@service_rule("stuck-assigned", Severity.CRITICAL, "A node does not start the tasks assigned to it.")
def stuck_assigned(scene: ServiceScene) -> Iterator[Found]:
    stuck = _stuck(scene, frozenset({"assigned", "accepted"}), LONG_PENDING)
    if stuck:
        node = scene.cluster.nodes.get(stuck[0].node_id)
        yield _found(
            scene,
            stuck,
            "its node does not start it",
            "The engine of that node hangs or is overloaded, although it still answers the managers.",
            (
                *([remedies.inspect(Subject.of(node))] if node is not None else []),
                remedies.force_update(scene.service),
            ),
        )


@service_rule("stuck-preparing", Severity.WARNING, "A node takes a long time to pull a task's image and create it.")
def stuck_preparing(scene: ServiceScene) -> Iterator[Found]:
    stuck = _stuck(scene, frozenset({"preparing"}), LONG_PREPARING)
    if stuck:
        yield _found(
            scene,
            stuck,
            f"{stuck[0].image.partition('@')[0] or 'its image'} is still not there",
            "The node is still pulling: the image is large, or the registry or its network slow. A volume whose driver"
            " does not answer looks the same.",
            (*_nothing_or_image(scene.service), remedies.force_update(scene.service)),
        )


@service_rule(
    "stuck-starting", Severity.WARNING, "A container was created but takes a long time to start or get healthy."
)
def stuck_starting(scene: ServiceScene) -> Iterator[Found]:
    stuck = _stuck(scene, frozenset({"starting"}), starting_limit(scene.service))
    if not stuck:
        return
    container = scene.service.spec.task_template.container_spec
    check = container.healthcheck if container is not None else None
    first = stuck[0]
    yield _found(
        scene,
        stuck,
        "not healthy yet",
        "A task with a health check counts as running only once the check succeeded. The program takes a long"
        " time to start,"
        " or its check never succeeds.",
        (
            remedies.show_task_logs(first, scene.cluster.task_name(first)),
            *_nothing_or_image(scene.service),
            remedies.edit(scene.service, f"Change the health check of {scene.service.name}"),
        ),
        (check_text(check),),
    )


def starting_limit(service: Service) -> float:
    """Seconds after which a task that is still starting is a trouble: not before its health check could fail."""
    container = service.spec.task_template.container_spec
    check = container.healthcheck if container is not None else None
    if check is None or check.test is None or check.test[:1] == ("NONE",):
        return LONG_PREPARING
    once = (check.interval or _INTERVAL) + (check.timeout or _TIMEOUT)
    return max(LONG_PREPARING, (check.start_period + once * (check.retries or _RETRIES)) / SECOND)


def still_starting(scene: ServiceScene, task: Task) -> bool:
    """Whether a task that starts is within the time that its health check gives it."""
    since = seconds_of(task.status.timestamp)
    return task.status.state == "starting" and since is not None and scene.now - since < starting_limit(scene.service)


def _stuck(scene: ServiceScene, states: frozenset[str], limit: float) -> list[Task]:
    """The tasks that are in one of the states for longer than that, on nodes that answer; the longest first."""
    if scene.health.condition in (Condition.WELL, Condition.UNKNOWN):
        return []
    nodes = scene.cluster.nodes
    found = []
    for task in scene.cluster.tasks_of(scene.service.id) or ():
        if task.status.state not in states or not holds_a_place(task):
            continue
        node, since = nodes.get(task.node_id), seconds_of(task.status.timestamp)
        silent = bool(task.node_id) and (node is None or not node.is_ready)
        if since is not None and scene.now - since >= limit and not silent and pull_problem(task) is None:
            found.append(task)
    return sorted(found, key=lambda task: task.status.timestamp)


def _found(
    scene: ServiceScene,
    stuck: Sequence[Task],
    what: str,
    cause: str,
    helps: tuple[Remedy, ...],
    more: tuple[str, ...] = (),
) -> Found:
    first = stuck[0]
    since = seconds_of(first.status.timestamp)
    long = age(scene.now - (since if since is not None else scene.now))
    tasks = "" if len(stuck) == 1 else f" ({len(stuck)} tasks)"
    return Found(
        summary=f"{first.status.state} for {long}: {what}{tasks}",
        evidence=(*_lines(scene, stuck), *more),
        cause=cause,
        remedies=helps,
        since=since,
    )


def _lines(scene: ServiceScene, stuck: Sequence[Task]) -> Iterator[str]:
    for task in stuck[:MOST_LINES]:
        since = seconds_of(task.status.timestamp)
        error = f": {clipped(task.status.err, 200)}" if task.status.err else ""
        yield f"{on_node(scene, task)}: {task.status.state} for {age(scene.now - (since or scene.now))}{error}"
    if len(stuck) > MOST_LINES:
        yield f"and {counted(len(stuck) - MOST_LINES, 'other task')}"


def _nothing_or_image(service: Service) -> tuple[Remedy, ...]:
    return (remedies.roll_back(service),) if service.previous_spec is not None else ()
