"""SlotLife: what a slot of a service went through, task by task. It outlives each of its tasks.

A slot is a number of a replicated service, or a node of a global one. Besides the tasks that the swarm still has, it
has those that it forgot and that were seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.objects.times import seconds_of
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.tasks.ending import cause_of, exit_code_of, exit_words
from swarmtui.swarm.tasks.failures import entered
from swarmtui.swarm.tasks.states import FAILURES, is_finished, is_leaving
from swarmtui.swarm.tasks.task_state import Health, state_of
from swarmtui.swarm.timeline.slot_memory import Former
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.swarm.units import age

__all__ = ["Life", "SlotLife", "State", "changes_between", "messages_of", "slot_life", "state_in", "summary_of"]

_TONES = {Health.GOOD: "good", Health.BAD: "bad", Health.PROGRESS: "accent", Health.UNKNOWN: "warn", Health.DONE: "dim"}


BRIEF = 60.0
"""Seconds of a life of which starting may have been the most, where nothing tells since when it ran."""


class State(NamedTuple):
    """How a task is or ended.

    Attributes:
        words: "failed after 2 min: exit 137 (killed)". They may hold text from outside.
        tone: "good", "bad", "warn", "accent" or "dim".
    """

    words: str
    tone: str


class Life(msgspec.Struct, frozen=True, gc=False):
    """One task of a slot.

    Attributes:
        task: as it is, or as it was seen last.
        began: when it was created, in seconds since 1970.
        ran_since: since when it ran; None where it never ran, or that is not known (any more).
        ended: when it ended; None while it lives.
        forgotten: the swarm does not have it any more.
    """

    task: Task
    began: float
    ran_since: float | None = None
    ended: float | None = None
    forgotten: bool = False

    def lasted(self, now: float) -> float:
        """Seconds from its start, or from its creation where no start is known, to its end or to now."""
        since = self.began if self.ran_since is None else self.ran_since
        return max(0.0, (now if self.ended is None else self.ended) - since)


@dataclass(frozen=True)
class SlotLife:
    """Attributes:
    lives: the newest first.
    """

    lives: tuple[Life, ...]

    @property
    def current(self) -> Life | None:
        """The newest that is meant to be there; when none is, the newest. None where nothing is known of the slot."""
        wanted = (life for life in self.lives if not life.forgotten and not is_leaving(life.task))
        return next(wanted, self.lives[0] if self.lives else None)

    def after(self, task_id: str) -> Life | None:
        """The life after that of a task; None while there is none."""
        place = next((place for place, life in enumerate(self.lives) if life.task.id == task_id), 0)
        return self.lives[place - 1] if place else None

    def of(self, task_id: str) -> Life | None:
        """The life of a task."""
        return next((life for life in self.lives if life.task.id == task_id), None)


def slot_life(cluster: Cluster, timeline: Timeline, service_id: str, slot: str) -> SlotLife:
    """What is known of a slot.

    Args:
        slot: as `slot_of` says it.
    """
    number, node_id = slot.rsplit("/", 2)[1:]
    formers = {former.task.id: former for former in timeline.formers.get(slot, ())}
    lives = [
        _life(task, formers.pop(task.id, None))
        for task in cluster.tasks_of(service_id) or ()
        if task.slot == int(number) and (not node_id or task.node_id == node_id)
    ]
    lives += [_forgotten(former) for former in formers.values()]
    lives.sort(key=lambda life: life.task.created_at.rstrip("Z"), reverse=True)
    return SlotLife(tuple(lives))


def _life(task: Task, former: Former | None) -> Life:
    at = entered(task)
    began = seconds_of(task.created_at) or at or 0.0
    if is_finished(task):
        return Life(task, began, former.ran_since if former is not None else None, began if at is None else at)
    return Life(task, began, at if task.status.state == "running" else None)


def _forgotten(former: Former) -> Life:
    life = _life(former.task, former)
    gone = life.ended if former.gone is None else former.gone
    return Life(former.task, life.began, former.ran_since, gone, forgotten=True)


# ------------------------------------------------------------------------------------------------ in words


def state_in(life: Life, cluster: Cluster, now: float) -> State:
    """How a task is or ended, in a line."""
    task, lasted = life.task, age(life.lasted(now))
    state = task.status.state
    if life.ended is None:
        judged = state_of(cluster, task, now)
        why = f": {judged.reason}" if judged.reason else ""
        return State(f"{judged.word} for {lasted}{why}", _TONES[judged.health])
    brief = life.ran_since is None and life.lasted(now) < BRIEF
    took = f"{'within' if brief else 'after'} {lasted}"
    if state in FAILURES:
        word = {"rejected": "rejected", "orphaned": "lost with its node"}.get(state, "failed")
        why = f": {cause_of(task)}" if state != "orphaned" and cause_of(task) else ""
        return State(f"{word} {took}{why}", "bad")
    if state == "complete":
        return State(f"ended by itself {took}: {cause_of(task)}", "warn")
    if not is_finished(task):
        return State(f"gone {took}, last seen {state}", "dim")
    return State(f"stopped by Swarm {took}", "dim")


def messages_of(life: Life) -> Iterator[str]:
    """All that is said of a task's end or trouble: the exit code explained, the engine's own words in full."""
    status, code = life.task.status, exit_code_of(life.task)
    if code:
        yield f"exit code {exit_words(code)}"
    said, message = status.err.strip(), status.message.strip()
    if said and (code is None or said != f"task: non-zero exit ({code})"):
        yield said
    if message and not said and status.state in FAILURES:
        yield message


def changes_between(earlier: Life, later: Life, cluster: Cluster) -> Iterator[str]:
    """What is another one in a task than in the one before it: its node, its image."""
    was, is_ = earlier.task, later.task
    if was.node_id and is_.node_id and was.node_id != is_.node_id:
        yield f"moved from {cluster.node_name(was.node_id)} to {cluster.node_name(is_.node_id)}"
    if was.image and is_.image and was.image != is_.image:
        yield f"image {was.image.partition('@')[0]} → {is_.image.partition('@')[0]}"
    elif was.spec.force_update != is_.spec.force_update:
        yield "restarted by force"


def summary_of(life: SlotLife, now: float) -> str:
    """ "6 tasks in 42 min on 2 nodes, 4 failed"; "" where nothing is known."""
    lives = life.lives
    if not lives:
        return ""
    first = min(each.began for each in lives)
    nodes = len({each.task.node_id for each in lives if each.task.node_id})
    failed = sum(each.task.status.state in FAILURES for each in lives)
    words = f"{counted(len(lives), 'task')} in {age(now - first)}"
    return f"{words}{f' on {nodes} nodes' if nodes > 1 else ''}{f', {failed} failed' if failed else ''}"
