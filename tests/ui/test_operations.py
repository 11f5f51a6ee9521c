"""The line of the change under way: sending, settling, done for a while, failed until escape; quitting meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from swarmtui.engine.polling.observation import Outcome
from swarmtui.errors import ConnectionBroken, EngineRefused, EngineSilent, NoLeader
from swarmtui.swarm.cluster import Cluster
from swarmtui.ui.shell.notices import ActivityLine
from tests.ui.driving import Program, running
from tests.ui.scripted import ScriptedSession, live
from tests.unit.swarm import builders

TITLE = "Scale web from 2 to 3"


def snapshot(wanted: int, running: int, version: int) -> Cluster:
    """A swarm with web at this many replicas."""
    nodes = [builders.node("mgr1", leader=True), builders.node("wrk1")]
    web = builders.service("web", wanted, status=(running, wanted), version=version)
    tasks = builders.replicas_on("web", *["wrk1"] * running)
    return builders.cluster(nodes, [web, builders.service("api", 1)], tasks)


@pytest.fixture
def session() -> ScriptedSession:
    return ScriptedSession(snapshot(2, 2, version=10))


@pytest_asyncio.fixture
async def program(session: ScriptedSession, crash_log: Path) -> AsyncIterator[Program]:
    """web has been asked to be scaled from 2 to 3; the engine has not answered yet."""
    async with running(session, crash_log) as opened:
        await opened.see("web +replicated")
        await opened.open_dialog("2", "web", "plus")
        await opened.confirm("Scale web")
        await opened.see(f"▸ {TITLE}: sending")
        yield opened


async def test_it_is_followed_until_the_swarm_has_settled(
    session: ScriptedSession, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.applied[0][2].set_result(Outcome(10))
    await program.see(f"▸ {TITLE}: accepted")
    session.tell(snapshot(2, 2, version=10))  # as it was before the change: it tells nothing
    session.tell(snapshot(3, 2, version=11))
    await program.see(f"▸ {TITLE}: 2 of 3 running")
    session.tell(snapshot(3, 3, version=11))
    await program.see(rf"✔ {TITLE}: 3 of 3 running(?! after 0 s)")
    monkeypatch.setattr(ActivityLine, "LINGER", 0.0)
    await program.see_no("✔")  # at the next look at the clock


async def test_a_failure_stays_until_escape(session: ScriptedSession, program: Program) -> None:
    session.applied[0][2].set_exception(EngineRefused("rpc error: invalid [/x] \x1b[31margument"))
    await program.see(rf"✖ {TITLE}: rpc error: invalid \[/x\] ␛\[31margument +esc clears")
    session.tell(snapshot(2, 2, version=12))
    await program.press("1", "j", "3")
    await program.see(f"✖ {TITLE}")
    await program.press("escape", "escape")
    await program.see_no(TITLE)


async def test_an_answer_that_got_lost_says_to_look_before_asking_again(
    session: ScriptedSession, program: Program
) -> None:
    error = ConnectionBroken("It is not known whether the change was made.", "Look at web before you try again.")
    session.applied[0][2].set_exception(error)
    await program.read(f"✖ {TITLE}: {error}")


async def test_while_the_connection_is_lost_it_says_that_nothing_is_followed(
    session: ScriptedSession, program: Program
) -> None:
    session.applied[0][2].set_result(Outcome(10))
    await program.see("accepted")
    session.tell(connection=live(error=EngineSilent("It is silent.")))
    await program.see("accepted +.connection lost: not followed")
    session.tell(connection=live(error=NoLeader("The swarm has no leader.")))
    await program.see("accepted +.no leader: not followed")
    session.tell(snapshot(3, 3, version=11), live())
    await program.see(f"✔ {TITLE}")


async def test_a_second_change_is_counted(session: ScriptedSession, program: Program) -> None:
    await program.open_dialog("2", "api", "plus")
    await program.confirm("Scale api")
    await program.see(r"▸ Scale api from 1 to 2: sending +.and 1 more under way")
    session.applied[1][2].set_exception(EngineRefused("no"))
    await program.see(r"✖ Scale api from 1 to 2: no +.and 1 more under way: A lists them. +esc clears")
    await program.press("escape", "escape")
    await program.see(f"▸ {TITLE}: sending")
    session.applied[0][2].set_exception(EngineRefused("neither"))
    await program.see(f"✖ {TITLE}: neither")


async def test_quitting_meanwhile_asks_first(session: ScriptedSession, program: Program) -> None:
    await program.press("q")
    await program.see("Still under way")
    assert program.shows(f"• {TITLE}: sending")
    assert program.says("The engine has not answered yet: if you quit now, it may or may not be done.")
    await program.see("▸ Stay ◂")
    await program.press("enter")
    await program.see_no("Still under way")
    session.applied[0][2].set_result(Outcome(10))
    await program.see("accepted")
    await program.press("ctrl+q")
    await program.read("The swarm continues without this program")
    await program.press("escape")
    await program.see_no("Still under way")
    await program.press("q", "tab", "enter")
    await program.ended_at_once()


async def test_quitting_asks_no_more_when_it_has_settled(session: ScriptedSession, program: Program) -> None:
    session.applied[0][2].set_result(Outcome(10))
    session.tell(snapshot(3, 3, version=11))
    await program.see("✔")
    await program.press("q")
    await program.ended_at_once()


async def test_a_change_that_was_so_already_is_done(session: ScriptedSession, program: Program) -> None:
    session.applied[0][2].set_result(Outcome(10, attempts=0, warnings=("It was already so.",)))
    session.tell(snapshot(3, 3, version=10))
    await program.see(f"✔ {TITLE}: 3 of 3 running")


async def test_what_the_engine_says_beside_yes_is_shown(session: ScriptedSession, program: Program) -> None:
    session.applied[0][2].set_result(Outcome(10, warnings=("image [/x] could not be pinned",)))
    await program.read("image [/x] could not be pinned")
