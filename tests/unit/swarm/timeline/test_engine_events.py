"""What nodes' own engines tell, in the time line: words as measured on engines 20.10 and 26.1."""

from __future__ import annotations

import json
from typing import Any

import pytest

from swarmtui.swarm.kinds import Kind
from swarmtui.swarm.timeline import keeper
from swarmtui.swarm.timeline.engine_events import event_of_engine, read_engine_event
from swarmtui.swarm.timeline.event import Event, Source
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.timeline import Timeline
from tests.unit.swarm.builders import NOW, cluster, node, service

NODE = node("wrk1")
OF_TASK = {
    "com.docker.swarm.task.id": "thetask",
    "com.docker.swarm.task.name": "web.2.thetask",
    "com.docker.swarm.service.id": "service-web",
}


def line(kind: str, action: str, at: float = NOW - 5, name: str = "", **attributes: str) -> bytes:
    actor = {"ID": "c0ffee" * 10, "Attributes": {**({"name": name} if name else {}), **attributes}}
    told = {"Type": kind, "Action": action, "Actor": actor, "scope": "local", "timeNano": int(at * 1e9)}
    return json.dumps(told).encode()


def event(*args: Any, **more: Any) -> Event | None:
    told = read_engine_event(line(*args, **more))
    assert told is not None
    return event_of_engine(told, NODE, NOW)


@pytest.mark.parametrize(
    ("kind", "action", "attributes", "words", "tone"),
    [
        ("container", "die", {"exitCode": "137"}, "the container of web.2 ended with exit 137 (killed)", "warn"),
        ("container", "die", {"exitCode": "0"}, "the container of web.2 ended with exit 0 (done)", ""),
        ("container", "oom", {}, "the container of web.2 ran out of memory", "bad"),
        ("container", "kill", {"signal": "9"}, "the container of web.2 was sent signal 9", ""),
        ("container", "health_status: unhealthy", {}, "the container of web.2 is unhealthy", "bad"),
        ("container", "health_status: healthy", {}, "the container of web.2 is healthy", "good"),
    ],
)
def test_of_a_tasks_container(kind: str, action: str, attributes: dict[str, str], words: str, tone: str) -> None:
    told = event(kind, action, **OF_TASK, **attributes)
    assert told is not None
    assert (told.text, told.tone, told.source) == (f"on wrk1: {words}", tone, Source.NODE)
    assert (told.kind, told.id, told.name, told.at) == (Kind.TASK, "thetask", "web.2", NOW - 5)
    assert told.is_about("service-web")
    assert told.is_about(NODE.id)


@pytest.mark.parametrize(
    ("kind", "action", "name", "words"),
    [
        ("container", "die", "debug", "container debug ended"),
        ("image", "pull", "nginx:1.27", "image nginx:1.27 was pulled"),
        ("image", "delete", f"sha256:{'ab' * 32}", "image abababababab was deleted"),
        ("volume", "destroy", "data", "volume data was removed"),
        ("network", "create", "bridge0", "network bridge0 was created"),
    ],
)
def test_of_what_is_no_tasks(kind: str, action: str, name: str, words: str) -> None:
    told = event(kind, action, name=name)
    assert told is not None
    assert (told.text, told.kind, told.id) == (f"on wrk1: {words}", Kind.NODE, NODE.id)


@pytest.mark.parametrize(
    ("kind", "action"),
    [("container", "exec_start: ls"), ("container", "create"), ("volume", "mount"), ("daemon", "reload"), ("", "")],
)
def test_what_says_nothing_is_left_out(kind: str, action: str) -> None:
    assert event(kind, action) is None


@pytest.mark.parametrize("bad", [b"", b"{", b"[]", b'{"Actor": 1}', b'{"timeNano": "x"}', b"\xff"])
def test_what_is_no_event_is_none(bad: bytes) -> None:
    assert read_engine_event(bad) is None


def test_a_clock_that_is_ahead_tells_nothing_of_the_future() -> None:
    told = event("container", "oom", NOW + 500, **OF_TASK)
    assert told is not None
    assert told.at == NOW


def test_a_hostile_name_stays_short_and_a_secret_masked() -> None:
    told = event("volume", "create", name="x" * 5000)
    assert told is not None
    assert len(told.text) < 200
    assert "hunter2" not in kept([line("volume", "create", name="postgres://u:hunter2@db/x")]).entries[0].text


def kept(lines: list[bytes]) -> Timeline:
    watching = TimelineKeeper()
    watching.observe(cluster([NODE], [service("web")]), NOW - 100)
    for each in lines:
        told = read_engine_event(each)
        assert told is not None
        watching.told_by_engine(told, NODE, NOW)
    return watching.timeline


def test_a_container_that_ends_again_and_again_is_one_line() -> None:
    ends = [line("container", "die", NOW - 60 + number, **OF_TASK, exitCode="1") for number in range(14)]
    newest = kept(ends).entries[0]
    assert newest.count == 14
    assert newest.text == "on wrk1: the container of web.2 ended with exit 1 (error) (14 times in 13 s)"


def test_a_busy_node_does_not_drive_out_what_happened_to_the_swarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "MOST_OF_ENGINES", 20)
    entries = kept(
        [line("volume", "create", NOW - 50 + number / 10, name=f"v{number}") for number in range(100)]
    ).entries
    of_node = [each for each in entries if each.event.source is Source.NODE]
    assert 10 <= len(of_node) <= 20
    assert of_node[0].text.endswith("v99 was created")
    assert len(entries) > len(of_node)
