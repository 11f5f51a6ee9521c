"""Through the gateway: what is made, what is removed, and changes of several steps."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from swarmtui.errors import (
    ConnectionBroken,
    EngineRefused,
    ReadOnly,
    SeriesInterrupted,
)
from swarmtui.swarm.actions.action import Action, Creation, Impact, Progress, Removal, Series
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.kinds import Kind, Target
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.unit.engine.conftest import Watched, audited, eventually, watching


@dataclass(frozen=True)
class Make(Creation):
    """Makes a config."""

    name: ClassVar[str] = "test.make"
    verb: ClassVar[str] = "Make"
    label: ClassVar[str] = "Make a config"
    target: Target

    @property
    def title(self) -> str:
        return f"Make {self.target.name}"

    @property
    def docker_command(self) -> str:
        return f"docker config create {self.target.name} -"

    def impact(self, cluster: Cluster) -> Impact:
        return Impact()

    def progress(self, cluster: Cluster) -> Progress:
        return Progress("made", settled=True)

    def body(self) -> dict[str, Any]:
        return {"Name": self.target.name, "Data": "c2VjcmV0"}


@dataclass(frozen=True)
class Remove(Removal):
    """Removes a config."""

    name: ClassVar[str] = "test.remove"
    verb: ClassVar[str] = "Remove"
    label: ClassVar[str] = "Remove a config"
    target: Target

    title = property(lambda self: f"Remove {self.target.name}")
    docker_command = property(lambda self: f"docker config rm {self.target.name}")

    def impact(self, cluster: Cluster) -> Impact:
        return Impact()

    def progress(self, cluster: Cluster) -> Progress:
        return Progress("removed", settled=True)


@dataclass(frozen=True)
class Replace(Series):
    """Makes a config, and removes what was made."""

    name: ClassVar[str] = "test.replace"
    verb: ClassVar[str] = "Replace"
    label: ClassVar[str] = "Replace a config"
    target: Target

    title = property(lambda self: f"Replace {self.target.name}")
    docker_command = property(lambda self: "docker config …")

    def impact(self, cluster: Cluster) -> Impact:
        return Impact()

    def progress(self, cluster: Cluster) -> Progress:
        return Progress("replaced", settled=True)

    def steps(self) -> Generator[Action, str, None]:
        made = yield Make(self.target)
        yield Remove(Target(Kind.CONFIG, made, self.target.name, 0))


def config(name: str, id: str = "") -> Target:
    return Target(Kind.CONFIG, id, name, 0)


def test_what_is_made_has_an_id(engine: StubEngine, watched: Watched) -> None:
    outcome = watched.session.apply(Make(config("site"))).result(DEAD)
    assert engine.configs[outcome.created_id]["Spec"] == {"Name": "site", "Data": "c2VjcmV0"}
    eventually(lambda: outcome.created_id in (watched.cluster.configs or {}))


def test_a_name_that_is_taken_is_refused(watched: Watched) -> None:
    watched.session.apply(Make(config("site"))).result(DEAD)
    with pytest.raises(EngineRefused, match="already exists"):
        watched.session.apply(Make(config("site"))).result(DEAD)


@pytest.mark.parametrize("done", [True, False])
def test_the_lost_answer_to_a_making_is_looked_up(engine: StubEngine, watched: Watched, done: bool) -> None:
    engine.lose_answer("POST /configs", done=done)
    future = watched.session.apply(Make(config("site")))
    if done:
        outcome = future.result(DEAD)
        assert outcome.created_id in engine.configs
        assert "answer was lost" in outcome.warnings[0]
    else:
        with pytest.raises(ConnectionBroken, match="was not made"):
            future.result(DEAD)
    assert len(engine.asked("POST /configs")) == 1, "it is never sent twice"


def test_what_is_removed_is_gone(engine: StubEngine, watched: Watched) -> None:
    made = watched.session.apply(Make(config("site"))).result(DEAD).created_id
    watched.session.apply(Remove(config("site", made))).result(DEAD)
    assert engine.configs == {}
    assert "already gone" in watched.session.apply(Remove(config("site", made))).result(DEAD).warnings[0]


@pytest.mark.parametrize("done", [True, False])
def test_the_lost_answer_to_a_removal_is_looked_up(engine: StubEngine, watched: Watched, done: bool) -> None:
    made = watched.session.apply(Make(config("site"))).result(DEAD).created_id
    engine.lose_answer("DELETE /configs", done=done)
    future = watched.session.apply(Remove(config("site", made)))
    if done:
        assert "answer was lost" in future.result(DEAD).warnings[0]
    else:
        with pytest.raises(ConnectionBroken, match="was not made"):
            future.result(DEAD)
    assert len(engine.asked("DELETE /configs")) == 1


def test_a_series_hands_on_what_was_made(engine: StubEngine, watched: Watched) -> None:
    outcome = watched.session.apply(Replace(config("site"))).result(DEAD)
    assert outcome.attempts == 2
    assert engine.configs == {}


def test_a_series_that_stops_tells_what_was_done(engine: StubEngine, tmp_path: Path) -> None:
    engine.refuse("DELETE /configs", 400, "config site is in use")
    log = tmp_path / "audit.jsonl"
    with watching(engine.url, audit_log=log) as watched:
        watched.until_complete()
        with pytest.raises(SeriesInterrupted) as caught:
            watched.session.apply(Replace(config("site"))).result(DEAD)
    assert str(caught.value).startswith("Done: Make site. Then: Remove site: config site is in use")
    assert [(line["action"], line["outcome"]) for line in audited(log)] == [
        ("test.make", "done"),
        ("test.remove", "failed"),
    ]
    assert "c2VjcmV0" not in log.read_text(), "what is sent is never written down"


@pytest.mark.parametrize("action", [Make(config("a")), Remove(config("a", "id")), Replace(config("a"))])
def test_read_only_lets_none_of_them_through(engine: StubEngine, action: Action) -> None:
    with watching(engine.url, read_only=True) as watched:
        watched.until_complete()
        with pytest.raises(ReadOnly):
            watched.session.apply(action).result(DEAD)
    assert not [request for request in engine.requests if request.method != "GET"]
