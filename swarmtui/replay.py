"""`swarmtui replay`: the whole program on a record."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from swarmtui.config import config_path, crash_log_path, load_settings
from swarmtui.engine.recording.replay_session import ReplaySession
from swarmtui.lifeline import Lifeline
from swarmtui.own_terminal import need_a_terminal

if TYPE_CHECKING:
    from swarmtui.ui.shell.app import SwarmApp

__all__ = ["open_replay"]


def open_replay(file: Path, run: Callable[[SwarmApp, Lifeline], int]) -> int:
    """Open a record; returns the exit status.

    Args:
        run: runs an app to its end.

    Raises:
        SwarmtuiError: the file cannot be opened, or there is no terminal.
    """
    session = ReplaySession(file)
    try:
        need_a_terminal(os.environ)
        lifeline = Lifeline()
        lifeline.start(terminal=True)
        session.start(lambda: None)
        from swarmtui.ui.replay.replay_app import ReplayApp

        settings, gone = load_settings(config_path()), lifeline.output_gone
        return run(
            ReplayApp(session, session, crash_log=crash_log_path(), settings=settings, output_gone=gone), lifeline
        )
    finally:
        session.close()
