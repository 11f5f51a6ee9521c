"""RecordedSession: a session that is recorded for as long as it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import Observation
from swarmtui.engine.recording.own_changes import OwnChanges
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorder import Recorder
from swarmtui.engine.session import Session
from swarmtui.errors import SwarmtuiError

__all__ = ["RecordedSession"]


class RecordedSession(Session):
    """The same as a Session. Whatever keeps the record from being written is told once, as a notice.

    Args:
        endpoint: which engine.
        path: the file of the record.
        bounds: what it may hold.
        audit_log: the audit log, from which the record has the changes that are made here; None for none.
        (others): as for Session.
    """

    def __init__(
        self, endpoint: Endpoint, *, path: Path, bounds: Bounds, audit_log: Path | None = None, **options: Any
    ) -> None:
        super().__init__(endpoint, audit_log=audit_log, **options)
        self._path = path
        self._bounds = bounds
        self._audit_log = audit_log
        self._recorder: Recorder | None = None
        self._why_not: SwarmtuiError | None = None

    def start(self, on_news: Callable[[], None]) -> None:
        """Begin to watch and to record, or put another listener in place."""
        if self._recorder is None and self._why_not is None:
            self._begin()
        super().start(on_news)

    def _begin(self) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file = RecordFile(self._path, self._bounds)
        except OSError as error:
            self._why_not = SwarmtuiError(f"{self._path.parent} cannot be made: {error.strerror}.")
        except SwarmtuiError as error:
            self._why_not = error
        else:
            name = self.endpoint.name
            own = OwnChanges(self._audit_log, name) if self._audit_log is not None else tuple
            self._recorder = Recorder(file, name, super().observation, own)
            self._recorder.start()

    def observation(self) -> Observation:
        """The newest that is known."""
        observation = super().observation()
        if self._recorder is not None and self._recorder.recording.error is not None:
            self._why_not = self._recorder.recording.error
        if self._why_not is None:
            return observation
        notices = (*observation.connection.notices, f"Nothing is recorded. {self._why_not}")
        return replace(observation, connection=replace(observation.connection, notices=notices))

    def close(self) -> None:
        """End everything at once; what was seen last is written before."""
        if self._recorder is not None:
            self._recorder.close(within=1.0)
        super().close()
