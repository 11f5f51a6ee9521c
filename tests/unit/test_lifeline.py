"""What the end by force does before the program is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """\
import os, pathlib, signal, sys, threading, time
from swarmtui.lifeline import LAST, Lifeline, in_emergency

left = pathlib.Path(sys.argv[1])
Lifeline().start(terminal=False)
{emergencies}
os.kill(os.getpid(), signal.SIGTERM)
time.sleep(60)
"""
"""It is ended by force: there is no app that could be asked."""

SLOW_TO_REMOVE = "in_emergency(lambda: (time.sleep(2 * LAST), left.unlink()))"
BESIDE_A_TERMINAL_THAT_TAKES_NOTHING = """\
in_emergency(left.unlink)
in_emergency(threading.Event().wait, within=LAST)
"""
BESIDE_WHAT_FAILS = """\
in_emergency(left.unlink)
in_emergency(lambda: 1 / 0)
"""


@pytest.mark.parametrize(
    "emergencies",
    [SLOW_TO_REMOVE, BESIDE_A_TERMINAL_THAT_TAKES_NOTHING, BESIDE_WHAT_FAILS],
    ids=["slow to remove", "beside a terminal that takes nothing", "beside what fails"],
)
def test_what_must_not_stay_behind_is_removed_before_the_end(tmp_path: Path, emergencies: str) -> None:
    left = tmp_path / "left"
    left.touch()
    script = PROGRAM.format(emergencies=emergencies)
    done = subprocess.run([sys.executable, "-c", script, str(left)], check=False, capture_output=True)
    assert done.returncode == 128 + signal.SIGTERM
    assert not left.exists()
