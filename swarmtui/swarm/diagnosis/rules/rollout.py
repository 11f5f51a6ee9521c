"""Updates that stopped, and that swarm takes back."""

from __future__ import annotations

from collections.abc import Iterator

from swarmtui.swarm.diagnosis import remedies
from swarmtui.swarm.diagnosis.failing_slots import likely_cause, never_ran, on_node
from swarmtui.swarm.diagnosis.finding import Remedy, Severity
from swarmtui.swarm.diagnosis.pull_problems import pull_problem
from swarmtui.swarm.diagnosis.rule import Found, ServiceScene, service_rule
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.services.replicas import count
from swarmtui.swarm.services.rollout import Rollout, rollout_of
from swarmtui.swarm.short_text import clipped
from swarmtui.swarm.tasks.ending import cause_of
from swarmtui.swarm.tasks.failures import entered
from swarmtui.swarm.units import age

__all__ = ["rollback_paused", "rolled_back", "rolling_back", "update_paused"]

REMEMBERED = 86400.0
"""Seconds for which a rollback by Swarm is reported."""


@service_rule("update-paused", Severity.WARNING, "Swarm paused an update because new tasks failed.")
def update_paused(scene: ServiceScene) -> Iterator[Found]:
    rollout = _rollout(scene, "paused")
    if rollout is None:
        return
    failed, service = _failed_task(scene), scene.service
    back = (remedies.roll_back(service),) if service.previous_spec is not None else ()
    yield Found(
        summary=f"update {rollout.sentence}",
        evidence=tuple(_evidence(scene, rollout, failed)),
        cause=_cause(scene, failed),
        remedies=(*_log(scene, failed), *back, remedies.change_image(service), remedies.resume(service)),
        since=_stopped_at(scene),
        severity=Severity.CRITICAL if count(scene.cluster, service).running == 0 else None,
    )


@service_rule("rollback-paused", Severity.CRITICAL, "Swarm paused a rollback: the tasks of the earlier spec fail too.")
def rollback_paused(scene: ServiceScene) -> Iterator[Found]:
    rollout = _rollout(scene, "rollback_paused")
    if rollout is None:
        return
    failed, service = _failed_task(scene), scene.service
    yield Found(
        summary=rollout.sentence,
        evidence=tuple(_evidence(scene, rollout, failed)),
        cause=_cause(scene, failed)
        or "The earlier spec does not run either: something it needs outside Swarm has probably changed.",
        remedies=(*_log(scene, failed), remedies.change_image(service), remedies.resume(service)),
        since=_stopped_at(scene),
    )


@service_rule("rolling-back", Severity.WARNING, "Swarm is rolling a service back by itself: its update failed.")
def rolling_back(scene: ServiceScene) -> Iterator[Found]:
    rollout = _rollout(scene, "rollback_started")
    if rollout is None or rollout.by_hand:
        return
    failed = _failed_task(scene)
    yield Found(
        summary=rollout.sentence,
        evidence=tuple(_evidence(scene, rollout, failed)),
        cause=_cause(scene, failed) or "Too many tasks of the new spec failed, and the update policy says rollback.",
        remedies=_log(scene, failed),
        since=_stopped_at(scene),
    )


@service_rule("rolled-back", Severity.WARNING, "Swarm rolled a service back by itself within the last 24 hours.")
def rolled_back(scene: ServiceScene) -> Iterator[Found]:
    rollout = _rollout(scene, "rollback_completed")
    status = scene.service.update_status
    if rollout is None or status is None or rollout.by_hand:
        return
    at = seconds_of(status.completed_at) or seconds_of(scene.service.updated_at)
    if at is None or scene.now - at >= REMEMBERED:
        return
    failed = _failed_task(scene)
    because = f": {cause_of(failed)}" if failed is not None else ""
    yield Found(
        summary=f"rolled back by Swarm {age(scene.now - at)} ago, the update failed{because}",
        evidence=tuple(_evidence(scene, rollout, failed)),
        cause=_cause(scene, failed) or "Too many tasks of the new spec failed. The service runs as before the update.",
        remedies=(*_log(scene, failed), remedies.change_image(scene.service)),
        since=at,
        until=at + REMEMBERED,
    )


def _rollout(scene: ServiceScene, state: str) -> Rollout | None:
    """The service's update when it is in a state; most services have none."""
    status = scene.service.update_status
    if status is None or status.state != state:
        return None
    return rollout_of(scene.cluster, scene.service, scene.now)


def _failed_task(scene: ServiceScene) -> Task | None:
    """The task because of which the update went wrong: the one that the engine names, or the newest that failed since
    the update began. Of an update that swarm takes back, or took back, what came before says more than what fails now.
    """
    status = scene.service.update_status
    if status is None:
        return None
    began = status.started_at.rstrip("Z")
    failed = [
        task
        for task in scene.tasks
        if task.status.state in ("failed", "rejected") and task.created_at.rstrip("Z") >= began
    ]
    if status.state in ("rollback_started", "rollback_completed"):
        failed = [task for task in failed if task.image != scene.service.image] or failed
        completed = seconds_of(status.completed_at)
        failed = [task for task in failed if completed is None or (entered(task) or completed) <= completed]
    named = next((task for task in failed if task.id in status.message), None)
    return named or max(failed, key=lambda task: task.status.timestamp, default=None)


def _stopped_at(scene: ServiceScene) -> float | None:
    """When Swarm paused the update, or began to take it back: it writes no such time, but it changed the service then,
    and any later change of the service would have ended that state."""
    return seconds_of(scene.service.updated_at)


def _evidence(scene: ServiceScene, rollout: Rollout, failed: Task | None) -> Iterator[str]:
    if failed is not None:
        at = entered(failed)
        when = f" {age(scene.now - at)} ago" if at is not None else ""
        yield f"{on_node(scene, failed)} failed{when}: {clipped(cause_of(failed), 200)}"
        if failed.image and failed.image.partition("@")[0] != scene.service.image.partition("@")[0]:
            yield f"image that failed: {failed.image.partition('@')[0]}"
    elif rollout.message:
        yield clipped(rollout.message, 200)
    if rollout.updated is not None and rollout.total and not rollout.state.endswith("completed"):
        yield f"{rollout.updated} of {rollout.total} tasks run the current spec"
    began = seconds_of(rollout.started_at)
    if began is not None:
        yield f"the update began {age(scene.now - began)} ago"


def _cause(scene: ServiceScene, failed: Task | None) -> str:
    if failed is None:
        return ""
    problem = pull_problem(failed)
    return problem.cause if problem is not None else likely_cause(scene.service, failed)


def _log(scene: ServiceScene, failed: Task | None) -> tuple[Remedy, ...]:
    if failed is None or never_ran(failed):
        return ()
    return (remedies.show_task_logs(failed, scene.cluster.task_name(failed)),)
