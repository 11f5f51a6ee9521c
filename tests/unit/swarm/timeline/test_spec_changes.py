"""The specs of older changes: their whole difference, without a value that may be secret."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from swarmtui.swarm.describe.masking import MASK
from swarmtui.swarm.objects.service import Service
from swarmtui.swarm.specs.difference import diff_text
from swarmtui.swarm.timeline.event import Source
from swarmtui.swarm.timeline.keeper import TimelineKeeper
from swarmtui.swarm.timeline.spec_changes import MOST_CHANGES, SpecMemory
from tests.unit.swarm.builders import NOW, ago, cluster, managers

Json = dict[str, Any]


def spec(image: str = "shop/web:1", env: tuple[str, ...] = (), replicas: int = 2, **container: Any) -> Json:
    return {
        "Name": "web",
        "Mode": {"Replicated": {"Replicas": replicas}},
        "TaskTemplate": {"ContainerSpec": {"Image": image, "Env": list(env), **container}},
    }


def web(version: int, now: Json, before: Json | None = None) -> Service:
    raw = {
        "ID": "web",
        "Version": {"Index": version},
        "CreatedAt": ago(5000),
        "UpdatedAt": ago(500 - version),
        "Spec": now,
        "PreviousSpec": before,
    }
    return msgspec.convert(raw, Service)


def differences(*services: Service) -> dict[str, str]:
    """The sentence of each change that is told, with the difference that is known of it."""
    keeper = TimelineKeeper()
    for place, service in enumerate(services):
        keeper.observe(cluster(managers(1), [service]), NOW + place)
    timeline = keeper.timeline
    changes = {entry.text: timeline.change_of(entry.event) for entry in timeline.entries}
    return {text: diff_text(change.difference()) for text, change in changes.items() if change is not None}


def test_each_change_keeps_its_own_difference() -> None:
    told = differences(
        web(10, spec("shop/web:1", replicas=3), spec("shop/web:1")),
        web(11, spec("shop/web:2", replicas=3), spec("shop/web:1", replicas=3)),
        web(12, spec("shop/web:2", replicas=0), spec("shop/web:2", replicas=3)),
    )
    assert "-     Replicas: 2\n+     Replicas: 3" in told["web scaled from 2 to 3"]
    assert (
        "-     Image: shop/web:1\n+     Image: shop/web:2" in told["web: image changed from shop/web:1 to shop/web:2"]
    )
    assert "-     Replicas: 3\n+     Replicas: 0" in told["web scaled from 3 to 0"]


def test_no_value_of_a_variable_or_command_is_kept() -> None:
    secret = ("DB_PASSWORD=hunter2", "LEVEL=hunter2info")
    other = ("DB_PASSWORD=hunter3", "LEVEL=hunter3debug", "NEW=hunter4")
    told = differences(
        web(10, spec(env=secret, Args=["--token", "hunter5"])),
        web(11, spec(env=other, Args=["--token", "hunter6"])),
    )
    text = "\n".join(told.values())
    assert "hunter" not in text
    for line in ("- DB_PASSWORD=", "- LEVEL=", "Args: "):
        assert re.search(rf"^\+ +{line}{MASK} \(another value\)$", text, re.MULTILINE), text
    assert re.search(rf"^\+ +- NEW={MASK}$", text, re.MULTILINE), text
    assert "mark" not in text


def test_what_was_kept_by_the_swarm_is_remembered_too() -> None:
    keeper = TimelineKeeper()
    keeper.observe(cluster(managers(1), [web(10, spec("shop/web:2"), spec("shop/web:1"))]), NOW)
    keeper.observe(cluster(managers(1), [web(11, spec("shop/web:3"), spec("shop/web:2"))]), NOW + 1)
    [kept] = [entry for entry in keeper.timeline.entries if "shop/web:1 to" in entry.text]
    assert kept.event.source is Source.KEPT
    change = keeper.timeline.change_of(kept.event)
    assert change is not None
    assert "+     Image: shop/web:2" in diff_text(change.difference())


def test_only_the_newest_changes_are_remembered() -> None:
    memory, keeper = SpecMemory(), TimelineKeeper()
    old = web(1, spec(replicas=1))
    for turn in range(2, MOST_CHANGES + 50):
        new = web(turn, spec(replicas=turn))
        keeper.observe(cluster(managers(1), [new]), NOW + turn)
        old = new
    assert len(keeper.timeline.spec_changes) <= MOST_CHANGES
    assert len(memory.copy()) == 0
    assert old.version.index == MOST_CHANGES + 49
