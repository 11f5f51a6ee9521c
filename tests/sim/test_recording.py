"""A record of the embedded swarm: at every moment it shows what was seen, wherever it is cut off."""

from __future__ import annotations

import contextlib
import random
import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from swarmtui.engine.recording.block import FIRST_LINE, BlockKind, pack, scan
from swarmtui.engine.recording.record import Record
from swarmtui.engine.recording.record_file import Bounds, RecordFile
from swarmtui.errors import NotSaved, RecordUnreadable
from swarmtui.sim.control.errors import ApiError, Hangs

from .recorded_swarms import RecordedSwarm, Sameness

LOST = 5.0
"""Seconds that a kill -9 of the recorder may cost."""

Step = tuple[str, Any, Any]

STEPS = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(["web", "api", "agent"]), st.integers(1, 6)),
    st.tuples(st.just("scale"), st.sampled_from(["web", "api"]), st.integers(0, 9)),
    st.tuples(st.just("image"), st.sampled_from(["web", "api"]), st.sampled_from(["app:1", "app:2", "app:crash"])),
    st.tuples(st.just("env"), st.sampled_from(["web", "api"]), st.sampled_from(["hunter2-a", "hunter2-b"])),
    st.tuples(st.just("remove"), st.sampled_from(["web", "api", "agent"]), st.none()),
    st.tuples(st.just("node"), st.sampled_from(["w1", "w2", "m2"]), st.sampled_from(["active", "drain"])),
    st.tuples(st.just("kill"), st.sampled_from(["w1", "w2", "m2"]), st.none()),
    st.tuples(st.just("revive"), st.sampled_from(["w1", "w2", "m2"]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 4.0, 20.0]), st.none()),
    st.tuples(st.just("lost"), st.booleans(), st.none()),
    st.tuples(st.just("restart"), st.booleans(), st.none()),
)


def do(swarm: RecordedSwarm, step: Step) -> None:
    """Do something to the swarm, or to the recorder; the swarm may refuse."""
    what, of, value = step
    rig = swarm.rig
    with contextlib.suppress(ApiError, Hangs):
        match what:
            case "create":
                rig.create(of, "app:1", None if of == "agent" else value, Labels={"db.password": "hunter2-label"})
            case "scale":
                rig.scale(of, value)
            case "image":
                rig.image(of, value)
            case "env":
                env = [f"DB_PASSWORD={value}", "MODE=x"]
                rig.update(of, lambda spec: spec["TaskTemplate"]["ContainerSpec"].update(Env=env))
            case "remove":
                rig.engine.services.remove(of)
            case "node":
                rig.set_node(of, Availability=value)
            case "kill" | "revive":
                getattr(rig.cluster.faults, what)(of)
            case "lost":
                swarm.lose(of)
            case "restart":
                swarm.stop() if of else swarm.kill()
                swarm.start()
    swarm.wait(of if what == "wait" else 1.0)


@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # to shrink a swarm's life takes minutes, and tells little
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 1000), steps=st.lists(STEPS, min_size=4, max_size=25))
def test_a_record_shows_at_every_moment_what_was_seen(tmp_path: Path, seed: int, steps: list[Step]) -> None:
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.rec"
    swarm = RecordedSwarm(path, seed=seed)
    for step in steps:
        do(swarm, step)
    swarm.stop()
    record, same = Record(path), Sameness()
    lost = {moment for moment, _ in swarm.seen if any(gap.first < moment < gap.last for gap in record.gaps)}
    for moment, cluster in swarm.seen:
        if moment not in lost:
            same.check(cluster, record.at(moment).cluster)
    there = [seen for seen in swarm.seen if seen[0] not in lost]
    random.Random(seed).shuffle(there)
    for moment, cluster in there[:30]:
        same.check(cluster, record.at(moment).cluster)
    walked = {seen.moment.at: seen.moment.cluster for seen in record.walk()}
    for moment, cluster in swarm.seen:
        if moment in walked and moment not in lost:
            same.check(cluster, walked[moment])
    assert b"hunter2" not in b"".join(contents(path))
    record.close()


def contents(path: Path) -> list[bytes]:
    """What is in the blocks of a record, unpacked."""
    from swarmtui.engine.recording.block import content_of

    with path.open("rb") as file:
        return [part for block in scan(file.fileno()) for part in content_of(file.fileno(), block) or ()]


@pytest.fixture
def busy(tmp_path: Path) -> RecordedSwarm:
    """A record of a minute in which much happened; it still goes on."""
    swarm = RecordedSwarm(tmp_path / "busy.rec")
    steps: list[Step] = [("create", "web", 4), ("create", "agent", 1), ("wait", 10.0, None), ("image", "web", "app:2")]
    steps += [("wait", 20.0, None), ("kill", "w1", None), ("wait", 20.0, None), ("scale", "web", 7)]
    for step in steps:
        do(swarm, step)
    swarm.wait(6.0)
    return swarm


def test_wherever_a_record_is_cut_off_it_can_be_read_up_to_there(busy: RecordedSwarm, tmp_path: Path) -> None:
    busy.stop()
    whole = busy.path.read_bytes()
    with busy.path.open("rb") as file:
        blocks = list(scan(file.fileno()))
    ends = {block.end: block.last for block in blocks}
    first = next(block.end for block in blocks if block.kind is BlockKind.WHOLE)
    cuts = {*range(0, first + 200, 37), *(end + shift for end in ends for shift in (-1, 0, 1, 20))}
    for cut in sorted(each for each in cuts if each <= len(whole)):
        path = tmp_path / "cut.rec"
        path.write_bytes(whole[:cut])
        if cut < first:
            with pytest.raises(RecordUnreadable):
                Record(path)
            continue
        record, same = Record(path), Sameness()
        assert record.last == max(last for end, last in ends.items() if end <= cut)
        for moment, cluster in busy.seen[:: max(1, len(busy.seen) // 8)]:
            if moment <= record.last:
                same.check(cluster, record.at(moment).cluster)
        record.close()


def test_a_damaged_block_hides_only_what_is_based_on_it(busy: RecordedSwarm) -> None:
    busy.kill()
    busy.start()
    busy.wait(4.0)
    busy.stop()
    with busy.path.open("rb") as file:
        blocks = list(scan(file.fileno()))
    first = next(block for block in blocks if block.kind is BlockKind.CHANGES)
    data = bytearray(busy.path.read_bytes())
    data[first.offset + 5] ^= 0xFF
    data[first.start + 8] ^= 0xFF
    busy.path.write_bytes(data)
    record = Record(busy.path)
    moment, cluster = busy.seen[-1]
    Sameness().check(cluster, record.at(moment).cluster)
    assert record.at(record.first).cluster is not None
    record.close()


def test_a_killed_recorder_loses_little(busy: RecordedSwarm) -> None:
    busy.kill()
    record, same = Record(busy.path), Sameness()
    end = busy.seen[-1][0]
    assert end - record.last < LOST
    for moment, cluster in busy.seen:
        if moment <= end - LOST:
            same.check(cluster, record.at(moment).cluster)
    record.close()


def test_a_record_of_another_format_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "new.rec"
    path.write_bytes(b"swarmtui record 7\n" + b"\0" * 100)
    with pytest.raises(RecordUnreadable, match=r"format 7; this version of swarmtui reads format 1"):
        Record(path)
    with pytest.raises(RecordUnreadable, match="format 7"):
        RecordFile(path, Bounds())
    assert path.read_bytes().startswith(b"swarmtui record 7\n")  # and is left as it is


@pytest.mark.parametrize("content", [b"", b"\x7fELF" + b"\0" * 200, FIRST_LINE[:7], FIRST_LINE])
def test_what_is_no_record_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(RecordUnreadable, match=r"no record of swarmtui|There is nothing in it"):
        Record(path)


def test_another_file_is_never_recorded_into(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("dear diary")
    with pytest.raises(RecordUnreadable, match="no record of swarmtui"):
        RecordFile(path, Bounds())
    assert path.read_text() == "dear diary"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotSaved, match="cannot be written"):
        RecordFile(link, Bounds())


HOSTILE: tuple[object, ...] = (
    b"\xff\xff",
    [],
    {"at": "soon"},
    {"at": 1.0, "nodes": {"put": [{"ID": 3}]}},
    {"at": 1e300, "whole": True, "tasks": {"s": [[-5, 10**12]]}, "info": {}},
    {"at": 1.0, "refused": {"gadgets": "no"}},
    {"at": 1.0, "services": {"put": [{"Spec": {"TaskTemplate": {"ContainerSpec": {"Env": {"A": "x"}, "Args": 5}}}}]}},
)


@pytest.mark.parametrize("content", HOSTILE, ids=repr)
@pytest.mark.parametrize("kind", [BlockKind.WHOLE, BlockKind.CHANGES, BlockKind.OWN, BlockKind.RUN])
def test_whatever_is_in_a_block_does_no_harm(busy: RecordedSwarm, content: object, kind: BlockKind) -> None:
    """A record may come from anybody."""
    busy.stop()
    part = content if isinstance(content, bytes) else msgspec.msgpack.encode(content)
    end = busy.seen[-1][0] + 1.0
    with busy.path.open("ab") as file:
        file.write(pack(kind, end, end, [part]))
        file.write(pack(BlockKind.ALIVE, end + 1.0, end + 1.0))
    record = Record(busy.path)
    for moment in (record.first, end, record.last):
        record.at(moment)
    assert len(list(record.walk())) > 10
    record.close()


@pytest.mark.parametrize("first", [float("nan"), float("inf"), -1.0, 1e18])
def test_a_moment_that_no_calendar_has_is_damage(busy: RecordedSwarm, first: float) -> None:
    busy.stop()
    with busy.path.open("ab") as file:
        file.write(pack(BlockKind.ALIVE, first, first))
    assert Record(busy.path).last == pytest.approx(busy.seen[-1][0])


def test_only_its_owner_can_read_it_and_only_one_records_into_it(busy: RecordedSwarm) -> None:
    assert stat.S_IMODE(busy.path.stat().st_mode) == 0o600
    with pytest.raises(NotSaved, match="Another program is recording"):
        RecordFile(busy.path, Bounds())


def test_a_record_keeps_to_its_size(tmp_path: Path) -> None:
    swarm = RecordedSwarm(tmp_path / "small.rec", bounds=Bounds(size=40_000))
    do(swarm, ("create", "web", 6))
    largest = 0
    for number in range(60):
        do(swarm, ("image", "web", f"app:{number}"))
        swarm.wait(5.0)
        largest = max(largest, swarm.path.stat().st_size)
    swarm.stop()
    record = Record(swarm.path)
    assert largest <= 40_000
    assert record.first > swarm.seen[0][0]  # the oldest is gone
    same = Sameness()
    for moment, cluster in swarm.seen:
        if moment >= record.first:
            same.check(cluster, record.at(moment).cluster)
    assert record.last - record.first > 20.0
    record.close()


def test_a_record_keeps_to_its_time(tmp_path: Path) -> None:
    swarm = RecordedSwarm(tmp_path / "short.rec", bounds=Bounds(time=100.0))
    do(swarm, ("create", "web", 2))
    for _ in range(60):
        swarm.wait(10.0)
        record = Record(swarm.path)
        assert record.last - record.first <= 160.0
        record.close()
    assert record.last - record.first >= 100.0


def test_gaps_tell_where_nothing_is_known(busy: RecordedSwarm) -> None:
    lost = busy.now
    busy.lose(True)
    busy.wait(30.0)
    busy.lose(False)
    busy.wait(10.0)
    busy.stop()
    stopped = busy.now
    busy.rig.advance(300.0)
    busy.start()
    busy.wait(5.0)
    record = Record(busy.path)
    connection, run = record.gaps
    assert (connection.running, run.running) == (True, False)
    assert abs(connection.first - lost) < LOST
    assert abs(connection.last - connection.first - 30.0) < LOST
    assert abs(run.first - stopped) < LOST
    assert run.last - run.first >= 295.0
    assert "EngineSilent" not in record.at(lost + 20.0).link.error
    assert record.at(lost + 20.0).link.error == "engine: No answer within 5 s."
    record.close()
