"""What goes wrong with engines: it is said, nothing hangs, and it comes back by itself."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import client
from swarmtui.engine.polling.observation import Phase
from swarmtui.engine.session import Session
from swarmtui.errors import ConnectionBroken, NotAManager
from swarmtui.swarm.services.scale import ScaleService
from tests.patience import DEAD, ends
from tests.stub_engine import StubEngine
from tests.threads import threads_of_ours
from tests.unit.engine.conftest import Watched, eventually, fill, watching


def test_an_engine_that_falls_silent_is_lost_and_recovers(engine: StubEngine, watched: Watched) -> None:
    engine.hang()
    eventually(lambda: watched.phase is Phase.RECONNECTING)
    assert watched.error == "EngineSilent"
    assert watched.running("web") == 3, "what was seen last stays"
    engine.release()
    engine.set_replicas("web", 4)
    eventually(lambda: watched.phase is Phase.LIVE and watched.replicas("web") == 4)


def test_a_socket_that_vanishes_is_found_again(engine: StubEngine, watched: Watched) -> None:
    engine.stop()
    eventually(lambda: watched.error == "SocketMissing")
    assert watched.phase is Phase.RECONNECTING
    assert watched.running("web") == 3, "what was seen last stays"
    assert watched.session.observation().connection.next_try is not None
    engine.start()
    eventually(lambda: watched.phase is Phase.LIVE)
    engine.set_replicas("web", 4)  # seen by an event: that stream stands again too
    eventually(lambda: watched.replicas("web") == 4)


def test_a_removed_socket_counts_though_an_old_connection_still_works(engine: StubEngine, watched: Watched) -> None:
    path = Path(engine.url.removeprefix("unix://"))
    aside = path.rename(path.with_name("aside"))
    eventually(lambda: watched.error == "SocketMissing")
    aside.rename(path)
    eventually(lambda: watched.phase is Phase.LIVE)


def test_an_engine_that_comes_back_as_another_version(engine: StubEngine, watched: Watched) -> None:
    engine.stop()
    eventually(lambda: watched.phase is Phase.RECONNECTING)
    engine.api_version = "1.41"
    engine.info["ServerVersion"] = "20.10.24"
    engine.start()
    eventually(lambda: watched.phase is Phase.LIVE)
    eventually(lambda: watched.session.observation().connection.engine_version == "20.10.24")
    assert watched.session.observation().connection.api_version == "1.41"


def test_refresh_tries_a_lost_engine_at_once(engine: StubEngine) -> None:
    with watching("tcp://127.0.0.1:9") as watched:
        eventually(lambda: watched.error == "NothingListens")
        eventually(lambda: (watched.session.observation().connection.next_try or 0) > time.monotonic() + 0.6)
        watched.session.refresh()
        eventually(lambda: (watched.session.observation().connection.next_try or 0) < time.monotonic() + 0.4)


def test_nobody_there_from_the_start(engine: StubEngine) -> None:
    engine.stop()
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "SocketMissing")
        assert watched.phase is Phase.CONNECTING
        assert watched.session.observation().cluster is None
        engine.start()
        watched.until_complete()


def test_a_worker_says_so_and_becomes_usable_by_promotion(engine: StubEngine) -> None:
    engine.worker()
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "NotAManager")
        error = watched.session.observation().connection.error
        assert isinstance(error, NotAManager)
        eventually(lambda: getattr(watched.session.observation().connection.error, "managers", ()))
        engine.manager()
        watched.until_complete()


def test_a_manager_that_is_demoted_says_so(engine: StubEngine, watched: Watched) -> None:
    engine.worker()
    eventually(lambda: watched.error == "NotAManager")
    assert len(watched.cluster.nodes) == 5, "what was seen last stays"
    engine.manager()
    eventually(lambda: watched.phase is Phase.LIVE)


def test_an_engine_without_a_swarm(engine: StubEngine) -> None:
    engine.no_swarm()
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "NotInSwarm")
        engine.manager()
        watched.session.refresh()
        watched.until_complete()


def test_a_locked_manager(engine: StubEngine) -> None:
    engine.locked()
    with watching(engine.url) as watched:
        eventually(lambda: watched.error == "SwarmLocked")
        error = watched.session.observation().connection.error
        assert error is not None
        assert "docker swarm unlock" in error.remedy
        engine.manager()
        watched.session.refresh()
        watched.until_complete()


def test_a_lost_leader_is_told_from_a_silent_engine_though_all_but_ping_hangs(
    engine: StubEngine, watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, seconds in (("connect", 1.0), ("silence", 2.6), ("total", 4.0)):
        monkeypatch.setitem(vars(client.SMALL), name, seconds)
    engine.no_leader()
    eventually(lambda: watched.error == "NoLeader")
    assert watched.phase is Phase.RECONNECTING
    engine.release()
    engine.manager()
    eventually(lambda: watched.phase is Phase.LIVE)


def test_a_lost_quorum_that_the_engine_admits(engine: StubEngine, watched: Watched) -> None:
    engine.no_leader(hanging=False)
    eventually(lambda: watched.error == "NoLeader")
    engine.manager()
    watched.session.refresh()
    eventually(lambda: watched.phase is Phase.LIVE)


def test_a_lost_quorum_is_named_while_old_data_is_still_answered(engine: StubEngine, watched: Watched) -> None:
    engine.set_node("mgr2", reachability="unreachable", event=False)
    engine.set_node("mgr3", reachability="unreachable", event=False)
    eventually(lambda: watched.error == "NoLeader")
    engine.set_node("mgr2", reachability="reachable")
    eventually(lambda: watched.phase is Phase.LIVE)


def test_an_info_that_hangs_alone_is_no_outage(engine: StubEngine, watched: Watched) -> None:
    engine.hang("/info")
    asked = len(engine.asked("/info"))
    watched.session.refresh()
    eventually(lambda: len(engine.asked("/info")) > asked)
    engine.set_replicas("web", 4)
    eventually(lambda: watched.replicas("web") == 4)
    assert watched.phase is Phase.LIVE


def test_a_task_list_that_fails_alone_is_no_outage(engine: StubEngine) -> None:
    engine.refuse("/tasks", 500, "it rains", times=2)
    with watching(engine.url) as watched:
        watched.until_complete()
        assert watched.running("web") == 3


def test_an_answer_that_is_not_json_is_an_outage_and_no_crash(engine: StubEngine, watched: Watched) -> None:
    engine.refuse("/services", 200, "not a list")
    eventually(lambda: watched.error == "ConnectionBroken")
    engine.release()
    eventually(lambda: watched.phase is Phase.LIVE)


def test_an_address_that_makes_no_sense_is_told_and_not_tried_again_and_again() -> None:
    with watching("ssh://ops@mgr1;reboot") as watched:
        eventually(lambda: watched.error == "SSHConfigError")
        assert watched.session.observation().connection.next_try is None


@pytest.mark.parametrize("fault", ["hang", "stop", "no_leader", "worker"])
@pytest.mark.usefixtures("no_deadlines")
def test_closing_waits_for_nothing_whatever_is_wrong(engine: StubEngine, fault: str) -> None:
    before = threads_of_ours()
    session = Session(Endpoint(engine.url, "stub"))
    watched = Watched(session)
    session.start(watched.heard)
    watched.until_complete()
    change = ScaleService.of(watched.service("web"), 4)
    getattr(engine, fault)()
    pending = session.apply(change)
    tokens = session.join_tokens()
    ends(session.close, "closing")
    for future in (pending, tokens):
        with pytest.raises(Exception):  # noqa: B017, PT011 - which one depends on who comes first
            future.result(DEAD)
    eventually(lambda: threads_of_ours() <= before)
    news = watched.news
    session.refresh()
    assert watched.news == news


def test_after_closing_every_change_is_refused(engine: StubEngine, watched: Watched) -> None:
    watched.session.close()
    with pytest.raises(ConnectionBroken):
        watched.session.apply(ScaleService.of(watched.service("web"), 4)).result(DEAD)


def test_closing_twice_and_before_starting_is_harmless(engine: StubEngine) -> None:
    session = Session(Endpoint(engine.url, "stub"))
    session.close()
    session.close()


@pytest.mark.usefixtures("no_deadlines")
def test_over_tcp_closing_a_hung_session_waits_for_nothing_either() -> None:
    before = threads_of_ours()
    with StubEngine(tcp=True) as engine:
        fill(engine)
        with watching(engine.url) as watched:
            watched.until_complete()
            engine.hang()
            asked = len(engine.requests)
            watched.session.refresh()
            eventually(lambda: len(engine.requests) > asked)
            ends(watched.session.close, "closing")
        eventually(lambda: threads_of_ours() <= before)


def test_something_else_that_answers_404_is_no_engine_that_is_well(engine: StubEngine, watched: Watched) -> None:
    engine.refuse("/nodes", 404, "page not found")
    engine.refuse("/services", 404, "page not found")
    eventually(lambda: watched.phase is Phase.RECONNECTING)
