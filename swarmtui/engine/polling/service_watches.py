"""Of which services the tasks have to be asked for, besides the whole list of tasks, and when.

A swarm's tasks are megabytes, so that only those of *restless* services are asked for between two whole lists: those
on the screen, not at their wanted number, in an update, with a task on its way, not steady yet since a task failed, or
just changed. Pure: the clock is passed in.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.engine.polling.pace import (
    BACKGROUND,
    CHANGING,
    COUNTED,
    FOLLOWED,
    LIVELY,
    NUDGED,
    ON_SCREEN,
    RESTLESS,
    TOLD,
    WHOLE,
    Cost,
    Limits,
    Pace,
    Timer,
)

__all__ = ["HEAVY", "ServiceState", "ServiceWatches"]

HEAVY = 256 * 1024
"""Bytes of tasks from which on a service is asked for by itself, on the bulk lane."""
BATCH = 200
"""Services asked about in one request at most; the IDs go into its URL."""
TOGETHER = 0.1
"""Questions about services that are due within so many seconds go into one request."""
RECENT = 10.0
"""Seconds for which a service that has just changed is asked for often: the tasks follow the counts."""
HISTORY = 60.0
"""Seconds after which a service's history is asked for again though no task of it has ended: the manager cuts it."""
CALM_AFTER = 5
"""Unchanged answers after which a restless service is asked less often, up to `CALM_FACTOR` times less."""
CALM_FACTOR = 5


class ServiceState(msgspec.Struct, frozen=True):
    """What the schedule must know of a service.

    Attributes:
        counts: anything that differs when its tasks may have changed: running, desired and completed tasks, version.
        restless: it is not at its wanted number of tasks, or being updated.
        mounts_volumes: its tasks mount cluster volumes.
        ends_silently: it is a job with running tasks, whose end only the counts tell (see `endings`).
    """

    counts: object
    restless: bool
    mounts_volumes: bool = False
    ends_silently: bool = False


@dataclass
class _ServiceWatch(Timer):
    """What is known of a service whose tasks may have to be asked for."""

    size: float = 0.0
    """Bytes of its own tasks; `cost` may be that of a request that was about other services too."""
    restless: bool = False
    moving: bool = False
    """A task of it is on its way from one state to another."""
    unsteady_until: float = -math.inf
    """A task that follows failures must run until then before it counts as steady: it may fail any moment."""
    changed: float = -math.inf
    calm: int = 0
    leaving: bool = False
    """A task that the manager has given up is still there."""
    told_whole: float = -math.inf
    """When an answer last held its ended tasks, too."""

    def needs_whole(self, now: float) -> bool:
        """Whether its ended tasks are to be asked for as well."""
        return self.leaving or self.size > HEAVY or now - self.told_whole > HISTORY

    def is_unsettled(self, now: float) -> bool:
        return self.restless or self.moving or now < self.unsteady_until


class ServiceWatches:
    """The services whose tasks may have to be asked for. Not thread-safe.

    Args:
        limits: what the user allows.
        whole: the timer of the whole task list, which tells of every service as well.

    Attributes:
        scope: whose tasks are on the screen.
        told: whether smaller questions tell that a task has ended, of whatever service.
        told_on_screen: whether they do of those on the screen.
    """

    def __init__(self, limits: Limits, whole: Timer) -> None:
        self.scope = TaskScope()
        self.told = self.told_on_screen = False
        self._limits = limits
        self._whole = whole
        self._services: dict[str, _ServiceWatch] = {}
        self._counts: dict[str, ServiceState] | None = None
        self._active: set[str] = set()
        self._followed: set[str] = set()

    @property
    def whole_pace(self) -> Pace:
        """How often the whole task list is worth asking for."""
        if self.told:
            return WHOLE
        return BACKGROUND if self.scope.service_id or self.scope.node_id else ON_SCREEN

    # -------------------------------------------------------------------------------- what the world tells

    def changed(self, service_id: str, now: float, delay: float) -> None:
        """A service has changed: its tasks are asked for at once, whatever they cost, and often for a while."""
        watch = self._service(service_id)
        watch.told_whole = -math.inf
        watch.nudge(now + delay)
        watch.changed, watch.calm = now, 0

    def touched(self, service_ids: Iterable[str], now: float) -> None:
        """Something else has happened that may change these services' tasks."""
        for service_id in service_ids:
            self._service(service_id).changed = now

    def everything(self, now: float) -> None:
        """Ask for all that are asked for at all."""
        for service_id in self._active:
            self._services[service_id].nudge(now)
            self._services[service_id].told_whole = -math.inf

    def look_at(self, scope: TaskScope, now: float) -> None:
        """Whose tasks are on the screen from now on."""
        old, self.scope = self.scope, scope
        if scope.service_id:
            self._service(scope.service_id).nudge(now)
        if old.service_id:
            self._retire(old.service_id, now)

    def follow(self, service_ids: Collection[str], now: float) -> None:
        """On which services actions under way act."""
        before, self._followed = self._followed, set(service_ids)
        for service_id in self._followed - before:
            self._service(service_id).nudge(now)
        for service_id in before - self._followed:
            self._retire(service_id, now)

    def set_services(self, services: Mapping[str, ServiceState], now: float) -> bool:
        """The list of services was answered: whoever's counts changed is asked for its tasks.

        Those of a removed service can only be had with the whole list: asking for them is an error (404).

        Returns:
            Whether one was removed.
        """
        known = self._counts or {}
        for service_id, state in services.items():
            before = known.get(service_id)
            if before is not None and before == state:
                continue
            if self._counts is None and not state.restless:
                continue  # the first list of all: the whole task list is on its way
            watch = self._service(service_id)
            watch.restless = state.restless
            if self._counts is not None:
                watch.changed, watch.calm = now, 0
                watch.nudge(now, NUDGED if self._on_screen(service_id) else COUNTED)
        self._counts = dict(services)
        self._forget({*known, *self._services} - services.keys())
        for service_id in list(self._active):
            self._retire(service_id, now)
        return bool(known.keys() - services.keys())

    def set_moving(self, moving: Mapping[str, bool], leaving: Collection[str], now: float) -> None:
        """Tasks were answered: which of these services have a task on its way, and of which one is ending."""
        for service_id, is_moving in moving.items():
            if service_id in self._services:
                self._services[service_id].leaving = service_id in leaving
            if is_moving:
                self._service(service_id).moving = True
            elif service_id in self._services:
                self._services[service_id].moving = False
                self._retire(service_id, now)

    def set_unsteady(self, until: Mapping[str, float], now: float) -> None:
        """Tasks were answered: until when each of these services is in doubt since a task failed.

        A service in a crash loop runs as many tasks as it should at most moments. One that crashes and is back between
        two looks at the counts is seen by its tasks alone.
        """
        for service_id, moment in until.items():
            if moment > now:
                self._service(service_id).unsteady_until = moment
            elif service_id in self._services:
                self._services[service_id].unsteady_until = moment
                self._retire(service_id, now)

    # -------------------------------------------------------------------------------- what is due

    def due(self, heavy: bool, now: float) -> Iterable[tuple[float, str]]:
        """When each of the heavy services, or of the others, is to be asked for its tasks."""
        for service_id in self._active:
            watch = self._services[service_id]
            if (watch.size > HEAVY) is heavy:
                yield watch.due(self._service_pace(service_id, watch, now)), service_id

    def batch(self, now: float) -> Question:
        """All light services that are due about now, the most overdue first when they are too many. Those whose history
        is needed go first."""
        due = [
            (moment, service_id)
            for service_id in self._active
            if (watch := self._services[service_id]).size <= HEAVY
            and (moment := watch.due(self._service_pace(service_id, watch, now))) <= now + TOGETHER
        ]
        whole = [each for each in due if each[1] in self._followed or self._services[each[1]].needs_whole(now)]
        ids = tuple(sorted(service_id for _, service_id in sorted(whole or due)[:BATCH]))
        return Question(Topic.TASKS_OF if whole else Topic.STANDING_OF, ids)

    def is_heavy(self, service_ids: Iterable[str]) -> bool:
        """Whether one of them is asked for by itself."""
        return any(self._services[each].size > HEAVY for each in service_ids if each in self._services)

    def timers(self, service_ids: Iterable[str]) -> list[Timer]:
        """Of those that are known."""
        return [self._services[each] for each in service_ids if each in self._services]

    # -------------------------------------------------------------------------------- answers

    def weighed(self, service_ids: Iterable[str], sizes: Mapping[str, float], now: float) -> None:
        """These services' tasks were answered, and have so many bytes."""
        for service_id in service_ids:
            if service_id in self._services:
                self._services[service_id].size = sizes.get(service_id, 0.0)
                self._services[service_id].told_whole = now

    def answered(self, service_ids: Iterable[str], changed: Collection[str], now: float) -> None:
        """An answer told of these services' tasks; those of `changed` differ from before."""
        for service_id in service_ids:
            watch = self._services.get(service_id)
            if watch is not None:
                watch.calm = 0 if service_id in changed else watch.calm + 1
                if service_id in changed:
                    watch.sign = now
                if service_id in changed and watch.changed != -math.inf:
                    watch.changed = now  # it keeps changing
                self._retire(service_id, now)

    def whole_answered(self, started: float, sizes: Mapping[str, float], cost: Cost) -> None:
        """The whole list counts as having asked every service."""
        total = cost.size or 1.0
        for service_id in self._services.keys() - sizes.keys() - self._active:
            del self._services[service_id]
        for service_id, size in sizes.items():
            watch = self._services.setdefault(service_id, _ServiceWatch(limits=self._limits))
            watch.size = size
            watch.learn(Cost(cost.seconds * size / total, size))
            watch.asked = max(watch.asked, started)
            watch.told_whole = max(watch.told_whole, started)
            if watch.nudged is not None and watch.nudged <= started:
                watch.nudged = None

    def missing(self, service_ids: Iterable[str]) -> None:
        """One of these is gone: forget those that were in no list of services."""
        self._forget(set(service_ids) - (self._counts or {}).keys())

    # -------------------------------------------------------------------------------- inside

    def _service_pace(self, service_id: str, watch: _ServiceWatch, now: float) -> Pace | None:
        """How often a service's tasks are worth asking for now; None when the whole list will do."""
        if service_id in self._followed:
            return FOLLOWED
        # Until an answer is like the one before: the pace of a heavy service may be slower than `RECENT`.
        recent = now - watch.changed < RECENT or watch.changed > watch.asked
        if self.scope.service_id == service_id:
            return LIVELY if recent else TOLD if self.told_on_screen else ON_SCREEN
        whole = self._whole
        if not whole.cost.size and (whole.flying or whole.asked == -math.inf):
            return None  # the first whole list is on its way
        if whole.cost.size and whole.interval(self.whole_pace) <= RESTLESS.least:
            return None  # a small swarm: the whole list comes as often
        if recent:
            return LIVELY if self._on_screen(service_id) else CHANGING
        if watch.is_unsettled(now):
            calm = min(CALM_FACTOR, 1 + watch.calm // CALM_AFTER)
            # What waits for something that may never come costs less and less, however big it is.
            slower = 1 if watch.moving or now < watch.unsteady_until else calm
            return Pace(RESTLESS.least * calm, RESTLESS.share, RESTLESS.rate / slower)
        return None

    def _on_screen(self, service_id: str) -> bool:
        return service_id == self.scope.service_id or not (self.scope.service_id or self.scope.node_id)

    def _service(self, service_id: str) -> _ServiceWatch:
        """A service's watch, which takes part in the asking from now on."""
        self._active.add(service_id)
        return self._services.setdefault(service_id, _ServiceWatch(limits=self._limits))

    def _retire(self, service_id: str, now: float) -> None:
        """Take a service out of the asking when nothing about it is of interest any more. Its cost is remembered."""
        watch = self._services.get(service_id)
        if watch is None or watch.flying or watch.nudged is not None:
            return
        if not (
            watch.is_unsettled(now)
            or now - watch.changed < RECENT
            or watch.changed > watch.asked
            or service_id in self._followed
            or service_id == self.scope.service_id
        ):
            self._active.discard(service_id)

    def _forget(self, service_ids: Iterable[str]) -> None:
        for service_id in service_ids:
            self._services.pop(service_id, None)
            self._active.discard(service_id)
