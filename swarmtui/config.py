"""Where the program keeps its own files, by the platform's conventions."""

from __future__ import annotations

from pathlib import Path

import platformdirs

__all__ = ["audit_log_path", "crash_log_path"]


def _state() -> Path:
    return Path(platformdirs.user_state_dir("swarmtui", appauthor=False))


def audit_log_path() -> Path:
    """The audit log: one JSON line for each change that was asked for."""
    return _state() / "audit.jsonl"


def crash_log_path() -> Path:
    """Where an error of the program itself is written down when there is no --log-file."""
    return _state() / "crash.log"
