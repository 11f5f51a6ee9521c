"""StatsSampler: asks nodes' own engines for the figures of containers, as long as somebody looks at them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from typing import TYPE_CHECKING

from swarmtui.engine.nodes.roads import NodeRoads
from swarmtui.engine.nodes.sampled_node import OneSample, SampledNode
from swarmtui.errors import EngineRefused, SwarmtuiError
from swarmtui.swarm.stats.sample import Sample, sample_of
from swarmtui.swarm.stats.stats import MOST_CONTAINERS, NO_STATS, Stats, Subject
from swarmtui.swarm.stats.track import KEPT

if TYPE_CHECKING:
    from swarmtui.engine.client.client import EngineClient

__all__ = ["MOST_AT_ONCE", "StatsSampler"]

MOST_AT_ONCE = 8
"""Requests under way over all nodes; each has a thread, and no node has two."""
MOST_UNPROVEN = 4
"""Of these, to nodes that have not answered yet, or not the last time: they may take long to give none."""
OPENED_AT_ONCE = 4
"""Nodes that are being reached."""

SOONEST = 2.0
"""Seconds from one sample of a container to its next, at least."""
SECOND_SAMPLE = 1.0
"""Seconds from the first to the second: only then there are rates to show."""
SHARE, SHARE_AT_FIRST = 0.05, 0.2
"""Of one core, for asking: all the time, and for containers of which nothing is known yet."""
COST = 0.003
"""Seconds of CPU for one request, until that is known."""
FORGOTTEN = 10.0
"""Seconds after which nobody looks any more who has not said so again."""
GONE_STATUS = frozenset({404, 409})
"""Of a container that is no more, or does not run: no trouble of its node."""
GONE_AGAIN = 15.0
"""Seconds until such a container is asked for again."""

PARAMS = {"stream": "false", "one-shot": "true"}
"""One-shot (API 1.41): a single sample at once. Engines that do not know it take a second or two, for a second one."""


class StatsSampler:
    """Keeps asking for the figures of the containers that are looked at. Every method may be called from any thread.

    Two samples of a container make its figures. Requests are spread evenly over time, and so far apart that they take
    no more than a share of one core, however many containers there are.

    Args:
        roads: the way to each node's engine.
    """

    def __init__(self, roads: NodeRoads) -> None:
        self._roads = roads
        self._changed = threading.Condition()
        self._nodes: dict[str, SampledNode] = {}
        self._failed: dict[str, SampledNode] = {}
        """Nodes that are looked at no longer, and were not reached: scrolling past one is no reason to try again."""
        self._known: dict[str, OneSample] = {}
        """Containers that were looked at in the last minutes, too: one comes back to them."""
        self._somebody_waits = False
        """Whether a worker waits for the next container to be due; the others wait for it to have found one."""
        self._looked_at = float("-inf")
        self._workers = 0
        self._opening = 0
        self._cost = COST
        self._next_at = 0.0
        self._closed = False

    def watch(self, subjects: Sequence[Subject]) -> None:
        """Say of which containers figures are wanted, the most urgent first; none ends all requests.

        Who looks says so again every few seconds. Never blocks.
        """
        wanted: dict[str, dict[str, OneSample]] = {}
        nodes = {each.node.id: each.node for each in subjects}
        with self._changed:
            if self._closed:
                return
            self._looked_at = time.monotonic()
            for each in subjects:
                sample = self._known.setdefault(each.container_id, OneSample(each.container_id))
                wanted.setdefault(each.node.id, {})[each.container_id] = sample
            ended = [self._nodes.pop(node_id) for node_id in self._nodes.keys() - wanted.keys()]
            self._failed = {**self._failed, **{each.node.id: each for each in ended if each.error}} if wanted else {}
            for place, (node_id, samples) in enumerate(wanted.items()):
                if node_id not in self._nodes:
                    self._nodes[node_id] = SampledNode(self._failed.pop(node_id, None))
                self._nodes[node_id].want(samples, nodes[node_id], place)
            self._forget_old({each.container_id for each in subjects})
            self._start_workers()
            self._reach_nodes()
            self._changed.notify_all()
        self._leave(ended)

    def _forget_old(self, wanted: Collection[str]) -> None:
        if len(self._known) > 2 * MOST_CONTAINERS:
            now = time.monotonic()
            self._known = {
                key: each
                for key, each in self._known.items()
                if key in wanted or (each.track.at is not None and now - each.track.at < KEPT)
            }

    def retry(self) -> None:
        """Try all nodes again now that could not be reached."""
        with self._changed:
            for node in self._nodes.values():
                node.again_at = 0.0
            self._reach_nodes()

    def stats(self) -> Stats:
        """What is known now."""
        with self._changed:
            if not self._nodes:
                return NO_STATS
            now, every = time.monotonic(), self._every()
            samples = [each for node in self._nodes.values() for each in node.samples.values()]
            reached = [node for node in self._nodes.values() if node.error is None]
            fresh = [each for node in reached for each in node.samples.values() if each.is_fresh(now, every)]
            return Stats(
                now,
                {each.container_id: newest for each in fresh if (newest := each.track.newest) is not None},
                {each.container_id: each.track for each in samples if each.track.points},
                {node_id: node.unreached(now) for node_id, node in self._nodes.items() if node.error is not None},
                frozenset(each.container_id for each in samples),
                every,
            )

    def close(self) -> None:
        """End all. Never blocks."""
        with self._changed:
            self._closed = True
            ended = list(self._nodes.values())
            self._nodes = {}
            self._changed.notify_all()
        self._leave(ended)

    # -------------------------------------------------------------------------------- reaching nodes

    def _reach_nodes(self) -> None:
        """Begin to reach nodes that are not reached yet. The lock is held."""
        now = time.monotonic()
        for node in self._nodes.values():
            if self._opening >= OPENED_AT_ONCE:
                return
            if node.client is None and not node.opening and now >= node.again_at:
                node.opening = True
                self._opening += 1
                _thread(partial(self._reach, node), "swarmtui-stats-way")

    def _reach(self, node: SampledNode) -> None:
        way, error = ExitStack(), None
        try:
            way = node.open(self._roads)
        except SwarmtuiError as failure:
            error = failure
        with self._changed:
            self._opening -= 1
            node.opening = False
            if error is not None:
                node.failed(error, time.monotonic())
            elif node in self._nodes.values():
                node.take(way)
                way = ExitStack()
            self._reach_nodes()
            self._changed.notify_all()
        way.close()

    def _leave(self, nodes: Sequence[SampledNode]) -> None:
        """Give the ways back of nodes that are looked at no longer; whoever still asks one gets an error."""
        if nodes:
            for node in nodes:
                node.abort()
            with self._changed:
                ways = [node.give_back() for node in nodes]
            _thread(partial(_close, ways), "swarmtui-stats-end")

    # -------------------------------------------------------------------------------- asking

    def _start_workers(self) -> None:
        """As many as can have something to do. The lock is held."""
        while self._workers < min(MOST_AT_ONCE, len(self._nodes)):
            self._workers += 1
            _thread(self._work, "swarmtui-stats")

    def _work(self) -> None:
        while (found := self._next()) is not None:
            node, container, client = found
            way, began, cpu = ExitStack(), time.monotonic(), time.thread_time()
            sample, error = _ask(client, container)
            cpu = time.thread_time() - cpu
            with self._changed:
                now = time.monotonic()
                node.busy = False
                self._cost += (cpu - self._cost) / 20
                if node not in self._nodes.values():
                    pass  # nobody looks at it any more
                elif sample is not None:
                    node.answered(container, sample, began, now)
                elif isinstance(error, EngineRefused) and error.status in GONE_STATUS:
                    container.gone(now + GONE_AGAIN)
                elif error is not None:
                    node.failed(error, now)
                    way = node.give_back()
            way.close()

    def _next(self) -> tuple[SampledNode, OneSample, EngineClient] | None:
        """Wait for a container that is to be asked for, on a node that nobody is asking; None when all is over."""
        with self._changed:
            while True:
                now = time.monotonic()
                if now > self._looked_at + FORGOTTEN:
                    self._forget_all()
                if self._closed or not self._nodes:
                    self._workers -= 1
                    self._changed.notify()
                    return None
                wait = FORGOTTEN
                if not self._somebody_waits:
                    due, wait = self._due(now)
                    if due is not None:
                        self._changed.notify()
                        return self._taken(*due, now)
                self._wait(wait)

    def _wait(self, seconds: float) -> None:
        """For a change, or for the next that is due. The lock is held."""
        first, self._somebody_waits = not self._somebody_waits, True
        try:
            self._changed.wait(min(seconds, FORGOTTEN))
        finally:
            if first:
                self._somebody_waits = False

    def _forget_all(self) -> None:
        """Whoever looked has gone without a word. The lock is held."""
        nodes, self._nodes = list(self._nodes.values()), {}
        _thread(partial(self._leave, nodes), "swarmtui-stats-end")

    def _taken(
        self, node: SampledNode, container: OneSample, client: EngineClient, now: float
    ) -> tuple[SampledNode, OneSample, EngineClient]:
        """This is asked for now. The lock is held."""
        known = container.before is not None
        self._next_at = max(self._next_at, now) + self._cost / (SHARE if known else SHARE_AT_FIRST)
        node.busy = True
        container.due_at = now + (SOONEST if known else SECOND_SAMPLE)
        return node, container, client

    def _due(self, now: float) -> tuple[tuple[SampledNode, OneSample, EngineClient] | None, float]:
        """What is to be asked for next; and in how many seconds there may be something. The lock is held."""
        if now < self._next_at:
            return None, self._next_at - now
        unproven = sum(node.busy and not node.proven for node in self._nodes.values())
        waiting = [
            (each, node, node.client)
            for node in self._nodes.values()
            if node.client is not None and not node.busy and (node.proven or unproven < MOST_UNPROVEN)
            for each in node.samples.values()
        ]
        due = [each for each in waiting if each[0].due_at <= now]
        if due:
            container, node, client = min(due, key=lambda each: each[0].urgency(each[1].place))
            return (node, container, client), 0.0
        return None, min((each.due_at - now for each, _, _ in waiting), default=FORGOTTEN)

    def _every(self) -> float:
        """Seconds from one sample of a container to its next. The lock is held."""
        count = sum(len(node.samples) for node in self._nodes.values() if node.error is None)
        return max(SOONEST, count * self._cost / SHARE)


def _ask(client: EngineClient, container: OneSample) -> tuple[Sample | None, SwarmtuiError | None]:
    try:
        return sample_of(client.get_json(f"/containers/{container.container_id}/stats", PARAMS)), None
    except SwarmtuiError as error:
        return None, error


def _close(ways: Sequence[ExitStack]) -> None:
    for way in ways:
        way.close()


def _thread(work: Callable[[], object], name: str) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()
