"""What the list holds, in which order, and what a typed address means."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.errors import EndpointError
from swarmtui.places.book import MOST_TRIED, AddressBook, nothing_to_reach
from swarmtui.places.place import Kind, Place, key_of
from swarmtui.places.recent import RecentPlaces
from tests.stub_engine import StubEngine
from tests.unit.test_endpoint import SOCKET, add_context, use

DEFAULT = Endpoint(SOCKET, SOCKET)


class Home:
    """A user's files.

    Attributes:
        opened: the endpoints that sessions were made on.
    """

    def __init__(self, directory: Path) -> None:
        self.docker = directory / "docker"
        self.docker.mkdir()
        self.ssh = directory / "ssh_config"
        self.recent = RecentPlaces(directory / "recent.json")
        self.opened: list[Endpoint] = []

    def book(self, **environ: str) -> AddressBook[Endpoint]:
        settings = {"DOCKER_CONFIG": str(self.docker), **environ}
        nowhere = self.ssh.with_name("none")
        return AddressBook(self._open, self.recent, environ=settings, ssh_user=self.ssh, ssh_system=nowhere)

    def _open(self, endpoint: Endpoint) -> Endpoint:
        self.opened.append(endpoint)
        return endpoint

    def places(self, **environ: str) -> list[Place]:
        return [each.place for each in self.book(**environ).read(DEFAULT).candidates]

    def names(self, **environ: str) -> list[str]:
        return [place.name for place in self.places(**environ)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Contexts prod (TLS) and lab; ssh hosts mgr1 and Edge."""
    home = Home(tmp_path)
    add_context(home.docker, "prod", "tcp://10.0.0.1:2376", certificates=("ca.pem", "cert.pem", "key.pem"))
    add_context(home.docker, "lab", "ssh://ops@lab1")
    home.ssh.write_text("Host mgr1\n  HostName 10.0.0.2\nHost Edge *.internal !x\nHost *\n  User ops\n")
    return home


def test_contexts_first_and_then_the_hosts_of_ssh_config(home: Home) -> None:
    use(home.docker, "prod")
    places = home.places()
    assert [(place.name, place.kind) for place in places] == [
        ("default", Kind.CONTEXT),
        ("lab", Kind.CONTEXT),
        ("prod", Kind.CONTEXT),
        ("mgr1", Kind.SSH_HOST),
        ("Edge", Kind.SSH_HOST),
    ]
    assert [place.url for place in places][1:] == ["ssh://ops@lab1", "tcp://10.0.0.1:2376", "ssh://mgr1", "ssh://Edge"]
    assert [place.name for place in places if place.current] == ["prod"]
    assert places[1].description == "the lab swarm"


def test_what_was_opened_before_comes_first(home: Home) -> None:
    for endpoint in (
        Endpoint("ssh://mgr1", "ssh://mgr1", "-H"),
        Endpoint("unix:///tmp/x.sock", "unix:///tmp/x.sock", "-H"),
        Endpoint("tcp://10.0.0.1:2376", "prod", "context prod"),
        Endpoint("tcp://1.1.1.1:1", "gone", "context gone"),
    ):
        home.recent.add(endpoint)
    places = home.places()
    assert [(place.name, place.kind) for place in places][:3] == [
        ("prod", Kind.CONTEXT),
        ("unix:///tmp/x.sock", Kind.RECENT),
        ("mgr1", Kind.SSH_HOST),
    ]
    assert [place.used is not None for place in places] == [True] * 3 + [False] * 3
    assert len({place.key for place in places}) == len(places) == 6, "each once, and no context that is gone"


def test_a_host_that_a_context_leads_to_is_listed_once(home: Home) -> None:
    add_context(home.docker, "edge", "ssh://mgr1")
    assert home.names() == ["default", "edge", "lab", "prod", "Edge"]


def test_broken_contexts_are_told_and_hide_nothing(home: Home) -> None:
    add_context(home.docker, "odd", "ftp://somewhere").write_text("{")
    add_context(home.docker, "strange", "gopher://x")
    problems = {place.name: place.problem for place in home.places()}
    assert "gopher" in problems["strange"]
    assert not problems["prod"]
    assert sum(map(bool, problems.values())) == 2
    (home.docker / "config.json").write_text("{")
    reading = home.book().read(DEFAULT)
    assert "config.json is not valid JSON" in reading.problems[0]
    assert [each.place.name for each in reading.candidates] == [SOCKET, "mgr1", "Edge"]
    prod = home.book().open(next(place for place in home.places() if place.name == "mgr1"))
    assert [each.place.name for each in home.book().read(prod).candidates] == ["mgr1", "Edge"]


def test_of_very_many_hosts_only_the_first_are_tried(home: Home) -> None:
    home.ssh.write_text("".join(f"Host h{number}\n" for number in range(500)))
    home.recent.add(Endpoint("ssh://h400", "ssh://h400", "-H"))
    candidates = home.book().read(DEFAULT).candidates
    tried = [each.place.name for each in candidates if each.attempt is not None]
    assert tried == ["h400", "default", "lab", "prod", *(f"h{number}" for number in range(MOST_TRIED))]
    assert {each.reach.text for each in candidates[-400:]} == {"not tried"}


def test_nothing_but_the_default(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (place,) = home.places()
    assert (place.name, place.url, place.current) == ("default", "unix:///var/run/docker.sock", True)
    opened, place = home.places(DOCKER_HOST="tcp://10.0.0.9:2375")
    assert (opened.url, opened.kind) == (SOCKET, Kind.ADDRESS), "what is open now is always listed"
    assert place.url == "tcp://10.0.0.9:2375"
    _, place = home.places(DOCKER_HOST="ftp://x")
    assert "ftp" in place.problem


# ------------------------------------------------------------------------------------------------ typed


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("prod", "tcp://10.0.0.1:2376"),
        (" mgr1 ", "ssh://mgr1"),
        ("Edge", "ssh://Edge"),
        ("ssh://mgr1", "ssh://mgr1"),
        ("unix:///run/x.sock", "unix:///run/x.sock"),
        ("/run/x.sock", "unix:///run/x.sock"),
        ("tcp://10.0.0.7", "tcp://10.0.0.7:2375"),
        ("10.0.0.7:2375", "tcp://10.0.0.7:2375"),
        ("ops@mgr9", "ssh://ops@mgr9"),
        ("ssh://Ops@MGR9:2222/run/docker.sock", "ssh://Ops@MGR9:2222/run/docker.sock"),
        ("ssh://[2001:db8::4]", "ssh://[2001:db8::4]"),
    ],
)
def test_what_a_typed_address_means(home: Home, text: str, url: str) -> None:
    book = home.book()
    place = book.named(text, home.places())
    assert place.url == url
    book.open(place)
    assert home.opened[-1].url == url


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no address yet"),
        ("nowhere", "neither a docker context nor a host"),
        ("ftp://x", "are not supported"),
        ("tcp://h:port", "is not valid"),
        ("ssh://", "names no host"),
        ("ops:secret@mgr1", "password"),
        ("ssh://ops:secret@mgr1", "password"),
        ("ssh://mgr1:99999", "port"),
        ("ssh://-oProxyCommand=x", "characters"),
    ],
)
def test_a_wrong_one_is_told_in_words(home: Home, text: str, said: str) -> None:
    with pytest.raises(EndpointError, match=said) as caught:
        home.book().named(text, home.places())
    assert "secret" not in str(caught.value)


# ------------------------------------------------------------------------------------------------ opening


def test_a_context_is_opened_with_its_certificates_and_its_name(home: Home) -> None:
    book, before = home.book(), sorted(home.docker.rglob("*"))
    endpoint = book.open(book.named("prod", home.places()))
    assert endpoint.name == "prod"
    assert endpoint.tls is not None
    assert key_of(endpoint) == "context prod"
    assert sorted(home.docker.rglob("*")) == before, "docker's files are as they were"
    assert home.names()[0] == "default", "nothing is remembered before a swarm was seen"


def test_a_context_that_has_gone_meanwhile_is_told(home: Home) -> None:
    book = home.book()
    place = book.named("prod", home.places())
    for meta in home.docker.rglob("meta.json"):
        meta.unlink()
    with pytest.raises(EndpointError, match='no docker context "prod"'):
        book.open(place)
    with pytest.raises(EndpointError, match="broken"):
        book.open(Place("context x", "x", Kind.CONTEXT, problem="It is broken."))
    assert not home.opened


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    with StubEngine() as stub:
        yield stub


def test_whether_there_is_an_engine_to_start_with(engine: StubEngine, tmp_path: Path) -> None:
    missing = f"unix://{tmp_path}/none.sock"
    assert nothing_to_reach(Endpoint(missing, missing, "default"))
    assert not nothing_to_reach(Endpoint(engine.url, engine.url, "default"))
    for source in ("-H", "DOCKER_HOST", "context prod"):
        assert not nothing_to_reach(Endpoint(missing, missing, source)), "it was named: that is trouble"
    assert not nothing_to_reach(Endpoint("tcp://localhost:2376", "x", "default"))
    engine.stop()
    assert nothing_to_reach(Endpoint(engine.url, engine.url, "default"))
