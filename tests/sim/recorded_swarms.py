"""The embedded swarm with a recorder beside it, on the swarm's own clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from swarmtui.engine.polling.observation import ConnectionStatus, Observation
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorder import Recorder
from swarmtui.errors import EngineSilent
from swarmtui.sim.control.errors import ApiError, Hangs
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.object_kinds import LISTED
from swarmtui.swarm.objects.base import Record
from swarmtui.swarm.objects.decoding import decode_info, decode_list, decode_swarm
from swarmtui.swarm.objects.marks import Mark
from swarmtui.swarm.objects.task import Task
from swarmtui.swarm.recording.secrecy import without_secrets

from .rig import Rig

__all__ = ["RecordedSwarm", "Sameness", "snapshot_after"]


def snapshot_after(before: Cluster, rig: Rig) -> Cluster:
    """The snapshot that a session makes of what a manager answers now."""
    engine = rig.engine
    found = before.with_info(msgspec.structs.replace(decode_info(msgspec.json.encode(engine.info())), system_time=""))
    found = found.with_swarm(decode_swarm(msgspec.json.encode(engine.swarm.inspect())))
    for kind in LISTED:
        if kind.type is not Task:
            asked: Any = getattr(engine, kind.kind.value)
            body = asked.list(status=True) if kind.kind.value == "services" else asked.list()
            found = found.with_all(kind.type, decode_list(kind.type, body))
    return found.with_all_tasks(decode_list(Task, engine.tasks.list()))


class RecordedSwarm:
    """A swarm, what a session sees of it, and a record of that.

    Attributes:
        rig: the swarm.
        seen: each moment that was recorded, and the snapshot of it.
    """

    def __init__(self, path: Path, *, seed: int = 1, bounds: Bounds | None = None) -> None:
        self.rig = Rig(3, 3, seed)
        self.path = path
        self.bounds = bounds or Bounds()
        self.seen: list[tuple[float, Cluster | None]] = []
        self._cluster: Cluster | None = None
        self._lost = False
        self.start()

    def start(self) -> None:
        """Begin a run of the recorder."""
        self._file = RecordFile(self.path, self.bounds)
        self._recorder = Recorder(self._file, "shop", self._observation)

    def stop(self) -> None:
        """End the recorder well."""
        self._look(ending=True)
        self._file.close()

    def kill(self) -> None:
        """End the recorder as kill -9 does."""
        self._file.close()

    def lose(self, lost: bool) -> None:
        """Let the connection be lost, or be back."""
        self._lost = lost

    @property
    def now(self) -> float:
        """The swarm's time."""
        return self.rig.cluster.clock.now()

    def wait(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass, while the recorder looks twice a second."""
        for _ in range(max(1, round(seconds / step))):
            self.rig.advance(step)
            self.look()

    def look(self) -> None:
        """See what there is now, and record it."""
        if not self._lost:
            with suppress(ApiError, Hangs):
                self._cluster = snapshot_after(self._cluster or Cluster(), self.rig)
        self._look()
        self.seen.append((self.now, self._cluster))

    def _look(self, *, ending: bool = False) -> None:
        self._recorder.look(self.now, self.now, ending=ending)

    def _observation(self) -> Observation:
        error = EngineSilent("No answer within 5 s.") if self._lost else None
        connection = ConnectionStatus(last_answer=self.now, engine_version="28.1.1", api_version="1.49", error=error)
        return Observation(self._cluster, connection)


class Sameness:
    """Whether snapshots of a record are those that were seen, but for what is secret.

    Marks of values are others in a record: the same for the same values, all along.
    """

    def __init__(self) -> None:
        self._marks: dict[Mark, int] = {}

    def check(self, seen: Cluster | None, replayed: Cluster | None) -> None:
        """Fail where they differ."""
        if seen is None or replayed is None:
            assert seen is replayed
            return
        for name, value in vars(seen).items():
            if not name.startswith("_") and name not in CACHED:
                for a, b in _paired(value, vars(replayed)[name], name):
                    self._check_leaf(without_secrets(a) if isinstance(a, Record) else a, b)
        assert seen.task_count == replayed.task_count

    def _check_leaf(self, a: Any, b: Any) -> None:
        if isinstance(a, msgspec.Struct):
            assert type(a) is type(b)
            for name in a.__struct_fields__:
                for inner, other in _paired(getattr(a, name), getattr(b, name), name):
                    self._check_leaf(inner, other)
        elif isinstance(a, Mark):
            assert isinstance(b, Mark)
            assert self._marks.setdefault(a, b.number) == b.number
        else:
            assert a == b


CACHED = {"task_count", "managers", "leader", "nodes_not_ready"}


def _paired(a: Any, b: Any, where: str) -> Iterator[tuple[Any, Any]]:
    """What stands at the same places."""
    if isinstance(a, Mapping):
        assert isinstance(b, Mapping), where
        assert a.keys() == b.keys(), where
        for key in a:
            yield from _paired(a[key], b[key], f"{where}.{key}")
    elif isinstance(a, (list, tuple)):
        assert isinstance(b, type(a)), where
        assert len(a) == len(b), where
        for one, other in zip(a, b, strict=True):
            yield from _paired(one, other, where)
    else:
        yield a, b
