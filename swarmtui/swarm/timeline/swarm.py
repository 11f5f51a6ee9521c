"""What happened to the swarm itself: its settings, its keys, its certificates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.objects.swarm import Swarm, SwarmSpec
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.timeline.event import Category, Event
from swarmtui.swarm.timeline.files import SOON, moment
from swarmtui.swarm.timeline.parts import label_part
from swarmtui.swarm.units import duration_text

__all__ = ["swarm_events", "swarm_past"]

NAME = "the swarm"


def swarm_events(before: Swarm | None, after: Swarm | None, now: float) -> Iterator[Event]:
    """What happened between two sights of the swarm's own object."""
    if before is None or after is None or before.version == after.version:
        return
    at, versions = moment(after.updated_at, now), (before.version.index, after.version.index)

    def event(category: Category, text: str, was: str = "", is_: str = "", tone: str = "") -> Event:
        return Event(at, Kind.SWARM, after.id, NAME, category, text, tone, before=was, after=is_, versions=versions)

    told = False
    for what, (was, is_) in _settings(before.spec, after.spec).items():
        if was != is_:
            told = True
            yield event(Category.SPEC, f"the swarm: {what} changed from {was} to {is_}", was, is_)
    for part in label_part(before.spec.labels, after.spec.labels):
        told = True
        yield event(part.category, f"the swarm: {part.text}", part.before, part.after)
    for text in _keys(before, after):
        told = True
        yield event(Category.KEYS, text, tone="warn")
    if not told:
        text = "the swarm's keys were written: its unlock key was rotated, or Swarm renewed keys by itself"
        yield event(Category.KEYS, text)


def swarm_past(swarm: Swarm, now: float) -> Iterator[Event]:
    """What the swarm keeps of its own past: when it was created, and last written."""
    created, changed = seconds_of(swarm.created_at), seconds_of(swarm.updated_at)
    if created is not None:
        yield Event(min(created, now), Kind.SWARM, swarm.id, NAME, Category.CREATED, "the swarm was created")
        if changed is not None and changed > created + SOON:
            text = "the swarm's settings or keys were last written"
            yield Event(min(changed, now), Kind.SWARM, swarm.id, NAME, Category.SPEC, text)


def _settings(before: SwarmSpec, after: SwarmSpec) -> Mapping[str, tuple[str, str]]:
    specs = (before, after)
    words = {
        "task history": [str(each.orchestration.task_history_retention_limit) for each in specs],
        "heartbeat period": [duration_text(each.dispatcher.heartbeat_period) for each in specs],
        "certificates' life": [duration_text(each.ca_config.node_cert_expiry) for each in specs],
        "autolock": ["on" if each.encryption_config.auto_lock_managers else "off" for each in specs],
        "snapshot interval": [str(each.raft.snapshot_interval) for each in specs],
        "old snapshots kept": [str(each.raft.keep_old_snapshots or 0) for each in specs],
        "log entries for slow followers": [str(each.raft.log_entries_for_slow_followers) for each in specs],
        "election tick": [str(each.raft.election_tick) for each in specs],
        "heartbeat tick": [str(each.raft.heartbeat_tick) for each in specs],
    }
    return {what: (was, is_) for what, (was, is_) in words.items()}


def _keys(before: Swarm, after: Swarm) -> Iterator[str]:
    """Which of its keys are other ones."""
    old, new = before.join_tokens or {}, after.join_tokens or {}
    for role in sorted(old.keys() & new.keys()):
        if old[role] != new[role]:
            yield f"the {role.lower()} join token was rotated"
    if after.root_rotation_in_progress and not before.root_rotation_in_progress:
        yield "rotation of the root CA started"
    elif before.root_rotation_in_progress and not after.root_rotation_in_progress:
        yield "rotation of the root CA completed"
    elif before.tls_info.trust_root != after.tls_info.trust_root and before.tls_info.trust_root:
        yield "the root CA was replaced"
