"""A session that is recorded while it is open, and the directory of such records."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.config import Recording
from swarmtui.endpoint import Endpoint
from swarmtui.engine.recording.record import Record
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.engine.recording.recorded_session import RecordedSession
from swarmtui.engine.recording.shelf import place_for
from swarmtui.engine.session import Session
from swarmtui.errors import RecordUnreadable
from swarmtui.sessions import session_maker
from swarmtui.swarm.services.scale import ScaleService
from tests.patience import until
from tests.ui.simulated import SimulatedSwarm


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def complete(session: Session) -> bool:
    cluster = session.observation().cluster
    return cluster is not None and cluster.tasks_complete and cluster.swarm is not None


def own_commands(path: Path) -> list[str]:
    """The docker commands of what was done with swarmtui, in a record."""
    try:
        record = Record(path)
    except RecordUnreadable:
        return []
    commands = [seen.own.command for seen in record.walk() if seen.own is not None]
    record.close()
    return commands


def test_what_is_seen_and_done_is_in_the_record(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    path, audit_log = tmp_path / "records" / "x.rec", tmp_path / "audit.jsonl"
    session = RecordedSession(Endpoint(swarm.url, "demo"), path=path, bounds=Bounds(), audit_log=audit_log)
    session.start(lambda: None)
    try:
        until(lambda: complete(session), "the swarm")
        cluster = session.observation().cluster
        assert cluster is not None
        web = next(each for each in cluster.services.values() if each.name == "web")
        session.apply(ScaleService.of(web, 5)).result()
        until(lambda: own_commands(path), "the change in the record")
    finally:
        session.close()
    assert own_commands(path) == ["docker service scale web=5"]
    record = Record(path)
    last = record.at(record.last).cluster
    assert last is not None
    mode = last.services[web.id].spec.mode.replicated
    assert mode is not None
    assert mode.replicas == 5
    assert record.about.endpoint == "demo"
    record.close()


def test_a_record_that_cannot_be_written_is_told_and_holds_up_nothing(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    path = tmp_path / "file" / "x.rec"
    path.parent.write_text("no directory")
    session = RecordedSession(Endpoint(swarm.url, "demo"), path=path, bounds=Bounds())
    session.start(lambda: None)
    try:
        until(lambda: complete(session), "the swarm")
        assert "Nothing is recorded" in session.observation().connection.notices[-1]
    finally:
        session.close()


def test_only_the_newest_records_are_kept_and_those_being_written(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"old-{number}.rec").write_bytes(b"swarmtui record 1\n")
        os.utime(tmp_path / f"old-{number}.rec", (number + 1, number + 1))
    (tmp_path / "notes.txt").write_text("not ours")
    open_one = RecordFile(tmp_path / "old-0.rec", Bounds())
    os.utime(tmp_path / "old-0.rec", (1, 1))
    path = place_for(tmp_path, "ssh://ops@mgr1/../x", keep=2)
    assert {each.name for each in tmp_path.iterdir()} == {"old-0.rec", "old-3.rec", "old-4.rec", "notes.txt"}
    assert path.parent == tmp_path
    assert path.name.startswith("ssh-ops-mgr1-")
    open_one.close()


def test_nothing_is_recorded_unless_the_settings_say_so() -> None:
    assert session_maker(Recording()) is Session
