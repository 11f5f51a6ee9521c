"""Keeps a change from being reported as done while the tasks that it started keep failing.

A service in a crash loop looks complete most of the time. If a change succeeds only when tasks run (`Progress.runs`),
and one of them has failed since, success is reported once they are steady (`swarmtui.swarm.tasks.failures`). If none
has failed, success is reported at once. All times are by the managers' clock, in seconds since 1970.
"""

from __future__ import annotations

from dataclasses import replace

from swarmtui.swarm.actions.action import Progress
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.tasks import loop_words, recovering_words
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.tasks.failures import Failures, failures_of
from swarmtui.swarm.units import age

__all__ = ["loop_since", "once_steady"]


def once_steady(progress: Progress, cluster: Cluster, since: float, now: float) -> Progress:
    """The progress, held back while the tasks that it rests on may fail again; failed when they are in a loop.

    Args:
        since: when the engine accepted the change.
    """
    if progress.overtaken or (progress.settled and progress.failed):
        return progress
    if loop := loop_since(progress, cluster, since, now):
        return Progress(f"{loop}; {progress.text}", settled=True, failed=True, runs=progress.runs)
    if not progress.settled:
        return progress
    doubts = [each for service in _services(progress, cluster) for each in _doubts(cluster, service, now)]
    looping = [each for each in doubts if each.looping]
    if looping:  # it did so before the change, and still does
        return Progress(f"{_words(cluster, looping)}: l shows its log", settled=True, failed=True, runs=progress.runs)
    fresh = [each for each in doubts if each.last >= since]
    if not fresh:
        return progress
    last = max(fresh, key=lambda each: each.steady_at)
    watched = f"watching for {age(last.steady_at - now)}: " if last.steady_at - now < MOST_SECONDS else ""
    return replace(progress, text=f"{progress.text}, {watched}{recovering_words(last, now)}", settled=False)


MOST_SECONDS = 3600.0
"""A task that does not run yet is watched for as long as it takes: no number is said then."""


def loop_since(progress: Progress, cluster: Cluster, since: float, now: float) -> str:
    """The crash loop that began after the change, and what helps; "" while there is none."""
    for service in _services(progress, cluster):
        begun = [each for each in _doubts(cluster, service, now) if each.looping and each.last - each.seconds >= since]
        if begun:
            helps = "R rolls back" if service.previous_spec is not None else "l shows its log"
            return f"{_words(cluster, begun)}: {helps}"
    return ""


def _services(progress: Progress, cluster: Cluster) -> list[Service]:
    return [cluster.services[each] for each in progress.runs if each in cluster.services]


def _doubts(cluster: Cluster, service: Service, now: float) -> list[Failures]:
    """What failed of the spec that runs now, and is not history yet."""
    tasks = cluster.tasks_of(service.id)
    return [each for each in failures_of(service, tasks or ()) if each.own and now < each.steady_at]


def _words(cluster: Cluster, looping: list[Failures]) -> str:
    worst = max(looping, key=lambda each: (each.count, each.last))
    return f"{loop_words(worst)} ({cluster.task_name(worst.current)})"
