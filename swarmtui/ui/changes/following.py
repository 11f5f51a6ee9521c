"""Following: how far the swarm has got with a change that the engine accepted, until there is an end to tell.

A snapshot does not hold whole specs. Where it cannot tell whether somebody else has changed the object again, the
object itself is asked for: once for each of its versions, and while what should be there is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from swarmtui.errors import ObjectNotFound, SwarmtuiError
from swarmtui.swarm.actions.action import EngineCall, Progress, Spec, SpecChange
from swarmtui.swarm.actions.steadiness import loop_since, once_steady
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.units import age
from swarmtui.ui.changes.operation import Operation, Stage

__all__ = ["Follower"]

ASK_AGAIN_AFTER = 3.0
"""Seconds between two requests for the same object, and before the first for one that is not in sight yet."""
CLOCKS_DIFFER = 2.0
"""Seconds by which the managers' clock is known at best: an engine tells it in whole seconds."""
LASTING = 15.0
"""Seconds for which a snapshot may still be from before a change of several objects was made."""

WATCHED = 120.0
"""Seconds after a success in which a crash loop of the tasks that it rests on still makes a failure of it."""

Inspect = Callable[[Kind, str], "Future[Any]"]


class Follower:
    """Follows one operation from the engine's yes on, and ends it. All times are seconds of the operations' clock.

    Args:
        operation: it has just been accepted.
        inspect: asks the engine for an object's raw JSON.
        news: called when an object that was asked for has come.
        managers_now: the managers' clock, in seconds since 1970: by it one knows which tasks failed since.
    """

    def __init__(
        self, operation: Operation, inspect: Inspect, news: Callable[[], None], now: float, managers_now: float
    ) -> None:
        self._operation = operation
        self._since = managers_now - CLOCKS_DIFFER
        self._specs: dict[str, object] = {}
        self._rests_on = Progress.waiting()
        self._inspect = inspect
        self._news = news
        self._accepted = now
        self._moved = now
        self._texts: set[str] = set()
        self._overtaken_since: float | None = None
        self._asked = now if operation.action.target.id == "" else now - ASK_AGAIN_AFTER
        self._answer: asyncio.Future[Any] | None = None
        self._checked: tuple[int, Spec] | None = None
        self._gone = False

    def look(self, cluster: Cluster, now: float, managers_now: float, *, live: bool) -> None:
        """See how far it is.

        Args:
            live: whether the snapshot is fresh. While it is not, the time does not count.
        """
        self._take_answer()
        if not live and not isinstance(self._operation.action, EngineCall):
            self._moved = now
        if self._is_shown(cluster):
            self._judge(cluster, now, managers_now)
        operation = self._operation
        if not operation.under_way:
            return
        if operation.text not in self._texts:  # a text that comes back is no progress
            self._texts.add(operation.text)
            self._moved = now
        if now - self._moved >= operation.action.longest_pause(cluster):
            waited = age(now - self._moved)
            operation.end(Stage.GIVEN_UP, f"no progress for {waited}, no longer followed: {operation.text}", now)

    def look_back(self, cluster: Cluster, now: float, managers_now: float) -> bool:
        """After a success: fail it after all when what it rests on is in a crash loop since.

        Returns:
            Whether there is more to look at: it may still happen, and what runs is still what the change made.
        """
        operation = self._operation
        running, ended = self._rests_on.runs, operation.ended
        if not running or operation.stage is not Stage.DONE or ended is None or now - ended >= WATCHED:
            return False
        if self._specs != _specs_of(cluster, running):
            return False
        loop = loop_since(self._rests_on, cluster, self._since, managers_now)
        if loop:
            operation.end(Stage.FAILED, loop, now)
        return not loop

    def _is_shown(self, cluster: Cluster) -> bool:
        """Whether a snapshot is from after the change, so that it can tell something about it."""
        action, outcome = self._operation.action, self._operation.outcome
        if outcome is None or not isinstance(action, SpecChange):
            return True
        version = cluster.version_of(action.target.kind, action.target.id)
        if version is None:
            return action.target.kind is not Kind.SWARM
        return version >= outcome.version + (1 if outcome.attempts else 0)

    def _judge(self, cluster: Cluster, now: float, managers_now: float) -> None:
        operation = self._operation
        action = operation.action
        progress = action.progress(cluster)
        if progress.unseen is not None:
            self._look_for(progress.unseen, now)
            if self._gone:
                progress = Progress.removed(progress.unseen.name)
        elif isinstance(action, SpecChange):
            progress = self._with_spec(action, progress, cluster, now)
        else:
            progress = self._if_it_lasts(progress, now)
        progress = once_steady(progress, cluster, self._since, managers_now)
        self._rests_on, self._specs = progress, _specs_of(cluster, progress.runs)
        operation.text = progress.text
        if progress.overtaken:
            operation.end(Stage.OVERTAKEN, f"overtaken: {progress.text}", now)
        elif progress.settled:
            operation.end(Stage.FAILED if progress.failed else Stage.DONE, progress.text, now)

    def _if_it_lasts(self, progress: Progress, now: float) -> Progress:
        """A snapshot does not say whether it is from before a change of several objects: then that passes soon."""
        if not progress.overtaken or self._operation.outcome is None or self._operation.outcome.attempts == 0:
            self._overtaken_since = None
            return progress
        if self._overtaken_since is None:
            self._overtaken_since = now
        return progress if now - self._overtaken_since >= LASTING else Progress.waiting()

    # ------------------------------------------------------------------------------------ whole specs

    def _with_spec(self, action: SpecChange, progress: Progress, cluster: Cluster, now: float) -> Progress:
        """The progress, corrected by the object's own spec where the snapshot does not hold the field."""
        version = cluster.version_of(action.target.kind, action.target.id)
        if self._gone:
            return action.gone
        if progress.overtaken or version is None or action.shown(cluster) is not None:
            return progress
        if self._checked is None or self._checked[0] < version:
            self._ask(action.target.kind, action.target.id, now)
            # No success is told before it is known whose spec the tasks run.
            return replace(progress, settled=False)
        return self._by_spec(action, self._checked[1], cluster) or progress

    def _by_spec(self, action: SpecChange, spec: Spec, cluster: Cluster) -> Progress | None:
        left, value = self._operation.left, action.value(spec)
        if action.is_made(spec) or value == left:
            self._operation.left = value
            return None
        if left is None and value != action.seen:
            # An engine may write a spec in its own way, and keeps what others have set beside: this is what came of it.
            self._operation.left = value
            return None
        return action.overtaken_by(value, cluster)

    def _look_for(self, unseen: Target, now: float) -> None:
        outcome = self._operation.outcome
        made = outcome.created_id if outcome is not None else ""
        self._ask(unseen.kind, made or unseen.id or unseen.name, now)

    def _ask(self, kind: Kind, object_id: str, now: float) -> None:
        if self._answer is None and now - self._asked >= ASK_AGAIN_AFTER:
            self._asked = now
            self._answer = asyncio.wrap_future(self._inspect(kind, object_id))
            self._answer.add_done_callback(lambda _: self._news())

    def _take_answer(self) -> None:
        if self._answer is None or not self._answer.done():
            return
        answer, self._answer = self._answer, None
        action = self._operation.action
        try:
            raw = answer.result()
        except ObjectNotFound:
            self._gone = True
        except (SwarmtuiError, asyncio.CancelledError):
            return  # it is asked for again
        else:
            if isinstance(action, SpecChange):
                self._checked = (raw["Version"]["Index"], raw["Spec"])
                self._asked -= ASK_AGAIN_AFTER  # another version may be looked at as soon as it is there


def _specs_of(cluster: Cluster, service_ids: tuple[str, ...]) -> dict[str, object]:
    """What services were last changed to, by ID: another value means that somebody has changed one since."""
    known = [cluster.services[each] for each in service_ids if each in cluster.services]
    return {each.id: (each.spec, each.update_status.started_at if each.update_status else "") for each in known}
