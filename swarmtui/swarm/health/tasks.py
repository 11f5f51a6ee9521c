"""Whether a task is well: what it is like itself, and what failed in its slot before it."""

from __future__ import annotations

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.tasks.ending import cause_of, not_restarted
from swarmtui.swarm.tasks.failures import Failures
from swarmtui.swarm.tasks.history import TaskRow
from swarmtui.swarm.tasks.task_state import Health, state_of
from swarmtui.swarm.units import age

__all__ = ["doubt_about", "doubt_about_row", "is_well", "loop_words", "recovering_words"]


def is_well(cluster: Cluster, row: TaskRow, now: float) -> bool:
    """Whether a task asks for no attention: all is as it should be, or on its way to that.

    What has had its successor is history. A task that runs after failures is not well before it has been steady.
    """
    if not row.current:
        return True
    health = state_of(cluster, row.task, now).health
    return health not in (Health.BAD, Health.UNKNOWN) and not doubt_about_row(cluster, row, now)


def doubt_about_row(cluster: Cluster, row: TaskRow, now: float) -> str:
    """What the failures before a task say of it; "" when they are history, or there are none."""
    if row.failures is None:
        return ""
    return doubt_about(cluster.services.get(row.task.service_id), row.failures, now)


def doubt_about(service: Service | None, failures: Failures | None, now: float) -> str:
    """What a slot's failures say of its current task at a moment; "" when they are history, or there are none."""
    if failures is None or now >= failures.steady_at:
        return ""
    if failures.looping:
        return loop_words(failures)
    if failures.gave_up:
        return f"{not_restarted(service, failures.newest)}: {cause_of(failures.newest)}"
    return recovering_words(failures, now)


def loop_words(failures: Failures) -> str:
    """ "crash loop: 6 failures in 2 min, exit 137 (killed)"."""
    newest = failures.newest
    sort = {"rejected": "start loop", "complete": "restart loop"}.get(newest.status.state, "crash loop")
    noun = "ends" if newest.status.state == "complete" else "failures"
    return f"{sort}: {failures.count} {noun} in {age(failures.seconds)}, {cause_of(newest)}"


def recovering_words(failures: Failures, now: float) -> str:
    """ "failed 20 s ago: exit 1 (error)"."""
    newest = failures.newest
    verb = "ended" if newest.status.state == "complete" else "failed"
    times = f" {failures.count} times, last" if failures.count > 1 else ""
    return f"{verb}{times} {age(now - failures.last)} ago: {cause_of(newest)}"
