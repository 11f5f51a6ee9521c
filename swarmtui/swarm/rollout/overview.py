"""A service's update as a whole: how far it is, what the updater has counted, what a failure does, when it is over.

Source: swarmkit manager/orchestrator/update/updater.go, `Run`: a failure is a task that the updater made and that ended
within the monitor period. The ratio is of the slots that the update has to replace, and more than it acts. While the
failure action is "continue", nothing is counted; a rollback is never rolled back: it pauses.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.rollout.slots import ENDS, SlotRollout, Stage, slots_of
from swarmtui.swarm.services.restarts import RollingPolicy
from swarmtui.swarm.services.rollout import Rollout, rollout_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.syntax.image import short_image
from swarmtui.swarm.tasks.failures import entered
from swarmtui.swarm.units import SECOND, age, duration_text

__all__ = ["Estimate", "Overview", "overview_of"]

_ROUNDING = 1e-6
"""The engine compares 32-bit fractions."""

_MUCH_LONGER = 5.0
"""A task that takes so many times as long to start as the others do says that the pace so far tells nothing."""
_AT_LEAST = 15.0
"""Seconds that any task may take."""


@dataclass(frozen=True)
class Estimate:
    """How long an update will still take.

    Attributes:
        seconds: None when that is not known.
        because: why it is not known: "no new task runs yet"; else what it is reckoned from.
    """

    seconds: float | None
    because: str


@dataclass(frozen=True)
class Overview:
    """An update, or a rollback, of a service.

    Attributes:
        service: whose it is.
        rollout: its state; None when the service was never updated since it was created or last changed.
        policy: how tasks are replaced; of a rollback, the rollback's.
        slots: those in trouble first; None while the tasks are not known.
        now: the engine's time that this was made at, in seconds since 1970.
    """

    service: Service
    rollout: Rollout | None
    policy: RollingPolicy
    slots: tuple[SlotRollout, ...] | None
    now: float

    @property
    def is_rollback(self) -> bool:
        return self.rollout is not None and self.rollout.state.startswith("rollback")

    @property
    def is_on_its_way(self) -> bool:
        """Whether it goes on, or waits for a person to say how."""
        return self.rollout is not None and (self.rollout.under_way or self.rollout.paused)

    @property
    def to_replace(self) -> int:
        """How many slots it replaces: the updater leaves alone those that had the new spec already."""
        return sum(1 for slot in self.slots or () if slot.stage is not Stage.KEPT)

    @property
    def replaced(self) -> int:
        """How many slots run a new task that follows no failure; those that had the new spec already count, too."""
        return sum(1 for slot in self.slots or () if slot.stage.is_new)

    @property
    def failures(self) -> int:
        """How many new tasks the updater has counted as failures, as far as Swarm still lists them."""
        limit = self.policy.monitor / SECOND + (self._startup or 0.0)
        return sum(1 for slot in self.slots or () if _failed_within(slot, limit))

    @property
    def allowed(self) -> int:
        """How many failures it takes without acting on them."""
        return int(self.policy.max_failure_ratio * self.to_replace + _ROUNDING)

    @property
    def failure_action(self) -> str:
        """ "pause", "continue" or "rollback": what one failure more than that does."""
        action = self.policy.failure_action
        return "pause" if self.is_rollback and action == "rollback" else action

    @property
    def _startup(self) -> float | None:
        """Seconds from a task's creation until it runs, as it was in the middle; None before the first one runs."""
        from statistics import median  # with it come fractions and decimals

        took = [
            running - created
            for slot in self.slots or ()
            if slot.first is not None
            and slot.first.status.state == "running"
            and (running := entered(slot.first)) is not None
            and (created := seconds_of(slot.first.created_at)) is not None
        ]
        return median(took) if took else None

    @property
    def monitored_for(self) -> float | None:
        """Seconds until the newest task has proved itself; None while none is monitored."""
        monitor = self.policy.monitor / SECOND
        left = [
            slot.since + monitor - self.now
            for slot in self.slots or ()
            if slot.stage is Stage.MONITORED and slot.since is not None
        ]
        return max(left) if left else None

    # ------------------------------------------------------------------------------------ the time left

    @property
    def estimate(self) -> Estimate:
        """How long it will still take at the pace so far."""
        if self.rollout is None or not self.rollout.under_way:
            return Estimate(None, "it is paused" if self.rollout is not None and self.rollout.paused else "")
        startup = self._startup
        if startup is None or self.slots is None:
            return Estimate(None, "no new task runs yet")
        late = next((slot for slot in self.slots if self._holds_up(slot, startup)), None)
        if late is not None:
            return Estimate(None, f"{late.name} does not get on")
        each = f"a task takes {age(startup)} to start" if startup >= 1 else "a task starts within 1 s"
        return Estimate(self._seconds_left(startup), each)

    def _holds_up(self, slot: SlotRollout, startup: float) -> bool:
        if slot.stage is Stage.HELD_UP:
            return True
        slow = max(_AT_LEAST, _MUCH_LONGER * startup)
        return slot.stage is Stage.REPLACING and slot.since is not None and self.now - slot.since > slow

    def _seconds_left(self, startup: float) -> float:
        """Played to the end with what is known of the updater's workers: each replaces a slot, then waits the delay."""
        delay, monitor = self.policy.delay / SECOND, self.policy.monitor / SECOND
        slots = self.slots or ()
        waiting = sum(1 for slot in slots if slot.stage is Stage.WAITING)
        workers = self.policy.parallelism or max(1, self.to_replace)
        busy = sorted(self._free_at(startup, delay), reverse=True)[:workers]
        if not waiting and busy:  # the last worker that lets go begins the last monitor period
            return max(0.0, busy[0] + monitor - self.now)
        free = [max(self.now, moment) for moment in busy] + [self.now] * max(0, min(workers, waiting) - len(busy))
        heapq.heapify(free)
        for _ in range(waiting):
            heapq.heappush(free, heapq.heappop(free) + startup + delay)
        return max(free, default=self.now) + monitor - self.now

    def _free_at(self, startup: float, delay: float) -> Iterator[float]:
        """When each slot that was begun lets its worker go."""
        for slot in self.slots or ():
            if slot.stage is Stage.REPLACING:
                yield max(self.now, (slot.since or self.now) + startup) + delay
            elif slot.first is not None and (ready := entered(slot.first)) is not None:
                yield ready + delay

    # ------------------------------------------------------------------------------------ in words

    @property
    def headline(self) -> str:
        """ "updating 12 of 50 slots, begun 3 min ago", "paused at 2 of 4 slots: web.3 on wrk1: exit 1 (error)"."""
        name, rollout = self.service.name, self.rollout
        if self.service.spec.mode.name.endswith("-job"):
            return f"{name} is a job: its tasks are not replaced one after another"
        if rollout is None:
            return f"{name} is not being updated, and was not since it was created or last changed"
        if not self.is_on_its_way:
            return self._ended(rollout)
        far = "" if self.slots is None else f" {self.replaced} of {counted(len(self.slots), 'slot')}"
        begun = seconds_of(rollout.started_at)
        since = "" if begun is None else f", begun {age(self.now - begun)} ago"
        because = rollout.cause or (rollout.message if rollout.went_wrong and not rollout.by_hand else "")
        return f"{_word(rollout)}{far}{since}{f': {because}' if because else ''}"

    def _ended(self, rollout: Rollout) -> str:
        status = self.service.update_status
        ended = seconds_of(status.completed_at) if status is not None else None
        when = "" if ended is None else f" {age(self.now - ended)} ago"
        if rollout.state == "completed":
            what = f"its last update completed{when}"
        elif rollout.state == "rollback_completed":
            what = f"{'it was ' if rollout.by_hand else ''}{rollout.sentence}{when}"
        else:
            what = f"its last update is {rollout.state}"
        return f"{self.service.name} is not being updated; {what}"

    @property
    def pace(self) -> str:
        """ "2 at a time, stop-first, 10 s apart, each monitored for 5 s"."""
        monitor = duration_text(round(self.policy.monitor, -6))
        return f"{self.policy.pace(max(2, self.to_replace))}, each monitored for {monitor}"

    @property
    def on_failure(self) -> str:
        """ "1 failure, 2 allowed (5% of 50 slots); 2 more pause the update"."""
        what = "rollback" if self.is_rollback else "update"
        if self.failure_action == "continue":
            return f"failures are not counted: the {what} continues whatever fails"
        percent = f"{self.policy.max_failure_ratio * 100:g}% of {counted(self.to_replace, 'slot')}"
        found, left = self.failures, self.allowed - self.failures + 1
        share = f"{counted(found, 'failure')}, {self.allowed} allowed ({percent})"
        if not self.rollout or not self.rollout.under_way:
            return share
        s = "s" if left <= 1 else ""
        does = {"pause": f"pause{s} the {what}", "rollback": f"roll{s} the service back"}
        return f"{share}; {max(1, left)} more {does.get(self.failure_action, self.failure_action)}"

    @property
    def time_left(self) -> str:
        """ "about 4 min left: a task takes 6 s to start"; "" where there is nothing to wait for."""
        if self.rollout is None or not self.is_on_its_way:
            return ""
        estimate, monitored = self.estimate, self.monitored_for
        watch = "" if monitored is None else f"; the newest task is monitored for {age(monitored)} more"
        if self.rollout.paused:
            return f"paused until you resume it or roll back{watch}"
        if estimate.seconds is None:
            return f"time left not known yet: {estimate.because}{watch}"
        return f"about {age(estimate.seconds)} left: {estimate.because}{watch}"

    @property
    def images(self) -> str:
        """ "nginx:1.26 → nginx:1.27"; "nginx:1.27, force-updated" or "…, with another spec" where it stays the same."""
        now = short_image(self.service.image or self.service.plugin)
        slots = [slot for slot in self.slots or () if slot.stage is not Stage.KEPT]
        before = Counter(short_image(slot.old.image) for slot in slots if slot.old is not None)
        old = next((image for image, _ in before.most_common() if image and image != now), "")
        if old or not before:
            return f"{old} → {now}" if old else now
        counter = self.service.spec.task_template.force_update
        forced = any(slot.old is not None and slot.old.spec.force_update != counter for slot in slots)
        return f"{now}, {'force-updated' if forced else 'with another spec'}"


def overview_of(cluster: Cluster, service: Service, now: float) -> Overview:
    """How a service's update stands.

    Args:
        now: the engine's time, in seconds since 1970.
    """
    rollout = None if service.spec.mode.name.endswith("-job") else rollout_of(cluster, service, now)
    back = rollout is not None and rollout.state.startswith("rollback")
    policy = RollingPolicy.of_config(service.spec.rollback_config if back else service.spec.update_config)
    slots: Sequence[SlotRollout] | None = ()
    if rollout is not None:
        slots = slots_of(cluster, service, now, policy.monitor / SECOND)
    return Overview(service, rollout, policy, None if slots is None else tuple(slots), now)


def _word(rollout: Rollout) -> str:
    words = {"paused": "paused at", "rollback_started": "rolling back", "rollback_paused": "rollback paused at"}
    return words.get(rollout.state, rollout.state)


def _failed_within(slot: SlotRollout, limit: float) -> bool:
    """Whether the updater's own task of a slot has ended soon enough to be counted."""
    first = slot.first
    if first is None or first.status.state not in ENDS:
        return False
    created, ended = seconds_of(first.created_at), entered(first)
    return created is None or ended is None or ended - created <= limit
