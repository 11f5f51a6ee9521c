"""Will this change restart tasks? Which, how many at a time, in which order: told before it is done.

The rule is swarmkit's (manager/orchestrator/task.go, `IsTaskDirty`): a task is replaced when the service's task
template or endpoint differs from its own. When the placement alone differs, a task whose node still meets the
constraints stays. Mode and replicas, labels of the service, update and rollback policies restart nothing. How the
replacing goes is the new spec's update policy (manager/orchestrator/update/updater.go). A job begins again with any
change at all (manager/controlapi/service.go, `UpdateService`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import msgspec

from swarmtui.swarm.actions.action import Finding, Spec
from swarmtui.swarm.actions.raw import field_of, part_of
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.constraints import eligible_nodes, limit_per_node, obstacles_text, placement_met
from swarmtui.swarm.description import counted, duration_text, listed
from swarmtui.swarm.objects import Service, ServiceSpec, Task
from swarmtui.swarm.replicas import count, replicas_wanted
from swarmtui.swarm.states import holds_a_place

__all__ = ["Restart", "RollingPolicy", "as_it_will_be", "misfits", "restart_findings", "what_restarts"]

_SECOND = 1_000_000_000
_DEFAULT_MONITOR = 5 * _SECOND


class Restart(Enum):
    """Which tasks a change replaces."""

    NONE = "none"
    MISFITS = "those on nodes that no longer fit"
    ALL = "all"


@dataclass(frozen=True)
class RollingPolicy:
    """How tasks are replaced, with the engine's defaults (swarmkit api/defaults/service.go) where a spec says nothing.

    Attributes:
        parallelism: how many slots at a time; 0 for all at once.
        delay: nanoseconds between two.
        order: "stop-first" or "start-first".
        failure_action: what happens when too many of the new tasks fail: "pause", "continue" or "rollback".
        monitor: nanoseconds for which a new task is watched.
    """

    parallelism: int = 1
    delay: int = 0
    order: str = "stop-first"
    failure_action: str = "pause"
    monitor: int = _DEFAULT_MONITOR

    @classmethod
    def of(cls, spec: Spec, part: str = "UpdateConfig") -> RollingPolicy:
        """Read it from a raw spec.

        Args:
            part: "UpdateConfig", or "RollbackConfig" for a rollback.
        """
        given = part_of(spec, part)
        if not given:
            return cls()
        return cls(
            _number(given.get("Parallelism")),
            _number(given.get("Delay")),
            str(given.get("Order") or "stop-first"),
            str(given.get("FailureAction") or "pause"),
            _number(given.get("Monitor")) or _DEFAULT_MONITOR,
        )

    def pace(self, tasks: int) -> str:
        """ "2 at a time, stop-first, 10 s apart": how so many tasks are replaced."""
        if tasks < 2:
            return self.order
        at_once = "all at once" if self.all_at_once(tasks) else f"{self.parallelism} at a time"
        apart = f", {duration_text(self.delay)} apart" if self.delay and not self.all_at_once(tasks) else ""
        return f"{at_once}, {self.order}{apart}"

    def all_at_once(self, tasks: int) -> bool:
        return self.parallelism == 0 or self.parallelism >= tasks


def what_restarts(old: Spec, new: Spec) -> Restart:
    """Which tasks are replaced when a service's raw spec becomes another."""
    if _task_part(old) == _task_part(new) and _endpoint(old) == _endpoint(new):
        placement_differs = _placement(old) != _placement(new)
        return Restart.MISFITS if placement_differs else Restart.NONE
    return Restart.ALL


def restart_findings(
    old: Spec, new: Spec, service: Service, cluster: Cluster, *, policy: str = "UpdateConfig"
) -> Iterator[Finding]:
    """What a change of a service's raw spec means for its tasks.

    Args:
        old: the spec as it is.
        new: the spec as it will be.
        service: the service as it is.
        policy: the part of the new spec that says how tasks are replaced.
    """
    if service.spec.mode.name.endswith("-job"):
        yield from _of_job(service, cluster)
        return
    restart = what_restarts(old, new)
    if restart is Restart.NONE:
        yield note("No task is restarted.")
        return
    after = as_it_will_be(service, new)
    how = RollingPolicy.of(new, policy)
    if restart is Restart.ALL:
        yield from _of_all(service, cluster, how, port_on_the_node=_takes_a_port_of_the_node(new))
    else:
        yield from _of_misfits(after, cluster, how)
    yield from _of_nodes(after, cluster, how)


def as_it_will_be(service: Service, new: Spec) -> Service:
    """The service with another raw spec, to be asked which nodes can take it; as it is where that cannot be read."""
    try:
        spec = msgspec.convert(dict(new), ServiceSpec)
    except msgspec.ValidationError:
        return service
    return msgspec.structs.replace(service, spec=spec)


def misfits(cluster: Cluster, service: Service) -> tuple[Task, ...] | None:
    """The tasks that stand on nodes which do not meet the service's constraints; None while its tasks are not known."""
    tasks = cluster.tasks_of(service.id)
    if tasks is None:
        return None
    return tuple(
        task
        for task in tasks
        if holds_a_place(task)
        and (node := cluster.nodes.get(task.node_id)) is not None
        and not placement_met(service, node)
    )


def _of_job(service: Service, cluster: Cluster) -> Iterator[Finding]:
    completed = count(cluster, service).completed
    lost = f": the {completed} completed so far count no more" if completed else ""
    yield warning(f"A change starts the job again from the beginning{lost}; tasks that still run are stopped.")


def _of_all(service: Service, cluster: Cluster, how: RollingPolicy, *, port_on_the_node: bool) -> Iterator[Finding]:
    name, tasks = service.name, _places(service, cluster)
    if tasks == 0:
        yield note(f"{name} has no task now; those to come are made anew.")
        return
    stops_first = how.order != "start-first"
    if tasks is None:
        yield warning(f"All tasks are replaced, {how.pace(2)}.")
    elif tasks == 1:
        gap = ": it is out until the new one runs" if stops_first else "; both run for a moment"
        yield warning(f"The one task is replaced, {how.order}{gap}.")
    else:
        yield warning(f"All {tasks} tasks are replaced, {how.pace(tasks)}.")
        if stops_first and how.all_at_once(tasks):
            yield danger(f"All tasks stop together: {name} is out until the new ones run.")
    if not stops_first and port_on_the_node:
        yield warning("The port on the node is in use until the old task stops: a new one needs another node.")
    yield note(_when_it_fails(how))


def _of_misfits(after: Service, cluster: Cluster, how: RollingPolicy) -> Iterator[Finding]:
    moving = misfits(cluster, after)
    is_global = after.spec.mode.name == "global"
    if moving is None:
        what = "stop" if is_global else f"are replaced, {how.pace(2)}"
        yield warning(f"Tasks on nodes that no longer fit {what}; the others stay.")
    elif not moving:
        yield note("No task is restarted: each is on a node that fits.")
    else:
        nodes = {cluster.node_name(task.node_id) for task in moving}
        total = _places(after, cluster) or len(moving)
        of_them = f"{len(moving)} of {total} tasks" if total > 1 else "The one task"
        one = len(moving) == 1
        does = (
            ("stops" if one else "stop") if is_global else f"{'is' if one else 'are'} replaced, {how.pace(len(moving))}"
        )
        yield warning(f"{of_them} {does}: {listed(nodes)} no longer {'fits' if len(nodes) == 1 else 'fit'}.")
    if is_global and (tasks := cluster.tasks_of(after.id)) is not None:
        taken = {task.node_id for task in tasks if holds_a_place(task)}
        fresh = [node.name for node in eligible_nodes(cluster, after) if node.id not in taken]
        if fresh:
            yield note(f"{counted(len(fresh), 'task')} will start, on {listed(fresh)}.")


def _of_nodes(after: Service, cluster: Cluster, how: RollingPolicy) -> Iterator[Finding]:
    """Whether the new tasks will find nodes at all."""
    wanted = replicas_wanted(after) if after.spec.mode.name == "replicated" else None
    if not cluster.nodes or wanted == 0:
        return
    nodes = eligible_nodes(cluster, after)
    if not nodes:
        old = "the old ones stay until then" if how.order == "start-first" and wanted else "the old ones are stopped"
        yield danger(
            f"No node can take a task of {after.name} then ({obstacles_text(cluster, after)})."
            f" New tasks will wait; {old}."
        )
        return
    limit = limit_per_node(after)
    if wanted is not None and limit is not None and (room := limit * len(nodes)) < wanted:
        yield warning(
            f"{counted(len(nodes), 'node')} can take {room} of the {wanted} tasks, since a node takes no more than"
            f" {limit}. The others will wait."
        )


def _when_it_fails(how: RollingPolicy) -> str:
    what = {
        "pause": "the update pauses, and what runs is left as it is",
        "continue": "the update goes on all the same",
        "rollback": "the service is rolled back",
    }.get(how.failure_action, how.failure_action)
    return f"If a new task fails within {duration_text(how.monitor)}: {what}."


def _places(service: Service, cluster: Cluster) -> int | None:
    """How many tasks there are to be replaced; None when that is not known."""
    tasks = cluster.tasks_of(service.id)
    if tasks is not None:
        return len({(task.slot, "" if task.slot else task.node_id) for task in tasks if holds_a_place(task)})
    return count(cluster, service).desired


def _takes_a_port_of_the_node(spec: Spec) -> bool:
    ports = field_of(spec, "EndpointSpec", "Ports")
    return isinstance(ports, list) and any(
        isinstance(port, dict) and port.get("PublishMode") == "host" and port.get("PublishedPort") for port in ports
    )


def _task_part(spec: Spec) -> object:
    """What of a spec makes a task what it is, less its placement. Networks may stand beside the template."""
    template = {key: value for key, value in part_of(spec, "TaskTemplate").items() if key != "Placement"}
    return _without_empties([template, field_of(spec, "Networks")])


def _placement(spec: Spec) -> object:
    return _without_empties(field_of(spec, "TaskTemplate", "Placement"))


def _endpoint(spec: Spec) -> object:
    return _without_empties(field_of(spec, "EndpointSpec"))


def _without_empties(value: object) -> object:
    """JSON without what Go leaves out: missing, null, 0, "" and [] are the same to an engine."""
    if isinstance(value, dict):
        kept = {key: item for key, each in value.items() if (item := _without_empties(each)) is not None}
        return kept or None
    if isinstance(value, (list, tuple)):
        return [_without_empties(each) for each in value] or None
    return value or None


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
