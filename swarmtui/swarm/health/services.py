"""Whether a service is well, and why not.

Running as many tasks as are wanted is not enough. A task that failed is followed by another within seconds, so a
service in a crash loop is whole at most moments: it counts as well only when what runs has been *steady* since the last
failure (see `failures`). A service that never failed is well as soon as it runs.

Time alone changes a verdict. Each one says until when it holds, so that a thousand services cost next to nothing to
look at every second: only those whose objects changed or whose time has come are judged again. All times are by the
managers' clock, in seconds since 1970.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.health.tasks import loop_words, recovering_words
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.services.replicas import Replicas, count
from swarmtui.swarm.services.rollout import rollout_of
from swarmtui.swarm.tasks.ending import cause_of, not_restarted
from swarmtui.swarm.tasks.failures import Failures, failures_of
from swarmtui.swarm.tasks.states import holds_a_place
from swarmtui.swarm.tasks.task_state import Health, TaskState, states_of

__all__ = ["Condition", "ServiceHealth", "place_is_wanted", "service_health"]

LOOK_AGAIN = 1.0
"""Seconds for which the verdict on a service holds that waits for something."""
LOOKED_AT = 1000
"""Tasks a second that are looked at again for that (about 3 µs each): ten thousand that wait are all judged every ten
seconds, and whenever one of them has changed."""


class Condition(Enum):
    """What a service is like, the worst first."""

    LOOPING = "looping"
    """Its tasks fail again and again."""
    HALTED = "halted"
    """Its update is paused, or swarm is taking it back: somebody has to look."""
    GAVE_UP = "gave up"
    """Swarm does not restart a task that ended."""
    SHORT = "short"
    """Fewer tasks run than should, and something keeps them from it."""
    RECOVERING = "recovering"
    """All run, but one of them follows a failure, and has not run for long."""
    STARTING = "starting"
    """Fewer tasks run than should; the others are on their way."""
    UNKNOWN = "unknown"
    """It cannot be told."""
    UPDATING = "updating"
    """An update is under way, and nothing has gone wrong."""
    WELL = "well"


class ServiceHealth(msgspec.Struct, frozen=True):
    """The verdict on a service.

    Attributes:
        condition: what it is like.
        well: whether everything that should run does, and has been steady; None where that cannot be told.
        brief: in a few words, for a column: "looping 6×", "paused 1/3"; "" for a service that is well.
        because: what that comes of, in a few words: "exit 137 (killed)"; "" where nothing has failed.
        reason: in a sentence, the most telling words first: "crash loop: 6 failures in 2 min, exit 137 (killed)".
        until: the moment at which the verdict may change though nothing else does.
    """

    condition: Condition
    well: bool | None
    brief: str = ""
    reason: str = ""
    until: float = math.inf
    because: str = ""

    @property
    def alarming(self) -> bool:
        """Whether somebody has to look: waiting does not help, or is not known to."""
        return self.condition in ALARMING


ALARMING = frozenset({Condition.LOOPING, Condition.HALTED, Condition.GAVE_UP, Condition.SHORT})


def service_health(cluster: Cluster, service: Service, now: float) -> ServiceHealth:
    """Judge a service.

    Where its tasks are not known (not asked for yet, or refused) the manager's counts decide: a loop is not seen then.
    """
    tasks = cluster.tasks_of(service.id)
    known = _verdicts.get(service.id)
    if known is not None and known.holds(service, tasks, cluster.nodes, now):
        return known.health
    health = _judge(cluster, service, tasks, now)
    if len(_verdicts) > 2 * len(cluster.services) + 64:
        _verdicts.clear()
    _verdicts[service.id] = _Verdict(service, tasks, cluster.nodes, now, health)
    return health


class _Verdict(msgspec.Struct, frozen=True):
    """A verdict with what it was made of."""

    service: Service
    tasks: tuple[Task, ...] | None
    nodes: Mapping[str, Node]
    since: float
    health: ServiceHealth

    def holds(self, service: Service, tasks: tuple[Task, ...] | None, nodes: Mapping[str, Node], now: float) -> bool:
        return (
            self.service is service
            and self.tasks is tasks
            and self.nodes is nodes
            and self.since <= now < self.health.until
        )


_verdicts: dict[str, _Verdict] = {}
"""By service: what was judged last. Any thread may read and write it, since each entry is replaced as a whole."""


def _judge(cluster: Cluster, service: Service, tasks: tuple[Task, ...] | None, now: float) -> ServiceHealth:
    counted = count(cluster, service)
    doubts = [
        each for each in failures_of(service, tasks or ()) if now < each.steady_at and place_is_wanted(cluster, each)
    ]
    until = min((each.steady_at for each in doubts), default=math.inf)
    rollout = rollout_of(cluster, service, now) if _moves(service) else None
    looping = [each for each in doubts if each.looping]
    if looping:
        times = max(each.count for each in looping)
        halted = f", {rollout.text}" if rollout is not None and rollout.text else ""
        return ServiceHealth(
            Condition.LOOPING,
            False,
            f"looping {times}×{halted}",
            _of_several(cluster, looping, _loop_words),
            until,
            cause_of(_worst(looping).newest),
        )
    if rollout is not None and rollout.alarming:
        because = rollout.cause.partition(": ")[2]
        return ServiceHealth(Condition.HALTED, False, rollout.text, rollout.sentence, until, because)
    over = [each for each in doubts if each.gave_up]
    if over:
        return ServiceHealth(
            Condition.GAVE_UP,
            False,
            "gave up",
            _of_several(cluster, over, _over_words),
            until,
            cause_of(_worst(over).newest),
        )
    if counted.healthy is None:
        return ServiceHealth(Condition.UNKNOWN, None, "", "how many of its tasks run is not known yet", until)
    if rollout is not None and rollout.under_way:
        return ServiceHealth(Condition.UPDATING, counted.healthy, rollout.text, "", until)
    if not counted.healthy:
        return _short(cluster, tasks, counted, doubts, now)
    if doubts:
        words = _of_several(cluster, doubts, lambda cluster, each: recovering_words(each, now))
        return ServiceHealth(Condition.RECOVERING, False, "recovering", words, min(until, now + LOOK_AGAIN))
    return ServiceHealth(Condition.WELL, True, until=until)


def place_is_wanted(cluster: Cluster, failures: Failures) -> bool:
    """Whether a place is still wanted in which nothing follows a failure: a global service has none on a node that was
    drained or lost meanwhile."""
    current = failures.current
    if not failures.gave_up or current.slot:
        return True
    node = cluster.nodes.get(current.node_id)
    return node is None or (node.is_ready and node.spec.availability == "active")


def _moves(service: Service) -> bool:
    """Whether an update is under way or waits, without a look at the tasks."""
    return service.update_status is not None and service.update_status.state not in (
        "",
        "completed",
        "rollback_completed",
    )


def _short(
    cluster: Cluster, tasks: Sequence[Task] | None, counted: Replicas, doubts: Sequence[Failures], now: float
) -> ServiceHealth:
    """Fewer tasks run than should: what keeps them from it, or that they are on their way."""
    numbers = f"{counted.running} of {counted.outstanding} running"
    until = now + max(LOOK_AGAIN, len(tasks or ()) / LOOKED_AT)
    if doubts:
        words = _of_several(cluster, doubts, lambda cluster, each: recovering_words(each, now))
        return ServiceHealth(Condition.SHORT, False, "restarting", words, until)
    waiting = states_of(cluster, (task for task in tasks or () if holds_a_place(task)), now)
    bad = [(task, state) for task, state in waiting if state.health in (Health.BAD, Health.UNKNOWN)]
    if bad:
        brief, words = _waiting_brief(cluster, *bad[0]), _waiting_words(cluster, bad)
        return ServiceHealth(Condition.SHORT, False, brief, f"{numbers}: {words}", until)
    if any(state.health is Health.PROGRESS for _, state in waiting):
        return ServiceHealth(Condition.STARTING, False, "starting", f"{numbers}, the others are starting", until)
    return ServiceHealth(Condition.SHORT, False, "", numbers, until)


def _waiting_brief(cluster: Cluster, task: Task, state: TaskState) -> str:
    if not state.word.endswith("?"):
        return state.word
    node = cluster.nodes.get(task.node_id)
    return f"node {node.status.state}" if node is not None else "node gone"


def _waiting_words(cluster: Cluster, bad: Sequence[tuple[Task, TaskState]]) -> str:
    task, state = bad[0]
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    return f"{cluster.task_name(task)} {state.word}{more}{f', {state.reason}' if state.reason else ''}"


def _loop_words(cluster: Cluster, failures: Failures) -> str:
    return loop_words(failures)


def _over_words(cluster: Cluster, failures: Failures) -> str:
    service = cluster.services.get(failures.current.service_id)
    return f"{not_restarted(service, failures.newest)}: {cause_of(failures.newest)}"


def _worst(slots: Sequence[Failures]) -> Failures:
    return max(slots, key=lambda each: (each.count, each.last))


def _of_several(cluster: Cluster, slots: Sequence[Failures], words: Callable[[Cluster, Failures], str]) -> str:
    """The words on the worst slot, its name, and how many others there are."""
    worst = _worst(slots)
    where = cluster.task_name(worst.current)
    node = worst.newest.node_id
    on = f" on {cluster.node_name(node)}" if node and worst.newest.slot else ""
    more = f" and {len(slots) - 1} more" if len(slots) > 1 else ""
    return f"{words(cluster, worst)} ({where}{on}{more})"
