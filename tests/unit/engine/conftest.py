"""A stub engine with a small swarm, and sessions that look at it."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from swarmtui.endpoint import Endpoint
from swarmtui.engine.client import client
from swarmtui.engine.client.client import EngineClient
from swarmtui.engine.polling import engine_questions
from swarmtui.engine.polling.observation import Phase
from swarmtui.engine.session import Session
from swarmtui.swarm.cluster import Cluster
from swarmtui.swarm.objects.service import Service
from tests.patience import until as eventually
from tests.stub_engine import StubEngine
from tests.ui.simulated import SimulatedSwarm

__all__ = ["Watched", "audited", "eventually", "fill", "watching"]


@pytest.fixture(name="client")
def simulated_client() -> Iterator[EngineClient]:
    """A client of a simulated swarm."""
    with tempfile.TemporaryDirectory(prefix="swarmtui-") as directory, SimulatedSwarm(Path(directory)) as swarm:
        client = EngineClient(Endpoint(swarm.url, "simulated"))
        try:
            yield client
        finally:
            client.close()


class Watched:
    """A session that has started, with short names for what tests ask of it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.news = 0

    def heard(self) -> None:
        self.news += 1

    @property
    def cluster(self) -> Cluster:
        return self.session.observation().cluster or Cluster()

    @property
    def phase(self) -> Phase:
        return self.session.observation().connection.phase(time.monotonic())

    @property
    def error(self) -> str:
        """The class of the connection's error; "" when there is none."""
        error = self.session.observation().connection.error
        return type(error).__name__ if error else ""

    def service(self, name: str) -> Service:
        return next(service for service in self.cluster.services.values() if service.name == name)

    def replicas(self, name: str) -> int | None:
        """What the newest snapshot says is wanted of a service."""
        replicated = self.service(name).spec.mode.replicated
        return replicated.replicas if replicated else None

    def running(self, name: str) -> int:
        """How many tasks of a service the newest snapshot knows as running."""
        tasks = self.cluster.tasks_of(self.service(name).id) or ()
        return sum(task.status.state == "running" and task.desired_state == "running" for task in tasks)

    def until_complete(self) -> None:
        """Wait until all has been asked for once: the lists, and then the engine about itself."""
        self.until_listed()
        eventually(lambda: self.cluster.info.swarm.node_id)

    def until_listed(self) -> None:
        """The same of the lists alone: an engine may refuse to tell of itself."""
        eventually(lambda: self._has_all_lists and self.phase is Phase.LIVE)

    @property
    def _has_all_lists(self) -> bool:
        cluster = self.cluster
        shared = (cluster.swarm, cluster.secrets, cluster.configs, cluster.networks)
        return cluster.tasks_complete and None not in shared


@contextmanager
def watching(url: str, *, read_only: bool = False, audit_log: Path | None = None) -> Iterator[Watched]:
    """A session on an engine, closed at the end."""
    session = Session(Endpoint(url, "stub"), read_only=read_only, audit_log=audit_log)
    watched = Watched(session)
    session.start(watched.heard)
    try:
        yield watched
    finally:
        session.close()


def fill(engine: StubEngine) -> None:
    """Three managers, two workers, a replicated and a global service, all running."""
    for number in (1, 2, 3):
        engine.add_node(f"mgr{number}", role="manager", leader=number == 1)
    engine.add_node("wrk1")
    engine.add_node("wrk2")
    engine.add_service("web", replicas=3)
    engine.add_service("agent", replicas=None)
    engine.settle()


def audited(path: Path) -> list[dict[str, Any]]:
    """The entries of an audit log."""
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def no_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program waits for ever for answers: what ends all the same has not waited for the end of a deadline."""
    for deadline in (client.SMALL, client.PROBE, client.BULK, client.CHANGE, client.MEMBERSHIP):
        for name in ("connect", "silence", "total"):
            monkeypatch.setitem(vars(deadline), name, 3600.0)


@pytest.fixture
def no_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked for by the clock, only at the start, and when an event or a change of ours tells of news."""
    for topic, pace in engine_questions.ROUTINE.items():
        monkeypatch.setitem(engine_questions.ROUTINE, topic, replace(pace, least=3600.0, most=3600.0))


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    """A manager of a small, healthy swarm."""
    with StubEngine() as stub:
        fill(stub)
        yield stub


@pytest.fixture
def watched(engine: StubEngine) -> Iterator[Watched]:
    """A session that has seen all of it."""
    with watching(engine.url) as session:
        session.until_complete()
        yield session
