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

import msgspec

from swarmtui.swarm.actions.action import Consequence, Spec
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.judgement.replacement import Replacement, Restart
from swarmtui.swarm.objects.service import Service, ServiceEndpoint, ServiceSpec, UpdateConfig
from swarmtui.swarm.objects.struct_decoders import converted
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.constraints import eligible_nodes, placement_met
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.short_text import counted, listed
from swarmtui.swarm.specs.fields import part_of
from swarmtui.swarm.specs.stored_form import endpoint_form, placement_form, task_form
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.units import SECOND, duration_text

__all__ = [
    "DEFAULT_POLICY",
    "DEFAULT_RESTART",
    "Restart",
    "RollingPolicy",
    "as_it_will_be",
    "misfits",
    "replacement",
    "restart_consequences",
    "rolling_consequences",
    "what_restarts",
    "with_spec",
]

DEFAULT_POLICY: Spec = {
    "Parallelism": 1,
    "FailureAction": "pause",
    "Monitor": 5 * SECOND,
    "MaxFailureRatio": 0,
    "Order": "stop-first",
}
"""The update policy of a service that has none, written out as docker's program does it (swarmkit
api/defaults/service.go)."""

DEFAULT_RESTART: Spec = {"Condition": "any", "Delay": 5 * SECOND, "MaxAttempts": 0}
"""The restart policy of a service that has none, in the same way."""


@dataclass(frozen=True)
class RollingPolicy:
    """How tasks are replaced, with the engine's defaults where a spec says nothing.

    Attributes:
        parallelism: how many slots at a time; 0 for all at once.
        delay: nanoseconds between two.
        order: "stop-first" or "start-first".
        failure_action: what happens when too many of the new tasks fail: "pause", "continue" or "rollback".
        monitor: nanoseconds for which a new task is watched.
        max_failure_ratio: the share of new tasks that may fail before that happens: 0 to 1.
    """

    parallelism: int = DEFAULT_POLICY["Parallelism"]
    delay: int = 0
    order: str = DEFAULT_POLICY["Order"]
    failure_action: str = DEFAULT_POLICY["FailureAction"]
    monitor: int = DEFAULT_POLICY["Monitor"]
    max_failure_ratio: float = 0.0

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
            str(given.get("Order") or cls.order),
            str(given.get("FailureAction") or cls.failure_action),
            _number(given.get("Monitor")) or cls.monitor,
            float(given.get("MaxFailureRatio") or 0),
        )

    @classmethod
    def of_config(cls, given: UpdateConfig | None) -> RollingPolicy:
        """Read it from a service's `update_config` or `rollback_config`."""
        if given is None:
            return cls()
        return cls(
            given.parallelism,
            given.delay,
            given.order or cls.order,
            given.failure_action or cls.failure_action,
            given.monitor or cls.monitor,
            given.max_failure_ratio,
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
    if task_form(old) == task_form(new) and endpoint_form(old) == endpoint_form(new):
        placement_differs = placement_form(old) != placement_form(new)
        return Restart.MISFITS if placement_differs else Restart.NONE
    return Restart.ALL


def restart_consequences(
    old: Spec,
    new: Spec,
    service: Service,
    cluster: Cluster,
    *,
    policy: str = "UpdateConfig",
    reached: int | None = None,
) -> Iterator[Consequence]:
    """What a change of a service's raw spec means for its tasks.

    Args:
        old: the spec as it is.
        new: the spec as it will be.
        service: the service as it is.
        policy: the part of the new spec that says how tasks are replaced.
        reached: of how many tasks alone the spec is the old one, where the others have the new one already: an update
            that is rolled back before its end.
    """
    after, how = as_it_will_be(service, new), RollingPolicy.of(new, policy)
    return rolling_consequences(what_restarts(old, new), service, after, cluster, how, reached)


def rolling_consequences(
    restart: Restart, service: Service, after: Service, cluster: Cluster, how: RollingPolicy, reached: int | None = None
) -> Iterator[Consequence]:
    """What a rolling update means for a service's tasks.

    Args:
        restart: the tasks that it replaces.
        service, after: the service as it is and as it will be.
        how: the policy of the update.
        reached: as for `restart_consequences`.
    """
    if service.spec.mode.name.endswith("-job"):
        yield from _of_job(service, cluster)
    elif restart is Restart.NONE:
        yield note("No task is restarted.")
    elif restart is Restart.ALL:
        yield from _of_all(service, cluster, how, reached)
    else:
        yield from _of_misfits(after, cluster, how)


def as_it_will_be(service: Service, new: Spec) -> Service:
    """The service with another raw spec, for the judge; as it is where that cannot be read."""
    try:
        return with_spec(service, converted(dict(new), ServiceSpec))
    except msgspec.ValidationError:
        return service


def with_spec(service: Service, spec: ServiceSpec) -> Service:
    """The service with another spec, for the judge."""
    published = spec.endpoint_spec.ports if spec.endpoint_spec is not None else None
    before = service.spec.endpoint_spec.ports if service.spec.endpoint_spec is not None else None
    endpoint = service.endpoint if published == before else ServiceEndpoint(published)
    return msgspec.structs.replace(service, spec=spec, endpoint=endpoint)


def replacement(old: Spec, new: Spec, policy: str = "UpdateConfig") -> Replacement:
    """The rolling update that a change of a raw spec starts, for the judge.

    Args:
        policy: as for `restart_consequences`.
    """
    given = part_of(new, policy)
    how = RollingPolicy.of(new, policy)
    return Replacement(
        what_restarts(old, new), UpdateConfig(how.parallelism, how.delay, order=how.order) if given else None
    )


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


def _of_job(service: Service, cluster: Cluster) -> Iterator[Consequence]:
    completed = count(cluster, service).completed
    lost = f": the {completed} completed so far no longer count" if completed else ""
    yield warning(f"A change restarts the job from the beginning{lost}; running tasks are stopped.")


def _of_all(service: Service, cluster: Cluster, how: RollingPolicy, reached: int | None) -> Iterator[Consequence]:
    name, tasks = service.name, _places(service, cluster)
    if reached is not None and tasks is not None and reached < tasks:
        if not reached:
            yield note("No task is replaced: the update has reached none.")
            return
        are = "is" if reached == 1 else "are"
        yield warning(
            f"{reached} of {tasks} tasks {are} replaced, {how.pace(reached)}; the update has not reached the others,"
            " and they stay."
        )
        return
    if tasks == 0:
        yield note(f"No task of {name} is running; a new one will be started.")
        return
    stops_first = how.order != "start-first"
    if tasks is None:
        yield warning(f"All tasks are replaced, {how.pace(2)}.")
    elif tasks == 1:
        gap = ": it is down until the new one runs" if stops_first else "; both run for a moment"
        yield warning(f"The one task is replaced, {how.order}{gap}.")
    else:
        yield warning(f"All {tasks} tasks are replaced, {how.pace(tasks)}.")
        if stops_first and how.all_at_once(tasks):
            yield danger(f"All tasks stop together: {name} is down until the new ones run.")
    yield note(_when_it_fails(how))


def _of_misfits(after: Service, cluster: Cluster, how: RollingPolicy) -> Iterator[Consequence]:
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


def _when_it_fails(how: RollingPolicy) -> str:
    what = {
        "pause": "the update pauses and running tasks stay",
        "continue": "the update continues anyway",
        "rollback": "the service is rolled back",
    }.get(how.failure_action, how.failure_action)
    monitor = duration_text(round(how.monitor, -6))  # a resumed update has one of a nanosecond more or less
    return f"If a new task fails within {monitor}: {what}."


def _places(service: Service, cluster: Cluster) -> int | None:
    """How many tasks there are to be replaced; None when that is not known."""
    tasks = cluster.tasks_of(service.id)
    if tasks is not None:
        return len({(task.slot, "" if task.slot else task.node_id) for task in tasks if holds_a_place(task)})
    return count(cluster, service).desired


def _number(value: object) -> int:
    return int(value) if isinstance(value, (int, float)) else 0
