"""When one manager fails, another one of the swarm is gone on through, and nothing is done twice."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.polling.observation import Phase
from swarmtui.engine.route import failover
from swarmtui.engine.route.failover import Failover
from swarmtui.engine.route.managers import Candidate, Manager, candidates, managers_of
from swarmtui.engine.session import Session
from swarmtui.errors import ConnectionBroken, EngineSilent, NoLeader, NotAManager, NothingListens, SSHFailed
from swarmtui.swarm.services.scale import ScaleService
from swarmtui.tunnel.status import TunnelPhase, TunnelStatus
from tests.patience import DEAD, ends
from tests.stub_engine import StubEngine
from tests.stub_engine.server import Cut, Fault
from tests.unit.engine.conftest import Watched, eventually, fill
from tests.unit.swarm import builders

GONE, WORKER, LEADERLESS = NothingListens("Nothing listens."), NotAManager("A worker."), NoLeader("No leader.")

# ------------------------------------------------------------------------------------------------ when


def lived(now: float = 0.0) -> Failover:
    """A manager that has shown the swarm."""
    one = Failover(now)
    one.heard(None, answered=True, now=now)
    return one


def test_while_all_is_well_no_other_manager_is_looked_for() -> None:
    assert lived().due() == math.inf
    assert Failover(100.0).due() == 100.0 + failover.FIRST, "the first one does not come to stand"


@pytest.mark.parametrize(
    ("error", "patience"),
    [
        (GONE, failover.LOST),
        (EngineSilent("Silent."), failover.SILENT),
        (WORKER, 0.0),
        (LEADERLESS, failover.LEADERLESS),
    ],
)
def test_each_trouble_has_its_patience(error: Exception, patience: float) -> None:
    one = lived()
    one.heard(error, answered=True, now=10.0)  # type: ignore[arg-type]
    one.heard(error, answered=True, now=11.0)  # type: ignore[arg-type]
    assert one.due() == 10.0 + patience, "from its beginning"
    one.heard(None, answered=True, now=12.0)
    assert one.due() == math.inf


def test_a_manager_that_was_never_reached_is_left_at_once() -> None:
    one = Failover(0.0)
    one.heard(GONE, answered=False, now=1.0)
    assert one.due() == 1.0


def test_a_lost_tunnel_counts_and_the_users_answer_is_waited_for() -> None:
    one = lived()
    lost = SSHFailed("Lost.")
    one.seen(TunnelStatus(TunnelPhase.LOST, error=lost), 5.0)
    assert one.trouble is lost
    assert one.due() == 5.0 + failover.LOST
    one.seen(TunnelStatus(TunnelPhase.CONNECTING, error=lost, asks=True), 6.0)
    assert one.due() == math.inf


def test_a_broken_jump_host_is_told_from_a_broken_manager() -> None:
    one = lived()
    way = ("bastion", "mgr1")
    one.seen(TunnelStatus(TunnelPhase.LOST, error=GONE, way=way, standing=0), 1.0)
    assert not one.jumps_stand
    one.seen(TunnelStatus(TunnelPhase.LOST, error=GONE, way=way, standing=1), 1.0)
    assert one.jumps_stand


def test_after_a_round_in_vain_there_is_a_pause() -> None:
    one = lived()
    one.heard(WORKER, answered=True, now=10.0)
    one.tried(20.0)
    assert one.due() == 20.0 + failover.PAUSE
    one.try_again()
    assert one.due() == 10.0


# ------------------------------------------------------------------------------------------------ through whom

PROD = Endpoint("ssh://ops@mgr1:2222/run/d.sock", "prod")


def test_the_swarm_tells_its_managers() -> None:
    nodes = builders.managers(3, unreachable=1)
    found = managers_of(builders.cluster([*nodes, builders.node("wrk1")]))
    assert {manager.node_id for manager in found} == {node.id for node in nodes}
    assert found[0].node_id == next(node.id for node in nodes if node.is_leader)
    unreachable = next(node.id for node in nodes if not node.is_reachable_manager)
    assert found[-1].node_id == unreachable, "it is tried last"


def urls(*managers: Manager, hosts: dict[str, str] | None = None, current: Candidate | None = None) -> list[str]:
    found = candidates((PROD,), managers, hosts or {}, current or Candidate(PROD), "id1")
    return [candidate.endpoint.url for candidate in found]


def test_learned_managers_are_reached_as_the_first_one_is() -> None:
    managers = Manager("10.0.0.1", "id1", "mgr1"), Manager("10.0.0.2", "id2", "mgr2"), Manager("fd00::3")
    found = candidates((PROD,), managers, {}, Candidate(PROD), "id1")
    assert [candidate.endpoint.url for candidate in found] == [
        "ssh://10.0.0.2/run/d.sock",
        "ssh://[fd00::3]/run/d.sock",
    ], "not the one that is used"
    assert all(candidate.like == PROD for candidate in found)
    assert found[0].endpoint.name == "mgr2"


def test_the_users_table_tells_where_managers_are_reached_otherwise() -> None:
    hosts = {"mgr2": "dev@192.0.2.2:22", "10.0.0.3": "ssh://gate/x.sock"}
    managers = Manager("10.0.0.2", "id2", "mgr2"), Manager("10.0.0.3", "id3", "mgr3")
    assert urls(*managers, hosts=hosts) == ["ssh://dev@192.0.2.2:22/run/d.sock", "ssh://gate/x.sock"]
    found = candidates((PROD,), managers, hosts, Candidate(PROD), "id1")
    assert [candidate.like for candidate in found] == [PROD, None], "an ssh:// target stands for itself"


def test_the_way_back_is_open_and_only_ssh_leads_to_learned_managers() -> None:
    second = Candidate(Endpoint("ssh://10.0.0.2", "mgr2"), PROD, "id2")
    assert urls(Manager("10.0.0.3", "id3", "mgr3"), current=second) == [PROD.url, "ssh://10.0.0.3/run/d.sock"]
    local = Candidate(Endpoint("unix:///run/docker.sock", "local"))
    assert urls(Manager("10.0.0.3", "id3", "mgr3"), current=local) == [PROD.url]


# ------------------------------------------------------------------------------------------------ whole sessions


def second_manager(first: StubEngine) -> StubEngine:
    """Another manager of the same swarm."""
    other = StubEngine()
    other.nodes, other.services, other.tasks, other.swarm = first.nodes, first.services, first.tasks, first.swarm
    other._lock = first._lock
    other.info["Name"] = "mgr2"
    other.info["Swarm"]["NodeID"] = first.node("mgr2")["ID"]
    first.info["Swarm"]["NodeID"] = first.node("mgr1")["ID"]
    other._index = first._index + 1000
    return other


@contextmanager
def on_both(first: StubEngine, other: StubEngine) -> Iterator[Watched]:
    session = Session(Endpoint(first.url, "one"), others=[Endpoint(other.url, "two")])
    watched = Watched(session)
    session.start(watched.heard)
    try:
        yield watched
    finally:
        session.close()


@pytest.fixture
def pair(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[StubEngine, StubEngine]]:
    """Two managers of one swarm, and little patience."""
    monkeypatch.setattr(failover, "LOST", 0.3)
    with ExitStack() as stack:
        first = stack.enter_context(StubEngine())
        fill(first)
        yield first, stack.enter_context(second_manager(first))


def through(watched: Watched) -> str:
    return watched.session.observation().connection.manager


def test_a_dead_manager_is_left_for_another_one_and_it_is_said(pair: tuple[StubEngine, StubEngine]) -> None:
    first, other = pair
    with on_both(first, other) as watched:
        watched.until_complete()
        seen = watched.cluster
        first.stop()
        eventually(lambda: watched.phase is Phase.LIVE and through(watched) == "two")
        assert any("Continuing through two" in each for each in watched.session.observation().connection.notices)
        assert watched.cluster.nodes == seen.nodes, "it is the same swarm"
        eventually(lambda: watched.session.observation().connection.trying == "")
        other.set_replicas("web", 4)  # an event of the other one
        eventually(lambda: watched.replicas("web") == 4)
        watched.session.apply(ScaleService.of(watched.service("web"), 5)).result(DEAD)
        assert len(other.asked("POST /services")) == 1


def test_a_demoted_manager_is_left_at_once(pair: tuple[StubEngine, StubEngine]) -> None:
    first, other = pair
    with on_both(first, other) as watched:
        watched.until_complete()
        first.worker()
        eventually(lambda: watched.phase is Phase.LIVE and through(watched) == "two")


def test_a_manager_that_comes_back_in_time_is_kept(
    pair: tuple[StubEngine, StubEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failover, "LOST", DEAD)
    first, other = pair
    with on_both(first, other) as watched:
        watched.until_complete()
        first.stop()
        eventually(lambda: watched.phase is Phase.RECONNECTING)
        first.start()
        eventually(lambda: watched.phase is Phase.LIVE)
        assert not other.requests


def test_an_engine_of_another_swarm_is_not_gone_through(pair: tuple[StubEngine, StubEngine]) -> None:
    first, other = pair
    other.info["Swarm"]["NodeID"] = "of-another-swarm"
    with on_both(first, other) as watched:
        watched.until_complete()
        first.stop()
        eventually(lambda: other.asked("/info"))
        eventually(lambda: watched.phase is Phase.RECONNECTING)
        assert not other.asked("/services")
        first.start()
        eventually(lambda: watched.phase is Phase.LIVE)
        assert through(watched) == ""


def test_the_first_of_several_is_down_at_the_start(pair: tuple[StubEngine, StubEngine]) -> None:
    first, other = pair
    first.stop()
    with on_both(first, other) as watched:
        watched.until_complete()
        assert through(watched) == "two"


def test_a_leaderless_swarm_is_gone_on_through_before_it_tells_anything(pair: tuple[StubEngine, StubEngine]) -> None:
    """The leader dies: the others answer nothing but pings until a new one is elected."""
    first, other = pair
    with on_both(first, other) as watched:
        watched.until_complete()
        other.no_leader()
        first.stop()
        eventually(lambda: through(watched) == "two" and watched.error == "NoLeader")
        assert watched.phase is Phase.RECONNECTING
        other.manager()
        other.release()
        other.info["Swarm"]["NodeID"] = other.node("mgr2")["ID"]
        eventually(lambda: watched.phase is Phase.LIVE)


def die(engine: StubEngine) -> Callable[[], None]:
    """The engine vanishes in the middle of a call."""

    def act() -> None:
        engine.server.stop()
        raise Cut

    return act


@pytest.mark.parametrize("done", [True, False])
def test_a_change_whose_answer_is_lost_with_its_manager_is_looked_up_at_the_other(
    pair: tuple[StubEngine, StubEngine], done: bool
) -> None:
    first, other = pair
    with on_both(first, other) as watched:
        watched.until_complete()
        fault = Fault("POST /services", None, die(first)) if done else Fault("POST /services", die(first))
        first._faults.append(fault)
        future = watched.session.apply(ScaleService.of(watched.service("web"), 7))
        if done:
            assert "was lost" in future.result(DEAD).warnings[0]
        else:
            with pytest.raises(ConnectionBroken, match="was not made"):
                future.result(DEAD)
        assert len(first.asked("POST /services")) == 1
        assert not other.asked("POST /services"), "nothing is sent twice"
        assert other.asked("GET /services/")


@pytest.mark.usefixtures("no_deadlines")
def test_closing_does_not_wait_for_a_scout(pair: tuple[StubEngine, StubEngine]) -> None:
    first, other = pair
    other.hang("/_ping")
    with on_both(first, other) as watched:
        watched.until_complete()
        first.stop()
        eventually(lambda: other.asked("/_ping"))
        ends(watched.session.close, "closing")
