"""Whether places answer: against real stub engines and sockets, a few at a time, and none holds the others up."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.errors import EndpointError
from swarmtui.places.place import Kind, Place, Reach, State
from swarmtui.places.survey import AT_ONCE, Candidate, Reading, Survey
from swarmtui.places.trying import Attempt, attempt_on
from tests.patience import DEAD, ends
from tests.stub_engine import StubEngine
from tests.threads import threads_of_ours
from tests.unit.engine.conftest import eventually
from tests.unit.places.greeter import Greeter


def candidate(url: str, make: Callable[[], Attempt] | None = None) -> Candidate:
    nowhere = Path("/nowhere")
    place = Place(url, url, Kind.RECENT, url)
    attempt = make or partial(attempt_on, Endpoint(url, url, "list"), nowhere, nowhere)
    return Candidate(place, attempt=attempt)


@contextmanager
def surveyed(*candidates: Candidate, within: float = DEAD) -> Iterator[Survey]:
    survey = Survey(lambda: Reading(candidates), within=within)
    survey.start(lambda: None)
    try:
        yield survey
    finally:
        survey.close()


def state_of(survey: Survey, url: str) -> State | None:
    reach = survey.directory().reaches.get(url)
    return reach.state if reach else None


def settled(survey: Survey, url: str) -> Reach:
    """What is known of a place once it was tried."""
    eventually(lambda: state_of(survey, url) not in (None, State.WAITING, State.TRYING))
    return survey.directory().reaches[url]


class Silent:
    """An attempt that takes for ever, as a name server that does not answer."""

    def __init__(self) -> None:
        self.looking = threading.Event()
        self.aborted = threading.Event()
        self.goes_on = threading.Event()

    def begin(self) -> Attempt:
        return self

    def look(self) -> Reach:
        self.looking.set()
        self.goes_on.wait()
        return Reach(State.MANAGER, "too late")

    def abort(self) -> None:
        self.aborted.set()


class Quick:
    """An attempt that is answered at once, however busy the machine is."""

    def look(self) -> Reach:
        return Reach(State.MANAGER, "quick")

    def abort(self) -> None:
        pass


class SlowToLoad:
    """What makes an attempt that is answered at once, when its libraries are there at last."""

    def __init__(self) -> None:
        self.loaded = threading.Event()

    def begin(self) -> Attempt:
        self.loaded.wait()
        return Quick()


@pytest.fixture
def silent_places() -> Iterator[list[Silent]]:
    """Twice as many as are tried at a time; they end with the test, so that no other one finds their threads."""
    silent = [Silent() for _ in range(2 * AT_ONCE)]
    yield silent
    for each in silent:
        each.goes_on.set()
    eventually(lambda: not threads_of_ours("place"))


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    with StubEngine() as stub:
        yield stub


def test_an_engine_tells_its_version_and_what_it_is_in_its_swarm(engine: StubEngine) -> None:
    for become, state, text in (
        (engine.manager, State.MANAGER, "manager"),
        (engine.worker, State.LIMITED, "worker"),
        (engine.no_swarm, State.LIMITED, "no swarm"),
        (engine.locked, State.LIMITED, "locked"),
        (partial(engine.no_leader, hanging=False), State.LIMITED, "no leader"),
    ):
        become()
        with surveyed(candidate(engine.url)) as survey:
            reach = settled(survey, engine.url)
        assert (reach.state, reach.text, reach.version) == (state, text, "26.1.5")
        assert reach.detail.endswith(".")
    assert {request.path for request in engine.requests} <= {"/_ping", "/info"}, "nothing but a look"


def test_an_engine_over_tcp() -> None:
    with StubEngine(tcp=True) as engine, surveyed(candidate(engine.url)) as survey:
        assert settled(survey, engine.url).state is State.MANAGER


def test_what_does_not_answer_says_which_layer(engine: StubEngine, tmp_path: Path) -> None:
    missing = f"unix://{tmp_path}/none.sock"
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    nobody = f"tcp://127.0.0.1:{port}"
    with Greeter(b"SSH-2.0-x\r\n", hangs_up=True) as no_engine:
        ssh_port = f"tcp://127.0.0.1:{no_engine.port}"
        with surveyed(*map(candidate, (missing, nobody, ssh_port))) as survey:
            assert settled(survey, missing).text == "socket: no socket"
            assert settled(survey, nobody).text == "socket: nothing listens"
            assert settled(survey, ssh_port).state is State.FAILED
            assert "none.sock" in survey.directory().reaches[missing].detail


def test_an_ssh_server_is_greeted_only(tmp_path: Path) -> None:
    config = tmp_path / "config"
    with Greeter(b"SSH-2.0-OpenSSH_9.2p1\r\n") as server:
        config.write_text(f"Host near\n HostName 127.0.0.1\n Port {server.port}\nHost far\n ProxyJump near\n")
        make = {url: partial(attempt_on, Endpoint(url, url, ""), config, tmp_path / "none") for url in FAR_AND_NEAR}
        with surveyed(*(candidate(url, attempt) for url, attempt in make.items())) as survey:
            near, far = settled(survey, "ssh://near"), settled(survey, "ssh://far")
        assert (near.state, near.text, near.version) == (State.GREETS, "SSH answers", "OpenSSH_9.2p1")
        assert "Nobody has logged in" in near.detail
        assert (far.state, far.text) == (State.NOT_TRIED, "through near: not tried")
        assert server.accepted == 1


FAR_AND_NEAR = ("ssh://near", "ssh://far")


def test_what_is_known_already_is_not_tried() -> None:
    known = Reach(State.FAILED, "not usable", detail="It names no engine.")
    with surveyed(Candidate(Place("x", "x", Kind.CONTEXT), known)) as survey:
        assert settled(survey, "x") == known


def test_silent_places_hold_nobody_up(silent_places: list[Silent]) -> None:
    silent = [candidate(f"silent{number}", each.begin) for number, each in enumerate(silent_places)]
    with surveyed(*silent, candidate("quick", Quick), within=1.0) as survey:
        eventually(lambda: survey.directory().places)
        assert settled(survey, "quick").state is State.MANAGER
        for number in range(len(silent)):
            assert settled(survey, f"silent{number}").text == "no answer in 1 s"
        assert all(each.aborted.is_set() for each in silent_places)
        before = len(threads_of_ours("place"))
        silent_places[0].goes_on.set()
        eventually(lambda: len(threads_of_ours("place")) < before)
        assert state_of(survey, "silent0") is State.FAILED, "what comes too late does not count"


def test_what_takes_long_to_load_is_not_taken_for_a_place_that_is_silent(silent_places: list[Silent]) -> None:
    slow = SlowToLoad()
    with surveyed(candidate("slow", slow.begin), candidate("silent", silent_places[0].begin), within=0.2) as survey:
        eventually(lambda: survey.directory().places)
        assert settled(survey, "silent").state is State.FAILED
        assert state_of(survey, "slow") is State.TRYING
        slow.loaded.set()


def test_what_is_not_loaded_in_a_long_time_is_not_called_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("swarmtui.places.survey.LOADED_WITHIN", 0.1)
    slow = SlowToLoad()
    with surveyed(candidate("slow", slow.begin)) as survey:
        reach = settled(survey, "slow")
        assert (reach.state, reach.text) == (State.FAILED, "not tried")
        assert "this machine took too long" in reach.detail
        slow.loaded.set()


def test_only_a_few_are_tried_at_the_same_time(silent_places: list[Silent]) -> None:
    candidates = [candidate(str(number), each.begin) for number, each in enumerate(silent_places)]
    with surveyed(*candidates) as survey:
        eventually(lambda: sum(each.looking.is_set() for each in silent_places) == AT_ONCE)
        assert state_of(survey, str(AT_ONCE)) is State.WAITING
        silent_places[0].goes_on.set()
        eventually(silent_places[AT_ONCE].looking.is_set)
        assert not silent_places[AT_ONCE + 1].looking.is_set()


def test_to_leave_cuts_what_is_under_way_and_nothing_more_is_told(engine: StubEngine) -> None:
    engine.hang()
    news: list[int] = []
    survey = Survey(lambda: Reading((candidate(engine.url),)))
    survey.start(lambda: news.append(1))
    eventually(lambda: engine.asked("/_ping"))
    eventually(lambda: state_of(survey, engine.url) is State.TRYING)
    ends(survey.close, "closing")
    told = len(news)
    engine.release()
    eventually(lambda: not threads_of_ours("place"))
    assert len(news) == told
    assert state_of(survey, engine.url) is State.TRYING


def test_again_reads_and_tries_all_anew(engine: StubEngine) -> None:
    read: list[int] = []

    def reading() -> Reading:
        read.append(1)
        return Reading((candidate(engine.url),), ("a word",))

    survey = Survey(reading)
    survey.start(lambda: None)
    assert settled(survey, engine.url).text == "manager"
    engine.worker()
    survey.again()
    eventually(lambda: survey.directory().reaches[engine.url].text == "worker")
    assert len(read) == 2
    assert survey.directory().problems == ("a word",)
    survey.close()
    survey.again()
    assert len(read) == 2


def test_a_fault_of_ours_is_told_and_ends_nothing() -> None:
    def broken() -> Attempt:
        raise RuntimeError("of ours")

    def gone() -> Attempt:
        raise EndpointError("The context is gone.")

    with surveyed(candidate("b", gone)) as survey:
        assert settled(survey, "b") == Reach(State.FAILED, "not usable", detail="The context is gone.")
    with surveyed(candidate("a", broken)) as survey:
        assert "RuntimeError" in settled(survey, "a").detail

    def unreadable() -> Reading:
        raise RuntimeError("the disk is gone")

    survey = Survey(unreadable)
    survey.start(lambda: None)
    eventually(lambda: survey.directory().problems)
    assert survey.directory().places == ()
    assert "the disk is gone" in survey.directory().problems[0]
    survey.close()
