"""The list of what was opened before: the newest first, twenty at most, and never anything secret."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from swarmtui.endpoint import Endpoint, resolve_endpoint
from swarmtui.places.recent import MOST, RecentPlaces


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "recent.json"


def urls(path: Path) -> list[str]:
    return [each.url for each in RecentPlaces(path).entries()]


def test_the_newest_comes_first_and_each_once(path: Path) -> None:
    recent = RecentPlaces(path)
    assert recent.entries() == ()
    for url in ("unix:///a", "ssh://ops@mgr1", "unix:///a", "tcp://h:2375"):
        recent.add(Endpoint(url, url, "-H"))
    assert urls(path) == ["tcp://h:2375", "unix:///a", "ssh://ops@mgr1"]


def test_a_context_is_remembered_by_its_name(path: Path) -> None:
    recent = RecentPlaces(path)
    recent.add(Endpoint("tcp://10.0.0.1:2376", "prod", "context prod"))
    recent.add(Endpoint("tcp://10.0.0.2:2376", "prod", "context prod"))
    (entry,) = recent.entries()
    assert (entry.context, entry.url) == ("prod", "tcp://10.0.0.2:2376")


def test_twenty_at_most(path: Path) -> None:
    recent = RecentPlaces(path)
    for number in range(MOST + 5):
        recent.add(Endpoint(f"unix:///{number}", "x", "-H"))
    assert len(urls(path)) == MOST == 20
    assert urls(path)[0] == "unix:///24"


def test_only_the_user_may_read_it(path: Path) -> None:
    RecentPlaces(path).add(Endpoint("unix:///a", "a", "-H"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["recent.json"], "nothing is left beside it"


def test_a_password_in_an_address_is_not_kept(path: Path) -> None:
    endpoint = resolve_endpoint("tcp://admin:hunter2@10.0.0.1:2375", None, {})
    RecentPlaces(path).add(endpoint)
    assert "hunter2" not in path.read_text()
    assert urls(path) == ["tcp://10.0.0.1:2375"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"recent": 7}',
        b'{"recent": [1, null, {}, {"url": ""}, {"url": 3}, {"url": "unix:///a", "used": "x"}]}',
        b"[" * 100_000,
    ],
)
def test_a_broken_file_counts_as_empty_and_is_replaced(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    recent = RecentPlaces(path)
    assert recent.entries() == ()
    recent.add(Endpoint("unix:///a", "a", "-H"))
    assert urls(path) == ["unix:///a"]
    json.loads(path.read_text())


def test_what_is_good_in_a_file_is_kept(path: Path) -> None:
    path.parent.mkdir()
    entries = [{"url": "unix:///old", "used": 1}, {"nonsense": 1}, {"url": "unix:///new", "used": 2, "more": "x"}]
    path.write_text(json.dumps({"recent": entries}))
    assert urls(path) == ["unix:///new", "unix:///old"]


def test_a_file_that_cannot_be_written_holds_nothing_up(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the directory should be")
    recent = RecentPlaces(tmp_path / "state" / "recent.json")
    recent.add(Endpoint("unix:///a", "a", "-H"))
    assert recent.entries() == ()


def test_without_a_file_nothing_is_remembered() -> None:
    recent = RecentPlaces(None)
    recent.add(Endpoint("unix:///a", "a", "-H"))
    assert recent.entries() == ()


def test_what_was_opened_last_comes_first_though_it_was_written_first(path: Path) -> None:
    recent = RecentPlaces(path)
    recent.add(Endpoint("unix:///later", "later", "-H"), 20.0)
    recent.add(Endpoint("unix:///earlier", "earlier", "-H"), 10.0)
    assert urls(path) == ["unix:///later", "unix:///earlier"]
