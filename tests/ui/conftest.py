"""The embedded swarm with the program on it; and a stub engine, for what no swarm can be brought to do at a moment."""

from __future__ import annotations

import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from swarmtui.ui import app
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm


@pytest.fixture(autouse=True)
def _garbage_collector_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program tunes it for a process of its own, which takes time; here many programs share one process."""
    monkeypatch.setattr(app, "_tune_garbage_collector", lambda: None)


@pytest.fixture(autouse=True, scope="session")
def _garbage_collected_seldom() -> Iterator[None]:
    """What Textual has imported lives on; to walk it again and again would take a tenth of the time of these tests."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    gc.freeze()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.fixture
def crash_log(tmp_path: Path) -> Path:
    return tmp_path / "state" / "crash.log"


@pytest.fixture
def swarm() -> Iterator[SimulatedSwarm]:
    """Three managers, two workers; web has three replicas, api one, agent is global; all run."""
    with tempfile.TemporaryDirectory(prefix="swarmtui-ui-") as directory, SimulatedSwarm(Path(directory)) as simulated:
        yield simulated


@pytest.fixture
def engine() -> Iterator[StubEngine]:
    """The same swarm, as one manager of it answers that does what a test tells it to."""
    with StubEngine() as stub:
        for number in (1, 2, 3):
            stub.add_node(f"mgr{number}", role="manager", leader=number == 1)
        stub.add_node("wrk1")
        stub.add_node("wrk2")
        stub.add_service("web", replicas=3, image="10.97.0.2:5000/web:1.2")
        stub.add_service("api", replicas=1, image="nginx:1.27")
        stub.add_service("agent", replicas=None)
        stub.settle()
        yield stub


@pytest_asyncio.fixture
async def program(swarm: SimulatedSwarm, crash_log: Path) -> AsyncIterator[Program]:
    """The program on the swarm, with all of it on the screen."""
    async with open_on(swarm.url, crash_log) as opened:
        yield opened
