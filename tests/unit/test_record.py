"""`swarmtui record`, as a process: it records, ends well when it is told to, and loses little when it is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from swarmtui.engine.recording.record import Record
from swarmtui.errors import RecordUnreadable
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm

Recording = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


@pytest.fixture
def recording(swarm: SimulatedSwarm, tmp_path: Path) -> Iterator[Recording]:
    started: list[subprocess.Popen[str]] = []

    def start(path: Path, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "swarmtui", "-H", swarm.url, "record", str(path), *options]
        home = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=home, start_new_session=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
            process.communicate()


def replicas_in(path: Path) -> int | None:
    """What a record last knows to be wanted of web."""
    try:
        record = Record(path)
    except RecordUnreadable:
        return None
    cluster = record.at(record.last).cluster
    record.close()
    found = [each for each in cluster.services.values() if each.name == "web"] if cluster is not None else []
    mode = found[0].spec.mode.replicated if found else None
    return mode.replicas if mode else None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_well_when_it_is_told_to(
    swarm: SimulatedSwarm, recording: Recording, tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "x.rec"
    process = recording(path)
    until(lambda: replicas_in(path) == 3, "the swarm in the record")
    swarm.set_replicas("web", 5)
    until(lambda: replicas_in(path) == 5, "the change in the record")
    process.send_signal(number)
    output, _ = process.communicate(timeout=DEAD)
    assert process.returncode == 0
    assert "Recording unix://" in output
    assert "Recorded " in output
    assert Record(path).gaps == ()


def test_a_record_goes_on_after_kill_9(swarm: SimulatedSwarm, recording: Recording, tmp_path: Path) -> None:
    path = tmp_path / "x.rec"
    process = recording(path)
    until(lambda: replicas_in(path) == 3, "the swarm in the record")
    process.kill()
    process.communicate()
    assert replicas_in(path) == 3  # how much is lost is told in tests/sim/test_recording.py, which has its own clock
    again = recording(path)
    until(lambda: len(_gaps(path)) == 1, "the next run in the same record")
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=DEAD)
    assert again.returncode == 0


def _gaps(path: Path) -> tuple[object, ...]:
    record = Record(path)
    record.close()
    return record.gaps


def test_it_says_why_it_cannot_record(recording: Recording, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary")
    output, _ = recording(path).communicate(timeout=DEAD)
    assert "no record of swarmtui" in output
    output, _ = recording(tmp_path / "nowhere" / "x.rec").communicate(timeout=DEAD)
    assert "cannot be written: No such file or directory" in output
    output, _ = recording(tmp_path / "x.rec", "--max-size", "lots").communicate(timeout=DEAD)
    assert "a size: 512m" in output
