"""Running the system's commands with an environment of the lab's own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.patience import DEAD

from .errors import CommandFailed

SEARCH_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

MARKER = "SWARMTUI_LAB_STATE"
"""In the environment of everything that a lab starts: its value, the state directory, tells whose process it is."""


def environment(state: Path | None = None) -> dict[str, str]:
    """An environment without the user's proxies, contexts and locale; with the marker when `state` is given."""
    variables = {"PATH": SEARCH_PATH, "HOME": "/root", "LC_ALL": "C.UTF-8", "TERM": os.environ.get("TERM", "dumb")}
    if state is not None:
        variables[MARKER] = str(state)
    return variables


def run(
    command: Sequence[str | Path],
    *,
    stdin: str | None = None,
    env: Mapping[str, str] | None = None,
    timeout: float = DEAD,
) -> str:
    """Run a command to its end and return its stdout; raise CommandFailed with its stderr when it fails."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            input="" if stdin is None else stdin,
            env=dict(environment() if env is None else env),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{' '.join(words)}: no end after {timeout:g} s") from None
    if done.returncode:
        complaint = done.stderr.strip() or done.stdout.strip()
        raise CommandFailed(f"{' '.join(words)}: status {done.returncode}: {complaint}", done.stderr)
    return done.stdout
