"""How to hear, for a few bytes, that a task has ended: tasks raise no events, and a list of them is megabytes.

As soon as a task ends, the manager gives it up: its desired state becomes "shutdown", before anything replaces it
(swarmkit's manager/orchestrator/restart). So the manager is asked which of the tasks that were running at the last look
it has given up since, and answers with an empty list as long as none has. The tasks are named by the beginnings of
their IDs; where a service has no ended task at all, by the service; where no service has, not at all. Pure.

Not every end is seen so: a task of a job keeps its desired state when it is complete, and a swarm that keeps no history
deletes its ended tasks. The counts of running tasks tell of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

import msgspec

from swarmtui.engine.polling.engine_questions import Question, Topic
from swarmtui.engine.polling.observation import TaskScope
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task

__all__ = ["ENDED_STATES", "NO_ENDINGS", "STANDING_STATES", "Endings", "EndingsPlanner", "given_up"]

ENDED_STATES = ("shutdown", "remove")
"""The desired states of tasks that the manager has given up."""
STANDING_STATES = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running", "complete")
"""All other desired states; a job's tasks are wanted to complete."""
LETTERS = 6
"""Of an ID, in a question: one in two billion tasks begins alike, and it would do no harm."""
TOGETHER = 200
"""Tasks or services in one question: the manager compares each of the one with each of the others."""
AT_ONCE = 400
"""Running tasks that are all taken for being on the screen."""
MOST = 2_000
"""Running tasks that are asked about by their IDs at most."""


class Endings(msgspec.Struct, frozen=True):
    """What to ask.

    Attributes:
        on_screen: about the tasks that are on the screen.
        elsewhere: about others.
        complete: whether these questions, together, are about every task that runs.
    """

    on_screen: tuple[Question, ...] = ()
    elsewhere: tuple[Question, ...] = ()
    complete: bool = False


NO_ENDINGS = Endings()


class _Group(msgspec.Struct, frozen=True):
    """One service's tasks, and how many of them run and have ended."""

    tasks: tuple[Task, ...]
    running: int
    ended: int


def given_up(task: Task) -> bool:
    """Whether the manager no longer wants a task to run."""
    return task.desired_state in ENDED_STATES


class EndingsPlanner:
    """Makes the questions for one snapshot after another. Not thread-safe."""

    def __init__(self) -> None:
        self._groups: dict[str, _Group] = {}

    def plan(self, cluster: Cluster, scope: TaskScope) -> Endings:
        """The questions for a snapshot.

        Args:
            scope: whose tasks are on the screen.
        """
        if not cluster.tasks_complete or _keeps_no_history(cluster):
            return NO_ENDINGS
        self._count(cluster.tasks_by_service)
        groups = self._groups
        running = sum(group.running for group in groups.values())
        if not any(group.ended for group in groups.values()):
            return Endings((Question(Topic.ENDED),), complete=True)
        named = [each for each, group in groups.items() if group.running and (group.ended or running <= AT_ONCE)]
        whole = [each for each, group in groups.items() if group.running and not (group.ended or running <= AT_ONCE)]
        shown = self._shown(cluster, scope, running)
        complete = sum(groups[each].running for each in named) <= MOST
        rest = [] if not complete else [task for each in named for task in _running(groups[each].tasks)]
        seen = {task.id for task in shown}
        return Endings(
            _questions(Topic.ENDED, (task.id[:LETTERS] for task in shown)),
            (
                *_questions(Topic.ENDED, (task.id[:LETTERS] for task in rest if task.id not in seen)),
                *_questions(Topic.ENDED_OF, (each for each in whole if each in cluster.services)),
            ),
            complete,
        )

    def _count(self, tasks: Mapping[str, tuple[Task, ...]]) -> None:
        """What did not change since the last snapshot is not counted again."""
        known, self._groups = self._groups, {}
        for service_id, group in tasks.items():
            before = known.get(service_id)
            if before is None or before.tasks is not group:
                ended = sum(map(given_up, group))
                before = _Group(group, sum(1 for _ in _running(group)), ended)
            self._groups[service_id] = before

    def _shown(self, cluster: Cluster, scope: TaskScope, running: int) -> Sequence[Task]:
        """The running tasks on the screen, at most `AT_ONCE`."""
        if scope.service_id:
            tasks: Iterable[Task] = cluster.tasks_of(scope.service_id) or ()
        elif scope.node_id:
            tasks = cluster.tasks_on(scope.node_id)
        else:
            tasks = cluster.all_tasks() if running <= AT_ONCE else ()
        return list(islice(_running(tasks), AT_ONCE))


def _running(tasks: Iterable[Task]) -> Iterable[Task]:
    """Those that the manager wants to run on. A job's run to their end."""
    return (task for task in tasks if task.desired_state == "running")


def _keeps_no_history(cluster: Cluster) -> bool:
    return cluster.swarm is None or cluster.swarm.spec.orchestration.task_history_retention_limit == 0


def _questions(topic: Topic, ids: Iterable[str]) -> tuple[Question, ...]:
    """Of a bearable size each; with the IDs in order, so that the same tasks are the same question."""
    ordered = sorted(ids)
    return tuple(
        Question(topic, tuple(ordered[start : start + TOGETHER])) for start in range(0, len(ordered), TOGETHER)
    )
