"""One command in several containers of the embedded swarm: outputs, exit codes, what is kept, who may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from swarmtui.engine.nodes.command_run import STDERR, STDOUT, CommandRun, OutputLine, Result, Stage
from swarmtui.engine.nodes.commands_across import AT_ONCE
from swarmtui.engine.nodes.kept_output import MOST_LINES, KeptOutput
from swarmtui.engine.session import Session
from swarmtui.errors import Protected, ReadOnly
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.tasks.command_across import CollectedExec, where_it_runs
from tests.patience import until
from tests.stub_engine import StubEngine
from tests.threads import threads_of_ours
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.conftest import Watched, audited
from tests.unit.engine.test_container_terminal import session_on
from tests.unit.swarm import builders


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def in_all(session: Session, command: str, service: str = "web") -> tuple[CollectedExec, ...]:
    """A command in all tasks of a service."""
    cluster = session.observation().cluster
    assert cluster is not None
    found = next(each for each in cluster.services.values() if each.name == service)
    execs, without = where_it_runs(cluster, cluster.tasks_of(found.id) or ())
    assert not without
    return tuple(each.asking_for(command, "", "") for each in execs)


def ended(run: CommandRun) -> tuple[Result, ...]:
    until(lambda: run.over, "the command's end everywhere")
    return run.results


def texts(result: Result) -> list[str]:
    return [line.text for line in (*result.output.first, *result.output.last)]


def test_each_has_its_own_output_and_exit_code(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = in_all(session, "hostname")
        name = asked[1].container_id[:12]
        command = f"sh -c 'hostname; echo on stderr >&2; hostname | grep {name}'"
        results = ended(session.nodes.run_across([each.asking_for(command, "", "") for each in asked]))
    assert [each.stage for each in results] == [Stage.ENDED] * 3
    assert [each.code for each in results] == [1, 0, 1]
    for each in results:
        mine = each.asked.container_id[:12]
        assert {OutputLine(STDOUT, mine), OutputLine(STDERR, "on stderr")} <= set(each.output.first)
        assert each.took is not None


def test_a_command_that_is_not_there_is_said_by_the_container(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        first, *_ = ended(session.nodes.run_across(in_all(session, "nonsense")))
    assert first.code == 127
    assert "executable file not found" in "".join(texts(first))


def test_a_node_that_cannot_be_reached_costs_the_others_nothing(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = in_all(session, "hostname")
        away = next(each for each in asked if each.node.name != "mgr1")  # which the session was begun on
        Path(swarm.urls[away.node.name].removeprefix("unix://")).unlink()
        results = ended(session.nodes.run_across(asked))
    lost = next(each for each in results if each.asked is away)
    assert lost.stage is Stage.FAILED
    assert lost.error is not None
    assert "socket" in lost.error.layer
    assert {each.stage for each in results if each is not lost} == {Stage.ENDED}


def test_a_few_at_a_time_and_stopping_begins_no_more(swarm: SimulatedSwarm) -> None:
    swarm.set_replicas("web", 7)
    swarm.wait(lambda: len(swarm.running("web")) == 7, "seven tasks")
    with session_on(swarm) as session:
        run = session.nodes.run_across(in_all(session, "sleep 1000"))
        until(lambda: _stages(run).count(Stage.RUNNING) == AT_ONCE, "as many as may")
        assert _stages(run).count(Stage.WAITING) == 7 - AT_ONCE
        run.stop()
        results = ended(run)
        until(lambda: {each.stage for each in run.results} == {Stage.LEFT}, "all are left")
        assert len([each for each in results if each.begun]) == AT_ONCE
    starts = [each for each in swarm.asked("POST /exec") if "start" in each]
    assert len(starts) == AT_ONCE


def _stages(run: CommandRun) -> list[Stage]:
    return [each.stage for each in run.results]


def test_the_end_of_the_session_ends_the_waiting(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        run = session.nodes.run_across(in_all(session, "sleep 1000"))
        until(lambda: Stage.RUNNING in _stages(run), "it runs")
    until(lambda: run.over, "its end")


def test_the_container_goes_while_the_command_runs(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        run = session.nodes.run_across(in_all(session, "sleep 1000"))
        until(lambda: _stages(run).count(Stage.RUNNING) == 3, "it runs")
        swarm.remove_service("web")
        assert all(each.code != 0 for each in ended(run))


# ------------------------------------------------------------------------------------------------ who may


def test_read_only_reaches_no_node_unless_it_is_said(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    with session_on(swarm, read_only=True, audit_log=log) as session:
        with pytest.raises(ReadOnly):
            session.nodes.run_across(in_all(session, "hostname"))
        assert not [each for each in swarm.asked("POST") if "exec" in each]
    with session_on(swarm, read_only=True, entry_when_read_only=True, audit_log=log) as session:
        ended(session.nodes.run_across(in_all(session, "df -h")))
    entries = audited(log)
    assert [each["outcome"] for each in entries] == ["refused"] * 3 + ["done"] * 3, "a line for each container"
    assert {each["action"] for each in entries} == {"task.exec"}
    assert all(each["command"].endswith(" df -h") for each in entries[3:])


def test_a_protected_endpoint_wants_its_name_typed(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, protected=True) as session:
        with pytest.raises(Protected):
            session.nodes.run_across(in_all(session, "hostname"), typed="dem")
        assert {each.code for each in ended(session.nodes.run_across(in_all(session, "hostname"), typed="demo"))} == {0}


def test_an_audit_log_that_cannot_be_written_is_said(swarm: SimulatedSwarm, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with session_on(swarm, audit_log=blocked / "audit.jsonl") as session:
        run = session.nodes.run_across(in_all(session, "hostname"))
        ended(run)
        until(lambda: run.warnings, "the warning")
    assert "audit log" in run.warnings[0]


# ------------------------------------------------------------------------------------------------ what is kept


def kept(most: int, *pieces: bytes) -> KeptOutput:
    output = KeptOutput(most)
    for piece in pieces:
        output.add(STDOUT, piece)
    return output


def test_lines_are_whole_however_they_come() -> None:
    output = kept(1000, b"on", b"e\r\ntw", b"o\n\nthr", "ü".encode()[:1])
    output.add(STDERR, b"apart\n")
    output.add(STDOUT, "ü".encode()[1:] + b"\xff")
    assert [line.text for line in output.now().first] == ["one", "two", "", "apart", "thrü\ufffd"]
    output.end()
    assert output.now().first[-1] == OutputLine(STDOUT, "thrü\ufffd")


def test_the_first_and_the_last_are_kept_and_what_is_not_is_counted() -> None:
    output = kept(100, *(b"line %05d\n" % number for number in range(1000)))
    now = output.now()
    assert [line.text for line in now.first] == [f"line {number:05}" for number in range(4)]
    assert now.last[-1].text == "line 00999"
    assert len(now.first) + len(now.last) + now.cut_lines == 1000
    assert now.cut_bytes == 11 * now.cut_lines


def test_neither_many_lines_nor_one_without_an_end_fill_the_memory() -> None:
    many = kept(1 << 20, b"\n" * 50_000).now()
    assert len(many.first) + len(many.last) == MOST_LINES
    long = kept(1 << 20, *[b"x" * 10_000] * 1000).now()
    assert sum(len(line.text) for line in (*long.first, *long.last)) <= (1 << 20) + 64 * 1024
    assert long.cut_bytes


def test_many_runs_leave_no_thread(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        ended(session.nodes.run_across(in_all(session, "hostname")))
        until(lambda: not threads_of_ours("across"), "the end of the first one's threads")
        for _ in range(5):
            assert {each.code for each in ended(session.nodes.run_across(in_all(session, "hostname")))} == {0}
        until(lambda: not threads_of_ours("across"), "the end of their threads")


def test_an_answer_that_makes_no_sense_ends_the_wait(engine: StubEngine, watched: Watched) -> None:
    here = msgspec.structs.replace(builders.node("mgr1"), id=watched.cluster.info.swarm.node_id)
    asked = CollectedExec(Target(Kind.TASK, "task", "web.1", 1), here, "c" * 64, "true")
    engine.refuse(f"POST /containers/{asked.container_id}/exec", 201, "no ID")
    [result] = ended(watched.session.nodes.run_across([asked]))
    assert result.stage is Stage.FAILED
    assert "is not understood" in str(result.error)
