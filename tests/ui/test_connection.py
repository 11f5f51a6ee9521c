"""What is on the screen before the first answer, when the engine cannot show a swarm, and when it goes away."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from swarmtui.engine.polling.observation import ConnectionStatus
from swarmtui.errors import (
    ConnectionFailed,
    EngineSilent,
    NothingListens,
    SocketForbidden,
    TLSFailed,
)
from tests.stub_engine import StubEngine
from tests.ui.driving import Program, open_on, running
from tests.ui.scripted import ScriptedSession, live
from tests.ui.simulated import SimulatedSwarm
from tests.unit.swarm import builders

REFUSED = "changes are refused"


async def test_the_first_paint_says_whom_it_connects_to(crash_log: Path) -> None:
    session = ScriptedSession(connection=ConnectionStatus())
    async with running(session, crash_log) as program:
        await program.see("Connecting …")
        assert program.says("prod (tcp://10.0.0.1:2376")
        assert program.shows("◌ connecting")
        assert not program.shows("NAME"), "no empty tables: unknown is not zero"
        session.tell(builders.cluster([builders.node("n1", leader=True)]), live())
        await program.see("▌No services|No services")
        assert not program.shows("Connecting")


async def test_the_first_paint_of_a_swarm_has_all_three_panes(program: Program) -> None:
    await program.see(r"nodes 5/5")
    for pattern in (r"Nodes 5/5", r"Services 3/3", r"Tasks", r"mgr1 +leader", r"web +replicated +▰+ 3/3", r"web\.1 "):
        await program.see(pattern)
    assert program.cursor_on("agent"), "the cursor stands in the services"


@pytest.mark.parametrize(
    ("state", "said", "remedy"),
    [
        ("worker", "is a worker: only managers know the swarm", "Managers of this swarm: 10.99.0.11:2377"),
        ("no_swarm", "is not in a swarm", "docker swarm init"),
        ("locked", "The swarm is locked", "docker swarm unlock"),
        ("no_leader", "The swarm has no leader", "force-new-cluster"),
    ],
)
async def test_an_engine_that_shows_no_swarm(
    engine: StubEngine, crash_log: Path, state: str, said: str, remedy: str
) -> None:
    engine.no_leader(hanging=False) if state == "no_leader" else getattr(engine, state)()
    async with open_on(engine.url, crash_log, wait=False) as program:
        await program.read(said)
        await program.read(remedy)
        assert program.shows("What failed: swarm")
        assert program.says("ctrl+r retries now, q quits")
        assert not program.shows("REPLICAS")
        engine.release()
        engine.manager()
        await program.press("ctrl+r")
        await program.see(r"web +replicated")
        await program.until(lambda: program.cursor_on("agent"), "the focus in the table once there is one")


async def test_no_socket(crash_log: Path) -> None:
    async with open_on("unix:///nowhere/docker.sock", crash_log, size=(80, 24), wait=False) as program:
        await program.see("What failed: socket")
        assert program.says("/nowhere/docker.sock")
        assert program.shows(r"Retrying (now|in)")


async def test_every_layer_says_what_failed_and_what_helps(crash_log: Path) -> None:
    session = ScriptedSession(connection=ConnectionStatus())
    async with running(session, crash_log, size=(80, 24)) as program:
        for error in (
            SocketForbidden("You may not open /var/run/docker.sock.", "Join the docker group."),
            NothingListens("Nobody listens at 10.0.0.1:2376.", "Is the engine running?"),
            TLSFailed("The engine's certificate is not trusted.", "Set DOCKER_CERT_PATH."),
            EngineSilent("The engine does not answer.", ""),
        ):
            session.tell(connection=ConnectionStatus(error=error, next_try=time.monotonic() + 9000.0))
            await program.read(f"✖ {error.message}")
            assert program.says(error.remedy)
            assert program.shows(f"What failed: {error.layer}")
            assert program.shows(r"Retrying in 2 h")


async def test_keys_do_no_harm_while_there_is_nothing_to_see(crash_log: Path) -> None:
    session = ScriptedSession(connection=ConnectionStatus(error=NothingListens("Nobody listens.")))
    async with running(session, crash_log) as program:
        await program.see("Nobody listens")
        assert "Scale" not in program.lines[-1]
        await program.press("1", "d", "j", "2", "s", "plus", "slash", "z", "Z", "o", "escape", "tab")
        await program.see("Nobody listens")
        await program.press("question_mark")
        await program.see("Keys")
        assert not program.says("Drain")
        await program.press("escape", "ctrl+r")
        assert session.refreshed == 1
        session.tell(builders.cluster([builders.node("n1", leader=True)], [builders.service("web")]), live())
        await program.see(r"▌web +replicated")
        await program.until(lambda: "Scale" in program.lines[-1], "the footer of the services")
        assert program.app.is_running


async def test_q_quits_whatever_was_pressed_while_there_was_nothing_to_see(crash_log: Path) -> None:
    session = ScriptedSession(connection=ConnectionStatus(error=NothingListens("Nobody listens.")))
    async with running(session, crash_log) as program:
        await program.see("Nobody listens")
        await program.press("1", "slash", "q")
        await program.ended_at_once()


async def test_an_engine_that_goes_away_and_comes_back(swarm: SimulatedSwarm, program: Program) -> None:
    await program.on_row("2", "web")
    swarm.fault("mgr1", "kill")
    await program.see("✖ reconnecting")
    await program.read(REFUSED)
    assert program.shows("✖ socket: ")
    assert program.shows(r"web +replicated +▰+ 3/3"), "the old data stays"
    assert program.is_grey()
    await program.press("plus")
    await program.read("The connection is lost")
    await program.press("tab", "enter", "enter")
    assert not swarm.asked("POST")
    await program.press("escape")
    swarm.fault("mgr1", "revive")
    swarm.set_replicas("web", 4)
    await program.press("ctrl+r")
    await program.see("● live")
    await program.see(r"web +replicated +▰+ 4/4")
    assert not program.says(REFUSED)
    assert not program.is_grey()
    assert program.cursor_on("web")


async def test_an_engine_that_falls_silent(crash_log: Path) -> None:
    cluster = builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 1, status=(1, 1))])
    session = ScriptedSession(cluster, live(overdue_after=0.0))
    async with running(session, crash_log) as program:
        await program.see(r"◌ stale, data \d+ (s|min) old")
        await program.until(program.is_grey)
        assert program.shows("services 1/1"), "the counts stay"
        lost = EngineSilent("The engine accepts connections and does not answer.", "Is it stopped?")
        session.tell(connection=live(error=lost, next_try=time.monotonic() + 9000.0))
        await program.see(r"✖ reconnecting, data \d+ (s|min) old   retrying in 2 h")
        await program.read("✖ engine: The engine accepts connections and does not answer. Is it stopped?")
        session.tell(connection=live())
        await program.see("● live")
        assert not program.is_grey()
        assert not program.says(REFUSED)


async def test_it_turns_stale_by_the_mere_passing_of_time(crash_log: Path) -> None:
    cluster = builders.cluster([builders.node("n1", leader=True)], [builders.service("web", 1, status=(1, 1))])
    session = ScriptedSession(cluster, live())
    async with running(session, crash_log) as program:
        await program.see("● live")
        session.set_quietly(live(last_answer=time.monotonic() - 9000.0, overdue_after=4.0))
        await program.see("◌ stale, data 2 h old")  # found at the next look at the clock
        assert program.is_grey()


async def test_a_failure_in_the_old_data_is_no_longer_blamed(crash_log: Path) -> None:
    lost = ConnectionFailed("The connection broke off.")
    cluster = builders.cluster(builders.managers(3, unreachable=2))
    session = ScriptedSession(cluster, live(error=lost))
    async with running(session, crash_log) as program:
        await program.see("managers 1/3")
        await program.read(REFUSED)
