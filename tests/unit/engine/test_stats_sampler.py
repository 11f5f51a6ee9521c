"""Figures of containers on the nodes of the embedded swarm: who is asked, how much at once, and what goes wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from swarmtui.engine.nodes import stats_sampler
from swarmtui.engine.session import Session
from swarmtui.sim.cluster import Cluster
from swarmtui.sim.populate import swarm_of
from swarmtui.swarm.stats.stats import NO_STATS, Stats, Subject, subjects_of
from tests.patience import until
from tests.threads import threads_of_ours
from tests.ui.simulated import SimulatedSwarm
from tests.unit.engine.test_container_terminal import session_on

ASKED = "GET /containers/"
WORKERS = 12


@pytest.fixture
def swarm(tmp_path: Path) -> Iterator[SimulatedSwarm]:
    with SimulatedSwarm(tmp_path) as simulated:
        yield simulated


def subjects(session: Session) -> list[Subject]:
    """All containers."""
    cluster = session.observation().cluster
    assert cluster is not None
    return subjects_of(cluster, cluster.all_tasks())


def seen(session: Session, wanted: list[Subject], what: str, condition: Callable[[Stats], object]) -> Stats:
    """Look until it is so, as the screen does."""

    def look() -> bool:
        session.nodes.watch_stats(wanted)
        return bool(condition(session.nodes.stats()))

    until(look, what)
    return session.nodes.stats()


def test_what_is_looked_at_is_asked_for_until_nobody_looks(swarm: SimulatedSwarm) -> None:
    with session_on(swarm, read_only=True) as session:
        wanted = subjects(session)
        assert session.nodes.stats() == NO_STATS
        assert swarm.asked(ASKED) == []
        one = wanted[:1]
        seen(session, one, "figures of one", lambda stats: any(each.cpu is not None for each in stats.figures.values()))
        assert {each.split("/")[2] for each in swarm.asked(ASKED)} == {one[0].container_id}
        stats = seen(
            session,
            wanted,
            "figures of all",
            lambda stats: [f.cpu is not None for f in stats.figures.values()].count(True) == len(wanted),
        )
        assert stats.wanted == {each.container_id for each in wanted}
        assert all(each.limit and each.memory and each.network is not None for each in stats.figures.values())
        session.nodes.watch_stats([])
        assert session.nodes.stats() == NO_STATS
        until(lambda: not swarm.under_way, "the last answers")
        asked = len(swarm.asked(ASKED))
        seen(session, one, "one again", lambda stats: stats.figures)
        assert {each.split("/")[2] for each in swarm.asked(ASKED)[asked:]} <= {one[0].container_id}


def test_nobody_asks_for_those_who_have_stopped_looking(swarm: SimulatedSwarm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats_sampler, "FORGOTTEN", 0.5)
    with session_on(swarm) as session:
        session.nodes.watch_stats(subjects(session))
        until(lambda: session.nodes.stats() == NO_STATS, "it has been forgotten")


def test_no_more_than_eight_at_once_and_one_to_a_node(tmp_path: Path) -> None:
    cluster = Cluster(seed=1, epoch=time.time() - 3600.0)
    workers = [cluster.add_machine(f"wrk{number}") for number in range(1, WORKERS + 1)]
    swarm_of(cluster, [cluster.add_machine("mgr1")], workers)
    with SimulatedSwarm(tmp_path, cluster) as swarm:
        swarm.add_service("agent", replicas=None)
        until(lambda: len(swarm.running("agent")) == WORKERS + 1, "all run")
        with session_on(swarm) as session:
            for number in range(1, WORKERS + 1):
                swarm.slow(f"wrk{number}", 1.0)
            wanted = subjects(session)
            assert len(wanted) == WORKERS + 1
            seen(session, wanted, "figures of all", lambda stats: len(stats.figures) == len(wanted))
            seen(session, wanted, "eight at once", lambda _: swarm.most_at_once[0] >= stats_sampler.MOST_AT_ONCE)
            assert swarm.most_at_once == (stats_sampler.MOST_AT_ONCE, 1)


def test_a_node_that_cannot_be_reached_is_told_and_costs_the_others_nothing(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        wanted = subjects(session)
        lost = next(each.node for each in wanted if each.node.name == "wrk1")
        swarm.fault("wrk1", "kill")
        others = {each.container_id for each in wanted if each.node.id != lost.id}
        stats = seen(
            session, wanted, "figures of the others", lambda stats: stats.figures.keys() >= others and stats.unreached
        )
        assert stats.unreached.keys() == {lost.id}
        assert stats.figures.keys() == others
        assert stats.unreached[lost.id].why
        assert stats.unreached[lost.id].again_in is not None
        swarm.fault("wrk1", "revive")
        session.refresh()
        seen(session, wanted, "it is asked again", lambda stats: not stats.unreached)


def test_a_node_that_has_stopped_answering_has_no_figures_any_more(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        wanted = subjects(session)
        lost = {each.container_id for each in wanted if each.node.name == "wrk1"}
        seen(session, wanted, "figures of all", lambda stats: len(stats.figures) == len(wanted))
        swarm.fault("wrk1", "kill")
        stats = seen(session, wanted, "it is told", lambda stats: stats.unreached)
        assert lost.isdisjoint(stats.figures)
        assert lost <= stats.tracks.keys(), "what was known is kept"


def test_a_container_that_has_ended_is_no_trouble_of_its_node(swarm: SimulatedSwarm) -> None:
    with session_on(swarm) as session:
        wanted = [*subjects(session)[:1], Subject("f" * 64, subjects(session)[0].node)]
        stats = seen(session, wanted, "figures", lambda stats: stats.figures)
        seen(session, wanted, "both asked", lambda _: swarm.asked(f"{ASKED}{'f' * 64}"))
        assert not stats.unreached
        assert stats.figures.keys() == {wanted[0].container_id}


def test_the_end_of_a_session_ends_all_threads(swarm: SimulatedSwarm) -> None:
    before = threads_of_ours("stats")
    with session_on(swarm) as session:
        seen(session, subjects(session), "figures", lambda stats: stats.figures)
    until(lambda: threads_of_ours("stats") <= before, "no thread is left")
