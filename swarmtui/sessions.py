"""Which session an endpoint gets: one that is recorded where the user's settings say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from swarmtui.config import Recording
    from swarmtui.endpoint import Endpoint
    from swarmtui.engine.session import Session

__all__ = ["session_maker"]


def session_maker(recording: Recording) -> Callable[..., Session]:
    """What makes sessions: it takes what Session takes. Records are loaded only where they are wanted."""
    if not recording.always:
        from swarmtui.engine.session import Session

        return Session

    from swarmtui.config import records_path
    from swarmtui.engine.recording.record_file import Bounds
    from swarmtui.engine.recording.recorded_session import RecordedSession
    from swarmtui.engine.recording.shelf import place_for

    bounds = Bounds(recording.megabytes * 1_000_000, recording.hours * 3600.0)

    def make(endpoint: Endpoint, **options: Any) -> Session:
        path = place_for(records_path(), endpoint.name, keep=recording.files - 1)
        return RecordedSession(endpoint, path=path, bounds=bounds, **options)

    return make
