"""What was changed from here and has not settled yet: that is asked for often."""

from __future__ import annotations

import logging

import msgspec

from swarmtui.engine.polling.engine_questions import Topic
from swarmtui.swarm.actions.action import Action, Target
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.object_kinds import OBJECT_KINDS

__all__ = ["FollowedActions", "touched_by"]

log = logging.getLogger("swarmtui.engine")

FOLLOW_AT_LEAST = 3.0
"""Seconds for which an action is followed even if it looks settled: the swarm has hardly begun with it."""
FOLLOW_AT_MOST = 600.0


def touched_by(kind: Kind) -> tuple[Topic, ...]:
    """What to ask about after a change of an object of a kind, and until it has settled."""
    topics = tuple(Topic.of(each) for each in OBJECT_KINDS[kind].touches)
    return (*topics, Topic.INFO) if kind is Kind.SWARM else topics  # the engine's own place in the swarm


class _Followed(msgspec.Struct, frozen=True):
    """An action under way. Times in seconds of the monotonic clock."""

    action: Action
    since: float


class FollowedActions:
    """The actions under way. Not thread-safe."""

    def __init__(self) -> None:
        self._followed: tuple[_Followed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._followed)

    def add(self, action: Action, now: float) -> None:
        """An action was accepted."""
        self._followed = (*self._followed, _Followed(action, now))

    def let_go(self, cluster: Cluster, now: float) -> None:
        """Follow those no longer that have settled."""
        self._followed = tuple(
            each
            for each in self._followed
            if now - each.since < FOLLOW_AT_LEAST
            or (now - each.since < FOLLOW_AT_MOST and not _has_settled(each.action, cluster))
        )

    def ids(self, kind: Kind) -> set[str]:
        """Of the objects of a kind that they act on."""
        return {target.id for target in self._targets if target.kind is kind}

    @property
    def topics(self) -> set[Topic]:
        """The lists in which their effect is to be seen."""
        return {topic for target in self._targets for topic in touched_by(target.kind)}

    @property
    def _targets(self) -> list[Target]:
        return [each.action.watched for each in self._followed]


def _has_settled(action: Action, cluster: Cluster) -> bool:
    """Whether nothing more is going to happen. An action that fails to say so is followed no longer."""
    try:
        return action.progress(cluster).settled
    except Exception:
        log.exception("The progress of %s cannot be told", action.name)
        return True
