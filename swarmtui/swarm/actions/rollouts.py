"""What changes of a service have in common: what they mean for an update under way, and how far they have got."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.actions.action import Finding, Progress
from swarmtui.swarm.actions.restarts import Restart, misfits
from swarmtui.swarm.actions.wording import danger, note, warning
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.description import counted
from swarmtui.swarm.history import first_trouble
from swarmtui.swarm.objects import Service
from swarmtui.swarm.replicas import Replicas, count
from swarmtui.swarm.rollout import Rollout, rollout_of

__all__ = ["job_progress", "rolling_progress", "tasks_left", "update_findings"]


def update_findings(cluster: Cluster, service: Service, what: str, *, completed: bool = True) -> Iterator[Finding]:
    """What a change means for the service's last update.

    Any change of a service clears its update's state, begins the update anew and replaces the spec that a rollback
    goes back to (swarmkit manager/controlapi/service.go, `UpdateService`).

    Args:
        what: what the change is called: "this scaling".
        completed: whether to speak of an update that is complete, too.
    """
    rollout = rollout_of(cluster, service)
    if rollout is None or service.spec.mode.name.endswith("-job"):
        return
    name = service.name
    back = f"After it, a rollback of {name} undoes {what} only, not the update"
    if rollout.paused:
        yield danger(
            f"The {_sort(rollout)} of {name} is paused, and any change sets it going again: {tasks_left(rollout)}"
            f" will be replaced. {back}."
        )
    elif rollout.under_way:
        yield warning(f"The {_sort(rollout)} of {name} is under way ({rollout.text}) and begins anew. {back}.")
    elif rollout.state == "completed" and completed:
        yield note(f"{back} before it.")


def tasks_left(rollout: Rollout) -> str:
    """ "2 tasks not reached yet": what an update has still to do."""
    if rollout.updated is None or rollout.total is None:
        return "the tasks it has not reached yet"
    left = rollout.total - rollout.updated
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
        return Progress("done, no task is restarted", settled=True)
    rollout = rollout_of(cluster, service)
    if rollout is None or not rollout.state:
        return _before_the_update(cluster, service, now, restart)
    if rollout.state in ("completed", "rollback_completed"):
        went_back = rollout.state == "rollback_completed" and not back
        text = f"{_running(now)}, rolled back: {rollout.message}" if went_back else _running(now)
        return Progress(text, settled=True, failed=went_back)
    if rollout.paused:
        return Progress(rollout.sentence, settled=True, failed=True)
    trouble = first_trouble(cluster, service)
    text = rollout.text if trouble is None else f"{rollout.text}: {trouble.error}"
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
        return Progress("done, there is no task", settled=True)
    if restart is Restart.MISFITS:
        moving = misfits(cluster, service)
        if moving is not None and not moving:
            return Progress(_running(now), settled=True)
    return Progress("waiting for the engine", settled=False)


def _running(now: Replicas) -> str:
    return f"{now.running} of {now.desired} running" if now.running is not None else "done"


def _sort(rollout: Rollout) -> str:
    return "rollback" if rollout.state.startswith("rollback") else "update"
