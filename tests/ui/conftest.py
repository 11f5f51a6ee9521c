"""The embedded swarm with the program on it; and a stub engine, for what no swarm can be brought to do at a moment."""

from __future__ import annotations

import gc
import stat
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
import pytest_asyncio
from rich.console import RenderableType
from textual import _callback, strip
from textual._compositor import Compositor
from textual.message import Message
from textual.message_pump import MessagePump
from textual.renderables.background_screen import BackgroundScreen

from swarmtui.places.survey import Survey
from swarmtui.tunnel import banner
from swarmtui.tunnel.ssh_config import host_settings
from swarmtui.ui.shell import garbage
from tests.patience import DEAD
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on
from tests.ui.simulated import SimulatedSwarm
from tests.ui.stylesheets import RememberingStylesheet
from tests.ui.user_home import Home


@pytest.fixture(autouse=True)
def _garbage_collector_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program tunes it for a process of its own, which takes time; here many programs share one process."""
    monkeypatch.setattr(garbage.GarbageCollection, "settle", lambda _: None)
    monkeypatch.setattr(garbage, "collect", lambda _: None)


@pytest.fixture(autouse=True, scope="session")
def _garbage_collected_seldom() -> Iterator[None]:
    """What Textual has imported lives on; to walk it again and again would take a tenth of the time of these tests."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    gc.freeze()
    yield
    gc.set_threshold(*before)  # and what is frozen stays so: the process ends, and pytest collects its garbage twice


@pytest.fixture(autouse=True, scope="session")
def _styles_remembered() -> Iterator[None]:
    """From one program to the next: they are half of what its start costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("textual.app.Stylesheet", RememberingStylesheet)
        patch.setattr("textual.css.stylesheet.Stylesheet", RememberingStylesheet)
        yield


@pytest.fixture(autouse=True, scope="session")
def _parameters_counted_once() -> Iterator[None]:
    """Textual counts those of each closure that it calls, anew for each that is made of the same code."""
    counted: dict[CodeType, int] = {}

    def count(function: Callable[..., object]) -> int:
        code = getattr(function, "__code__", None)
        if code is None or hasattr(function, "__wrapped__") or hasattr(function, "__signature__"):
            return count_one(function)
        if code not in counted:
            counted[code] = count_one(function)
        return counted[code]

    count_one = _callback._count_parameters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_callback, "_count_parameters", count)
        yield


@pytest.fixture(autouse=True, scope="session")
def _handlers_looked_up_once() -> Iterator[None]:
    """Textual looks for those of a message through all base classes of a widget, anew for each of a million messages.
    Those found by their names alone are the same ones the next time."""
    found: dict[tuple[type, type, str], list[tuple[type, Callable[..., Any]]] | None] = {}

    def handlers(pump: MessagePump, name: str, message: Message) -> Iterator[tuple[type, Callable[..., Any]]]:
        kind = (type(pump), type(message), name)
        if kind not in found:
            found[kind] = named_handlers(*kind)
        named = found[kind]
        if named is None:
            yield from look_up(pump, name, message)
            return
        for of, handler in named:
            if message._no_default_action:
                return
            yield of, handler.__get__(pump, of)

    look_up = MessagePump._get_dispatch_methods
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(MessagePump, "_get_dispatch_methods", handlers)
        yield


class Forgetful:
    """A cache that keeps nothing."""

    def get(self, _: object) -> None:
        """Nothing is found."""

    def __setitem__(self, *_: object) -> None:
        """Nothing is kept."""


@pytest.fixture(autouse=True, scope="session")
def _pieces_of_lines_made_anew() -> Iterator[None]:
    """Textual gives each piece of a line seven caches for the frames to come. Here seldom a frame follows, and making a
    million caches takes longer than what they save."""
    forgetful = Forgetful()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strip, "FIFOCache", lambda _: forgetful)
        yield


def named_handlers(pump: type, message: type, name: str) -> list[tuple[type, Callable[..., Any]]] | None:
    """The handlers that a class and its bases have under a name; None where decorated ones may come before them."""
    bases = [vars(each) for each in pump.__mro__]
    if any(message.__mro__.count(kind) for names in bases for kind in names.get("_decorated_handlers") or ()):
        return None
    both = [(each, vars(each).get(f"_{name}") or vars(each).get(name)) for each in pump.__mro__]
    return [(of, handler) for of, handler in both if handler is not None and not hasattr(handler, "_textual_on")]


@pytest.fixture(autouse=True)
def _drawn_when_looked_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of memory writes no frame, so making them is a quarter of the time for nothing: `Program.lines` draws
    the whole screen when a test looks at it. Tests of what is written have the mark `every_frame`."""
    if request.node.get_closest_marker("every_frame"):
        return

    def render_update(compositor: Compositor, full: bool = False, **how: Any) -> RenderableType | None:
        if full:
            return render(compositor, full=True, **how)
        compositor._dirty_regions.clear()
        return None

    render = Compositor.render_update
    monkeypatch.setattr(Compositor, "render_update", render_update)
    undimmed = staticmethod(lambda segments, _: segments)  # its text is looked at, not its colours
    monkeypatch.setattr(BackgroundScreen, "process_segments", undimmed)


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


@pytest.fixture
def shop(engine: StubEngine) -> StubEngine:
    """A stack of two services with a secret, a config and a network, besides what is there."""
    engine.add_shared("secrets", "shop_key", stack="shop")
    engine.add_shared("configs", "shop_conf", stack="shop")
    engine.add_shared("networks", "shop_front", stack="shop")
    for name in ("shop_web", "shop_api"):
        engine.add_service(name)["Spec"]["Labels"] = {"com.docker.stack.namespace": "shop"}
        engine.give(name, "networks", "shop_front")
    engine.give("shop_web", "secrets", "shop_key")
    engine.give("shop_web", "configs", "shop_conf")
    engine.settle()
    return engine


@pytest.fixture
def other() -> Iterator[StubEngine]:
    """Another swarm: one manager, and the service db."""
    with StubEngine() as stub:
        stub.add_node("solo", role="manager", leader=True)
        stub.add_service("db", replicas=1)
        stub.settle()
        yield stub


@pytest.fixture
def home(tmp_path: Path, engine: StubEngine, other: StubEngine, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Its places may take their time to answer: the machine may be busy."""
    monkeypatch.setattr(Survey.__init__, "__kwdefaults__", {"within": DEAD})
    monkeypatch.setattr(banner, "WITHIN", DEAD)
    monkeypatch.setattr(host_settings, "CONNECT_TIMEOUT", DEAD)
    return Home(tmp_path, engine, other)


@pytest_asyncio.fixture
async def program(request: pytest.FixtureRequest, crash_log: Path) -> AsyncIterator[Program]:
    """The program with all of a swarm on the screen: that of the fixture that the test or its module names (`shop` or
    `engine`), else the embedded one."""
    named = next((each for each in ("shop", "engine") if each in request.fixturenames), "swarm")
    async with open_on(request.getfixturevalue(named).url, crash_log) as opened:
        yield opened


@pytest.fixture
def compose_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compose file, and a docker program that renders it and says that it deploys it."""
    directory = tmp_path / "bin"
    directory.mkdir()
    file = tmp_path / "front" / "compose.yml"
    file.parent.mkdir()
    file.write_text("services:\n  web: {image: 'web:2'}\n  new: {image: 'new:1'}\n")
    program = directory / "docker"
    program.write_text(
        f'#!/bin/sh\ncase "$*" in\n*" stack config "*) cat {file};;\n'
        f'*) echo "$*" >> {tmp_path}/deployed; echo "Updating service shop_web"\n'
        f'[ -z "$DEPLOY_STATUS" ] && exit 0\n'
        f'echo "Since --detach=false was not specified, tasks will be" >&2; echo "no such image" >&2\n'
        f"exit $DEPLOY_STATUS;;\nesac\n"
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{directory}:/usr/bin:/bin")
    return file
