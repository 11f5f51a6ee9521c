"""What the end by force does before the program is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

END = """\
import os, pathlib, signal, sys, threading, time
from swarmtui.lifeline import LAST, Lifeline, in_emergency

left = pathlib.Path(sys.argv[1])
"""
"""The beginning of a program that is going to be ended by force: there is no app that could be asked."""


def ended_by_force(script: str, *arguments: str) -> int:
    """Run a program that ends itself; its exit status."""
    words = [sys.executable, "-c", END + script, *arguments]
    return subprocess.run(words, check=False, capture_output=True).returncode


def test_what_is_slow_to_remove_is_removed_all_the_same(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.touch()
    script = (
        "Lifeline().start(terminal=False)\n"
        "in_emergency(lambda: (time.sleep(2 * LAST), left.unlink()))\n"
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)"
    )
    assert ended_by_force(script, str(left)) == 128 + signal.SIGTERM
    assert not left.exists()


def test_what_waits_for_a_terminal_holds_up_neither_the_end_nor_the_others(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.touch()
    script = (
        "Lifeline().start(terminal=False)\n"
        "in_emergency(left.unlink)\n"
        "in_emergency(threading.Event().wait, within=LAST)\n"
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)"
    )
    assert ended_by_force(script, str(left)) == 128 + signal.SIGTERM
    assert not left.exists()


def test_what_fails_to_be_cleaned_up_holds_up_neither(tmp_path: Path) -> None:
    left = tmp_path / "left"
    left.touch()
    script = (
        "Lifeline().start(terminal=False)\n"
        "in_emergency(left.unlink)\n"
        "in_emergency(lambda: 1 / 0)\n"
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)"
    )
    assert ended_by_force(script, str(left)) == 128 + signal.SIGTERM
    assert not left.exists()
