"""Private directories: their mode, and what is removed when."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.tunnel.socket_directories import LOCK, PREFIX, SocketDirectory, remove_stale


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A directory with a short path: a Unix socket's may have about a hundred characters."""
    with tempfile.TemporaryDirectory(prefix="places-", dir="/tmp") as directory:
        monkeypatch.setenv("XDG_RUNTIME_DIR", directory)
        yield Path(directory)


def test_directory_is_private_and_goes(runtime: Path) -> None:
    place = SocketDirectory()
    assert place.directory.parent == runtime
    assert place.directory.stat().st_mode & 0o777 == 0o700
    place.socket.touch()
    place.remove()
    assert list(runtime.iterdir()) == []
    place.remove()


def test_path_that_is_too_long_for_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    place = SocketDirectory()
    try:
        assert len(os.fsencode(place.socket)) < 107
    finally:
        place.remove()


def test_only_what_nobody_holds_is_stale(runtime: Path) -> None:
    living = SocketDirectory()
    dead, unfinished, old = (runtime / f"{PREFIX}{name}" for name in ("dead", "unfinished", "old"))
    for directory in (dead, unfinished, old):
        directory.mkdir()
    (dead / LOCK).touch()
    (dead / "docker.sock").touch()
    hour_ago = time.time() - 3600
    os.utime(old, (hour_ago, hour_ago))
    assert remove_stale() == 2
    assert sorted(runtime.iterdir()) == sorted([living.directory, unfinished])
    living.remove()


def test_a_start_never_takes_the_directory_of_another_one_that_is_just_beginning(runtime: Path) -> None:
    over = threading.Event()

    def start_again_and_again() -> None:
        while not over.is_set():
            remove_stale()

    others = [threading.Thread(target=start_again_and_again) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for _ in range(300):
            place = SocketDirectory()
            assert (place.directory / LOCK).exists()
            place.remove()
    finally:
        over.set()
        for other in others:
            other.join()


@pytest.mark.parametrize("end", ["sys.exit(3)", "1/0", "os.kill(os.getpid(), 15)", "os.kill(os.getpid(), 1)"])
def test_every_way_out(runtime: Path, end: str) -> None:
    script = (
        "import os, signal, sys, time\n"
        "signal.signal(signal.SIGHUP, signal.SIG_DFL)  # under nohup it is ignored, and stays so\n"
        "from swarmtui.lifeline import Lifeline\n"
        "from swarmtui.tunnel.socket_directories import SocketDirectory\n"
        f"Lifeline().start(terminal=False); SocketDirectory(); {end}; time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode in (3, 1, 128 + 15, 128 + 1)
    assert list(runtime.iterdir()) == []


def test_a_directory_that_is_just_being_removed_is_gone_when_the_program_ends_by_force(runtime: Path) -> None:
    """Closing in order has begun, and does not get on: the machine is busy, or the file system is."""
    script = (
        "import os, shutil, signal, threading, time\n"
        "from swarmtui.lifeline import Lifeline\n"
        "from swarmtui.tunnel.socket_directories import SocketDirectory\n"
        "Lifeline().start(terminal=False); place = SocketDirectory()\n"
        "really, begun = shutil.rmtree, threading.Event()\n"
        "def hangs(*words, **named):\n"
        "    shutil.rmtree = really; begun.set(); time.sleep(60)\n"
        "shutil.rmtree = hangs\n"
        "threading.Thread(target=place.remove, daemon=True).start(); begun.wait()\n"
        "os.kill(os.getpid(), signal.SIGTERM); time.sleep(60)"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True)
    assert done.returncode == 128 + 15
    assert list(runtime.iterdir()) == []


def test_fork_leaves_its_parents_directory_alone(runtime: Path) -> None:
    script = (
        "import os\n"
        "from swarmtui.tunnel.socket_directories import SocketDirectory\n"
        "p = SocketDirectory()\nif os.fork() == 0: p.remove(); os._exit(0)\n"
    )
    check = "os.wait(); print(p.directory.exists())"
    done = subprocess.run([sys.executable, "-c", script + check], check=True, capture_output=True, text=True)
    assert done.stdout == "True\n"
