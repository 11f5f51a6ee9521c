"""Recorder: writes down what a session sees, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

import swarmtui
from swarmtui.engine.polling.observation import Observation, Phase
from swarmtui.engine.recording.block import BlockKind
from swarmtui.engine.recording.record import About
from swarmtui.engine.recording.record_file import RecordFile
from swarmtui.errors import NotSaved, SwarmtuiError
from swarmtui.swarm.recording.encoder import FrameEncoder
from swarmtui.swarm.recording.frame import Link, Moment
from swarmtui.swarm.recording.secrecy import masked_text
from swarmtui.swarm.timeline.own import OwnChange

__all__ = ["Recorder", "Recording"]

log = logging.getLogger("swarmtui.engine")

LOOK = 0.5
"""Seconds between two looks: what comes faster is recorded as one."""
HOLD = 2.0
"""Seconds for which changes are held back, since they take less room together. So much is lost by a kill -9."""
MOST_HELD = 256_000
"""Bytes of them at most."""
ALIVE = 4.0
"""Seconds without any change after which it is written that there was none."""
PATIENCE = 4.0
"""Seconds for which it waits at first for the engine's time and for all lists, to begin with all of it."""
WHOLE_SHARE = 0.5
"""A whole frame comes when the changes since the last one have grown to so much of it. To seek is to read both: about
45 ms of CPU for 10,000 tasks, and 40 µs for each frame of changes."""
LEAST_CHANGES = 200_000
"""Bytes of changes that are read in a moment anyway."""
AGAIN = 10.0
"""Seconds after which writing is tried again."""
YIELD = 0.0002
"""Seconds."""


@dataclass(frozen=True)
class Recording:
    """How it goes.

    Attributes:
        since: when the first moment was recorded, in seconds of `time.monotonic`; None before it.
        frames: how many moments are recorded.
        size: bytes of the file.
        error: why nothing can be written; None while it can.
    """

    since: float | None = None
    frames: int = 0
    size: int = 0
    error: SwarmtuiError | None = None


class Recorder:
    """Records one session, until it is closed.

    Args:
        file: where to.
        endpoint: the swarm's name.
        observation: gives the newest that is known.
        own: gives what was changed with swarmtui since it was asked last, by this machine's clock.
    """

    def __init__(
        self,
        file: RecordFile,
        endpoint: str,
        observation: Callable[[], Observation],
        own: Callable[[], Sequence[OwnChange]] = tuple,
    ) -> None:
        self._file = file
        self._about = About(masked_text(endpoint), swarmtui.__version__)
        self._observation = observation
        self._own = own
        self._encoder = FrameEncoder(file.last)
        self._held: list[bytes] = []
        self._held_since = self._written = 0.0
        self._last = file.last.at if file.last is not None else 0.0
        self._first_held = 0.0
        self._live = False
        self._begun = False
        self._changes = self._whole = 0
        self._again = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="swarmtui-recorder", daemon=True)
        self._started = 0.0
        self.recording = Recording(size=file.size)

    def start(self) -> None:
        """Begin to look."""
        self._started = time.monotonic()
        self._thread.start()

    def close(self, within: float = 5.0) -> None:
        """Write what is held back, and end; waits for that for so many seconds."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(within)

    def _run(self) -> None:
        while not self._ended.wait(LOOK):
            self._step()
        self._step(ending=True)
        self._file.close()

    def _step(self, *, ending: bool = False) -> None:
        clock = time.monotonic()
        if clock < self._again and not ending:
            return
        try:
            self.look(clock, time.time(), ending=ending)
        except NotSaved as error:  # a full disk may have room again
            log.warning("The record cannot be written: %s", error)
            self._again = clock + AGAIN
            self._begun, self._held = False, []
            self.recording = replace(self.recording, error=error)
        except Exception:  # what is seen next is to be recorded all the same
            log.exception("The recorder failed on a snapshot")
            self._begun, self._held = False, []

    def look(self, clock: float, wall: float, *, ending: bool = False) -> None:
        """Record what is known now.

        Args:
            clock: seconds of a clock that only goes forward.
            wall: this machine's time, in seconds since 1970.
            ending: write all that is held back.

        Raises:
            NotSaved: the file cannot be written.
        """
        observation = self._observation()
        connection = observation.connection
        if not self._begun and clock - self._started < PATIENCE and not _is_whole(observation) and not ending:
            return
        at = self._last = max(self._last, wall + connection.clock_offset)
        moment = Moment(at, observation.cluster, _link(observation, clock))
        if not self._begun:
            self._begin(moment, clock)
        else:
            self._take(moment, clock)
        own = [msgspec.structs.replace(each, at=each.at + connection.clock_offset) for each in self._own()]
        if own:
            self._flush(at)
            self._file.add(BlockKind.OWN, at, at, [msgspec.msgpack.encode(_masked(each)) for each in own])
        held = sum(map(len, self._held))
        if self._held and (ending or clock - self._held_since >= HOLD or held > MOST_HELD):
            self._flush(at)
            self._written = clock
        elif ending or clock - self._written >= ALIVE:
            self._file.add(BlockKind.ALIVE, at, at, live=self._live)
            self._written = clock
        if self._changes > max(LEAST_CHANGES, self._whole * WHOLE_SHARE) or self._file.wants_whole:
            self._flush(at)
            self._write_whole(moment)
        since = clock if self.recording.since is None else self.recording.since
        self.recording = replace(self.recording, since=since, size=self._file.size, error=None)

    def _begin(self, moment: Moment, clock: float) -> None:
        self._file.add(BlockKind.RUN, moment.at, moment.at, [msgspec.msgpack.encode(self._about)])
        self._live = moment.link.live
        self._write_whole(moment)
        self._begun, self._written = True, clock

    def _take(self, moment: Moment, clock: float) -> None:
        """Hold back what differs from the moment before; but not across a loss of the connection."""
        frame = self._encoder.encode(moment, _let_others_go)
        if frame is None:
            return
        if moment.link.live is not self._live:
            self._flush(moment.at)
            self._live = moment.link.live
        if not self._held:
            self._held_since, self._first_held = clock, moment.at
        self._held.append(frame)
        self._changes += len(frame)
        self.recording = replace(self.recording, frames=self.recording.frames + 1)

    def _flush(self, at: float) -> None:
        held, self._held = self._held, []
        if held:
            self._file.add(BlockKind.CHANGES, self._first_held, at, held, live=self._live)

    def _write_whole(self, moment: Moment) -> None:
        frame = self._encoder.whole(moment, _let_others_go)
        self._file.add(BlockKind.WHOLE, moment.at, moment.at, [frame], live=self._live)
        self._changes, self._whole = 0, len(frame)


def _is_whole(observation: Observation) -> bool:
    """Whether the engine has told its time, and all its tasks."""
    cluster = observation.cluster
    return bool(observation.connection.engine_version) and cluster is not None and cluster.tasks_complete


def _link(observation: Observation, clock: float) -> Link:
    connection = observation.connection
    error = connection.error
    return Link(
        connection.phase(clock) is Phase.LIVE,
        "" if error is None else error.after_layer(error.message),
        connection.engine_version,
        connection.api_version,
        connection.manager,
    )


def _masked(change: OwnChange) -> OwnChange:
    """A change without what is secret in its words."""
    words = {name: masked_text(getattr(change, name)) for name in ("title", "command", "error")}
    return msgspec.structs.replace(change, **words)


def _let_others_go() -> None:
    """Give the interpreter to the screen's thread, if that waits for it."""
    time.sleep(YIELD)
