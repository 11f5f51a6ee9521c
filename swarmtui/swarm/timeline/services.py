"""What happened to a service: it came, went, was changed, its update got somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service, UpdateStatus
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.files import came, moment, went
from swarmtui.swarm.timeline.parts import service_parts, short_image

__all__ = ["service_events", "service_past"]

_STATES = {
    "updating": ("update started", ""),
    "paused": ("update paused", "bad"),
    "completed": ("update completed", "good"),
    "rollback_started": ("rollback started", "warn"),
    "rollback_paused": ("rollback paused", "bad"),
    "rollback_completed": ("rollback completed", "warn"),
}
"""What an update's state means, and its tone."""

_TASK_ID = re.compile(r"\btask ([0-9a-z]{25})\b")
"""The task in swarmkit's message of a paused update (manager/orchestrator/update/updater.go)."""


def service_events(before: Service | None, after: Service | None, cluster: Cluster, now: float) -> Iterator[Event]:
    """What happened between two sights of a service; None where it was not there, or is not.

    Args:
        cluster: the later snapshot.
        now: the managers' time, in seconds since 1970.
    """
    if after is None:
        if before is not None:
            yield went(before, now)
        return
    if before is None:
        yield _created(after, now)
        return
    if before.version == after.version:
        return
    at, versions = _changed_at(after, now), (before.version.index, after.version.index)
    for part in service_parts(before.spec, after.spec, cluster):
        yield _changed(after, part.category, part.text, part.before, part.after, at, versions)
    old, new = before.update_status, after.update_status
    if new is not None and new != old:
        begun = old is None or old.started_at != new.started_at
        if old is None or begun or old.state != new.state:
            yield from _progress(after, new, cluster, now, begun=begun)


def service_past(service: Service, cluster: Cluster, now: float) -> Iterator[Event]:
    """What the swarm keeps of a service's past: when it was created, its last change, how its last update went."""
    yield _created(service, now)
    if service.previous_spec is not None:
        at = _changed_at(service, now)
        for part in service_parts(service.previous_spec, service.spec, cluster):
            yield _changed(service, part.category, part.text, part.before, part.after, at)
    if service.update_status is not None and service.update_status.state:
        yield from _progress(service, service.update_status, cluster, now, begun=True)


def _created(service: Service, now: float) -> Event:
    words = service.spec.mode.name
    if (replicated := service.spec.mode.replicated) is not None:
        words = f"{words}, {replicated.replicas or 0} wanted"
    image = short_image(service.image or service.plugin)
    return came(service, seconds_of(service.created_at), now, f": {words}{f', {image}' if image else ''}")


def _changed_at(service: Service, now: float) -> float:
    """When its spec was changed: an update begins at once, and writes the object again until it has ended."""
    status = service.update_status
    started = seconds_of(status.started_at) if status is not None else None
    return min(started, now) if started is not None else moment(service.updated_at, now)


def _changed(
    service: Service,
    category: Category,
    text: str,
    before: str,
    after: str,
    at: float,
    versions: tuple[int, int] = (0, 0),
) -> Event:
    sentence = f"{service.name} {text}" if text.startswith(("scaled", "was ")) else f"{service.name}: {text}"
    return Event(
        at, service.kind, service.id, service.name, category, sentence, before=before, after=after, versions=versions
    )


def _progress(service: Service, status: UpdateStatus, cluster: Cluster, now: float, *, begun: bool) -> Iterator[Event]:
    """Where an update has got to; that it began too, where that was not seen."""
    words, tone = _STATES.get(status.state, (status.state.replace("_", " "), ""))
    started, completed = seconds_of(status.started_at), seconds_of(status.completed_at)
    if begun and status.state in ("completed", "paused") and started is not None:
        yield _update_event(service, min(started, now), "update started", "", "updating")
    at = started if status.state in ("updating", "rollback_started") else completed
    if tone == "bad" and status.message:
        message = _TASK_ID.sub(lambda found: _task_name(service, found[1], cluster), status.message)
        words = message if message.startswith(words) else f"{words}: {message}"
    yield _update_event(
        service, moment(service.updated_at, now) if at is None else min(at, now), words, tone, status.state
    )


def _task_name(service: Service, task_id: str, cluster: Cluster) -> str:
    """ "web.3" for the ID of a task; "a task" where it is not known."""
    tasks = cluster.tasks_of(service.id) or ()
    return next((cluster.task_name(task) for task in tasks if task.id == task_id), "a task")


def _update_event(service: Service, at: float, words: str, tone: str, state: str) -> Event:
    text = f"{service.name}: {words}"
    return Event(at, service.kind, service.id, service.name, Category.UPDATE, text, tone, after=state)
