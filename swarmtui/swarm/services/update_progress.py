"""What changes of a service have in common: what they mean for an update under way, and how far they have got."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from swarmtui.swarm.actions.action import QUIET, Consequence, Progress
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.replicas import Replicas, count
from swarmtui.swarm.services.restarts import Restart, misfits
from swarmtui.swarm.services.rollout import Rollout, rollout_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.history import first_trouble
from swarmtui.swarm.tasks.states import holds_a_place

__all__ = [
    "job_progress",
    "pause_of_update",
    "rolling_progress",
    "rolls_back",
    "tasks_left",
    "update_consequences",
]

_SECOND = 1_000_000_000


def update_consequences(
    cluster: Cluster, service: Service, what: str, *, completed: bool = True
) -> Iterator[Consequence]:
    """What a change means for the service's last update.

    Any change of a service clears its update's state, begins the update again and replaces the spec that a rollback
    goes back to (swarmkit manager/controlapi/service.go, `UpdateService`).

    Args:
        what: what the change is called: "this scaling".
        completed: whether to speak of an update that is complete, too.
    """
    rollout = rollout_of(cluster, service)
    if rollout is None or service.spec.mode.name.endswith("-job"):
        return
    name = service.name
    back = f"A later rollback of {name} undoes only {what}, not the update"
    if rollout.paused:
        yield danger(
            f"The {_sort(rollout)} of {name} is paused, and any change resumes it: {tasks_left(rollout)}"
            f" will be replaced. {back}."
        )
    elif rollout.under_way:
        yield warning(f"The {_sort(rollout)} of {name} is under way ({rollout.text}) and starts over. {back}.")
    elif rollout.state == "completed" and completed:
        yield note(f"{back} before it.")


def tasks_left(rollout: Rollout) -> str:
    """ "2 tasks not reached yet": what an update has still to do."""
    if rollout.reached is None or rollout.total is None:
        return "the tasks it has not reached yet"
    left = rollout.total - rollout.reached
    return f"{counted(left, 'task')} not reached yet" if left else "the tasks it has not reached yet"


def rolling_progress(cluster: Cluster, service: Service, restart: Restart, *, back: bool = False) -> Progress:
    """How far the swarm has got with replacing a service's tasks after a change.

    Args:
        restart: which tasks the change replaces.
        back: whether the change was a rollback, which is what it is meant to be.
    """
    now = count(cluster, service)
    if now.is_job:
        return job_progress(now)
    if restart is Restart.NONE:
        return Progress("done; no task restarted", settled=True)
    rollout = rollout_of(cluster, service)
    if rollout is None or not rollout.state:
        return _before_the_update(cluster, service, now, restart)
    if rollout.state == "rollback_completed" and not back:
        return Progress(f"{_running(now)}, rolled back: {rollout.message}", settled=True, failed=True)
    if rollout.state in ("completed", "rollback_completed"):
        return replace(_after_the_update(cluster, service, now), runs=(service.id,))
    if rollout.paused:
        return Progress(rollout.sentence, settled=True, failed=True)
    trouble = first_trouble(cluster, service)
    far = rollout.text if rollout.state != "updating" or rollout.updated is None else _replaced(rollout)
    text = far if trouble is None else f"{far}: {trouble.error}"
    return Progress(text, settled=False, failed=trouble is not None and trouble.lasting)


def job_progress(now: Replicas) -> Progress:
    """How far a job is that has begun again."""
    if now.completed is None or now.running is None or now.outstanding is None:
        return Progress("waiting for the engine", settled=False)
    text = f"{now.completed} of {now.total} completed, {now.running} running"
    # A job may take days: it has settled once it runs as many at a time as it is to.
    return Progress(text, settled=now.running >= now.outstanding)


def _before_the_update(cluster: Cluster, service: Service, now: Replicas, restart: Restart) -> Progress:
    """The engine has the new spec and says of no update yet: it begins one in a moment, or there is nothing to do."""
    if now.desired == 0:
        return Progress("done; no task", settled=True)
    if restart is Restart.MISFITS:
        moving = misfits(cluster, service)
        if moving is not None and not moving:
            return replace(_after_the_update(cluster, service, now), runs=(service.id,))
    return Progress("waiting for the engine", settled=False)


def _after_the_update(cluster: Cluster, service: Service, now: Replicas) -> Progress:
    """The engine says that the update is over: it is, once every task runs, and runs what the spec says."""
    old = sum(1 for task in cluster.tasks_of(service.id) or () if _runs(task) and not _is_of(task, service))
    if old:
        return Progress(f"{_running(now)}, {old} of them from before the change", settled=False)
    if now.healthy is not False:
        return Progress(_running(now), settled=now.running is not None)
    trouble = first_trouble(cluster, service)
    text = _running(now) if trouble is None else f"{_running(now)}: {trouble.error}"
    return Progress(text, settled=False, failed=trouble is not None and trouble.lasting)


def _runs(task: Task) -> bool:
    return task.status.state == "running" and holds_a_place(task)


def _is_of(task: Task, service: Service) -> bool:
    """Whether a task is one of the service's present spec, as far as a snapshot holds both."""
    return task.image == service.image and task.spec.force_update == service.spec.task_template.force_update


def rolls_back(cluster: Cluster, service_id: str) -> bool:
    """Whether the last update of a service went back, or is going back, to the spec before: its progress tells that."""
    service = cluster.services.get(service_id)
    status = service.update_status if service is not None else None
    return status is not None and status.state.startswith("rollback")


def pause_of_update(cluster: Cluster, service_id: str) -> float:
    """Seconds for which an update may stand still by its own policy: it waits between two tasks, and watches each."""
    service = cluster.services.get(service_id)
    policies = () if service is None else (service.spec.update_config, service.spec.rollback_config)
    return QUIET + max(((each.delay + each.monitor) / _SECOND for each in policies if each is not None), default=0.0)


def _running(now: Replicas) -> str:
    return f"{now.running} of {now.desired} running" if now.running is not None else "done"


def _replaced(rollout: Rollout) -> str:
    return f"{rollout.updated} of {rollout.total} replaced"


def _sort(rollout: Rollout) -> str:
    return "rollback" if rollout.state.startswith("rollback") else "update"
