"""ReplaySession: a record in the place of a swarm (swarmtui.ui.session.SwarmSession). Nothing in it can be changed."""

from __future__ import annotations

import logging
import math
import threading
import time
from bisect import bisect_right
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import ConnectionStatus, JoinTokens, Observation, Outcome, Secret, TaskScope
from swarmtui.engine.recording.no_nodes import NoLog, NoNodes, only_a_record, refused
from swarmtui.engine.recording.playing import Playing
from swarmtui.engine.recording.record import Record
from swarmtui.engine.recording.recorded_json import raw_json
from swarmtui.engine.recording.time_line import RecordedTimeline
from swarmtui.engine.streams.log_lines import LogRequest
from swarmtui.errors import ObjectNotFound
from swarmtui.swarm.actions.action import Action
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.images.answer import ImageAnswer, refused_answer
from swarmtui.swarm.images.tag_list import TagList
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.recording.position import Position
from swarmtui.swarm.stacks.compose import Comparison
from swarmtui.swarm.stacks.compose_files import ComposeFiles
from swarmtui.swarm.timeline.timeline import Timeline
from swarmtui.swarm.volumes.listed import ListedVolume
from swarmtui.tunnel.questions import OpenQuestion

__all__ = ["ReplaySession"]

log = logging.getLogger("swarmtui.engine")

T = TypeVar("T")

STEP = 0.1
"""Seconds between two steps while it plays."""
IDLE = 1.0
"""Seconds after which it says again what it shows, since the panes' clocks go on by themselves."""
LONG_AGO = 10.0
"""Seconds: older than what counts as fresh."""
BECAUSE = ""


class ReplaySession:
    """Shows a record: the panes' clock is the record's. What needs an engine is refused in words.

    Args:
        path: the file of the record.

    Attributes:
        endpoint: what stands for the swarm.

    Raises:
        RecordUnreadable: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._record = record = Record(path)
        name = record.about.endpoint or path.name
        self.endpoint = Endpoint(f"record:{path}", name, "replay", description=f"record {path.name}")
        self._happened = RecordedTimeline(path, self._tell)
        self._playing = Playing(record.first, record.last, record.gaps)
        self._moment = record.at(record.first)
        self._listener: Callable[[], None] = _nobody
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._started = False
        self.nodes = NoNodes()

    # -------------------------------------------------------------------------------- the moment

    @property
    def position(self) -> Position:
        """Where one is in the record."""
        at, record = self._playing.at(), self._record
        trouble = self._trouble(at)
        playing, speed = self._playing.playing, self._playing.speed
        return Position(at, record.first, record.last, playing, speed, record.gaps, trouble, self._happened.read)

    def play(self, playing: bool) -> None:
        """Let it go on by itself, or stand still."""
        self._playing.play(playing)
        self._wake.set()

    def change_speed(self) -> None:
        """Take the next speed."""
        self._playing.change_speed()
        self._wake.set()

    def go(self, moment: float) -> None:
        """Show another moment."""
        self._playing.go(moment)
        self._wake.set()

    def by_event(self, step: int) -> bool:
        """Go to the next thing that happened, or (-1) the one before. Returns whether one is known."""
        at = self._playing.at()
        there = self._happened.after(at) if step > 0 else self._happened.before(at)
        if there is not None:
            self.go(there)
        return there is not None

    def _trouble(self, at: float) -> str:
        """Why nothing is known of a moment; "" where it is."""
        place = bisect_right(self._record.gaps, (at, math.inf, True)) - 1
        gap = self._record.gaps[place] if place >= 0 else None
        if gap is not None and gap.first < at < gap.last and not gap.running:
            return "nothing was recorded"
        if not self._moment.link.live:
            return f"not connected{f': {error}' if (error := self._moment.link.error) else ''}"
        return ""

    def _run(self) -> None:
        while not self._closed.is_set():
            self._wake.wait(STEP if self._playing.playing else IDLE)
            self._wake.clear()
            try:
                self._moment = self._record.at(self._playing.at())
            except Exception:  # another moment may be readable
                log.exception("A moment of the record cannot be read")
            self._tell()
        self._record.close()

    def _tell(self) -> None:
        if not self._closed.is_set():
            self._listener()

    # -------------------------------------------------------------------------------- as of a swarm

    @property
    def protected(self) -> bool:
        """Whether the endpoint's name must be typed for every change."""
        return False

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin, or put another listener in place."""
        self._listener = on_news
        if not self._started:
            self._started = True
            self._happened.start()
            threading.Thread(target=self._run, name="swarmtui-replay", daemon=True).start()

    def observation(self) -> Observation:
        """What was known at the moment that is shown. To our clock is added what makes it the record's."""
        moment, at, now = self._moment, self._playing.at(), time.monotonic()
        trouble = self._trouble(at)
        connection = ConnectionStatus(
            last_answer=now - max(LONG_AGO, at - moment.at) if trouble else now,
            engine_version=moment.link.engine_version,
            api_version=moment.link.api_version,
            clock_offset=at - time.time(),
            manager=moment.link.manager,
            recorded=True,
        )
        cluster = moment.cluster if moment.cluster is not None else Cluster()
        return Observation(cluster, connection, cluster.info, read_only=True, refuses_because=BECAUSE)

    @property
    def timeline(self) -> Timeline:
        """What had happened by the moment that is shown, as far as it has been read."""
        return self._happened.until(self._playing.at())

    def question(self) -> OpenQuestion | None:
        """A record asks nothing."""
        return None

    def look_at(self, scope: TaskScope) -> None:
        """All tasks are there."""

    def refresh(self) -> None:
        """Show the moment again."""
        self._wake.set()

    def inspect(self, kind: Kind, object_id: str) -> Future[Any]:
        """An object as it was, as far as a record holds it. The future raises ObjectNotFound."""
        cluster, future = self._moment.cluster or Cluster(), Future[Any]()
        found: Any = cluster.swarm if kind is Kind.SWARM else (cluster.objects(kind) or {}).get(object_id)
        if kind is Kind.TASK:
            found = next((task for task in cluster.all_tasks() if task.id == object_id), None)
        if found is None:
            future.set_exception(ObjectNotFound("It was not there at that moment.", status=404))
        else:
            future.set_result(raw_json(found))
        return future

    def addresses(self) -> tuple[str, ...]:
        """There is no engine."""
        return ()

    def logs(self, target: Target, request: LogRequest) -> NoLog:
        """A log that says why it is empty."""
        del target, request
        return NoLog()

    # -------------------------------------------------------------------------------- what takes an engine

    def apply(self, action: Action, *, typed: str = "", heard: Callable[[str], None] | None = None) -> Future[Outcome]:
        """The future raises OnlyARecord, as all that follow."""
        del action, typed, heard
        return refused(only_a_record("nothing can be changed"))

    def find_image(self, image: str, *, with_login: bool = False) -> Future[ImageAnswer]:
        """The answer says that nobody can be asked."""
        del with_login
        future = Future[ImageAnswer]()
        future.set_result(refused_answer(image, 0, only_a_record("no registry can be asked").message))
        return future

    def find_tags(self, image: str, *, again: bool = False) -> Future[TagList]:
        """The answer says that nobody can be asked."""
        del again
        future = Future[TagList]()
        future.set_result(TagList(image, why_not=only_a_record("no registry can be asked").message))
        return future

    def leave_tags(self, image: str) -> None:
        """Nobody is asked."""

    def join_tokens(self) -> Future[JoinTokens]:
        return refused(only_a_record("join tokens are never in it"))

    def unlock_key(self) -> Future[Secret]:
        return refused(only_a_record("keys are never in it"))

    def cluster_volumes(self) -> Future[tuple[ListedVolume, ...]]:
        return refused(only_a_record("cluster volumes are not in it"))

    def compare(self, files: ComposeFiles, stack: str) -> Future[Comparison]:
        del files, stack
        return refused(only_a_record("there is no swarm to compare with"))

    def close(self) -> None:
        """End."""
        self._listener = _nobody
        self._happened.close()
        self._closed.set()
        self._wake.set()


def _nobody() -> None:
    """The listener before `start` and after `close`."""
