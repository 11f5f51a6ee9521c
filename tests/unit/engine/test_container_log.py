"""The log of a container straight from its node's engine: of the embedded swarm, by each node's own socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from swarmtui.engine.session import Session
from swarmtui.engine.streams.log_lines import LogLine, LogPhase, LogRequest, LogStream
from swarmtui.errors import LoginRefused
from swarmtui.swarm.kinds import Kind, Target
from swarmtui.swarm.logs.containers import LogContainer, log_containers
from swarmtui.swarm.logs.sources import LogSource
from swarmtui.swarm.objects.times import seconds_of
from tests.patience import until
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.test_container_terminal import session_on


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def web(session: Session) -> Target:
    cluster = session.observation().cluster
    assert cluster is not None
    return Target.of(next(each for each in cluster.services.values() if each.name == "web"))


def containers(session: Session) -> list[LogContainer]:
    """Those of web on nodes other than that which the session was begun on."""
    cluster = session.observation().cluster
    assert cluster is not None
    return [each for each in log_containers(cluster, [LogSource(web(session))]) if each.node.name != "mgr1"]


def read_until(stream: LogStream, lines: list[LogLine], condition: Callable[[list[LogLine]], object]) -> list[LogLine]:
    def met() -> bool:
        lines.extend(stream.take().lines)
        return bool(condition(lines))

    until(met, f"lines: {stream.status}")
    return lines


def test_it_is_what_the_manager_has_of_that_task(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, read_only=True) as session:
        asked = containers(session)[0]
        straight = read_until(session.nodes.logs(asked, LogRequest(tail=None)), [], lambda lines: len(lines) > 4)
        newest = straight[-1].stamp
        of_web = session.logs(web(session), LogRequest(tail=None))
        through = read_until(of_web, [], lambda lines: any(each.stamp >= newest for each in lines))
        wanted = [each for each in through if each.task_id == asked.task_id and each.stamp <= newest]
        assert straight == wanted, "with the same times, streams and names"
        assert {each.node_id for each in straight} == {asked.node.id}


def test_which_lines_are_wanted(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = containers(session)[0]
        whole = read_until(session.nodes.logs(asked, LogRequest(tail=None)), [], lambda lines: len(lines) > 6)
        since = seconds_of(whole[3].stamp)
        later = read_until(session.nodes.logs(asked, LogRequest(since, None)), [], lambda lines: len(lines) > 2)
        assert later[0] == whole[3]
        last = read_until(session.nodes.logs(asked, LogRequest(tail=1)), [], bool)
        assert last[0].stamp >= whole[-1].stamp


def test_it_ends_with_its_container(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        asked = containers(session)[0]
        stream = session.nodes.logs(asked, LogRequest())
        read_until(stream, [], bool)
        swarm.crash("web", int(asked.name.rpartition(".")[2]))
        until(lambda: stream.status.phase is LogPhase.ENDED, "the end")


def test_over_a_break_every_line_comes_once(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        stream = session.nodes.logs(containers(session)[0], LogRequest())
        lines = read_until(stream, [], bool)
        count = len(lines)
        stream.reconnect()
        read_until(stream, lines, lambda lines: len(lines) > count + 3)
        assert len(set(lines)) == len(lines)
        assert [each.stamp for each in lines] == sorted(each.stamp for each in lines)


def test_a_node_that_lets_nobody_in_is_asked_again_only_when_told_to(
    swarm: SimulatedSwarm, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[object] = []

    def refuse(*_: object) -> None:
        tried.append(1)
        raise LoginRefused("ops@wrk1 is not let in.")

    with session_on(swarm) as session:
        with monkeypatch.context() as patched:
            patched.setattr("swarmtui.engine.nodes.roads.NodeRoads._open_way", refuse)
            stream = session.nodes.logs(containers(session)[0], LogRequest())
            until(lambda: stream.status.phase is LogPhase.BROKEN and not stream.status.retries, "no way")
            assert "not let in" in str(stream.status.error)
            assert len(tried) == 1
        stream.reconnect()
        read_until(stream, [], bool)


def test_of_each_slot_the_newest_and_first_where_the_manager_hears_nothing(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        lost = containers(session)[-1].node
        swarm.fault(lost.name, "cut")

        def silent() -> bool:
            cluster = session.observation().cluster
            return cluster is not None and lost.id in cluster.nodes_not_ready

        until(silent, "the node is down")
        cluster = session.observation().cluster
        assert cluster is not None
        found = log_containers(cluster, [LogSource(web(session))])
        names = [each.name for each in found]
        assert len(names) == len(set(names))
        own = next(task for task in cluster.tasks_of(web(session).id) or () if task.node_id != lost.id)
        assert [each.task_id for each in log_containers(cluster, [LogSource(Target(Kind.TASK, own.id, "", 0))])] == [
            own.id
        ]
