"""Events of nodes' own engines in the time line: heard while a node is reached, and no longer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.engine.nodes import node_events, roads
from swarmtui.engine.session import Session
from swarmtui.swarm.objects.node import Node
from swarmtui.swarm.stats.stats import Subject
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.timeline import Entry
from tests.patience import DEAD, until
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.test_container_terminal import session_on, shell_in


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def told(session: Session) -> list[Entry]:
    return [each for each in session.timeline.entries if each.event.source is Source.NODE]


def nodes(session: Session) -> list[Node]:
    cluster = session.observation().cluster
    assert cluster is not None
    return sorted(cluster.nodes.values(), key=lambda each: each.name)


def look_at(session: Session, node: Node) -> None:
    session.nodes.ask(node, "/info").future.result(DEAD)


def streams(swarm: SimulatedSwarm) -> list[str]:
    return [each for each in swarm.asked("GET /events") if '"image"' in each]


def test_no_node_is_listened_to_before_somebody_asks_it(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, read_only=True) as session:
        assert not streams(swarm)
        shell = shell_in(session)
        look_at(session, shell.node)
        until(lambda: streams(swarm), "the stream")
        swarm.crash("web", int(shell.target.name.rpartition(".")[2]), 3)
        until(lambda: any("exit 3" in each.text for each in told(session)), "the end of the container")
        [entry] = [each for each in told(session) if "exit 3" in each.text]
        assert entry.text.startswith(f"on {shell.node.name}: the container of {shell.target.name} ended")
        assert entry.is_about(shell.node.id)


def test_figures_alone_open_no_stream(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        shell = shell_in(session)
        session.nodes.watch_stats([Subject(shell.container_id, shell.node)])
        until(lambda: shell.container_id in session.nodes.stats().figures, "figures")
        assert not streams(swarm)


def test_what_the_engine_remembers_is_told_and_once_only(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        shell = shell_in(session)
        swarm.crash("web", int(shell.target.name.rpartition(".")[2]), 4)
        look_at(session, shell.node)
        until(lambda: any("exit 4" in each.text for each in told(session)), "what was before")
        look_at(session, shell.node)
        swarm.crash("api", 1, 5)
        for node in nodes(session):
            look_at(session, node)
        until(lambda: any("exit 5" in each.text for each in told(session)), "what came later")
        assert sum("exit 4" in each.text for each in told(session)) == 1
        assert all(each.count == 1 for each in told(session) if "exit" in each.text)


def test_it_keeps_no_way_open_and_ends_with_it(swarm: SimulatedSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roads, "IDLE", 0.3)
    with session_on(swarm) as session:
        far = shell_in(session).node
        look_at(session, far)
        until(lambda: streams(swarm), "the stream")
        events = session.nodes._events
        until(lambda: not session.nodes._roads._roads, "the way is closed")
        for stream in list(events._streams.values()):
            stream.reconnect()
        until(lambda: not events._streams, "the end of the stream")
        look_at(session, far)
        until(lambda: len(streams(swarm)) >= 2, "it is listened to again")


def test_only_so_many_at_a_time(swarm: SimulatedSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(node_events, "MOST_FOLLOWED", 2)
    with session_on(swarm) as session:
        for node in nodes(session):
            look_at(session, node)
        followed = session.nodes._events._streams
        assert [each.node.name for each in followed.values()] == ["wrk1", "wrk2"], "those asked last"
