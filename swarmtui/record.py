"""`swarmtui record`: writes down what happens to a swarm, without a screen."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from swarmtui.engine.recording.own_changes import OwnChanges
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorder import Recorder, Recording
from swarmtui.engine.session import Session
from swarmtui.errors import SwarmtuiError
from swarmtui.lifeline import Lifeline
from swarmtui.substitutes import written
from swarmtui.swarm.printable import printable
from swarmtui.swarm.short_text import counted
from swarmtui.swarm.units import age, rough_size

__all__ = ["HeadlessRecorder", "Wanted", "run"]

TOLD = 1.0
"""Seconds between two looks at how it goes."""


@dataclass(frozen=True)
class Wanted:
    """What to record.

    Attributes:
        path: the file.
        bounds: what it may hold.
    """

    path: Path
    bounds: Bounds


def run(hosts: Sequence[str], context: str | None, wanted: Wanted) -> int:
    """Record a swarm until the program is told to end; returns the exit code.

    Raises:
        SwarmtuiError: the endpoint is not one, or the file cannot be written.
    """
    from swarmtui.config import audit_log_path, config_path, load_settings
    from swarmtui.endpoint import resolve_endpoints

    endpoint, *others = resolve_endpoints(hosts, context, os.environ)
    settings = load_settings(config_path())
    file = RecordFile(wanted.path, wanted.bounds)
    lifeline = Lifeline()
    lifeline.start(terminal=False)
    session = Session(endpoint, others=others, ssh_hosts=settings.ssh_hosts, read_only=True)
    recorder = Recorder(file, endpoint.name, session.observation, OwnChanges(audit_log_path(), endpoint.name))
    headless = HeadlessRecorder(session, recorder, f"{endpoint.name} to {wanted.path}", say=_say)
    try:
        with lifeline.asking(lambda _: headless.stop()):
            headless.run()
    except KeyboardInterrupt:
        pass
    finally:
        recorder.close()
        session.close()
    headless.tell_end()
    return 0


class HeadlessRecorder:
    """Records until it is stopped, and says how it goes.

    Args:
        session: what is recorded; it has not started.
        recorder: of that session.
        what: the words for both ends.
        say: given a line, and whether it stays.
    """

    def __init__(self, session: Session, recorder: Recorder, what: str, say: Callable[[str, bool], None]) -> None:
        self._session = session
        self._recorder = recorder
        self._what = what
        self._say = say
        self._stopped = threading.Event()
        self._began = time.monotonic()

    def stop(self) -> bool:
        """End soon; called from another thread. True: it does."""
        self._stopped.set()
        return True

    def run(self) -> None:
        """Record.

        Raises:
            SwarmtuiError: SSH asks something that only a person can answer.
        """
        self._say(f"Recording {self._what}; ctrl+c ends it.", True)
        self._session.start(lambda: None)
        self._recorder.start()
        while not self._stopped.wait(TOLD):
            if self._session.question() is not None:
                raise SwarmtuiError(
                    "SSH asks a question that only a person can answer.", "Run swarmtui once to answer it."
                )
            self._say(self._words(self._recorder.recording), False)

    def tell_end(self) -> None:
        """Say what there is now."""
        self._say(f"Recorded {self._sums(self._recorder.recording)}.", True)

    def _words(self, recording: Recording) -> str:
        if recording.error is not None:
            return f"{recording.error} Trying again."
        error = self._session.observation().connection.error
        if error is not None:
            return f"Not connected: {error.after_layer(error.message)}"
        if self._session.observation().cluster is None:
            return "Waiting for the swarm …"
        return self._sums(recording)

    def _sums(self, recording: Recording) -> str:
        lasted = 0.0 if recording.since is None else time.monotonic() - recording.since
        return f"{age(lasted)}, {counted(recording.frames, 'change')}, {rough_size(recording.size)}"


def _say(text: str, stays: bool) -> None:
    """In a terminal a line that does not stay is replaced by the next; elsewhere it is left out."""
    plain = written(printable(text))
    if sys.stdout.isatty():
        sys.stdout.write(f"\r\x1b[K{plain}" + ("\n" if stays else ""))
    elif stays:
        sys.stdout.write(f"{plain}\n")
    sys.stdout.flush()
